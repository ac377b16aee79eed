"""A call in blocks, and what stands in and around each: what `verdicts` reads.

A block is what one side says until the other takes the floor. All of it is read from cues and from
sentences in which names were made alike: what was said and in which order, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scorer.scorecard import Moment
from scorer.scoring.encoder import WIDTH, Floats
from scorer.scoring.moments import MARKED, Sightings
from scorer.scoring.networks import Lines
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation

# Beside a block's own, what stands in these neighbours is looked at: at an odd distance they are
# the other side's. Cues by meaning, and what `_vectors` makes of sentences.
_MEANT = (-1, -2, 1, -3)
_READ = {
    "calls": (0, -1, -2, 1),
    "talk": (0, -1),
    "first": (0,),
    "last": (0,),
    "most": (0,),
    "most_piece": (0,),
    "most_piece_talk": (0, -1),
}
_FAR = 12  # blocks before and after, in which it is looked for what was shown at all
_EDGE = 3  # blocks of a side that are told apart at the beginning and the end of a call
PLACES = 2 * _EDGE + 2  # what tells where a block stands
_TOGETHER = 256  # blocks at a time, so that hours of talk are never read as one
_MANY = 30  # blocks from which on a call counts as a long one


@dataclass(frozen=True, slots=True)
class Block:
    """What one side says until the other takes the floor: its turns, without the other's nods."""

    side: str
    turns: tuple[int, ...]


def blocks_of(talk: Conversation) -> tuple[Block, ...]:
    """The blocks of a call, in its order."""
    turns: dict[int, list[int]] = {}
    for turn, block in enumerate(talk.blocks):
        turns.setdefault(block, []).append(turn)
    found = []
    for both in turns.values():
        side = talk.sides[next((turn for turn in both if not talk.follows[turn]), both[0])]
        found.append(Block(side, tuple(turn for turn in both if talk.sides[turn] == side)))
    return tuple(found)


def features(
    blocks: Sequence[Block],
    spoken: Spoken,
    sightings: Sightings,
    meant: Sequence[str],
    seen: Sequence[str],
    ruled: Sequence[Sequence[Moment]],
) -> Iterator[Floats]:
    """What stands in and around each block [shape=(blocks, features)], some blocks at a time.

    `meant` are cues by meaning, as surely as they are meant, and `seen` cues of every kind, as
    surely as they were sighted; one that is not there any more counts as not shown. `ruled` are the
    moments that each criterion's rule found.
    """
    block_of = blocks_by_turn(blocks)
    means = _meant(blocks, spoken, meant, block_of)
    shows = np.zeros((len(blocks), len(seen)), np.float32)
    for column, cue in enumerate(seen):
        for one in sightings.get(cue, ()):
            if (place := block_of.get(one.turn)) is not None:
                shows[place, column] = max(shows[place, column], one.strength)
    read = _vectors(blocks, spoken, block_of)
    parts = [
        means,
        shows,
        _beside(shows, -1),
        *(_beside(means, distance) for distance in _MEANT),
        _around(means, range(-_FAR, 0)),
        _around(means, range(1, _FAR + 1)),
        _around(shows, range(-_FAR, 0, 2)),
        _places(blocks),
        _ruled(ruled, block_of, len(blocks)),
        *(_beside(read[name], one) for name, distances in _READ.items() for one in distances),
    ]
    for first in range(0, len(blocks), _TOGETHER):
        yield np.concatenate([part[first : first + _TOGETHER] for part in parts], axis=1)


def around(features: Floats) -> Floats:
    """The same without what is made of sentences' vectors [shape=(blocks, fewer features)]."""
    return features[:, : -WIDTH * sum(len(distances) for distances in _READ.values())]


def lines_of(blocks: Sequence[Block], spoken: Spoken) -> Lines:
    """The sentences of a call, but for those said while the other side kept the floor."""
    own = _sentences(spoken, blocks_by_turn(blocks))
    return Lines(
        np.array([number for numbers in own.values() for number in numbers], np.int64),
        np.array([block for block, numbers in own.items() for _ in numbers], np.int64),
        np.array([one.side == "agent" for one in blocks], np.bool_),
        spoken.vectors,
    )


def blocks_by_turn(blocks: Sequence[Block]) -> dict[int, int]:
    """The block of each turn that has the floor."""
    return {turn: place for place, one in enumerate(blocks) for turn in one.turns}


def decided(moment: Moment, block_of: Mapping[int, int]) -> int | None:
    """The block in which a moment was decided."""
    last = moment.response or moment.opened
    return block_of.get(last.turn) if last is not None else None


def _ruled(ruled: Sequence[Sequence[Moment]], block_of: Mapping[int, int], count: int) -> Floats:
    """Where the rules' moments were decided, and the blocks from each one's opening on."""
    found = np.zeros((count, 2, len(ruled), len(MARKED)), np.float32)
    for column, moments in enumerate(ruled):
        for moment in moments:
            last = decided(moment, block_of)
            if last is None or moment.outcome not in MARKED:
                continue
            outcome = MARKED.index(moment.outcome)
            found[last, 0, column, outcome] = 1
            opened = block_of.get(moment.opened.turn, last) if moment.opened else last
            found[min(opened, last) : max(opened, last) + 1, 1, column, outcome] = 1
    return found.reshape(count, -1)


def _meant(
    blocks: Sequence[Block], spoken: Spoken, cues: Sequence[str], block_of: Mapping[int, int]
) -> Floats:
    """How surely each block means each cue: its surest sentence [shape=(blocks, cues)]."""
    found = np.zeros((len(blocks), len(cues)), np.float32)
    own = np.array([turn in block_of for turn, _ in spoken.sentences], np.bool_)
    places = np.array([block_of.get(turn, 0) for turn, _ in spoken.sentences], np.int64)
    for column, cue in enumerate(cues):
        strengths = spoken.strengths(cue) if spoken.knows(cue) else None
        if strengths is not None:
            rows = own & spoken.by(spoken.by_whom(cue))
            np.maximum.at(found[:, column], places[rows], strengths[rows].astype(np.float32))
    return found


def _vectors(
    blocks: Sequence[Block], spoken: Spoken, block_of: Mapping[int, int]
) -> dict[str, Floats]:
    """What sentences' vectors make of each block [each shape=(blocks, 384)]: their mean as `calls`
    are read, and as any `talk` is; as calls are, the `first`, the `last` and the `most` of any; the
    `most_piece` is of any piece of a word."""
    found = {name: np.zeros((len(blocks), WIDTH), np.float32) for name in _READ}
    for place, numbers in _sentences(spoken, block_of).items():
        talk, calls, piece_talk, piece = spoken.vectors[numbers].swapaxes(0, 1)
        found["calls"][place], found["talk"][place] = calls.mean(axis=0), talk.mean(axis=0)
        found["first"][place], found["last"][place] = calls[0], calls[-1]
        found["most"][place], found["most_piece"][place] = calls.max(axis=0), piece.max(axis=0)
        found["most_piece_talk"][place] = piece_talk.max(axis=0)
    return found


def _sentences(spoken: Spoken, block_of: Mapping[int, int]) -> dict[int, list[int]]:
    """The numbers of each block's sentences; a block may have none."""
    found: dict[int, list[int]] = {}
    for number, (turn, _) in enumerate(spoken.sentences):
        if (place := block_of.get(turn)) is not None:
            found.setdefault(place, []).append(number)
    return found


def _places(blocks: Sequence[Block]) -> Floats:
    """Where each block stands: how near to its side's first and last, how far into the call."""
    found = np.zeros((len(blocks), PLACES), np.float32)
    for side in {one.side for one in blocks}:
        own = [place for place, one in enumerate(blocks) if one.side == side]
        for nth in range(min(_EDGE, len(own))):
            found[own[nth], nth] = found[own[-1 - nth], _EDGE + nth] = 1.0
    found[:, -2] = np.arange(len(blocks)) / max(len(blocks) - 1, 1)
    found[:, -1] = min(len(blocks), _MANY) / _MANY
    return found


def _beside(rows: Floats, distance: int) -> Floats:
    """For each block the row of its neighbour at a distance; zeros where there is none."""
    moved = np.zeros_like(rows)
    if distance > 0:
        moved[:-distance] = rows[distance:]
    elif distance < 0:
        moved[-distance:] = rows[:distance]
    else:
        moved[:] = rows
    return moved


def _around(rows: Floats, distances: range) -> Floats:
    """For each block the most that its neighbours at some distances have."""
    most = np.zeros_like(rows)
    for distance in distances:
        if abs(distance) < len(rows):
            np.maximum(most, _beside(rows, distance), out=most)
    return most
