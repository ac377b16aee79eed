"""How strongly an agent's words show a behaviour, whether or not the call asked for it.

Each of the agent's turns gets a logistic sum of what it contains, and of how courteous it is as a
whole (`scorer.scoring.courtesy`), with weights that stand in the rubric's `shown`; a call gets the
mean of its turns of some length. It is always a number, so that single utterances can be compared;
it enters no score.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np

from scorer.scorecard import Evidence
from scorer.scoring import courtesy
from scorer.scoring.lessons import Pool
from scorer.scoring.schema import Shown
from scorer.scoring.solving import Doubles
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation, Sighting

_SUBSTANTIAL = 3  # words; shorter turns of a longer talk show nothing either way
_AGAIN = 0.5  # what a second sighting of the same cue in a turn adds, against the first
_FULL_LENGTH = 30  # words
_PLAINLY = 0.5  # a sentence meant at least so surely is quoted
_QUOTES = 4
_ALL = 0.3  # what all sentences of a turn weigh, against the one that means a cue most
_READ_AS: tuple[Pool, ...] = ("talk", "calls")  # both of which count alike

#: The agent's turns, each with what was seen in it, cue by cue.
Seen = Mapping[int, Mapping[str, list[Sighting]]]


def strength(
    weights: Shown,
    conversation: Conversation,
    sightings: Mapping[str, tuple[Sighting, ...]],
    spoken: Spoken,
) -> tuple[float, tuple[Evidence, ...]]:
    """The strength in [0, 1], and the agent's words that show it most, strongest first."""
    seen = _by_turn(weights.cues, conversation, sightings)
    meant = _Meant(weights.meant, spoken)
    agent = [place for place, side in enumerate(conversation.sides) if side == "agent"]
    long_enough = [p for p in agent if conversation.readings[p].spoken > _SUBSTANTIAL] or agent
    polite = courtesy.by_turn(spoken) if weights.courtesy else {}
    sums = {
        place: _sum(weights, conversation, place, seen.get(place, {}))
        + meant.sums.get(place, 0.0)
        + weights.courtesy * polite.get(place, 0.0)
        for place in long_enough
    }
    if not sums:
        return round(_logistic(weights.base), 4), ()
    mean = math.fsum(map(_logistic, sums.values())) / len(sums)
    said = _said(weights, seen)
    showing = sorted(
        ((sums.get(one.turn, weights.base), one) for one in (*said, *meant.telling())),
        key=lambda pair: (-pair[0], pair[1].turn),
    )
    return round(mean, 4), _first(conversation.evidence(one) for _, one in showing)


class _Meant:
    """What the agent's sentences mean, of the cues that a rubric weighs."""

    def __init__(self, weights: Mapping[str, float], spoken: Spoken) -> None:
        self._spoken = spoken
        self._said = np.flatnonzero(spoken.by("agent"))
        self._weights: dict[str, float] = {}
        self._strengths: dict[str, Doubles] = {}
        for cue, weight in weights.items():
            read = [spoken.strengths(cue, pool) for pool in _READ_AS]
            known = [one[self._said] for one in read if one is not None]
            if known and spoken.by_whom(cue) != "customer":
                self._weights[cue] = weight
                self._strengths[cue] = np.mean(known, axis=0)

    @cached_property
    def sums(self) -> Mapping[int, float]:
        """What they add up to in each turn: most of all by the surest sentence for each cue."""
        if not self._weights or not len(self._said):
            return {}
        turns = self._spoken.turns[self._said]
        firsts = np.flatnonzero(np.diff(turns, prepend=-1))
        lengths = np.diff([*firsts, len(turns)])[:, None]
        each = np.stack([self._strengths[cue] for cue in self._weights], axis=1)
        surest = np.maximum.reduceat(each, firsts)
        every = np.add.reduceat(each, firsts) / lengths
        each = ((1 - _ALL) * surest + _ALL * every) * np.array([*self._weights.values()])
        added = each.sum(axis=1)
        return dict(zip(turns[firsts].tolist(), added.tolist(), strict=True))

    def telling(self) -> Iterator[Sighting]:
        """The sentences that show the behaviour plainly."""
        for cue, weight in self._weights.items():
            if weight > 0:
                for place in np.flatnonzero(self._strengths[cue] >= _PLAINLY):
                    sure = float(self._strengths[cue][place])
                    yield self._spoken.sighting(cue, int(self._said[place]), sure)


def _by_turn(
    cues: Mapping[str, float],
    conversation: Conversation,
    found: Mapping[str, tuple[Sighting, ...]],
) -> Seen:
    """The agent's sightings of these cues, by turn and cue."""
    by_turn: dict[int, dict[str, list[Sighting]]] = defaultdict(lambda: defaultdict(list))
    for cue in cues:
        for one in found.get(cue, ()):
            if conversation.sides[one.turn] == "agent":
                by_turn[one.turn][cue].append(one)
    return by_turn


def _said(weights: Shown, seen: Seen) -> Iterator[Sighting]:
    """What shows the behaviour by its wording."""
    for cues in seen.values():
        for cue, ones in cues.items():
            if weights.cues[cue] > 0:
                yield from ones


def _first(quotes: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The first few that differ."""
    found: dict[Evidence, None] = {}
    for one in quotes:
        found[one] = None
        if len(found) == _QUOTES:
            break
    return tuple(found)


def _sum(
    weights: Shown, conversation: Conversation, place: int, cues: Mapping[str, list[Sighting]]
) -> float:
    """What a turn's wording, echo and length add up to."""
    total = weights.base
    for cue, ones in cues.items():
        sentences = len({one.begin for one in ones})
        total += weights.cues[cue] * (1 + _AGAIN * (min(sentences, 3) - 1))
    if weights.echo:
        total += weights.echo * _echo(conversation, place)
    if weights.length:
        total += weights.length * min(1.0, conversation.readings[place].spoken / _FULL_LENGTH)
    return total


def _echo(conversation: Conversation, place: int) -> float:
    """The share of what the other just said that a turn takes up, in [0, 1].

    Counted in words that carry the subject, after the overlap measure of Demszky et al. (2021),
    *Measuring conversational uptake*.
    """
    before = conversation.said_before(place, 1)
    return len(conversation.telling[place] & before) / len(before) if before else 0.0


def _logistic(value: float) -> float:
    return (1 + math.tanh(value / 2)) / 2  # the same as 1 / (1 + exp(-value)), for any value
