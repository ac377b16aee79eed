"""Judgements: opportunity first, evidence or nothing, unknown is not zero, a person decides."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorer.call import Call, Interruption, Timing, Turn
from scorer.errors import ScorerError
from scorer.scorecard import Judgement
from scorer.scoring.explain import explain
from scorer.scoring.rubric import available, load
from scorer.scoring.score import score


def call(*lines: str, timed: bool = False, confidence: float | None = None) -> Call:
    """A call from "agent: ..." lines, five seconds a turn where it is timed."""
    turns = []
    for place, line in enumerate(lines):
        speaker, said = line.split(": ", 1)
        times = (5.0 * place, 5.0 * place + 4.5) if timed else (None, None)
        turns.append(Turn(speaker, said, *times, confidence=confidence))
    return Call("call", tuple(turns))


def judged(made: Call, criterion: str) -> Judgement:
    (found,) = [one for one in score(made, load()).judgements if one.criterion == criterion]
    return found


def outcomes(made: Call, criterion: str) -> list[str]:
    return [moment.outcome for moment in judged(made, criterion).moments]


UPSET = "customer: My order never arrived and I'm really upset."


@pytest.mark.parametrize(
    ("criterion", "lines", "expected"),
    [
        ("acknowledges_feeling", [UPSET, "agent: I'm so sorry, that is frustrating."], "met"),
        ("acknowledges_feeling", [UPSET, "agent: Order number?"], "missed"),
        ("acknowledges_feeling", [UPSET, "agent: I'm not sorry."], "missed"),
        ("acknowledges_feeling", ["customer: Hi there.", "agent: I'm sorry."], "no_opportunity"),
        ("does_not_dismiss", [UPSET, "agent: Calm down."], "missed"),
        ("no_blame", [UPSET, "agent: That's not my department."], "missed"),
        ("no_blame", [UPSET, "agent: It's not your fault at all."], "no_opportunity"),
        ("takes_charge", [UPSET, "agent: Let me look into that for you."], "met"),
        ("takes_charge", ["customer: Can you fix it?", "agent: I can't do that."], "missed"),
        ("concrete_promise", ["agent: I'll call you on Thursday at ten."], "met"),
        ("concrete_promise", ["agent: Someone will get back to you soon."], "missed"),
        ("does_not_ask_again", ["agent: What is it?", "customer: I just told you."], "missed"),
        ("name_as_invited", ["customer: My name is Jo Park.", "agent: Thanks, Jo."], "missed"),
        ("name_as_invited", ["customer: I'm Jo Park.", "agent: Thanks, Ms. Park."], "met"),
        ("name_as_invited", ["customer: Call me Jo.", "agent: Thank you, Jo."], "met"),
        ("leaves_better", [UPSET, "agent: Sent.", "customer: Thank you so much!"], "met"),
        ("need_met", [UPSET, "agent: Sorry.", "customer: You haven't helped me."], "missed"),
        ("little_effort", ["customer: It's the third time I've called."], "missed"),
    ],
)
def test_plain_cases(criterion: str, lines: list[str], expected: str) -> None:
    assert judged(call(*lines), criterion).outcome == expected


def test_an_open_question_is_not_a_narrow_one() -> None:
    need = "customer: My internet is not working."
    assert outcomes(call(need, "agent: What exactly happens?"), "asks_open") == ["met"]
    assert outcomes(call(need, "agent: Did you restart it?"), "asks_open") == ["missed"]


def test_said_back_and_said_back_wrongly() -> None:
    need = "customer: I was charged twice for the boiler cover in May."
    right = "agent: So you were charged twice for boiler cover, is that right?"
    assert outcomes(call(need, right, "customer: Yes."), "restates") == ["met"]
    wrong = "agent: So you want to cancel the boiler cover."
    assert outcomes(call(need, wrong, "customer: No, that's not it."), "restates") == ["missed"]


def test_a_mended_interruption_is_recovered() -> None:
    lines = (
        "customer: So I went to the shop and then they said that I should",
        "agent: What did you buy there?",
        "customer: I was not finished.",
        "agent: Sorry, I interrupted you. Please go ahead.",
    )
    made = call(*lines, timed=True)
    timing = Timing(9, 9, 0, 0, 1, interruptions=(Interruption("agent", 5.0, 6.0),))
    assert outcomes(replace(made, timing=timing), "lets_finish") == ["recovered"]
    assert outcomes(replace(made, timing=replace(timing, interruptions=())), "lets_finish") == [
        "recovered"  # the protest alone says as much
    ]


def test_without_times_nobody_is_said_to_have_been_let_finish() -> None:
    made = call("customer: " + "and then it broke again " * 30, "agent: I see.")
    assert judged(made, "lets_finish").outcome == "cannot_tell"


def test_a_hold_needs_asking_and_thanks() -> None:
    asked = call("agent: May I put you on hold for a minute?", "customer: Sure.")
    assert judged(asked, "hold_manners").outcome == "met"
    assert judged(call("agent: Hold on."), "hold_manners").outcome == "missed"


def test_a_feeling_is_quoted_by_the_words_that_voice_it() -> None:
    told = "customer: My card's been declined in the supermarket. I was so embarrassed."
    (moment,) = judged(call(told, "agent: That must be awful."), "acknowledges_feeling").moments
    assert moment.opened is not None
    assert moment.opened.quote == "I was so embarrassed."


def test_a_critical_miss_is_only_proposed_and_leaves_the_rubric_alone() -> None:
    polite = ("agent: May I have the number, please?", "customer: One.", "agent: Thank you.")
    rude = call(*polite, "agent: Are you deaf?")
    found = judged(rude, "no_belittling")
    assert (found.outcome, found.proposed, found.critical) == ("missed", True, True)
    assert score(rude, load()).criteria["respectful_address"].score == 1.0


def test_unknown_is_not_zero() -> None:
    made = call(UPSET, "agent: Order number?")
    mono = score(replace(made, speakers_known=False), load())
    assert {one.outcome for one in mono.judgements} == {"cannot_tell"}
    assert {whole.score for whole in mono.criteria.values()} == {None}
    faint = call(UPSET, "agent: Order number?", confidence=0.2)
    assert judged(faint, "acknowledges_feeling").outcome == "cannot_tell"
    assert judged(faint, "acknowledges_feeling").score is None


def test_a_rubric_is_the_weighted_mean_of_what_was_scored() -> None:
    # acknowledges_feeling (weight 2) met, does_not_dismiss (1.5) missed: 2 / 3.5
    made = call(UPSET, "agent: I'm so sorry.", "customer: Well.", "agent: Calm down.")
    whole = score(made, load()).criteria["empathy"]
    assert whole.score == pytest.approx(2 / 3.5, abs=1e-4)
    assert whole.outcome == "partly"


def test_metadata_is_not_looked_at() -> None:
    made = call(UPSET, "agent: I'm so sorry.")
    known = replace(made, metadata={"agent": "a17", "history": "poor"}, id="other")
    assert score(known, load()) == score(made, load())


def test_shown_grades_a_lone_utterance() -> None:
    def shown(said: str, rubric: str) -> float:
        return score(call(f"agent: {said}"), load()).criteria[rubric].shown

    assert shown("I'm so sorry, that must be awful.", "empathy") > shown("Okay.", "empathy")
    assert shown("I'll call you on Friday.", "ownership") > shown("Yes, it is blue.", "ownership")
    assert shown("Could you wait, please?", "respectful_address") > shown(
        "Why did you do that?", "respectful_address"
    )
    assert score(call("customer: Hello."), load()).criteria["empathy"].shown >= 0


WORDS = st.sampled_from(
    """
    I i'm am so sorry you upset about. that, charged twice? no not mm-hmm Okay. let me look into
    will call tomorrow at ten what happened calm down thank please hold on Anna Mr. Smith! £20
    it’s 10.30 a.m. already told — … my name is and again
    """.split()  # noqa: SIM905 (words are read and edited as text)
)
LINES = st.lists(
    st.tuples(st.sampled_from(["agent", "customer", "agent2", "machine"]), st.lists(WORDS)),
    max_size=12,
)


SAYING_NOTHING = [
    ("customer", []), ("agent", ["that,", "upset", "so", "£20", "i'm", "told"]),
    *[("customer", ["i'm"]), ("agent", ["i'm"])] * 2,
]  # fmt: skip


@given(LINES)
@example(SAYING_NOTHING)
@settings(max_examples=150)
def test_every_quote_stands_in_its_turn_and_every_score_is_a_score(
    lines: list[tuple[str, list[str]]],
) -> None:
    turns = tuple(Turn(speaker, " ".join(words)) for speaker, words in lines)
    rubrics = load(names=available())
    found = score(Call("call", turns), rubrics)
    for one in found.judgements:
        scored = one.outcome in ("met", "partly", "missed")
        assert scored == (one.score is not None)
        assert not scored or one.evidence
        for evidence in one.evidence:
            assert evidence.quote
            assert evidence.quote in turns[evidence.turn].text
    for whole in found.criteria.values():
        assert 0 <= whole.shown <= 1
        assert all(quote.quote in turns[quote.turn].text for quote in whole.evidence)
    assert score(Call("call", turns), rubrics) == found


def test_explain_tells_what_was_and_was_not_seen() -> None:
    told = "\n".join(explain(call(UPSET, "agent: I'm so sorry."), load()))
    assert "empathy.acknowledges_feeling: met" in told
    assert "voices_feeling" in told
    assert "hands_over (not seen)" in told


def test_explain_names_the_words_that_matched_and_where() -> None:
    told = "\n".join(explain(call("agent: Hello.", UPSET, "agent: Noted."), load()))
    assert 'voices_feeling "' in told
    assert "voices_feeling (seen in turn 1 by the customer)" in told


def test_explain_says_what_a_clause_asks_beside_its_cues() -> None:
    lines = ("agent: Hello.", "customer: My router is broken.", "agent: Hm.")
    told = [*explain(call(*lines), load(), ["ownership.takes_charge"])]
    weak = next(line for line in told if line.startswith("  opens with states_problem"))
    assert "states_problem (seen in turn 1 by the customer)" in weak
    assert weak.endswith("weak: counts only where it was met")
    sure = next(line for line in told if line.startswith("  opens with tells_trouble"))
    assert sure.endswith("by the customer, in the first four turns, at least 0.60 sure")


def test_explain_says_when_somebody_else_said_it() -> None:
    only = ["empathy.acknowledges_feeling"]
    told = "\n".join(explain(call("agent: I'm really upset.", "customer: Oh."), load(), only))
    assert "voices_feeling (seen in turn 0 by the agent, who is not asked)" in told


def test_explain_tells_of_some_questions_alone_and_in_full() -> None:
    lines = (UPSET, "agent: I'm so sorry.")
    told = [*explain(call(*lines), load(), ["empathy.acknowledges_feeling"])]
    heads = [line for line in told if re.match(r"\w+\.\w+: ", line)]
    assert len(heads) == 1
    assert heads[0].startswith("empathy.acknowledges_feeling: met, score 1.00")
    assert any(line.startswith("  met by ") for line in told)
    assert "states_problem" not in "".join(told)
    with pytest.raises(ScorerError, match=r"did you mean 'empathy\.acknowledges_feeling'"):
        explain(call(*lines), load(), ["empathy.acknowledge_feeling"])


def test_a_short_sound_while_the_other_talks_on_is_a_nod_whatever_was_written() -> None:
    account = (
        Turn("customer", "They took it out of my account two times this month,", 0.0, 4.0),
        Turn("agent", "Mama.", 4.0, 4.4),
        Turn("customer", "and now my rent check bounced because of it.", 4.3, 8.0),
        Turn("agent", "I see, let me look into that.", 8.5, 10.0),
    )
    (nodded,) = judged(Call("call", account), "acknowledges").moments
    assert (nodded.outcome, nodded.opened.turn) == ("met", 0)
    assert nodded.response is not None
    assert nodded.response.turn == 1
    # The same sound after a real pause is an answer, and "Mama." is none.
    later = [replace(turn, start=turn.start + 3, end=turn.end + 3) for turn in account[2:]]
    paused = Call("call", (*account[:2], *later))
    assert judged(paused, "acknowledges").outcome == "no_opportunity"


def test_what_cannot_be_told_is_not_listed_beside_what_can() -> None:
    lines = ["customer: My internet has been down since yesterday, and I need it for work.",
             "agent: So your internet has been down since yesterday. Is that right?",
             "customer: Yes. And I was charged twice for the router.", "agent: Number?",
             "customer: Four.", "agent: Thanks.", "customer: Bye."]  # fmt: skip
    moments = judged(call(*lines), "restates").moments
    assert [moment.outcome for moment in moments] == ["met"]


def test_no_thats_all_mends_nothing() -> None:
    start = ["customer: My lamp came broken.", "agent: It is too late to complain."]
    end = ["agent: Anything else?", "customer: No, that's all."]
    assert outcomes(call(*start, *end), "need_met") == ["met"]
    unhelped = "customer: Well, that doesn't help me at all."
    assert outcomes(call(*start, unhelped, *end), "need_met") == ["missed"]


def test_a_moment_says_in_plain_words_what_was_heard() -> None:
    feeling = "customer: I'm really upset."
    (met,) = judged(call(feeling, "agent: I'm so sorry."), "acknowledges_feeling").moments
    assert met.note == "Meets what the other feels, or says sorry for it"
    (missed,) = judged(call(feeling, "agent: Number?"), "acknowledges_feeling").moments
    assert missed.note == "the next turn does not answer it"
