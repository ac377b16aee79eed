"""What people say of a call: it reaches the store, counts from then on, and stays visible."""

import example_call
import pytest

from scorer.errors import ScorerError
from scorer.pages import review
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

    def rubric(self, name, who=RITA):
        store = self.store.seen_by(who)
        card, events = store.card(self.key), store.history(self.key)
        people = by_people(store.judged(self.key), events, card, who.name)
        [found] = [r for r in view("k", card, None, {}, people)["rubrics"] if r["name"] == name]
        return found

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


def test_a_signature_is_under_what_was_decided_by_then(call):
    assert call.panel()["signed"] is None
    call.says(RITA, act="sign")
    assert not call.panel()["signed"]["changed"]
    call.says(RITA, act="note", reason="well done")
    assert not call.panel()["signed"]["changed"]  # a note decides nothing
    call.edit(NOOR, "restates", "partly", "not checked")
    assert call.panel()["signed"] == {**call.panel()["signed"], "by": "rita", "changed": True}


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
