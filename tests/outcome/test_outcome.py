"""The outcome as a whole: honest where it cannot know, and blind to what must not count."""

from dataclasses import replace

import pytest
from spoken import call, outcome, words

from scorer.call import Quality, Timing, Turn
from scorer.outcome.effort import effort
from scorer.outcome.outcome import measure
from scorer.outcome.sentiment import arc
from scorer.scorecard import Evidence, Judgement, Moment
from scorer.scoring.cues import CueBook
from scorer.scoring.rubric import load
from scorer.scoring.score import score

SOLVED = (
    "C: Hi, my card is blocked and I am really worried.",
    "A: I'm sorry, that is unpleasant on a Friday. I've unblocked it. Could you try it now?",
    "C: It works now. Thank you so much, you've been really helpful.",
)
LEFT = (
    "C: Hi, my card is blocked and I am really worried.",
    "A: That is not my department.",
    "C: This is ridiculous. I still can't pay. I'm done with you.",
)


def test_solved_and_thanked_outranks_left_and_angry():
    good, bad = outcome(call(*SOLVED)), outcome(call(*LEFT))
    assert good.satisfaction > 0.7 > 0.3 > bad.satisfaction
    assert (good.resolution, bad.resolution) == ("resolved", "unresolved")


def test_satisfaction_is_half_and_its_parts():
    got = outcome(call(*SOLVED))
    total = 0.5 + sum(got.parts["satisfaction"].values())
    assert got.satisfaction == pytest.approx(min(1, total), abs=1e-3)
    low, high = got.satisfaction_interval
    assert low <= got.satisfaction <= high


@pytest.mark.parametrize(
    "lines", [(), ("A: Hello?", "A: Hello?"), ("A: Hello, how can I help?", "C: Yes, hi.")]
)
def test_nothing_is_made_up_where_the_customer_said_too_little(lines):
    got = outcome(call(*lines))
    assert (got.satisfaction, got.satisfaction_interval, got.resolution) == (None, None, "unclear")
    assert set(got.effort.values()) == {None}
    assert set(got.parts["loyalty"].values()) <= {None}


def test_a_customer_who_only_murmurs_is_told_nothing_of():
    spoken = call("A: I'm looking at it now and", "C: Perfect.", "A: I'll call you tomorrow.")
    murmur = replace(spoken.turns[1], kind="backchannel")
    got = outcome(replace(spoken, turns=(spoken.turns[0], murmur, spoken.turns[2])))
    assert (got.resolution, got.satisfaction) == ("promised", None)


def test_nothing_is_told_of_a_customer_who_cannot_be_told_apart():
    got = outcome(call(*SOLVED, speakers_known=False))
    assert got.satisfaction is None
    assert got.resolution == "unclear"
    assert got.promises == ()


def timed(spoken, stretch):
    turns, at = [], 0.0
    for turn in spoken.turns:
        end = at + 0.4 * len(turn.text.split())
        turns.append(Turn(turn.speaker, turn.text, at * stretch, end * stretch))
        at = end + 0.5
    timing = Timing(20 * stretch, 20 * stretch, 3 * stretch, 0.0, 0.0)
    return replace(spoken, turns=tuple(turns), timing=timing, duration=at * stretch)


@pytest.mark.parametrize("lines", [SOLVED, LEFT])
def test_no_duration_enters(lines):
    once, twice = (outcome(timed(call(*lines), stretch)) for stretch in (1, 2))
    assert (once.satisfaction, once.resolution) == (twice.satisfaction, twice.resolution)
    assert once.parts == twice.parts
    assert once.effort == twice.effort


def test_a_name_changes_nothing():
    def named(name, surname):
        return outcome(
            call(
                f"C: My name is {name} {surname}. My parcel never arrived and I'm upset.",
                f"A: I'm sorry, {name}. I'll call you on Friday, {name}.",
                "C: Okay, thank you.",
            )
        )

    first, second = named("Oliver", "Smith"), named("Fatima", "Rahman")
    assert first.satisfaction == second.satisfaction
    assert first.parts["sentiment"] == second.parts["sentiment"]


@pytest.mark.parametrize("name", ["Hope", "May", "Will", "Grace", "Bill"])
def test_a_name_that_is_a_word_as_well_changes_nothing(name):
    def named(name):
        return outcome(
            call(
                f"C: Hi, my name is {name} Miller, my boiler is broken and I have no hot water.",
                "A: I'm sorry to hear that. Let me see what I can do.",
                "C: Thank you, it's been cold.",
                f"A: Thank you, {name}, I'll call you tomorrow.",
                "C: All right then.",
            )
        )

    first, second = named("Anna"), named(name)
    assert len(first.promises) == 1
    assert first.promises == second.promises
    assert (first.resolution, first.satisfaction) == (second.resolution, second.satisfaction)


def test_the_arc_runs_from_worried_to_relieved():
    felt = arc(words(call(*SOLVED)))
    assert felt.start < 0 < felt.end
    assert felt.change == pytest.approx(felt.end - felt.start, abs=1e-3)


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("I am very happy with this.", 1),
        ("I am not happy with this.", -1),
        ("That's not bad at all.", 1),
        ("This is absolutely ridiculous.", -1),
        ("Thanks for nothing.", -1),
        ("The box is on the table.", 0),
        ("My router shows a red light.", 0),
    ],
)
def test_feelings_follow_the_words_and_their_negation(said, sign):
    ((_, felt),) = arc(words(call(f"C: {said}"))).points
    assert (felt > 0) - (felt < 0) == sign


def test_leaving_that_was_won_back_no_longer_stands():
    got = outcome(
        call(
            "C: The price went up again. I want to cancel my contract.",
            "A: I understand. I've put you back on the old price for two years.",
            "C: Oh. Then I'll stay with you. Thank you.",
        )
    )
    assert got.parts["loyalty"]["leaving"] is False
    assert got.parts["loyalty"]["won_back"] is True
    assert got.evidence["leaving"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("I was going to cancel my contract and leave you, but I'll stay with you.", False),
        ("Then you've lost a customer of eleven years.", True),
        ("I'd like to stay with you, but no. I want to cancel my contract.", True),
    ],
)
def test_of_leaving_and_staying_said_in_one_turn_the_last_stands(said, left):
    got = outcome(call("A: How can I help?", "C: It's about the price.", "A: Yes?", f"C: {said}"))
    assert got.parts["loyalty"]["leaving"] is left
    assert got.parts["loyalty"]["won_back"] is not left


def test_a_complaint_enters_the_register_with_its_cause_and_end():
    got = outcome(
        call(
            "C: The vase arrived broken, and I'm very disappointed.",
            "A: I'm sorry. I've refunded the full price to your card.",
            "C: That's great, thank you.",
        )
    )
    (entry,) = [m for m in got.moments if m.rubric == "complaint_register"]
    assert (entry.criterion, entry.outcome) == (
        "delivery",
        "recovered",
    ) or entry.criterion == "fault"
    assert entry.response.turn == 1


def test_a_rule_that_hurts_enters_the_register_with_the_protest():
    got = outcome(
        call(
            "C: Can I collect the parcel for my wife?",
            "A: I'm sorry, it's against our policy.",
            "C: We have the same name and address. That makes no sense.",
        )
    )
    (entry,) = [m for m in got.moments if m.rubric == "rule_register"]
    assert (entry.criterion, entry.opened.turn, entry.response.turn) == ("protested", 1, 2)


def test_the_core_alone_earns_a_c():
    plain = outcome(
        call("C: Can you unlock my account?", "A: It has been unlocked.", "C: Okay. Bye now, then.")
    )
    assert plain.parts["grades"]["whole"] in ("C", None)
    assert outcome(call(*LEFT)).parts["grades"]["whole"] in ("D", "E")


def test_a_folder_of_rubrics_without_cues_for_the_outcome_is_read_with_the_shipped_ones():
    shipped, spoken = load(), call(*SOLVED)
    own = replace(shipped, cues=CueBook([]))
    scores = score(spoken, shipped)
    assert measure(spoken, scores, own) == measure(spoken, scores, shipped)


@pytest.mark.parametrize(
    "refusal",
    [
        "You would have to try again next month.",
        "Our policy is that damage must be reported within twenty four hours.",
    ],
)
@pytest.mark.parametrize("answer", ["That's a ridiculous rule.", "Okay. Thank you."])
def test_what_the_customer_must_do_is_no_promise_and_no_solution(refusal, answer):
    got = outcome(
        call(
            "C: Hello, my cup came broken and I want my money back.",
            f"A: {refusal}",
            f"C: {answer}",
        )
    )
    assert (got.promises, got.resolution) == ((), "unresolved")


@pytest.mark.parametrize(
    ("last", "reasons", "became"),
    [
        ("And the other thing is that my", (), "unclear"),
        ("And the other thing is the bill.", (), "resolved"),
        ("Right.", ("it is damaged or breaks off after 18.0 s",), "unclear"),
    ],
)
def test_a_call_that_is_cut_short_is_not_resolved_on_an_early_word(last, reasons, became):
    lines = (
        "A: Hello, how can I help?",
        "C: I rang about my boiler.",
        "A: What is it doing?",
        "C: It works again now.",
        f"A: {last}",
    )
    got = outcome(call(*lines, quality=Quality("fair", reasons), duration=18.0))
    assert got.resolution == became


def test_what_is_promised_after_it_works_is_still_to_come():
    got = outcome(
        call(
            "C: My boiler is broken and I have no hot water.",
            "A: I've a slot on Friday for the engineer to come out.",
            "C: Friday's fine.",
            "A: Good. I've reset it for you in the meantime.",
            "C: Oh, hold on, it's back on, it works now.",
            "A: Good. And I'll send someone out tomorrow to inspect it.",
            "C: Okay then.",
        )
    )
    assert got.resolution == "promised"


def came(*said):
    lines = [line for each in said for line in (f"C: {each}", "A: I see. Go on.")]
    return arc(words(call("A: Hello.", *lines))).start


def test_courtesy_says_nothing_of_how_a_customer_came():
    plain = ("It is the boiler.", "It makes a noise.", "Yes.", "Bye.")
    assert came("Okay, so can you mend it?", *plain) == 0
    assert came("Thank you. It is about my boiler.", *plain) == 0
    assert came("I love your shop.", *plain) > 0


def test_a_feeling_of_long_standing_tells_how_a_customer_came():
    assert (
        came("My boiler is off.", "Mill Lane.", "I am really fed up with it.", "Yes.", "Bye.") < 0
    )
    assert came("I want a lamp.", "Mill Lane.", "What a disappointment.", "Yes.", "Bye.") == 0


@pytest.mark.parametrize(
    ("asked", "again"),
    [
        ("So the lamp came broken and you want your money back on the card?", False),
        ("Which lamp is it that we are talking about?", True),
    ],
)
def test_to_agree_with_what_was_said_back_is_not_to_tell_it_again(asked, again):
    got = outcome(
        call(
            "A: Hello, how can I help?",
            "C: My lamp came broken and I want my money back, please.",
            f"A: {asked}",
            "C: Yes, that's what I've been saying all along.",
            "A: I'll refund it today.",
            "C: Okay.",
        )
    )
    assert got.effort["asked_again"] is again


@pytest.mark.parametrize("counts", [True, False])
def test_what_does_not_count_costs_no_effort(counts):
    asked = call(
        "A: What is your account number please?",
        "C: It is four five six, and my boiler is broken you know.",
        "A: Thank you. And the account number?",
        "C: It is four five six, I guess.",
    )
    moment = Moment(
        "listening", "does_not_ask_again", "missed", "truth", 0.3,
        Evidence(2, "And the account number?"), counts=counts,
    )  # fmt: skip
    judged = Judgement("listening", "does_not_ask_again", "missed", 0.0, 0.3, moments=(moment,))
    assert effort(words(asked), (judged,)).found["asked_again"] is counts


@pytest.mark.parametrize(
    ("asked", "answer", "held"),
    [
        ("May I put you on hold for a minute?", "No, please don't, tell me now.", False),
        ("Can you hold for me please", "no i can't wait i'm at work", False),
        ("Would you mind holding for a moment?", "I'd rather not.", False),
        ("May I put you on hold for a minute?", "Okay.", True),
        ("May I put you on hold for a minute?", "No, that's fine, go ahead.", True),
        ("Would you mind holding for a moment?", "No, not at all.", True),
        ("Do you mind if I put you on hold?", "No.", True),
        ("I'll put you on hold for a moment.", "No, wait!", True),
    ],
)
def test_a_hold_that_is_refused_is_none(asked, answer, held):
    lines = (
        "C: My boiler is broken and I have no hot water in the house.",
        f"A: {asked}",
        f"C: {answer}",
        "A: Press the red button, please.",
        "C: Okay, done.",
        "A: Good.",
    )
    assert outcome(call(*lines)).effort["held"] is held


def test_an_agent_who_comes_back_from_a_refused_hold_held_all_the_same():
    got = outcome(
        call(
            "C: My boiler is broken and I have no hot water in the house.",
            "A: May I put you on hold?",
            "C: No, please don't.",
            "A: Thank you for holding. Press the red button, please.",
            "C: Okay, done.",
            "A: Good.",
        )
    )
    assert got.effort["held"] is True


def test_a_transfer_that_is_asked_for_counts_once_it_is_granted():
    asked = "C: It's about a lost parcel. Can you transfer me to the depot?"
    granted = outcome(call("A: Parcel desk.", asked, "A: Of course, one moment.", "C: Thank you."))
    refused = outcome(call("A: Parcel desk.", asked, "A: They don't take calls.", "C: I see."))
    assert granted.effort["transferred"] is True
    assert refused.effort["transferred"] is False
