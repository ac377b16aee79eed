"""What people say of a call: it reaches the store, counts from then on, and stays visible."""

import json
from dataclasses import replace
from datetime import date

import example_call
import pytest
from test_pages import call_page, run, texts

from scorer.errors import ScorerError
from scorer.pages import outcome, promised, review, shows
from scorer.pages.shows import by_people
from scorer.pages.view import view
from scorer.store.access import Person
from scorer.store.store import Store

TEAMS = frozenset({"north"})
RITA, NOOR = Person("rita", "reviewer", TEAMS), Person("noor", "lead", TEAMS)
MARTA = Person("marta", "agent")


@pytest.fixture
def call(home, tmp_path):
    return Call(home, tmp_path)


class Call:
    """The example call, as one person after the other has its page open."""

    def __init__(self, home, scratch):
        about = {"team": "north", "agent": "marta"}
        self.key = example_call.shelve(home, scratch, metadata=about)
        self.store = Store(home=home)

    def says(self, who, **said):
        review.act(self.store.seen_by(who), self.key, said)

    def number(self, criterion):
        [found] = [j for j in self.store.judged(self.key) if j.criterion == criterion]
        return found

    def edit(self, who, criterion, to, reason=""):
        number = self.number(criterion).id
        self.says(who, act="edit", judgement=number, to=to, reason=reason)

    def panel(self, who=RITA):
        store = self.store.seen_by(who)
        return review.panel(store, store.card(self.key), store.history(self.key), "", 0)

    def view(self, who=RITA):
        store = self.store.seen_by(who)
        card, events = store.card(self.key), store.history(self.key)
        people = by_people(store.judged(self.key), events, card, who.name)
        became = review.became(store.resolution(self.key))
        return view("k", card, None, {}, people, became)

    def rubric(self, name, who=RITA):
        [found] = [r for r in self.view(who)["rubrics"] if r["name"] == name]
        return found

    def marked(self, told):
        return [mark for mark in self.view()["marks"] if told in mark["label"]]

    def judgement(self, rubric, criterion, who=RITA):
        shown = self.rubric(rubric, who)["judgements"]
        [found] = [judgement for judgement in shown if judgement["criterion"] == criterion]
        return found


def test_a_change_counts_and_stands_beside_what_the_machine_said(call):
    assert call.rubric("listening")["pill"]["text"] == "met 1, partly 1 of 2"
    call.edit(RITA, "lets_finish", "missed", "cut short twice")
    shown = call.judgement("listening", "lets_finish")
    assert (shown["outcome"], shown["result"]) == ("missed", "missed")
    decision = shown["decision"]
    assert (decision["machine"], decision["person"]) == ("partly met", "missed")
    assert (decision["by"], decision["reason"]) == ("rita", "cut short twice")
    assert call.rubric("listening")["pill"]["text"] == "met 1 of 2"
    # The scorecard itself is as the machine made it.
    card = call.store.card(call.key)
    assert card["judgements"][0]["outcome"] == "partly"


def test_to_agree_needs_no_reason_and_a_change_does(call):
    call.edit(RITA, "restates", "met")
    assert call.judgement("listening", "restates")["decision"]["agreed"]
    with pytest.raises(ScorerError, match="say in a sentence why"):
        call.edit(RITA, "restates", "missed")


def test_what_one_agreed_with_can_be_taken_back(call):
    call.edit(RITA, "leaves_better", "cannot_tell")
    decision = call.judgement("customer_satisfaction", "leaves_better")["decision"]
    assert (decision["agreed"], decision["retractable"]) == (True, True)
    call.says(RITA, act="take_back", judgement=call.number("leaves_better").id)
    shown = call.judgement("customer_satisfaction", "leaves_better")
    assert shown["decision"] is None
    assert shown["unsure"]
    told = [sentence for _, sentence in shown["said"]]
    assert "rita agreed with" in told[0]
    assert told[1].startswith("rita took back what they said of “")
    call.edit(RITA, "lets_finish", "missed", "cut short twice")
    assert not call.judgement("listening", "lets_finish")["decision"]["retractable"]


def test_what_became_of_the_customer_is_what_a_person_says(call):
    def shown():
        return call.view()["facts"][0]

    heard = shown()["quotes"]
    assert (shown()["value"], shown()["answer"], shown()["by"]) == ("Promised", "promised", "")
    with pytest.raises(ScorerError, match="say in a sentence why"):
        call.says(RITA, act="resolve", to="unresolved", reason="")
    call.says(RITA, act="resolve", to="promised", reason="")
    assert shown()["detail"].startswith("rita agreed, ")
    assert shown()["quotes"] == heard
    call.says(NOOR, act="resolve", to="unclear", reason="nobody says it")
    after = shown()
    assert (after["value"], after["answer"], after["by"]) == ("Unclear", "unclear", "noor")
    assert after["detail"].startswith("Machine: Promised · noor decided, ")
    assert after["detail"].endswith(": nobody says it")
    assert not after["known"]
    assert {quote["note"] for quote in after["quotes"]} == {"as the machine had it"}
    told = [told for _, told in call.panel()["history"]]
    assert told[1:] == [
        "rita agreed with “Outcome”, promised",
        "noor changed “Outcome” from promised to unclear: nobody says it",
    ]
    card = call.store.card(call.key)
    card["provenance"]["rubrics_sha256"] = "another"
    call.store.keep(None, card)
    assert shown()["detail"].endswith(": nobody says it (on an earlier scorecard)")


def test_who_agreed_with_the_outcome_takes_it_back(call):
    def shown():
        return call.view()["facts"][0]

    before = shown()
    assert not before["retractable"]
    call.says(RITA, act="resolve", to="promised", reason="")
    call.says(RITA, act="sign")
    assert (shown()["by"], shown()["agreed"], shown()["retractable"]) == ("rita", True, True)
    call.says(RITA, act="take_back_resolution")
    assert shown() == before
    told = [told for _, told in call.panel()["history"]]
    assert told[-1] == "rita took back what they said of “Outcome”"
    assert call.panel()["signed"]["changed"]
    call.says(NOOR, act="resolve", to="resolved", reason="the van came")
    assert not shown()["retractable"]
    call.says(RITA, act="resolve", to="resolved", reason="")
    with pytest.raises(ScorerError, match="not yours"):
        call.says(NOOR, act="take_back_resolution")
    call.says(RITA, act="take_back_resolution")
    assert (shown()["answer"], shown()["by"], shown()["agreed"]) == ("resolved", "noor", False)
    assert shown()["detail"].endswith(": the van came")


def test_where_a_person_answered_the_need_the_outcome_is_held_against_that(call):
    card = call.store.card(call.key)
    asked = {"rubric": "customer_satisfaction", "criterion": "need_met", "outcome": "met"}
    found = {**card["outcome"], "resolution": "resolved"}
    card = {**card, "outcome": found, "judgements": [{**card["judgements"][0], **asked}]}

    def differs(need, became=None):
        people = {("customer_satisfaction", "need_met"): {"outcome": need}}
        return "reads it otherwise" in outcome.facts(card, people, became)[0]["detail"]

    assert not differs("met")
    assert differs("missed")
    said = {"by": "noor", "when": "", "reason": "", "outcome": "resolved"}
    said |= {"earlier": False, "retractable": False}
    assert not differs("missed", said)  # a person decided


def test_what_the_machine_doubts_is_settled_by_a_person(call):
    assert call.judgement("customer_satisfaction", "leaves_better")["unsure"]
    call.edit(RITA, "leaves_better", "met", "relieved, in her own words")
    assert not call.judgement("customer_satisfaction", "leaves_better")["unsure"]


def test_where_no_opportunity_was_seen_a_person_may_see_one(call):
    [quiet] = call.rubric("listening")["quiet"]
    assert quiet["criterion"] == "asks_open"
    call.edit(RITA, "asks_open", "met", "What can I do for you?")
    assert call.judgement("listening", "asks_open")["outcome"] == "met"
    assert call.rubric("listening")["quiet"] == []


def test_a_dispute_names_its_day_until_somebody_else_answers(call):
    number = call.number("lets_finish").id
    call.says(MARTA, act="dispute", judgement=number, reason="the line lagged")
    asked = call.judgement("listening", "lets_finish")["dispute"]
    assert (asked["by"], asked["reason"], asked["mine"]) == ("marta", "the line lagged", False)
    assert asked["due"].startswith("somebody else answers by ")
    assert call.judgement("listening", "lets_finish", MARTA)["dispute"]["mine"]
    call.says(NOOR, act="answer", dispute=asked["number"], to="met", reason="it did lag")
    settled = call.judgement("listening", "lets_finish")
    assert settled["dispute"] is None
    assert settled["outcome"] == "met"
    told = " ".join(sentence for _, sentence in settled["said"])
    assert "marta disputed" in told
    assert "noor answered" in told


def test_a_mark_and_its_line_follow_the_answer_of_a_person(call):
    """An agent who was right sees no misery any more; what the machine had is history."""
    told = "Lets the customer finish"
    [_, missed] = call.marked(told)
    assert (missed["kind"], missed["outcome"]) == ("misery", "missed")
    number = call.number("lets_finish").id
    call.says(MARTA, act="dispute", judgement=number, reason="the line lagged")
    asked = call.judgement("listening", "lets_finish")["dispute"]["number"]
    call.says(NOOR, act="answer", dispute=asked, to="met", reason="you are right")
    [other, settled] = call.marked(told)
    assert (settled["kind"], settled["outcome"]) == ("truth", "met")
    assert "Lets the customer finish, met (as noor decided)" in settled["label"]
    assert "noor" not in other["label"].partition(";")[0]  # the machine saw that one as met itself
    met, was = call.judgement("listening", "lets_finish")["moments"]
    assert (met["outcome"], met["result"]) == ("met", "met")
    assert (was["outcome"], was["result"]) == ("overruled", "missed, as the machine had it")


def test_where_a_person_saw_no_opening_there_is_no_mark(call):
    [mark] = call.marked("It took little effort, missed")
    call.edit(RITA, "little_effort", "missed")
    assert call.marked("It took little effort, missed") == [mark]  # agreed: as the machine had it
    call.edit(NOOR, "little_effort", "no_opportunity", "a first call")
    assert not call.marked("It took little effort")


def test_a_signature_is_under_what_was_decided_by_then(call):
    assert call.panel()["signed"] is None
    call.says(RITA, act="sign")
    assert not call.panel()["signed"]["changed"]
    call.says(RITA, act="note", reason="well done")
    assert not call.panel()["signed"]["changed"]  # a note decides nothing
    call.says(RITA, act="resolve", to="resolved", reason="the van came")
    assert call.panel()["signed"]["changed"]
    call.says(RITA, act="sign")
    call.edit(NOOR, "restates", "partly", "not checked")
    assert call.panel()["signed"] == {**call.panel()["signed"], "by": "rita", "changed": True}


def test_who_signs_is_told_of_open_disputes_and_asked(call):
    assert call.panel()["disputed"] == ""
    for criterion in ("lets_finish", "restates"):
        call.says(MARTA, act="dispute", judgement=call.number(criterion).id, reason="no")
    assert call.panel()["disputed"].startswith("2 disputes on this call are still open")
    asked = call.judgement("listening", "restates")["dispute"]["number"]
    call.says(NOOR, act="answer", dispute=asked, to="met", reason="as it was")
    assert call.panel()["disputed"].startswith("1 dispute on this call is still open")
    with pytest.raises(ScorerError, match="a dispute on this call is still open"):
        call.says(RITA, act="sign")
    assert call.panel()["signed"] is None
    call.says(RITA, act="sign", disputed=True)
    assert call.panel()["signed"]["by"] == "rita"


def test_notes_stand_with_their_replies(call):
    call.says(RITA, act="note", turn=2, reason="warm")
    call.says(RITA, act="note", reason="on the whole")
    first, whole = call.panel()["notes"]
    call.says(MARTA, act="note", reply_to=first["number"], reason="thank you")
    first, whole = call.panel()["notes"]
    assert [(by, text) for by, _, text in first["said"]] == [
        ("rita", "warm"),
        ("marta", "thank you"),
    ]
    assert (first["turn"], whole["turn"]) == (2, None)
    assert any("rita wrote at 0:12: warm" in told for _, told in call.panel()["history"])


def test_a_note_on_a_turn_that_is_gone_is_still_seen(call):
    call.says(RITA, act="note", turn=99, reason="on words that were heard otherwise then")
    [note] = call.panel()["notes"]
    assert note["turn"] is None


def test_a_promise_is_followed_and_its_last_word_counts(call):
    def shown():
        store = call.store.seen_by(RITA)
        return promised.shown(store.ledger.of_call(call.key), store.card(call.key))

    [promise] = shown()
    assert (promise["result"], promise["status"], promise["told"]) == ("open", "", "")
    assert promise["due"].startswith("due Thu 26 Nov")
    assert promise["quote"]["text"] == "I will ring you myself on Thursday"
    number = promise["number"]
    call.says(MARTA, act="follow", promise=number, to="late", reason="the van came on Friday")
    assert shown()[0]["result"] == "kept late"
    assert "marta, " in shown()[0]["told"]
    assert shown()[0]["told"].endswith(": the van came on Friday")
    call.says(RITA, act="follow", promise=number, to="broken", reason="")
    assert (shown()[0]["status"], shown()[0]["result"]) == ("broken", "not kept")
    assert any("marta noted a promise as kept late" in told for _, told in call.panel()["history"])
    with pytest.raises(ScorerError, match="kept, late or broken"):
        call.says(RITA, act="follow", promise=number, to="forgotten", reason="")


@pytest.mark.parametrize(
    ("due", "status", "told"),
    [
        ("2026-11-26", "", "due Thu 26 Nov"),
        ("2026-11-25", "", "due Wed 25 Nov, which is over"),
        ("2026-11-25T15:00", "kept", "due Wed 25 Nov 15:00"),
        ("", "", "soon"),
    ],
)
def test_a_promise_says_when_its_day_is_over(call, due, status, told):
    [found] = call.store.ledger.of_call(call.key)
    promise = replace(found, due=due, status=status, said_when="soon")
    assert promised.due(promise, date(2026, 11, 26)) == told


def test_an_earlier_scorecard_can_be_looked_back_at(call, monkeypatch):
    """It shows the machine's answers of then, and nothing can be said of it."""
    monkeypatch.setattr("scorer.pages.person.who", lambda: RITA)
    call.edit(RITA, "lets_finish", "missed", "cut short twice")
    card = call.store.card(call.key)
    card["provenance"]["rubrics_sha256"] = "another"
    card["judgements"][0]["outcome"] = "met"
    call.store.keep(None, card)

    def shown(**query):
        [player] = run(call_page, key=call.key, **query).get("bidi_component")
        return json.loads(player.proto.json)

    new, old = shown(), shown(version="1")
    first = [each["rubrics"][0]["judgements"][0] for each in (new, old)]
    assert [each["outcome"] for each in first] == ["missed", "partly"]
    assert "judge" in new["review"]["may"]
    assert old["review"]["may"] == []
    assert old["review"]["old"].startswith("This is scorecard 1 of 2, of ")
    assert "old" not in shown(version="2")["review"]
    told = texts(run(call_page, key=call.key, version="7"))
    assert any("there is no version 7" in each for each in told)


def test_the_next_call_is_the_next_of_the_list_also_after_signing(home, tmp_path, monkeypatch):
    about = {"metadata": {"team": "north", "agent": "marta"}, "quality": {"verdict": "poor"}}
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    for judgement in card["judgements"]:
        judgement["confidence"] = 0.4  # so that all of them stand in the queue
    about["judgements"] = card["judgements"]
    keys = [example_call.shelve(home, tmp_path, seed=seed, **about) for seed in (1, 2, 3)]
    monkeypatch.setattr("scorer.pages.person.who", lambda: RITA)

    test = run(call_page, key=keys[1])  # by a link: the queue is what there is to do
    beside = {"where": "in the queue", "before": keys[2], "after": keys[0]}
    [player] = test.get("bidi_component")
    assert json.loads(player.proto.json)["review"]["neighbours"] == beside
    Store(home=home).seen_by(RITA).sign(keys[1])
    test.run()
    [player] = test.get("bidi_component")
    assert json.loads(player.proto.json)["review"]["neighbours"] == beside


def test_a_long_quote_is_written_out_once(call):
    for name, criterion in (("listening", "lets_finish"), ("ownership", "takes_charge")):
        for moment in call.judgement(name, criterion)["moments"]:
            assert not any("short" in quote for quote in moment["quotes"])  # they are short as is
    long = [{"turn": 1, "text": "word " * 40} for _ in range(3)]
    other = {**long[0], "turn": 2}
    shows._shorten(
        [
            {"judgements": [{"quotes": [long[0]], "moments": []}]},
            {"judgements": [{"quotes": [long[1]], "moments": [{"quotes": [long[2], other]}]}]},
        ]
    )
    assert [each.get("short") for each in (long[0], other)] == [None, None]
    assert long[1]["short"] == long[2]["short"] == "word " * 9 + "…"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"act": "erase"},
        {"act": "edit"},
        {"act": "edit", "judgement": "first", "to": "met", "reason": ""},
        {"act": "edit", "judgement": 1, "to": ["met"], "reason": ""},
        {"act": "edit", "judgement": 10**6, "to": "met", "reason": ""},
        {"act": "answer", "dispute": None, "to": "met", "reason": "so"},
        {"act": "note", "turn": {}, "reason": "so"},
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(call, said):
    before = call.panel()["history"]
    with pytest.raises(ScorerError):
        call.says(RITA, **said)
    assert call.panel()["history"] == before


def test_an_agent_changes_nothing(call):
    number = call.number("restates").id
    for said in (
        {"act": "edit", "judgement": number, "to": "met", "reason": "mine"},
        {"act": "sign"},
        {"act": "note", "reason": "mine"},
    ):
        with pytest.raises(ScorerError):
            call.says(MARTA, **said)
