"""Who said they would do what, and by when."""

import pytest
from spoken import call, outcome, words

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


@pytest.mark.parametrize(
    "said",
    [
        "A: You'll be back in a month.",
        "A: You'll be calling us again by Friday.",
        "A: You'll regret it tomorrow.",
        "A: You're going to regret it on Monday.",
        "A: You'll see tomorrow.",
    ],
)
def test_what_the_customer_will_do_or_feel_is_no_promise(said):
    spoken = call(said)
    assert promises(spoken) == promises(spoken, words(spoken)) == ()


@pytest.mark.parametrize(
    "said",
    [
        "A: You'll have it by Friday.",
        "A: You'll get a text.",
        "A: You'll hear from us.",
        "A: You'll be hearing from us by Friday.",
        "A: You'll be back on by four.",
        "A: You'll see it on your bill by Friday.",
    ],
)
def test_what_the_customer_will_have_is_promised(said):
    assert ledger(said)


@pytest.mark.parametrize(
    "said",
    [
        "A: Could you put me on speaker, and I'll just ask him two short things?",
        "A: I'm going to ring the warehouse on the other line.",
        "A: Bear with me a sec, I'm going to ring the warehouse.",
        "A: I'll ring the driver right now, please hold for a second.",
    ],
)
def test_what_is_done_while_the_customer_waits_is_no_promise(said):
    assert ledger(said) == []


def test_what_banks_do_with_a_charge_is_no_promise():
    said = "A: Banks take up to five days to let it go, so it should drop off by Thursday."
    assert ledger(said) == []
    refund = "A: I've refunded it. Banks take five days, so it should be with you by Thursday."
    assert [one[2] for one in ledger(refund)] == ["Thursday"]


@pytest.mark.parametrize(
    ("said", "what", "when"),
    [
        (
            "If it isn't there by half past two, call me and I'll refund it all.",
            "refund it all, if it isn't there by half past two",
            None,
        ),
        (
            "And if the 150 is still there on Friday, ring me and I'll write to your bank myself.",
            "write to your bank myself, if the 150 is still there on Friday",
            None,
        ),
        (
            "I'll call you on Monday if it isn't there.",
            "call you on Monday if it isn't there",
            "Monday",
        ),
        ("If you don't hear by noon, I'll ring you.", "ring you, if you don't hear by noon", None),
    ],
)
def test_what_is_promised_for_the_case_that_it_goes_wrong_is_told_with_its_case(said, what, when):
    (only,) = promises(call(f"A: {said}"))
    assert (only.by, only.what, only.when) == ("agent", what, when)
    assert only.evidence.quote == said


def test_two_things_promised_for_one_case_have_it_both():
    found = ledger(
        "A: If the keys aren't there by five, we'll keep everything in the van overnight, "
        "and come back Friday at eight."
    )
    assert [(one[1], one[3]) for one in found] == [
        ("keep everything in the van, if the keys aren't there by five", "2026-03-05"),
        ("come back, if the keys aren't there by five", "2026-03-06T08:00+00:00"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "A: If you don't pay by Friday, I'll send it to collections.",
        "A: If it isn't paid by Friday, I'll call you.",
        "A: If that doesn't work, I'll send you a new one tomorrow.",
        "A: As long as it's not been opened, we'll refund it.",
        "C: If it isn't there on Monday, I'll call you back.",
    ],
)
def test_a_threat_a_try_or_a_term_promises_nothing(said):
    assert ledger(said) == []


def test_nobody_waits_yet_for_what_is_promised_for_the_case_that_it_goes_wrong():
    lines = (
        "C: My parcel is late, could you tell me where it is?",
        "A: It's on the van, the driver is on your street.",
        "C: Oh, there he is, I've got it. Thank you so much, that's all.",
    )
    told = outcome(call(*lines)).resolution
    case = "A: If it isn't all there, I'll refund you."
    said = outcome(call(*lines, case))
    assert [promise.what for promise in said.promises] == ["refund you, if it isn't all there"]
    assert said.resolution == told == "resolved"


def test_an_hour_that_oneself_keeps():
    found = ledger("A: I'm on shift tomorrow and I'll check at ten myself and call you either way.")
    assert [one[1:] for one in found] == [
        ("check at ten myself", "ten", "2026-03-05T10:00+00:00"),
        ("call you either way", None, None),
    ]


def test_two_things_before_one_hour_are_two():
    found = ledger(
        "A: I'm sending him back tomorrow to bring it to you before ten.",
        "A: I'm on shift tomorrow and I'll check at ten myself.",
    )
    assert [one[1] for one in found] == [
        "sending him back tomorrow to bring it to you before ten",
        "check at ten myself",
    ]


def test_with_you_at_an_hour_is_the_time_of_what_is_with_you():
    (only,) = ledger(
        "A: And the other 12,000 trays go on tonight's trunk, with you at six tomorrow morning."
    )
    assert only[1:] == (
        "the other 12,000 trays go on tonight's trunk, with you",
        "six tomorrow morning",
        "2026-03-05T06:00+00:00",
    )
    assert ledger("A: Loaded by one, with you by half past two, if the road's been cleared.") == []


def test_the_time_of_a_refund_in_the_next_sentence_or_turn():
    span = "Three to five working days."
    (only,) = ledger(f"A: I'll refund you 70 pounds. {span}")
    assert only[1:] == ("refund you 70 pounds", span[:-1], "2026-03-11")
    (only,) = ledger(
        "A: I'm doing it now. Seventy pounds, back to the card that ends in 08.",
        "C: When will I have it?",
        f"A: {span}",
    )
    assert only[1:] == (
        "Seventy pounds, back to the card that ends in 08",
        span[:-1],
        "2026-03-11",
    )


@pytest.mark.parametrize("when", ["now", "right now", "in a minute", "in a second"])
def test_now_says_when(when):
    (only,) = promises(call(f"A: I'll email you both quotes {when}."))
    assert (only.what, only.when, only.due, only.vague) == (
        "email you both quotes",
        when,
        None,
        False,
    )


@pytest.mark.parametrize("when", ["in a bit", "soon", "in a few days"])
def test_soon_says_nothing(when):
    (only,) = promises(call(f"A: I'll email you both quotes {when}."))
    assert (only.when, only.vague) == (when, True)


@pytest.mark.parametrize("said", ["For now I'll call you.", "Now, I'll call you."])
def test_a_now_that_opens_is_no_time(said):
    (only,) = promises(call(f"A: {said}"))
    assert (only.when, only.vague) == (None, True)


@pytest.mark.parametrize(
    "before",
    [
        "Oh, I thought you'd say next week.",
        "I was afraid it would be Friday.",
        "It broke down on Monday.",
        "My neighbour had to wait till next week.",
        "Is that this week or next week?",
    ],
)
def test_an_hour_is_todays_whatever_day_the_customer_thought_of(before):
    (only,) = ledger(f"C: {before}", "A: I'll ring you at half twelve.")
    assert only[3] == "2026-03-04T12:30+00:00"


def test_an_hour_is_of_the_day_that_the_customer_asked_for():
    (only,) = ledger("C: Could it be Friday?", "A: I'll ring you at half twelve.")
    assert only[3] == "2026-03-06T12:30+00:00"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (
            "Seventy pounds will be back on your card on Friday.",
            "Seventy pounds will be back on your card",
        ),
        (
            "A hundred and forty euros will be in your account on Friday.",
            "A hundred and forty euros will be in your account",
        ),
        (
            "I'll send a new letter today, in large print, that says that he owes nothing.",
            "send a new letter today, in large print, that says that he owes nothing",
        ),
        (
            "I'll ring you at half twelve to tell you that he's set off.",
            "ring you at half twelve to tell you that he's set off",
        ),
    ],
)
def test_what_is_told_to_its_end_and_with_its_number(said, what):
    (only,) = promises(call(f"A: {said}"))
    assert only.what == what
    assert only.evidence.quote == said


def test_no_quote_begins_with_a_comma():
    said = "A: I'll get a reason from the warehouse, and send it to you by noon tomorrow."
    (only,) = promises(call(said))
    assert only.what == "send it to you"
    assert only.evidence.quote == "and send it to you by noon tomorrow."
