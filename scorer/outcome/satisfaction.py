"""How satisfied the customer is likely to be, predicted from what was said (S5).

In [0, 1], 0.5 where nothing speaks for or against; *predicted*, never a survey's answer. It is a
plain sum, so that every part can be drawn and argued with:

    0.5 + words at the end + how they came + the change between + need + effort
        + what the agent did about it + how moments went + what was left open

Each part is positive or negative, and 0 where nothing was seen. The weights are set by judgement,
in the order that service research gives them (need met and effort first: Dixon, Freeman & Toman
2010; the last impression over the first: Kahneman's peak and end), and were fitted to nothing. A
centre with surveys fits its own: see `calibrate`. None where the customer said too little, or had
the wrong number.
"""

from __future__ import annotations

from collections.abc import Sequence

from scorer.outcome.effort import Effort
from scorer.outcome.resolution import Resolution
from scorer.outcome.sentiment import Arc
from scorer.outcome.words import Words
from scorer.outcome.wrong_number import wrong_number
from scorer.scorecard import Judgement, Moment

END, CAME, CHANGE = 0.25, 0.10, 0.05  # for a feeling of 1, or a change of 1
NEED = {"resolved": 0.20, "promised": 0.0, "handed_over": 0.0, "unresolved": -0.10, "unclear": 0.0}
EFFORT, MOST_EFFORT = -0.05, -0.15  # for each kind of effort; and together
ANSWERED, FOBBED_OFF, SENT_ROUND = 0.05, -0.05, -0.05
MOMENTS, RECOVERED = 0.10, 0.05
LEFT_OPEN = -0.10
_ENOUGH_WORDS = 4


def parts_of(
    words: Words,
    felt: Arc,
    solved: Resolution,
    spent: Effort,
    judgements: Sequence[Judgement],
) -> dict[str, float] | None:
    """What each part adds to 0.5; None where the customer said too little, or wanted nothing."""
    if felt.end is None or felt.start is None or words.customer_words < _ENOUGH_WORDS:
        return None
    if solved.result == "unclear" and wrong_number(words):
        return None
    answered = len(felt.points) > 1
    told = [moment for one in judgements for moment in one.moments if moment.counts]
    parts = {
        "words_at_end": END * felt.end if answered else 0.0,
        "how_they_came": CAME * felt.start,
        "change": CHANGE * (felt.change or 0.0),
        "need": NEED[solved.result],
        "effort": max(MOST_EFFORT, EFFORT * sum(value is True for value in spent.found.values())),
        "agent_acts": _acts(words),
        "moments": _moments(told),
        "left_open": LEFT_OPEN if _left_open(words) else 0.0,
    }
    return {name: round(value, 3) for name, value in parts.items()}


def _acts(words: Words) -> float:
    """What the agent gave: an answer that can be used, or words that change nothing."""
    solved = ("outcome_gives_answer", "outcome_solved_by_agent", "outcome_arranged_by_agent")
    return (
        (ANSWERED if words.said(solved, "agent") else 0.0)
        + (FOBBED_OFF if words.said("outcome_fobs_off", "agent") else 0.0)
        + (SENT_ROUND if words.said(("outcome_wants_more", "outcome_sent_away"), "agent") else 0.0)
    )


def _moments(moments: Sequence[Moment]) -> float:
    """Met against missed moments, in [-MOMENTS, MOMENTS], and a little for misery made good."""
    met = sum(moment.outcome in ("met", "recovered") for moment in moments)
    missed = sum(moment.outcome == "missed" for moment in moments)
    recovered = any(moment.outcome == "recovered" for moment in moments)
    return MOMENTS * (met - missed) / (met + missed + 2) + (RECOVERED if recovered else 0.0)


def _left_open(words: Words) -> bool:
    """Whether the customer's last word, after their first, was a question."""
    if len(words.customer_turns) < 2:
        return False
    last = words.customer_turns[-1]
    return any(said.turn == last for said in words.said("outcome_open_question", "customer"))
