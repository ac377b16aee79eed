"""How strongly an agent's words show a behaviour, whether or not the call asked for it.

Each of the agent's turns gets a logistic sum of what it contains, with weights that stand in the
rubric's `shown`; a call gets the mean of its turns of some length. It is always a number, so that
single utterances can be compared; it enters no score.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from scorer.scorecard import Evidence
from scorer.scoring.schema import Shown
from scorer.scoring.talk import Conversation, Sighting

_SUBSTANTIAL = 3  # words; shorter turns of a longer talk show nothing either way
_AGAIN = 0.5  # what a second sighting of the same cue in a turn adds, against the first
_FULL_LENGTH = 30  # words
_PLAINLY = 0.5  # a sentence meant at least so surely is quoted
_QUOTES = 4
_ALL = 0.3  # what all sentences of a turn weigh, against the one that means a cue most


def strength(
    weights: Shown,
    conversation: Conversation,
    sightings: Mapping[str, tuple[Sighting, ...]],
    meanings: Mapping[str, tuple[Sighting, ...]],
) -> tuple[float, tuple[Evidence, ...]]:
    """The strength in [0, 1], and the agent's words that show it most, strongest first.

    `meanings` has every sentence for each cue by meaning; see `scorer.scoring.sightings.meant`.
    """
    seen = _by_turn(weights.cues, conversation, sightings)
    meant = _by_turn(weights.meant, conversation, meanings)
    agent = [place for place, side in enumerate(conversation.sides) if side == "agent"]
    long_enough = [p for p in agent if conversation.readings[p].spoken > _SUBSTANTIAL] or agent
    sums = {
        place: _sum(weights, conversation, place, seen[place], meant[place])
        for place in long_enough
    }
    if not sums:
        return round(_logistic(weights.base), 4), ()
    mean = sum(map(_logistic, sums.values())) / len(sums)
    showing = [
        (sums.get(place, weights.base), one)
        for place in {*seen, *meant}
        for one in _telling(weights, seen[place], meant[place])
    ]
    quotes = [conversation.evidence(one) for _, one in sorted(showing, key=lambda pair: -pair[0])]
    return round(mean, 4), tuple(dict.fromkeys(quotes))[:_QUOTES]


def _by_turn(
    cues: Mapping[str, float],
    conversation: Conversation,
    found: Mapping[str, tuple[Sighting, ...]],
) -> dict[int, dict[str, list[Sighting]]]:
    """The agent's sightings of these cues, by turn and cue."""
    by_turn: dict[int, dict[str, list[Sighting]]] = defaultdict(lambda: defaultdict(list))
    for cue in cues:
        for one in found.get(cue, ()):
            if conversation.sides[one.turn] == "agent":
                by_turn[one.turn][cue].append(one)
    return by_turn


def _telling(
    weights: Shown, seen: Mapping[str, list[Sighting]], meant: Mapping[str, list[Sighting]]
) -> list[Sighting]:
    """What shows the behaviour in a turn."""
    said = [one for cue, ones in seen.items() if weights.cues[cue] > 0 for one in ones]
    return said + [
        one
        for cue, ones in meant.items()
        if weights.meant[cue] > 0
        for one in ones
        if one.strength >= _PLAINLY
    ]


def _sum(
    weights: Shown,
    conversation: Conversation,
    place: int,
    cues: Mapping[str, list[Sighting]],
    meant: Mapping[str, list[Sighting]],
) -> float:
    total = weights.base
    for cue, ones in cues.items():
        sentences = len({one.begin for one in ones})
        total += weights.cues[cue] * (1 + _AGAIN * (min(sentences, 3) - 1))
    for cue, ones in meant.items():
        total += weights.meant[cue] * _meant([one.strength for one in ones])
    if weights.echo:
        total += weights.echo * _echo(conversation, place)
    if weights.length:
        total += weights.length * min(1.0, conversation.readings[place].spoken / _FULL_LENGTH)
    return total


def _meant(strengths: Sequence[float]) -> float:
    """How surely a turn means a cue, from its sentences: most of all by the surest of them."""
    return (1 - _ALL) * max(strengths) + _ALL * sum(strengths) / len(strengths)


def _echo(conversation: Conversation, place: int) -> float:
    """The share of what the other just said that a turn takes up, in [0, 1].

    Counted in words that carry the subject, after the overlap measure of Demszky et al. (2021),
    *Measuring conversational uptake*.
    """
    before = conversation.said_before(place, 1)
    return len(conversation.telling[place] & before) / len(before) if before else 0.0


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
