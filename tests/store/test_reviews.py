"""People's word on the machine's: appended, attributed, never overwriting."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.exc import DBAPIError
from store_cards import PEAKS, judgement

from scorer.errors import ScorerError
from scorer.store.schema import JUDGED, SAID, audit, promises
from scorer.store.store import Filter
from scorer.store.tallies import ALL

DISMISSED = judgement("empathy", "does_not_dismiss", "missed", critical=True, proposed=True)


def named(store, key, criterion="acknowledges_feeling"):
    return next(each for each in store.judged(key) if each.criterion == criterion)


def kinds(store, key):
    return [event.kind for event in store.history(key)]


def test_an_edit_counts_and_the_machines_word_stays(keep, as_):
    key = keep()
    before = as_["reviewer"].card(key)
    first = named(as_["reviewer"], key)
    assert (first.machine, first.outcome, first.by) == ("missed", "missed", None)
    as_["reviewer"].edit(first.id, "met", "she said sorry at once")
    found = named(as_["lead"], key)
    assert (found.machine, found.outcome, found.score) == ("missed", "met", 1.0)
    assert (found.by, found.reason, found.earlier) == ("rita", "she said sorry at once", False)
    as_["lead"].edit(first.id, "partly", "late, though")
    assert named(as_["lead"], key).outcome == "partly"
    edits = [event for event in as_["lead"].history(key) if event.kind == "edit"]
    assert [(e.author, e.was, e.outcome) for e in edits] == [
        ("rita", "missed", "met"),
        ("lena", "met", "partly"),
    ]
    assert as_["reviewer"].card(key) == before


def test_agreeing_needs_no_reason_and_changing_does(keep, as_):
    found = named(as_["reviewer"], keep())
    as_["reviewer"].edit(found.id, "missed")
    with pytest.raises(ScorerError, match="why it should change"):
        as_["reviewer"].edit(found.id, "met", "  ")
    with pytest.raises(ScorerError, match="a judgement is one of"):
        as_["reviewer"].edit(found.id, "bad", "reason")
    with pytest.raises(ScorerError, match="no such judgement"):
        as_["reviewer"].edit(999, "met", "reason")


def test_who_agreed_by_mistake_takes_it_back_and_the_record_keeps_both(store, keep, as_):
    key = keep(judgements=[DISMISSED])
    found = named(as_["reviewer"], key, "does_not_dismiss")

    def decided_by():
        return store.frame("judgements")["decided_by"].to_list()

    for _ in range(2):  # agreeing twice is taken back at once
        as_["reviewer"].edit(found.id, "missed")
    as_["reviewer"].sign(key)
    assert named(as_["reviewer"], key, "does_not_dismiss").retractable
    assert decided_by() == ["rita"]
    assert store.calls(Filter(criterion="empathy.does_not_dismiss", answer="missed"))
    as_["reviewer"].take_back(found.id)
    again = named(as_["lead"], key, "does_not_dismiss")
    assert (again.outcome, again.by, again.undecided) == ("missed", None, True)
    assert decided_by() == [None]
    assert not store.calls(Filter(criterion="empathy.does_not_dismiss", answer="missed"))
    [entry] = store.calls(Filter(proposed=True), order="attention")
    assert not entry.signed
    assert kinds(as_["lead"], key) == ["scored", "edit", "edit", "signature", "edit"]
    with pytest.raises(ScorerError, match="nothing to take back"):
        as_["reviewer"].take_back(found.id)
    as_["reviewer"].edit(found.id, "missed")
    assert named(as_["lead"], key, "does_not_dismiss").by == "rita"


def test_taking_back_leaves_what_others_said(keep, as_):
    key = keep()
    found = named(as_["reviewer"], key)
    as_["lead"].edit(found.id, "met", "heard it")
    as_["reviewer"].edit(found.id, "met")
    with pytest.raises(ScorerError, match="not yours"):
        as_["lead"].take_back(found.id)
    as_["reviewer"].take_back(found.id)
    left = named(as_["reviewer"], key)
    assert (left.outcome, left.by, left.reason) == ("met", "lena", "heard it")
    # A change is no agreement: it goes by another change, with its reason.
    assert not left.retractable
    with pytest.raises(ScorerError, match="change it, with a reason"):
        as_["lead"].take_back(found.id)
    with pytest.raises(ScorerError):
        as_["agent"].take_back(found.id)


def test_what_a_person_decided_outlives_scoring_anew(store, make_call, as_):
    key = store.keep(*make_call(rubrics="r1"), PEAKS)
    old = named(as_["reviewer"], key)
    as_["reviewer"].edit(old.id, "met", "heard it")
    store.keep(*make_call(rubrics="r2"), PEAKS)
    found = named(as_["reviewer"], key)
    assert (found.machine, found.outcome, found.earlier) == ("missed", "met", True)
    with pytest.raises(ScorerError, match="scored anew"):
        as_["reviewer"].edit(old.id, "missed", "no")


def test_what_became_of_the_customer_is_what_a_person_says(store, keep, as_):
    key, other = keep("a"), keep("b")
    before = store.card(key)
    as_["reviewer"].resolve(key, "promised")  # agreed, which needs no reason
    with pytest.raises(ScorerError, match="why it should change"):
        as_["reviewer"].resolve(key, "resolved", " ")
    with pytest.raises(ScorerError, match="what became of a customer is one of resolved, "):
        as_["reviewer"].resolve(key, "met", "reason")
    as_["reviewer"].resolve(key, "unresolved", "nobody will ring")
    as_["lead"].resolve(key, "resolved", "he did ring, at once")
    said = [event for event in as_["agent"].history(key) if event.kind == "resolution"]
    assert [(e.author, e.was, e.outcome, e.text) for e in said] == [
        ("rita", "promised", "promised", ""),
        ("rita", "promised", "unresolved", "nobody will ring"),
        ("lena", "unresolved", "resolved", "he did ring, at once"),
    ]
    assert store.card(key) == before
    found = {entry.key: entry.resolution for entry in store.calls()}
    assert found == {key: "resolved", other: "promised"}
    assert [entry.key for entry in store.calls(Filter(resolution="resolved"))] == [key]
    assert dict(store.frame("calls").select("key", "resolution").iter_rows()) == found
    edges = [datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)]
    [counted] = store.tallies.calls(edges, ALL).iter_rows(named=True)
    assert (counted["answered"], counted["resolved"]) == (2, 1)


def test_what_a_person_said_became_of_the_customer_outlives_scoring_anew(store, make_call, as_):
    path, card = make_call(rubrics="r1")
    key = store.keep(path, card, PEAKS)
    as_["reviewer"].resolve(key, "unresolved", "nobody will ring")
    card["provenance"]["rubrics_sha256"] = "r2"
    card["outcome"]["resolution"] = "resolved"
    store.keep(path, card, PEAKS)
    assert store.calls()[0].resolution == "unresolved"
    as_["lead"].resolve(key, "resolved", "he did ring")
    assert store.calls()[0].resolution == "resolved"


def test_who_agreed_with_the_outcome_by_mistake_takes_it_back(store, make_call, as_):
    path, card = make_call(rubrics="r1")
    key = store.keep(path, card, PEAKS)
    rita = as_["reviewer"]
    with pytest.raises(ScorerError, match="nothing to take back"):
        rita.take_back_resolution(key)
    for _ in range(2):  # agreeing twice is taken back at once
        rita.resolve(key, "promised")
    rita.sign(key)
    assert store.calls()[0].signed
    said = rita.resolution(key)
    assert (said.outcome, said.by) == ("promised", "rita")
    assert (said.earlier, said.retractable) == (False, True)
    with pytest.raises(ScorerError, match="not yours"):
        as_["lead"].take_back_resolution(key)
    rita.take_back_resolution(key)
    assert as_["agent"].resolution(key) is None
    [entry] = store.calls(Filter(resolution="promised"))
    assert not entry.signed  # it was under another's word
    told = [event for event in rita.history(key) if event.kind == "resolution"]
    assert [(e.author, e.was, e.outcome) for e in told] == [
        *[("rita", "promised", "promised")] * 2,
        ("rita", "promised", "taken_back"),
    ]
    with pytest.raises(ScorerError, match="nothing to take back"):
        rita.take_back_resolution(key)
    rita.sign(key)
    assert store.calls()[0].signed
    assert store.check(deep=True) == []
    # The machine's word counts again, whatever it is from now on.
    card["provenance"]["rubrics_sha256"] = "r2"
    card["outcome"]["resolution"] = "resolved"
    store.keep(path, card, PEAKS)
    assert store.calls()[0].resolution == "resolved"
    rita.resolve(key, "resolved")
    assert rita.resolution(key).by == "rita"


def test_taking_an_outcome_back_leaves_what_others_said(store, make_call, as_):
    path, card = make_call(rubrics="r1")
    key = store.keep(path, card, PEAKS)
    as_["lead"].resolve(key, "resolved", "he did ring")
    as_["reviewer"].resolve(key, "resolved")
    as_["reviewer"].take_back_resolution(key)
    left = as_["reviewer"].resolution(key)
    assert (left.outcome, left.by, left.reason) == ("resolved", "lena", "he did ring")
    # A change is no agreement: it goes by another change, with its reason.
    assert not left.retractable
    with pytest.raises(ScorerError, match="change it, with a reason"):
        as_["lead"].take_back_resolution(key)
    with pytest.raises(ScorerError, match="agents cannot judge"):
        as_["agent"].take_back_resolution(key)
    assert store.calls()[0].resolution == "resolved"
    as_["lead"].resolve(key, "promised", "not yet")
    assert as_["lead"].resolution(key).retractable
    # Where the machine has come to say otherwise, nothing is left that would count as well.
    card["provenance"]["rubrics_sha256"] = "r2"
    card["outcome"]["resolution"] = "unresolved"
    store.keep(path, card, PEAKS)
    said = as_["lead"].resolution(key)
    assert (said.outcome, said.earlier, said.retractable) == ("promised", True, False)
    with pytest.raises(ScorerError, match="change it, with a reason"):
        as_["lead"].take_back_resolution(key)


def test_a_critical_point_counts_once_a_person_confirmed_it(store, keep, as_):
    key = keep(judgements=[DISMISSED])
    found = named(as_["reviewer"], key, "does_not_dismiss")
    assert found.undecided
    [entry] = store.calls(Filter(proposed=True), order="attention")
    assert entry.why == "a critical point to confirm"
    with pytest.raises(ScorerError, match="critical points first"):
        as_["reviewer"].sign(key)
    as_["reviewer"].edit(found.id, "missed")
    assert not named(as_["reviewer"], key, "does_not_dismiss").undecided
    assert not store.calls(Filter(proposed=True))
    as_["reviewer"].sign(key)


def test_a_signature_is_for_what_was_signed(store, make_call, as_):
    def signed():
        return store.calls()[0].signed

    key = store.keep(*make_call(), PEAKS)
    assert not signed()
    as_["reviewer"].sign(key)
    assert signed()
    as_["lead"].edit(named(as_["lead"], key).id, "met", "heard it")
    assert not signed()
    as_["lead"].sign(key)
    assert signed()
    as_["lead"].resolve(key, "resolved", "he did ring")
    assert not signed()
    as_["reviewer"].sign(key)
    assert signed()
    store.keep(*make_call(rubrics="r2"), PEAKS)
    assert not signed()


def test_an_agent_disputes_and_another_person_answers(store, keep, as_):
    key = keep()
    found = named(as_["reviewer"], key)
    as_["reviewer"].edit(found.id, "missed")
    number = as_["agent"].dispute(found.id, "I said I am sorry at 0:12")
    with pytest.raises(ScorerError, match="disputed already"):
        as_["agent"].dispute(found.id, "again")
    [entry] = store.calls(Filter(disputed=True), order="attention")
    assert (entry.key, entry.why) == (key, "disputed")
    waiting = named(as_["agent"], key)
    assert waiting.dispute == number
    assert 13 <= (waiting.answer_due - waiting.at).days <= 14
    with pytest.raises(ScorerError, match="ask a colleague"):
        as_["reviewer"].answer(number, "met", "you are right")
    as_["second"].answer(number, "met", "you are right")
    with pytest.raises(ScorerError, match="answered this dispute already"):
        as_["lead"].answer(number, "missed", "no")
    after = named(as_["agent"], key)
    assert (after.outcome, after.by, after.dispute) == ("met", "rob", None)
    assert not store.calls(Filter(disputed=True))
    assert kinds(as_["agent"], key) == ["scored", "edit", "dispute", "answer", "edit"]
    as_["agent"].dispute(found.id, "still not right")  # no judgement is a dead end


def test_who_signs_while_a_dispute_is_open_knows_it(store, keep, as_):
    key = keep()
    number = as_["agent"].dispute(named(as_["agent"], key).id, "I said I am sorry at 0:12")
    with pytest.raises(ScorerError, match="a dispute on this call is still open"):
        as_["reviewer"].sign(key)
    assert not store.calls()[0].signed
    as_["reviewer"].sign(key, disputed=True)
    assert store.calls()[0].signed
    as_["second"].answer(number, "missed", "not before 0:40")
    as_["second"].sign(key)


def test_notes_and_replies(keep, as_):
    key, other = keep("a"), keep("b")
    number = as_["lead"].note(key, "lovely how you summed it up", turn=2)
    as_["agent"].note(key, "thank you", reply_to=number)
    notes = [event for event in as_["agent"].history(key) if event.kind == "note"]
    assert [(n.author, n.text, n.turn, n.reply_to) for n in notes] == [
        ("lena", "lovely how you summed it up", 2, None),
        ("Ann", "thank you", None, number),
    ]
    with pytest.raises(ScorerError, match="no such note"):
        as_["agent"].note(other, "elsewhere", reply_to=number)
    with pytest.raises(ScorerError, match="nothing was written"):
        as_["lead"].note(key, " \n")


def test_a_promise_is_followed_to_its_end(store, keep, as_):
    key = keep()
    with store._database.read() as connection:
        number = connection.execute(promises.select()).mappings().one()["id"]
    as_["agent"].follow(number, "late", "the line was down")
    [event] = [event for event in as_["lead"].history(key) if event.kind == "promise"]
    assert (event.outcome, event.text) == ("late", "call back: the line was down")
    with pytest.raises(ScorerError, match="kept, late or broken"):
        as_["agent"].follow(number, "forgotten")


def fill(as_, key):
    """One record of every kind."""
    found = named(as_["reviewer"], key)
    as_["reviewer"].edit(found.id, "met", "heard it")
    number = as_["agent"].dispute(named(as_["agent"], key, "restates").id, "no")
    as_["second"].answer(number, "met", "it stays")
    as_["agent"].note(key, "thanks", reply_to=as_["lead"].note(key, "well done"))
    as_["reviewer"].sign(key)
    as_["reviewer"].resolve(key, "resolved", "it stays so")
    with as_["admin"]._database.read() as connection:
        promised = connection.execute(promises.select()).mappings().first()["id"]
    as_["agent"].follow(promised, "kept")


def test_what_was_written_cannot_be_changed_or_deleted(store, keep, as_):
    fill(as_, keep())
    for table in (*SAID, *JUDGED, audit):
        refuses(store, table)


def refuses(store, table):
    column = next(c.name for c in table.columns if c.name not in ("id", "call_id"))
    with store._database.read() as connection:
        row = dict(connection.execute(table.select().limit(1)).mappings().one())
    replace = (
        f"INSERT OR REPLACE INTO {table.name} SELECT * FROM {table.name} WHERE id = {row['id']}"
    )
    attempts = [
        text(f"UPDATE {table.name} SET {column} = {column}"),
        delete(table),
        text(replace) if store._database.is_sqlite else text(f"TRUNCATE {table.name} CASCADE"),
    ]
    for attempt in attempts:
        with pytest.raises(DBAPIError, match="what was written stays"):
            store._database.write(lambda connection, attempt=attempt: connection.execute(attempt))
    with store._database.read() as connection:
        assert dict(connection.execute(table.select().limit(1)).mappings().one()) == row


def test_an_erased_call_takes_all_that_was_said_of_it(store, keep, as_):
    key, other = keep("a"), keep("b")
    fill(as_, key)
    as_["reviewer"].note(other, "stays")
    as_["admin"].remove(key)
    with store._database.read() as connection:
        for table in SAID:
            left = connection.execute(table.select()).mappings().all()
            assert [row["text"] for row in left] == (["stays"] if table.name == "notes" else [])
        rows = connection.execute(audit.select()).mappings().all()
    erased = [row for row in rows if row["action"] == "erased"]
    assert [(row["actor"], row["role"]) for row in erased] == [("ada", "admin")]
    said = {"heard it", "well done", "thanks", "it stays", "it stays so", "acknowledges_feeling"}
    assert not any(word in str(value) for row in rows for value in row.values() for word in said)


def test_only_the_erased_calls_records_can_go(store, keep, as_):
    fill(as_, keep("a"))
    gone = keep("b")
    as_["admin"].remove(gone)
    with pytest.raises(DBAPIError, match="what was written stays"):
        store._database.write(lambda connection: connection.execute(delete(SAID[0])))


def test_a_record_of_the_audit_cannot_be_slipped_in_between(store, keep):
    keep()
    with store._database.read() as connection:
        row = dict(connection.execute(audit.select()).mappings().one())
    with pytest.raises(DBAPIError):
        store._database.write(lambda connection: connection.execute(insert(audit).values(**row)))
