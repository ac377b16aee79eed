"""Check finds what is wrong, a backup comes back on either engine, and old calls can go."""

import hashlib
import json
import sqlite3
import tracemalloc
from datetime import UTC, datetime, timedelta
from threading import Timer

import pytest
from full_disk import no_file_larger_than
from sqlalchemy import insert, select, text
from store_cards import PEAKS

from scorer.errors import ScorerError
from scorer.paths import OPINIONS
from scorer.store.check import Finding
from scorer.store.columns import metadata
from scorer.store.schema import audit, scorecards
from scorer.store.store import Store


def tamper(store, *statements):
    """What somebody with the database's password could do behind the program's back."""
    connection = store._database.engine.connect().execution_options(writes=True)
    with connection, connection.begin():
        if store._database.is_sqlite:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_%'"
            for name in connection.execute(text(names)).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def found(store, deep=False):
    return " | ".join(finding.what for finding in store.check(deep))


@pytest.fixture
def reviewed(store, keep, people):
    key = keep("a")
    reviewer = store.seen_by(people["reviewer"])
    reviewer.edit(reviewer.judged(key)[0].id, "met", "heard it")
    reviewer.note(key, "well done")
    reviewer.resolve(key, "resolved", "he did ring")
    reviewer.sign(key)
    return key


@pytest.mark.usefixtures("reviewed")
def test_a_whole_store_has_no_findings(store, keep):
    assert store.check(deep=True) == []
    store.remove(keep("b"))
    assert store.check(deep=True) == []


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE edits SET outcome = 'missed'", "record edits:1 is not as it was written"),
        ("UPDATE edits SET author = 'somebody else'", "record edits:1 is not as it was written"),
        ("DELETE FROM notes", "record notes:1 is gone, and its call was not erased"),
        ("UPDATE audit SET actor = 'nobody' WHERE id = 2", "does not hold at row 2"),
        ("DELETE FROM audit WHERE id = 2", "does not hold at row 3"),
        ("DELETE FROM judgements WHERE criterion = 'restates'", "judgements of call"),
        ("UPDATE scorecards SET card_sha256 = 'x'", "a scorecard of call"),
    ],
)
def test_check_finds_what_was_done_behind_its_back(store, statement, what):
    tamper(store, statement)
    assert what in found(store, deep=True)


def test_check_finds_harmed_and_missing_recordings(store, keep):
    key = keep("sound")
    path = store.recording(key)
    path.write_bytes(b"SOUND")  # as long as before
    assert found(store) == ""
    assert found(store, deep=True) == f"the recording of call {key} is harmed"
    path.unlink()
    assert found(store) == f"the recording of call {key} is gone"
    store.let_go(key)
    assert found(store) == ""


def test_recordings_that_belong_to_no_call_are_swept_after_a_while(store, keep, monkeypatch):
    keep()
    stray = store._files.folder("ab" * 32)
    stray.mkdir(parents=True)
    (stray / "recording.wav").write_bytes(b"sound")
    assert store.check() == []  # it may just be on its way
    monkeypatch.setattr("scorer.store.check._GRACE", -1.0)
    assert store.check() == [
        Finding("recording " + "ab" * 8 + " belongs to no call", "scorer store check --sweep")
    ]
    assert store.sweep() == 1
    assert not stray.exists()
    assert store.check(deep=True) == []


def test_a_recording_can_go_while_its_scorecard_stays(store, keep):
    key = keep()
    store.let_go(key)
    with pytest.raises(ScorerError, match="the recording is gone"):
        store.recording(key)
    assert store.card(key)["id"] == "call.wav"


def test_a_customer_can_ask_to_be_forgotten(store, keep, people):
    keep("a", customer="C-7")
    keep("b", customer="C-7")
    other = keep("c", customer="C-8")
    with pytest.raises(ScorerError, match="leads cannot erase"):
        store.seen_by(people["lead"]).remove_customer("C-7")
    assert store.remove_customer("C-7") == 2
    assert [entry.key for entry in store.calls()] == [other]
    unknown = keep("d")
    with pytest.raises(ScorerError, match="name the customer"):
        store.remove_customer(" ")
    assert store.card(unknown)


def test_what_a_judge_replied_goes_with_a_call_that_is_erased(store, keep, tmp_path):
    reply = tmp_path / "home" / OPINIONS / "a.json"
    reply.parent.mkdir(parents=True)
    reply.write_text('{"reply": "quotes a call"}')
    store.remove(keep())
    assert not reply.exists()


def test_a_card_by_words_alone_is_another_one_than_with_the_encoder(store, make_call):
    path, card = make_call()
    with_it, without = (
        {**card, "provenance": {**card["provenance"], "meaning": {"encoder_sha256": encoder}}}
        for encoder in ("e" * 64, None)
    )
    key = store.keep(path, without)
    assert store.keep(path, with_it) == key
    assert len(store.versions(key)) == 2
    store.keep(path, with_it)
    assert len(store.versions(key)) == 2


def test_calls_past_the_limit_on_keeping_are_erased(store, keep):
    old = keep("a", started="2025-01-01T10:00:00Z")
    young = keep("b", started="2026-11-01T10:00:00Z")
    undated = keep("c")
    assert store.remove_before(datetime(2026, 1, 1, tzinfo=UTC)) == 1
    assert {entry.key for entry in store.calls()} == {young, undated}
    with pytest.raises(ScorerError, match="no such call"):
        store.card(old)
    assert store.remove_before(datetime.now(UTC) + timedelta(days=1)) == 2
    assert store.check(deep=True) == []


def test_erased_words_leave_the_file_when_the_index_has_many_parts(home, make_call, monkeypatch):
    monkeypatch.setattr("scorer.store.removal._PAGES", 1)  # as for an index too large for one go
    store = Store(home=home)
    texts = [f"word{number}" + " Xylotherium" * (number == 20) for number in range(40)]
    keys = [
        store.keep(*make_call(text, said=[("customer", text)], judgements=[]), PEAKS)
        for text in texts
    ]
    store.remove(keys[20])
    for path in home.glob("scorer.db*"):
        assert b"ylotherium" not in path.read_bytes().lower(), path
    assert [len(store.search(f"word{number}")) for number in (0, 20, 39)] == [1, 0, 1]
    store.close()


def words_in(home):
    return any(b"ylotherium" in path.read_bytes().lower() for path in home.glob("scorer.db*"))


@pytest.fixture
def reader(home):
    """Begins to read from a store of its own, as an export does, and holds on to what it sees."""

    def begin():
        connection = sqlite3.connect(home / "scorer.db", check_same_thread=False)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM calls").fetchone()
        return connection

    return begin


def test_erasing_waits_for_who_reads(home, make_call, reader):
    store = Store(home=home)
    key = store.keep(*make_call(said=[("customer", "Xylotherium")]), PEAKS)
    reading = reader()
    Timer(0.3, reading.close).start()
    store.remove(key)
    assert not words_in(home)
    store.close()


def test_erased_words_that_a_reader_keeps_are_told_of_and_swept_later(
    home, make_call, reader, monkeypatch
):
    monkeypatch.setattr("scorer.store.database.PATIENCE", 0.2)
    store = Store(home=home)
    key = store.keep(*make_call(said=[("customer", "Xylotherium")]), PEAKS)
    reading = reader()
    with pytest.raises(ScorerError, match=r"erased, but the words stay .* --sweep` once they are"):
        store.remove(key)
    assert not store.calls()
    assert words_in(home)
    reading.close()
    store.sweep()
    assert not words_in(home)
    store.close()


def rows(store):
    with store._database.read() as connection:
        return {
            table.name: [
                dict(r) for r in connection.execute(table.select().order_by(table.c.id)).mappings()
            ]
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_a_backup_comes_back_on_either_engine(store, reviewed, keep, other, tmp_path, request):
    store.remove(keep("gone"))
    store.run_started({"source": "x"})
    manifest = store.backup(tmp_path / "backup")
    assert manifest["rows"]["calls"] == manifest["recordings"] == 1
    new = request.getfixturevalue("new_database")() if other == "postgresql" else None
    second = Store(new, home=tmp_path / "second")
    second.restore(tmp_path / "backup")
    assert rows(second) == rows(store)
    assert second.recording(reviewed).read_bytes() == store.recording(reviewed).read_bytes()
    assert second.peaks(reviewed) == {"channels": PEAKS}
    assert [hit.key for hit in second.search("bill")] == [reviewed]
    assert second.check(deep=True) == []
    # The erased call's number stays its own: a new call must not inherit its leave to be deleted.
    path = tmp_path / "new.wav"
    path.write_bytes(b"new")
    card = store.card(reviewed)
    card["provenance"]["recording_sha256"] = hashlib.sha256(b"new").hexdigest()
    second.keep(path, card, PEAKS)
    numbers = [row["id"] for row in rows(second)["calls"]]
    erased = [row["call_id"] for row in rows(second)["audit"] if row["action"] == "erased"]
    assert not set(numbers) & set(erased)
    second.close()


@pytest.mark.usefixtures("reviewed")
def test_a_backup_is_never_mixed_with_what_is_there(store, tmp_path):
    store.backup(tmp_path / "backup")
    with pytest.raises(ScorerError, match="name a new folder"):
        store.backup(tmp_path / "backup")
    with pytest.raises(ScorerError, match="not empty"):
        store.restore(tmp_path / "backup")


def test_a_refused_restore_brings_no_erased_call_back(store, keep, tmp_path):
    erased = keep("erased")
    folder = store.recording(erased).parent
    store.backup(tmp_path / "backup")
    store.remove(erased)
    keep("another")
    with pytest.raises(ScorerError, match="not empty"):
        store.restore(tmp_path / "backup")
    assert not folder.exists()


def test_a_backup_leaves_out_what_is_erased_meanwhile(store, keep, tmp_path):
    gone, stays = keep("gone"), keep("stays")
    recording = store.recording(gone)
    recording.unlink()
    recording.symlink_to("nowhere")  # listed, and no longer there when it is to be copied
    assert store.backup(tmp_path / "backup")["recordings"] == 1
    second = Store(home=tmp_path / "second")
    second.restore(tmp_path / "backup")
    assert second.recording(stays).read_bytes() == b"stays"
    second.close()


def test_what_a_full_disk_cut_short_can_be_done_again(store, keep, tmp_path):
    key = keep("x" * (6 << 20))
    with pytest.raises(ScorerError, match="make room"), no_file_larger_than(4 << 20):
        store.backup(tmp_path / "backup")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("backup")]
    store.backup(tmp_path / "backup")
    second = Store(home=tmp_path / "second")
    with pytest.raises(ScorerError, match="make room"), no_file_larger_than(4 << 20):
        second.restore(tmp_path / "backup")
    assert not second.calls()
    second.restore(tmp_path / "backup")
    assert second.recording(key).stat().st_size == 6 << 20
    assert second.check(deep=True) == []
    second.close()


def test_the_memory_of_a_backup_does_not_grow_with_the_store(store, keep, tmp_path):
    keep("a")

    def more(connection):
        [card] = connection.execute(select(scorecards)).mappings()
        cards = [
            {**card, "id": n, "version": n, "model": f"m{n}", "card": n.to_bytes(26_000, "big")}
            for n in range(2, 2_500)
        ]
        connection.execute(insert(scorecards), cards)

    store._database.write(more)
    tracemalloc.start()
    store.backup(tmp_path / "backup", recordings=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Two batches of 500 cards of 26 KB, of 2,500: the one that is written, the one that is read.
    assert peak < 2 * 500 * 26_000 * 1.2


@pytest.mark.usefixtures("reviewed")
def test_an_incomplete_or_newer_backup_is_refused(store, tmp_path):
    store.backup(tmp_path / "backup")
    empty = Store(home=tmp_path / "empty")
    with pytest.raises(ScorerError, match="not a complete backup"):
        empty.restore(tmp_path / "nowhere")
    [path] = (tmp_path / "backup" / "tables" / "edits").glob("*")
    path.unlink()
    with pytest.raises(ScorerError, match="edits is incomplete"):
        empty.restore(tmp_path / "backup")
    assert not empty.calls()
    manifest = tmp_path / "backup" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "step": "9999"}))
    with pytest.raises(ScorerError, match="newer version"):
        empty.restore(tmp_path / "backup")
    empty.close()


@pytest.mark.usefixtures("reviewed")
def test_the_audit_says_who_did_what(store):
    assert [(row.actor, row.role, row.action) for row in store.audit()] == [
        ("rita", "reviewer", "signatures"),
        ("rita", "reviewer", "resolutions"),
        ("rita", "reviewer", "notes"),
        ("rita", "reviewer", "edits"),
        ("you", "admin", "scored"),
    ]
    assert len(store.audit(limit=1)) == 1
    assert audit.name == "audit"


def test_a_backup_from_before_deadlines_comes_back_with_them(store, reviewed, people, tmp_path):
    agent = store.seen_by(people["agent"])
    agent.dispute(agent.judged(reviewed)[0].id, "I did say so")
    tamper(store, "UPDATE calls SET urgency = 0")
    store.backup(tmp_path / "backup")
    second = Store(home=tmp_path / "second")
    second.restore(tmp_path / "backup")
    [entry] = second.calls(None, "answers")
    assert entry.key == reviewed
    second.close()
