"""What was kept is found again, once, as it was; on both engines."""

from datetime import UTC, datetime, timedelta

import pytest
from store_cards import PEAKS, SAID

from scorer.errors import ScorerError
from scorer.store.store import Filter


def test_an_empty_store_has_no_calls(store):
    entries = store.calls()
    assert not entries
    assert len(entries) == 0
    assert list(entries) == []


def test_what_was_kept_is_there_as_it_was(store, make_call):
    path, card = make_call(name="Monday \udcff\u0000 call.WAV")
    card["turns"][0]["text"] = "Grüß Gott, 你好 \u0000 'quoted'"
    key = store.keep(path, card, PEAKS)
    assert store.card(key) == {**card, "id": card["id"].replace("\udcff", "?")}
    assert store.peaks(key) == {"channels": PEAKS}
    assert store.recording(key).read_bytes() == path.read_bytes()
    assert store.recording(key).suffix == ".wav"
    [entry] = store.calls()
    assert (entry.key, entry.team, entry.agent, entry.resolution) == (
        key,
        "North",
        "Ann",
        "promised",
    )


def test_the_same_recording_twice_is_one_call(store, make_call):
    first = store.keep(*make_call(name="a.wav"), PEAKS)
    second = store.keep(*make_call(name="b.wav"), PEAKS)
    assert first == second
    [entry] = store.calls()
    assert entry.id == "a.wav"
    assert len(store.versions(first)) == 1


def test_scoring_anew_keeps_the_old_scorecard(store, make_call):
    key = store.keep(*make_call(rubrics="r1"), PEAKS)
    old = store.card(key)
    store.keep(*make_call(rubrics="r2", said=[("agent", "Other words.")]), PEAKS)
    store.keep(*make_call(rubrics="r2", model="m2"), PEAKS)
    assert [each.version for each in store.versions(key)] == [3, 2, 1]
    assert store.card(key)["provenance"]["speech_model_sha256"] == "m2"
    assert store.card(key, version=1) == old
    with pytest.raises(ScorerError, match="no version 4"):
        store.card(key, version=4)
    assert len(store.calls()) == 1


def test_done_knows_what_rubrics_and_model_scored(store, make_call):
    _, card = make_call()
    sha = card["provenance"]["recording_sha256"]
    store.keep(*make_call(), PEAKS)
    other = "0" * 64
    assert store.done([sha, other], "r1", "m1") == {sha}
    assert store.done([sha], "r2", "m1") == set()
    assert store.done([sha], "r1", "m2") == set()
    assert store.done([], "r1", "m1") == set()


def test_a_written_transcript_is_kept_without_a_recording(store, make_call):
    _, card = make_call()
    del card["provenance"]["recording_sha256"]
    key = store.keep(None, card)
    assert store.keep(None, card) == key
    assert store.card(key) == card
    with pytest.raises(ScorerError, match="recording is gone"):
        store.recording(key)


def test_metadata_that_comes_later_is_added(store, make_call):
    key = store.keep(*make_call(team="", agent=""), PEAKS)
    store.keep(*make_call(team="South", agent="Cid", started="2026-11-20T09:00:00+01:00"), PEAKS)
    [entry] = store.calls()
    assert (entry.key, entry.team, entry.agent) == (key, "South", "Cid")
    assert entry.started.isoformat() == "2026-11-20T08:00:00+00:00"


def test_a_file_that_changed_after_scoring_is_not_kept(store, make_call):
    path, card = make_call()
    path.write_bytes(b"other")
    with pytest.raises(ScorerError, match="changed while it was being scored"):
        store.keep(path, card, PEAKS)
    assert not store.calls()


@pytest.mark.parametrize("key", ["..", "../../etc", "", "a/b", "missing", "' OR 1=1 --", "\x00"])
def test_a_key_from_an_address_cannot_lead_elsewhere(store, key):
    for door in (store.card, store.peaks, store.recording, store.remove, store.versions):
        with pytest.raises(ScorerError, match="no such call"):
            door(key)


def test_a_list_is_read_in_pages_and_the_latest_comes_first(store, keep):
    keys = [keep(f"sound {n}", name=f"{n}.wav") for n in range(7)]
    entries = store.calls()
    assert len(entries) == 7
    assert [entry.key for entry in entries[:3]] == keys[:-4:-1]
    assert [entry.key for entry in entries[5:50]] == [keys[1], keys[0]]
    assert [entry.key for entry in entries] == keys[::-1]
    assert entries[0].key == keys[-1]
    assert entries[-1].key == keys[0]
    with pytest.raises(IndexError):
        entries[7]


def test_the_latest_call_is_the_one_that_began_last(store, keep):
    """Not the one that was scored last: an import of old calls does not top the list."""
    today, unknown = datetime.now(UTC), keep("came in now")
    first = keep("today", started=(today + timedelta(minutes=5)).isoformat())
    old = keep("imported", started=(today - timedelta(days=40)).isoformat())
    latest = store.calls()
    assert [entry.key for entry in latest] == [first, unknown, old]
    assert latest.after(latest.place(first)).key == unknown
    assert latest.before(latest.place(old)).key == unknown


def test_what_follows_a_place_also_when_the_call_has_left_it(store, keep, people):
    keys = [keep(f"sound {n}", name=f"{n}.wav") for n in range(4)]
    latest = store.calls()
    assert [latest.after(entry.place).key for entry in latest[:3]] == keys[2::-1]
    assert latest.after(latest[3].place) is None

    waiting = store.calls(Filter(signed=False), "attention")
    [first, second, *_] = waiting
    store.seen_by(people["reviewer"]).sign(first.key)
    assert waiting.after(first.place).key == second.key
    north = store.seen_by(people["reviewer"]).calls()
    keep("far", team="South")
    assert north.after(north[0].place).key == keys[2]


def test_a_filter_takes_what_fits(store, keep):
    ann = keep("a", name="50%_off.wav", agent="Ann", started="2026-11-20T10:00:00Z")
    cid = keep("b", name="500 off.wav", agent="Cid", team="South", started="2026-11-21T10:00:00Z")

    def found(**wanted):
        return [entry.key for entry in store.calls(Filter(**wanted))]

    assert found(team="South") == [cid]
    assert found(agent="Ann") == [ann]
    assert found(text="50%_O") == [ann]
    assert found(resolution="resolved") == []
    assert found(since=store.calls()[0].started) == [cid]
    assert found(until=store.calls()[0].started) == [ann]
    assert found(signed=False, disputed=False, complaint=False) == [cid, ann]


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path, make_call):
    from scorer.store.store import Store

    (tmp_path / "file").write_text("")
    with pytest.raises(ScorerError, match="file"):
        Store(home=tmp_path / "file").keep(*make_call(), PEAKS)


def test_a_server_that_is_not_there_is_one_clear_line():
    from scorer.store.store import Store

    with pytest.raises(ScorerError, match="cannot be used"):
        Store("postgresql://nobody@/none?host=/nowhere")
    with pytest.raises(ScorerError, match="mysql is not supported"):
        Store("mysql://somebody@host/db")


def test_a_call_that_was_removed_leaves_no_word_behind(store, make_call, tmp_path):
    said = [SAID[0], ("customer", "My secret word is Xylotherium."), SAID[2]]
    kept = store.keep(*make_call("other"), PEAKS)
    key = store.keep(*make_call(said=said), PEAKS)
    recording = store.recording(key)
    store.remove(key)
    assert [entry.key for entry in store.calls()] == [kept]
    assert not recording.parent.exists()
    with pytest.raises(ScorerError, match="no such call"):
        store.card(key)
    for path in (tmp_path / "home").glob("scorer.db*"):
        assert b"ylotherium" not in path.read_bytes().lower(), path
    again = store.keep(*make_call(said=said), PEAKS)
    assert again == key
    assert store.recording(key).is_file()
