"""What leads do about calls: promises, complaints, playlists, figures; who may, and it stays."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from store_cards import PEAKS, judgement, moment
from test_reviews import named, refuses
from test_upkeep import rows

from scorer.errors import ScorerError
from scorer.store.access import Person
from scorer.store.company import Figure
from scorer.store.complaints import SURVEY, Entry
from scorer.store.schema_lead import SAID_OF_CALLS, SAID_OF_LEADS
from scorer.store.store import Filter, Store
from scorer.store.surveys import Survey
from scorer.store.tallies import Among

#: The promise of every card in `make_call` is due on this day.
DUE = date(2026, 11, 27)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WEEKS = [datetime(2026, 11, day, tzinfo=UTC) for day in (9, 16, 23, 30)]
LEARNT = Entry("the van was full", "load it the evening before", "the depot", "Lena", "no")


@pytest.fixture
def put(store, make_call):
    """A call with moments of the outcome, and whatever metadata is named."""

    def put(content, *moments, **about):
        path, card = make_call(content, started=about.pop("started", NOON.isoformat()), **about)
        card["outcome"]["moments"] = list(moments)
        return store.keep(path, card, PEAKS)

    return put


def complaint(about="delivery", outcome="missed"):
    quote = "I am really upset"
    return {**moment(quote), "rubric": "complaint_register", "criterion": about} | {
        "outcome": outcome,
        "kind": "misery",
    }


def fill(as_, key):
    lead = as_["lead"]
    [promise] = lead.ledger.entries("open", DUE)
    lead.ledger.assign(promise.number, "Ann", "she knows him")
    lead.complaints.write(key, "delivery", LEARNT)
    playlist = lead.playlists.new("Monday")
    lead.playlists.add(playlist, key, (1, 2), (4.0, 9.0), "listen to the end")
    as_["admin"].company.put([Figure("2026-10", "North", "profit", 1.5, "M$", None, "ledger")])
    return playlist


# Promises


def test_a_promise_is_due_then_overdue_then_kept(as_, put):
    key = put("a")
    ledger = as_["lead"].ledger
    [promise] = ledger.entries("due", DUE)
    assert (promise.key, promise.what, promise.due) == (key, "call back", "2026-11-27")
    assert [p.number for p in ledger.entries("overdue", DUE + timedelta(1))] == [promise.number]
    assert ledger.entries("overdue", DUE) == ledger.entries("due", DUE - timedelta(1)) == []
    assert ledger.counts(DUE) == dict.fromkeys(ledger.counts(DUE), 0) | {"open": 1, "due": 1}
    as_["agent"].follow(promise.number, "late", "the line was down")
    as_["lead"].follow(promise.number, "kept")
    [kept] = ledger.entries("kept", DUE)
    assert (kept.status, kept.by) == ("kept", "lena")
    assert [(s.author, s.status, s.text) for s in ledger.history(promise.number)] == [
        ("Ann", "late", "the line was down"),
        ("lena", "kept", ""),
    ]


def test_what_was_done_about_a_promise_holds_after_the_call_was_scored_anew(as_, put, store):
    put("a")
    [promise] = as_["lead"].ledger.entries("open", DUE)
    as_["lead"].ledger.assign(promise.number, "Ann")
    as_["lead"].follow(promise.number, "broken", "forgot")
    put("a", model="m2")
    [again] = as_["lead"].ledger.entries("broken", DUE)
    assert again.number != promise.number
    assert (again.owner, again.reason) == ("Ann", "forgot")
    assert len(as_["lead"].ledger.history(again.number)) == 2
    assert store.frame("promises")["status"].to_list() == ["broken"]


def test_who_gives_a_promise_to_whom(as_, put):
    put("a")
    theirs = put("b", team="South", agent="Cid")
    admin = as_["admin"].ledger
    numbers = {promise.key: promise.number for promise in admin.entries("open", DUE)}
    assert len(numbers) == 2
    for role in ("reviewer", "agent", "operator"):
        with pytest.raises(ScorerError, match="cannot assign"):
            as_[role].ledger.assign(next(iter(numbers.values())), "Ann")
    with pytest.raises(ScorerError, match="no such promise"):
        as_["lead"].ledger.assign(numbers[theirs], "Ann")
    with pytest.raises(ScorerError, match="no such promise"):
        as_["lead"].ledger.history(numbers[theirs])
    assert theirs not in [promise.key for promise in as_["lead"].ledger.entries("open", DUE)]
    admin.assign(numbers[theirs], "Cid")
    assert [p.owner for p in admin.entries("open", DUE, owner="Cid")] == ["Cid"]


# Complaints


def test_a_complaint_is_written_about_and_every_entry_stays(as_, put):
    key = put("a", complaint())
    register = as_["lead"].complaints
    [heard] = register.heard(open_only=True)
    assert (heard.about, heard.outcome, heard.written) == ("delivery", "missed", None)
    register.write(key, "delivery", Entry("the van was full", "", "", "", ""))
    register.write(key, "delivery", LEARNT)
    assert register.heard(open_only=True) == []
    [heard] = register.heard()
    assert (heard.written.lesson, heard.entries) == (LEARNT.lesson, 2)
    assert [entry.author for entry in register.history(key, "delivery")] == ["lena", "lena"]
    assert register.counts() == {
        "delivery": {"all": 1, "made_good": 0, "left_open": 1, "taught": 1}
    }
    with pytest.raises(ScorerError, match="nothing was written"):
        register.write(key, "delivery", Entry(" ", "", "", "", "yes"))
    with pytest.raises(ScorerError, match="cannot assign"):
        as_["reviewer"].complaints.write(key, "delivery", LEARNT)


def test_a_complaint_came_back_where_the_customer_complains_of_it_again(as_, put):
    first = put("a", complaint(), customer="Novak")
    later = NOON + timedelta(days=2)
    second = put("b", complaint(), customer="Novak", started=later.isoformat())
    put("c", complaint("billing"), customer="Novak", started=later.isoformat())
    put("d", complaint(), customer="Weber", started=later.isoformat())
    found = {(c.key, c.about): c.again for c in as_["lead"].complaints.heard()}
    assert found[first, "delivery"] == ((second, later),)
    assert found[second, "delivery"] == ()


def test_a_bad_answer_waits_until_somebody_wrote_what_was_done(as_, put, store):
    bad, fair = put("a"), put("b")
    answered = NOON + timedelta(days=1)
    store.survey(
        [
            Survey(bad, "csat", 2, 1, 5, answered, "Nobody called."),
            Survey(fair, "csat", 3, 1, 5, answered),
            Survey(fair, "nps", 7, 0, 10, answered),
        ]
    )
    register = as_["lead"].complaints
    [alert] = register.surveyed()
    assert (alert.key, alert.quote, alert.outcome) == (bad, "Nobody called.", "csat 2 of 1 to 5")
    register.write(bad, SURVEY, Entry("", "", "", "Lena", ""))
    assert register.surveyed() == []
    assert register.surveyed(open_only=False)[0].written.owner == "Lena"


# Playlists


def test_a_playlist_is_shared_by_its_key_and_shows_what_each_may_hear(as_, put):
    ours, theirs = put("a"), put("b", team="South", agent="Cid")
    admin = as_["admin"].playlists
    key = admin.new("For the meeting")
    admin.add(key, ours, (0, 1), (0.0, 5.0), "how it began")
    admin.add(key, theirs, (1, 2))
    opened = as_["reviewer"].playlists.open(key)
    assert [(clip.key, clip.words, clip.heard) for clip in opened.clips] == [
        (ours, "how it began", True)
    ]
    assert [line.place for line in opened.clips[0].lines] == [0, 1]
    assert opened.hidden == 1
    with pytest.raises(ScorerError, match="only who made a playlist"):
        as_["lead"].playlists.drop(key, ours, (0, 1))
    with pytest.raises(ScorerError, match="no such call"):
        as_["lead"].playlists.add(as_["lead"].playlists.new("mine"), theirs, (0, 1))
    admin.drop(key, ours, (0, 1))
    admin.add(key, ours, (0, 1))  # and in again, now at the end
    assert [clip.key for clip in admin.open(key).clips] == [theirs, ours]
    [listed] = admin.mine()
    assert (listed.title, listed.clips) == ("For the meeting", 2)
    with pytest.raises(ScorerError, match="no such playlist"):
        admin.open("nothere")
    for role in ("agent", "operator"):
        with pytest.raises(ScorerError, match="cannot gather"):
            as_[role].playlists.new("x")


# Figures


def test_the_last_word_on_a_months_figure_counts(as_):
    admin = as_["admin"].company
    october = Figure("2026-10", "North", "employee_satisfaction", 3.9, "1 to 5", 12, "pulse")
    assert admin.put([october]) == 1
    assert admin.put([october]) == 0
    better = Figure("2026-10", "North", "employee_satisfaction", 4.1, "1 to 5", 14, "pulse")
    assert admin.put([better]) == 1
    seen = as_["lead"].company.figures("North")
    assert seen.select("month", "value", "answers").rows() == [("2026-10", 4.1, 14)]
    assert as_["lead"].company.figures("South").height == 0
    admin.put([Figure("2026-10", "South", "profit", 2.0, "M$", None, "ledger")])
    assert as_["lead"].company.figures("South").height == 0  # not a team of theirs
    with pytest.raises(ScorerError, match="cannot keep"):
        as_["lead"].company.put([october])
    for role in ("reviewer", "agent", "operator"):
        with pytest.raises(ScorerError, match="cannot compare"):
            as_[role].company.figures("North")


def opens_to_as_many(lead):
    """Each answer that counts is counted as often as the list shows calls with it."""
    answers = lead.tallies.judgements(WEEKS, Among("North"))
    by_answer = answers.group_by("rubric", "criterion", "outcome").agg(pl.col("calls").sum())
    assert by_answer.height > 1
    for rubric, criterion, outcome, calls in by_answer.rows():
        wanted = Filter(team="North", criterion=f"{rubric}.{criterion}", answer=outcome)
        assert len(lead.calls(wanted)) == calls


def test_tallies_count_what_the_list_shows(as_, put):
    put("a", complaint(outcome="recovered"), queue="Billing", topic="a fee")
    put("b", complaint(), queue="Billing", topic="a refund", started="2026-11-17T08:00:00+00:00")
    put("c", team="South", agent="Cid")
    lead = as_["lead"]
    counted = lead.tallies.calls(WEEKS, Among("North"), ["queue", "topic"])
    assert counted.select("period", "queue", "topic", "calls", "made_good", "left_open").sort(
        "period"
    ).rows() == [(1, "Billing", "a refund", 1, 0, 1), (2, "Billing", "a fee", 1, 1, 0)]
    assert counted["resolved"].sum() == 0  # both were promised
    assert lead.tallies.calls(WEEKS, Among("South")).height == 0
    for name, keys in (("made_good", 1), ("left_open", 1), ("complaint", 2)):
        assert len(lead.calls(Filter(team="North", moment=name))) == keys
    opens_to_as_many(lead)
    change = as_["reviewer"]
    for judged in change.judged(lead.calls()[0].key):
        change.edit(judged.id, "partly", "half of it")
    opens_to_as_many(lead)
    before = lead.tallies.state()
    [promise, *_] = lead.ledger.entries("open", DUE)
    lead.follow(promise.number, "kept")
    assert lead.tallies.state() > before
    kept = lead.tallies.promises(WEEKS, Among("North"))
    assert kept.filter(status="kept")["promises"].sum() == 1
    assert len(lead.calls(Filter(promise="kept"))) == 1
    assert lead.tallies.named("queue") == ["Billing"]
    assert as_["admin"].tallies.named("team") == ["North", "South"]


def test_figures_follow_a_call_that_is_described_anew(store, make_call, as_):
    path, card = make_call(started=NOON.isoformat())
    store.keep(path, card, PEAKS)
    tallies = as_["admin"].tallies
    known = tallies.state()
    store.keep(path, card, PEAKS)
    assert tallies.state() == known  # nothing new was said
    card["metadata"]["team"] = "South"
    store.keep(path, card, PEAKS)
    assert tallies.state() > known
    assert tallies.calls(WEEKS, Among(), ["team"]).select("team", "calls").rows() == [("South", 1)]
    assert store.check(deep=True) == []


def test_clips_bring_the_words_around_and_say_whether_they_can_be_heard(as_, put, store):
    key = put("a", complaint(outcome="recovered"))
    [clip] = as_["lead"].clips.of("recovered")
    assert (clip.key, clip.turn, clip.heard) == (key, 1, True)
    assert [line.place for line in clip.lines] == [0, 1, 2]
    store.let_go(key)
    assert not as_["lead"].clips.of("recovered")[0].heard
    with pytest.raises(ScorerError, match="no such moments"):
        as_["lead"].clips.of("joy")
    with pytest.raises(ScorerError, match="cannot read"):
        as_["operator"].clips.of("magic")


def test_calls_whose_start_is_unknown_count_from_when_they_came_in(as_, make_call, store):
    """As in the figures; to be asked for a span must not make them vanish."""
    path, card = make_call("a")
    card["outcome"]["moments"] = [complaint(outcome="recovered")]
    key = store.keep(path, card, PEAKS)
    clips, register = as_["lead"].clips, as_["lead"].complaints
    now = datetime.now(UTC)
    since, until = now - timedelta(hours=1), now + timedelta(hours=1)
    assert [each.key for each in clips.of("recovered", since=since, until=until)] == [key]
    assert [each.key for each in clips.of("misery", since=since, until=until)] == [key]
    assert clips.of("misery", since=until) == []
    assert [each.key for each in register.heard(since=since)] == [key]
    assert list(register.counts(since=since)) == ["delivery"]


def test_what_a_person_overruled_is_neither_practised_nor_praised(as_, make_call, store):
    upset = moment("I am really upset")
    path, card = make_call(
        judgements=[judgement(moments=[upset])], started=NOON.isoformat(), agent="Ann"
    )
    key = store.keep(path, card, PEAKS)
    lead = as_["lead"]

    def seen() -> tuple[int, int, int]:
        listed = lead.calls(Filter(moment="misery"))
        return len(lead.clips.of("misery")), len(listed), len(lead.practice.moments("Ann", NOON))

    found = named(as_["reviewer"], key)
    assert seen() == (1, 1, 1)
    for outcome, times in (("met", 0), ("missed", 1), ("no_opportunity", 0), ("partly", 1)):
        as_["reviewer"].edit(found.id, outcome, "heard it")
        assert seen() == (times, times, times), outcome


def test_what_the_program_is_hardly_sure_of_is_on_its_call_alone(as_, put):
    for content, sure in (("a", 0.2), ("b", 0.4)):
        put(content, {**moment("I am really upset"), "confidence": sure}, judgements=[])
    assert len(as_["lead"].clips.of("misery")) == 1


TAKEN_OVER = [
    ("agent", "I will put you through."),
    ("customer", "I am really upset, I say it for the third time."),
    ("agent_2", "I am so sorry. I have it all here, and the fee is gone."),
]


def test_what_a_second_agent_did_is_not_the_first_ones(as_, make_call, store):
    """Whoever took the call after a transfer has no name; the call's agent did not do it."""
    unnamed = moment("I am really upset", outcome="met", kind="magic")
    answered = {**unnamed, "response": {"turn": 2, "quote": "I am so sorry."}}
    own = {**moment("I will put you through.", turn=0), "criterion": "warm_handover"}
    for content, magic in (("a", answered), ("b", unnamed)):
        path, card = make_call(
            content, said=TAKEN_OVER, judgements=[], started=NOON.isoformat(), agent="Ann"
        )
        card["outcome"]["moments"] = [magic, own]
        store.keep(path, card, PEAKS)
    lead = as_["lead"]
    assert [each.by for each in lead.clips.of("magic")] == ["agent_2", "agent_2"]
    assert [each.by for each in lead.clips.of("misery")] == ["agent", "agent"]
    found = lead.practice.moments("Ann", NOON)
    assert found["criterion"].to_list() == ["warm_handover", "warm_handover"]


# All of it


def test_what_was_written_cannot_be_changed_or_deleted(store, put, as_):
    fill(as_, put("a"))
    for table in (*SAID_OF_CALLS, *SAID_OF_LEADS):
        refuses(store, table)


def test_an_erased_call_takes_what_is_about_it_along(store, put, as_):
    playlist = fill(as_, put("a"))
    before = rows(store)
    as_["admin"].remove(next(iter(store.calls())).key)
    left = rows(store)
    for table in SAID_OF_CALLS:
        assert before[table.name]
        assert left[table.name] == []
    for table in SAID_OF_LEADS:
        assert left[table.name] == before[table.name]
    assert store.check(deep=True) == []
    assert as_["lead"].playlists.open(playlist).clips == ()


def test_a_backup_brings_all_of_it_back(store, put, as_, tmp_path):
    fill(as_, put("a"))
    store.backup(tmp_path / "backup")
    second = Store(home=tmp_path / "second")
    second.restore(tmp_path / "backup")
    assert rows(second) == rows(store)
    assert second.check(deep=True) == []
    second.close()


def test_an_operator_sees_no_word_of_any_of_it(store, put):
    put("a", complaint())
    operator = store.seen_by(Person("olaf", "operator"))
    for door in (
        lambda: operator.ledger.entries("open", DUE),
        lambda: operator.ledger.counts(DUE),
        lambda: operator.complaints.heard(),
        lambda: operator.complaints.surveyed(),
        lambda: operator.complaints.counts(),
        lambda: operator.clips.of("magic"),
        lambda: operator.tallies.calls(WEEKS, Among()),
    ):
        with pytest.raises(ScorerError, match="operators cannot"):
            door()
