"""144 calls that the rules were not made for: what was found at first sight must not get lost."""

import test_fresh_dialogues as calls


def test_what_was_found_at_first_sight_is_still_found(monkeypatch):
    monkeypatch.setattr(calls, "CALLS", calls.read_calls("unseen_dialogues.yaml"))
    calls.read.cache_clear()
    places = range(len(calls.CALLS))
    resolved = sum(calls.right_resolution(place) for place in places)
    right, _, false = map(sum, zip(*map(calls.compared, places), strict=True))
    found, _, wrong = map(sum, zip(*map(calls.effort_found, places), strict=True))
    calls.read.cache_clear()
    assert len(places) == 144
    assert resolved >= 133
    assert right >= 90
    assert false <= 10
    assert found >= 74
    assert wrong <= 19
