"""The shelf keeps what it is given, under the content's own name."""

import pytest

from scorer.errors import ScorerError
from scorer.store.shelf import Shelf

PEAKS = [[[-0.5, 0.5]], [[0.0, 0.25]]]


def card(name="call.wav", sha="ab" * 32, **more):
    return {"id": name, "provenance": {"recording_sha256": sha}, **more}


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "call.wav"
    path.write_bytes(b"sound")
    return path


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "shelf")


def test_an_empty_shelf_has_no_calls(shelf):
    assert shelf.calls() == []


def test_what_was_kept_can_be_taken_down_again(shelf, recording):
    key = shelf.keep(recording, card(score=0.5), PEAKS)
    assert shelf.card(key)["score"] == 0.5
    assert shelf.peaks(key) == {"channels": PEAKS}
    assert shelf.recording(key).read_bytes() == b"sound"
    assert shelf.recording(key).suffix == ".wav"
    [entry] = shelf.calls()
    assert (entry.key, entry.id) == (key, "call.wav")


def test_the_same_recording_twice_is_one_call_with_the_newer_card(shelf, recording):
    first = shelf.keep(recording, card(score=0.5), PEAKS)
    second = shelf.keep(recording, card(score=0.7), PEAKS)
    assert first == second
    assert len(shelf.calls()) == 1
    assert shelf.card(first)["score"] == 0.7


def test_a_call_taken_away_is_gone(shelf, recording):
    key = shelf.keep(recording, card(), PEAKS)
    shelf.remove(key)
    assert shelf.calls() == []
    with pytest.raises(ScorerError, match="no such call"):
        shelf.card(key)


@pytest.mark.parametrize("key", ["..", "../../etc", "", "a/b", "missing"])
def test_a_key_from_an_address_cannot_lead_elsewhere(shelf, key):
    shelf.folder.mkdir()
    for door in (shelf.card, shelf.peaks, shelf.recording, shelf.remove):
        with pytest.raises(ScorerError):
            door(key)


def test_a_harmed_card_does_not_hide_the_others(shelf, recording):
    shelf.keep(recording, card(), PEAKS)
    broken = shelf.folder / "broken"
    broken.mkdir()
    (broken / "card.json").write_text("{")
    assert [entry.id for entry in shelf.calls()] == ["call.wav"]


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path, recording):
    (tmp_path / "file").write_text("")
    with pytest.raises(ScorerError, match="could not be kept"):
        Shelf(tmp_path / "file").keep(recording, card(), PEAKS)
