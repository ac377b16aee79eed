"""Search, frames, surveys and runs: what is asked of many calls at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.event import listen
from store_cards import PEAKS, SAID, judgement

from scorer.errors import ScorerError
from scorer.store import search
from scorer.store.runs import MAX_TRIES
from scorer.store.schema import promises
from scorer.store.store import Store
from scorer.store.surveys import Survey
from scorer.store.tallies import Among


def said(*texts):
    return [("customer", each) for each in texts]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bill", [0, 2]),
        ("BILL wrong", [0]),
        ("wrong bill", [0]),
        ('"wrong bill"', []),
        ('"bill is wrong"', [0]),
        ("grüße", [1]),
        ("don't", [1]),
        ("3.5", [2]),
        ("self-service", [2]),
        ("ann@example.com", [2]),
        ("bill OR grüße", []),
        ("bil*", []),
        ("NEAR(bill)", []),
        ('" ; DROP TABLE turns', []),
        ("", []),
        ('"" - * \x00', []),
    ],
)
def test_search_finds_the_same_on_both_engines(store, make_call, words, found):
    texts = [
        "My bill is wrong.",
        "Viele Grüße, I don't know",
        "3.5 a bill, self-service ann@example.com",
    ]
    store.keep(*make_call(said=said(*texts), judgements=[]), PEAKS)
    assert sorted(hit.turn for hit in store.search(words)) == found


def test_search_knows_the_newest_words_and_the_latest_call_first(store, make_call):
    first = store.keep(*make_call("a", said=said("a zebra")), PEAKS)
    second = store.keep(*make_call("b", said=said("the zebra", "zebra again")), PEAKS)
    assert [(hit.key, hit.turn) for hit in store.search("zebra")] == [
        (second, 1),
        (second, 0),
        (first, 0),
    ]
    assert len(store.search("zebra", limit=2)) == 2
    store.keep(*make_call("b", said=said("a horse"), model="m2"), PEAKS)
    assert [hit.key for hit in store.search("zebra")] == [first]
    [hit] = store.search("horse")
    assert (hit.call, hit.speaker, hit.start, hit.text) == ("call.wav", "customer", 0.0, "a horse")


def test_search_can_be_of_some_calls_and_is_by_when_they_began(store, make_call):
    began = datetime(2026, 11, 20, 10, tzinfo=UTC)
    new = store.keep(*make_call("a", said=said("a zebra"), started=began.isoformat()), PEAKS)
    before = (began - timedelta(days=30)).isoformat()
    old = store.keep(*make_call("b", said=said("a zebra"), started=before, topic="zoo"), PEAKS)
    unheard = make_call("c", said=said("a zebra"), started=before, team="South")[1]
    silent = store.keep(None, unheard)

    def found(**chosen):
        return [hit.key for hit in store.search("zebra", **chosen)]

    assert found()[0] == new  # an old call that came in later does not top it
    assert found(since=began) == [new]
    assert set(found(until=began)) == {old, silent}
    assert found(among=Among(topic="zoo")) == [old]
    assert found(among=Among(team="South")) == [silent]
    assert found(heard=True) == [new, old]
    [hit] = store.search("zebra", among=Among(topic="zoo"))
    assert (hit.agent, hit.topic) == ("Ann", "zoo")
    assert hit.started == began - timedelta(days=30)


def test_twice_the_calls_take_a_search_of_ones_own_about_twice_as_long(home, make_call, people):
    """On SQLite, counted in steps of its machine: it went through all hits anew for each call."""
    store, steps = Store(home=home), []

    def watch(connection, *_):
        connection.set_progress_handler(lambda: steps.append(1), 10)

    listen(store._database.engine, "checkout", watch)

    def cost():
        steps.clear()
        assert len(store.seen_by(people["agent"]).search("zebra")) == 50
        return len(steps)

    for number in range(60):
        path, card = make_call(f"sound {number}", said=[("agent", "zebra")] * 20)
        store.keep(path, card, PEAKS)
        if number == 29:
            half = cost()
    assert cost() < 2.5 * half  # four times, when it did
    store.close()


def test_search_uses_the_index_on_postgresql(emptied):
    store = Store(emptied)
    query = (
        f"EXPLAIN SELECT id FROM turns WHERE {search._WORDS} @@ phraseto_tsquery('simple', 'bill')"
    )
    with store._database.read() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        assert "ix_turns_words" in "".join(connection.exec_driver_sql(query).scalars())
    store.close()


def test_frames_count_what_people_decided(store, keep, people):
    proposed = judgement("empathy", "does_not_dismiss", "missed", critical=True, proposed=True)
    key = keep("a", judgements=[judgement(), judgement("listening", "restates", "met"), proposed])
    reviewer = store.seen_by(people["reviewer"])
    first, second, _ = reviewer.judged(key)
    reviewer.edit(first.id, "missed")
    reviewer.edit(first.id, "partly", "half of it")
    reviewer.edit(second.id, "cannot_tell", "the line was bad")
    frame = store.frame("judgements").sort("criterion")
    assert frame.select("criterion", "outcome", "score", "machine", "decided_by").rows() == [
        ("acknowledges_feeling", "partly", 0.5, "missed", "rita"),
        ("does_not_dismiss", "missed", None, "missed", None),
        ("restates", "cannot_tell", None, "met", "rita"),
    ]
    reviewer.edit(reviewer.judged(key)[2].id, "missed")
    assert store.frame("judgements").filter(criterion="does_not_dismiss")["score"].item() == 0.0


def test_every_frame_is_of_the_newest_scorecards(store, make_call):
    store.keep(*make_call(rubrics="r1"), PEAKS)
    store.keep(*make_call(rubrics="r2"), PEAKS)
    counts = {
        name: store.frame(name).height for name in ("calls", "judgements", "moments", "promises")
    }
    assert counts == {"calls": 1, "judgements": 2, "moments": 1, "promises": 1}
    [moment] = store.frame("moments").to_dicts()
    assert (moment["kind"], moment["quote"], moment["agent"]) == ("misery", SAID[1][1], "Ann")


def test_an_empty_frame_has_its_columns_and_types(store):
    for name in ("calls", "judgements", "moments", "promises", "surveys"):
        frame = store.frame(name)
        assert frame.height == 0
        assert frame.schema["key"] == pl.String
        assert frame.schema["started"] == pl.Datetime("us", "UTC")
        assert not any("duration" in column or "time" in column for column in frame.columns)
    with pytest.raises(ScorerError, match="no such table"):
        store.frame("audit")


def test_a_frame_can_be_of_some_days_and_one_team(store, keep):
    keep("a", started="2026-11-20T10:00:00Z", team="North")
    keep("b", started="2026-11-21T10:00:00Z", team="South")
    day = datetime(2026, 11, 21, tzinfo=UTC)
    assert store.frame("calls", since=day)["team"].to_list() == ["South"]
    assert store.frame("calls", until=day)["team"].to_list() == ["North"]
    assert store.frame("calls", team="South").height == 1
    assert store.frame("calls", since=day + timedelta(days=1)).height == 0


def test_the_last_word_on_a_promise_is_in_its_frame(store, keep, people):
    keep()
    with store._database.read() as connection:
        number = connection.execute(promises.select()).mappings().one()["id"]
    assert store.frame("promises")["status"].to_list() == [None]
    agent = store.seen_by(people["agent"])
    agent.follow(number, "broken")
    agent.follow(number, "late", "called on Monday")
    [row] = store.frame("promises").to_dicts()
    assert (row["promise"], row["due"], row["status"]) == (number, "2026-11-27", "late")


def test_a_survey_finds_its_call_once(store, keep):
    key = keep("a", name="monday.wav")
    keep("b", name="twice.wav")
    keep("c", name="twice.wav")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    by_name, unclear = (
        Survey("monday.wav", "nps", 9, 0, 10, at),
        Survey("twice.wav", "csat", 1, 1, 5, at),
    )
    assert store.survey([Survey(key, "csat", 4, 1, 5, at, "good"), by_name, unclear]) == [unclear]
    assert store.survey([by_name]) == []
    rows = (
        store.frame("surveys")
        .sort("kind")
        .select("call", "kind", "value", "high", "comment")
        .rows()
    )
    assert rows == [("monday.wav", "csat", 4.0, 5.0, "good"), ("monday.wav", "nps", 9.0, 10.0, "")]
    with pytest.raises(ScorerError, match="not on its scale"):
        Survey(key, "csat", 6, 1, 5, at)


def test_a_survey_may_leave_out_how_the_name_ends_and_nothing_else(store, keep):
    keep("a", name="monday.wav")
    keep("b", name="Größe_1%.wav")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    named = [
        Survey(name, "csat", 4, 1, 5, at) for name in ("monday", "Monday", "mon", "Größe_1%", "G%")
    ]
    assert [each.call for each in store.survey(named)] == ["Monday", "mon", "G%"]


def test_a_run_leaves_its_report(store):
    number = store.run_started({"source": "/calls"})
    store.run_report(number, {"scored": 1})
    assert store.runs()[0].state == "running"
    store.run_report(number, {"scored": 2}, "finished")
    [run] = store.runs()
    assert (run.id, run.state, run.options, run.report) == (
        number,
        "finished",
        {"source": "/calls"},
        {"scored": 2},
    )
    assert run.finished >= run.started
    store.run_started({})
    assert store.run(number) == run
    for ask in (store.run, lambda run: store.run_report(run, {})):
        with pytest.raises(ScorerError, match="99: no such run"):
            ask(99)


def test_recordings_that_fail_at_once_are_all_counted(store):
    together = Barrier(4)

    def fail(number):
        for recording in range(20):
            together.wait(10)
            store.failed(str(recording), "r1", "m1", f"it ended worker {number}")

    with ThreadPoolExecutor(4) as several:
        list(several.map(fail, range(4)))
    assert [each.tries for each in store.failing()] == [4] * 20


def test_a_recording_that_fails_too_often_is_set_aside_until_forgiven(store, make_call):
    path, card = make_call()
    sha256 = card["provenance"]["recording_sha256"]
    tries = [store.failed(sha256, "r1", "m1", "cannot be decoded") for _ in range(MAX_TRIES)]
    assert [each.set_aside for each in tries] == [False] * (MAX_TRIES - 1) + [True]
    store.failed("other", "r1", "m1", "too long")
    assert {each.source for each in store.failing()} == {sha256, "other"}
    assert store.forgive("other") == 1
    store.keep(path, card, PEAKS)  # scored after all
    assert store.failing() == []
