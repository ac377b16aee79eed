"""Who said they would do what, and by when."""

import pytest
from spoken import call

from scorer.outcome.clauses import Heard, clauses
from scorer.outcome.promise_grammar import FORMS
from scorer.outcome.promises import promises
from scorer.scoring.tokens import read


def ledger(*lines, **more):
    return [(p.by, p.what, p.when, p.due) for p in promises(call(*lines, **more))]


def test_a_promise_has_who_what_and_when():
    assert ledger("A: I will call you on Friday morning.") == [
        ("agent", "call you", "Friday morning", "2026-03-06")
    ]


@pytest.mark.parametrize(
    "said",
    [
        "A: If you send me the form, I'll refund it tomorrow.",
        "A: I'll call you tomorrow if I hear anything.",
        "A: We won't be able to call you on Saturday.",
        "A: Hopefully it'll arrive by Thursday.",
        "A: I could call you on Friday, I guess.",
        "A: I can't promise that we'll deliver it by Friday.",
        "A: My colleague told me he'll send it on Friday.",
        "A: I called you yesterday and sent the letter on Friday.",
        "A: Will you be at home on Friday?",
        "A: I'll just check that for you.",
        "A: I'll put you on hold for a moment.",
        "A: I'll transfer you to billing now.",
        "A: You'll need to enter the code by Friday.",
        "A: I'll be happy to help you.",
        "C: You said you'd call me on Friday.",
        "C: So you'll call me on Friday?",
        "C: I'll wait.",
    ],
)
def test_what_is_no_promise(said):
    assert ledger(said) == []


def test_a_polite_if_is_no_condition():
    assert ledger("A: I'll credit it on Friday, if that's all right with you.")
    assert ledger("A: I'll call you on Friday to see if it works.")


def test_the_condition_of_the_next_clause_is_not_that_of_the_first():
    (only,) = ledger("A: I'll send you the label today, and if it doesn't arrive, just call us.")
    assert only == ("agent", "send you the label", "today", "2026-03-04")


def test_a_customers_promise_is_not_the_agents():
    assert ledger("C: I'll send you a photo tomorrow.") == [
        ("customer", "send you a photo", "tomorrow", "2026-03-05")
    ]


def test_said_twice_is_promised_once_with_the_fuller_time():
    found = ledger("A: I'll call you back.", "C: Thanks.", "A: So I'll call you back on Monday.")
    assert found == [("agent", "call you back", "Monday", "2026-03-09")]


def test_two_halves_of_a_sentence_are_two_promises():
    found = ledger("A: I'll email you the form today and call you on Friday.")
    assert [(what, when) for _, what, when, _ in found] == [
        ("email you the form", "today"),
        ("call you", "Friday"),
    ]


def test_the_answer_to_when_gives_the_time():
    found = ledger("A: I'll get back to you.", "C: When will that be?", "A: By tomorrow noon.")
    assert found == [("agent", "get back to you", "tomorrow noon", "2026-03-05T12:00+00:00")]


def test_an_offer_counts_once_it_is_taken():
    offer = "A: Shall I text you the number?"
    assert ledger(offer, "C: Yes, please.") == [("agent", "text you the number", None, None)]
    assert ledger(offer, "C: No, that's fine.") == []


def test_what_is_done_before_the_call_ends_is_no_longer_owed():
    assert ledger("A: I'll email it to you. There, I've sent it.") == []


def test_others_can_be_promised_for():
    found = ledger("A: An engineer will be with you tomorrow between eight and noon.")
    assert found == [
        (
            "agent",
            "An engineer will be with you",
            "tomorrow between eight and noon",
            "2026-03-05T12:00+00:00",
        )
    ]


@pytest.mark.parametrize("name", ["Anna", "Hope", "Will", "May", "Mr. Osei"])
def test_a_colleague_is_promised_by_any_name(name):
    assert ledger(f"A: Right. {name} will come out on Friday.") == [
        ("agent", f"{name} will come out", "Friday", "2026-03-06")
    ]


def test_what_is_hoped_for_is_no_name():
    assert ledger("A: Hope we will come out on Friday.") == []
    assert ledger("A: May we come out on Friday?") == []


def test_nobody_is_named_by_a_pronoun():
    assert ledger("A: It is the weekend. I'm speaking to them on Monday morning.") == [
        ("agent", "speaking to them", "Monday morning", "2026-03-09")
    ]


def test_promises_stand_in_the_order_of_the_call():
    found = ledger(
        "A: I've a slot on Friday for the engineer to come out.",
        "C: Friday's fine.",
        "A: Good. And I'll send someone out tomorrow to inspect it.",
    )
    assert [when for _, _, when, _ in found] == ["Friday", "tomorrow"]


def test_without_the_calls_date_the_words_are_kept_and_nothing_is_made_up():
    (only,) = promises(call("A: I will call you on Friday.", metadata={}))
    assert (only.when, only.due) == ("Friday", None)
    assert not only.vague


def test_vague_says_vague():
    (only,) = promises(call("A: Somebody will contact you soon."))
    assert (only.when, only.due) == ("soon", None)
    assert only.vague


def test_quotes_stand_letter_for_letter_in_their_turn():
    spoken = call("A: Right. I’ll ring you on Monday, and we'll post it on Tuesday.", "C: Good.")
    for promise in promises(spoken):
        assert promise.evidence.quote in spoken.turns[promise.evidence.turn].text


def test_unknown_speakers_promise_nothing():
    assert promises(call("A: I will call you on Friday.", speakers_known=False)) == ()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_each_form_makes_a_promise_of_its_example(form):
    assert any(form.pattern.match(clause.body) for clause in clauses(0, Heard(read(form.example))))
    assert ledger(f"A: {form.example}")


def test_what_was_asked_for_and_granted_is_promised_by_who_grants_it():
    (only,) = promises(call("C: Could you ring me on Friday?", "A: I will, yeah."))
    assert (only.by, only.what, only.due) == ("agent", "ring me", "2026-03-06")
    assert only.evidence.quote == "I will, yeah."


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Could you ring me on Friday?", "I'm afraid we can't do that."),
        ("Could you ring me on Friday?", "What's your number?"),
        ("Could you put me through to Ann?", "I will."),
        ("Can I ring you on Friday?", "You can."),
    ],
)
def test_what_was_asked_for_and_not_granted_is_no_promise(asked, answer):
    assert ledger(f"C: {asked}", f"A: {answer}") == []


@pytest.mark.parametrize(
    "said",
    [
        "A: I'll text you the code you need within the next ten minutes.",
        "A: I'll post it on Friday. It'll be with you on Friday afternoon.",
        "A: It ships tonight, and I'll ring you then.",
    ],
)
def test_when_the_call_was_says_only_when_a_promise_is_due(said):
    undated = ledger(said, metadata={})
    assert [one[:3] for one in ledger(said)] == [one[:3] for one in undated] != []
    assert {one[3] for one in undated} == {None}


def test_what_is_needed_is_no_promise_of_its_own():
    (only,) = ledger("A: I'll text you the code you need within the next ten minutes.")
    assert only[1:3] == ("text you the code you need", "within the next ten minutes")


def test_what_is_spread_over_months_is_none():
    assert ledger("A: We could spread it over three months.", "C: Great, thank you.") == []


def test_an_hour_after_a_morning_named_before_is_no_hour_of_the_night():
    said = "A: The engineer comes tomorrow morning and I'll ring you at one."
    assert [one[3] for one in ledger(said)] == ["2026-03-05", "2026-03-05T13:00+00:00"]
    (only,) = ledger("A: I'll ring you at one in the morning tomorrow.")
    assert only[3] == "2026-03-05T01:00+00:00"
