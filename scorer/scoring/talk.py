"""A call made ready for cues: turns read once, sides told apart, what is said in one go counted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from scorer.call import Call, Turn
from scorer.scorecard import Evidence
from scorer.scoring import names, tokens, vocabulary
from scorer.scoring.cues import quote
from scorer.scoring.tokens import Reading

_NOD, _NOD_WORDS = 0.7, 2  # seconds and words: longer than "mm-hm" is more than a nod
_PAUSE = 0.4  # seconds: who pauses longer has stopped and not only drawn breath


@dataclass(frozen=True, slots=True)
class Sighting:
    """Cue `cue` in turn `turn`; `begin:end` is the quote that shows it, `at` where it begins."""

    cue: str
    turn: int
    begin: int
    end: int
    at: int
    strength: float = 1.0


class Conversation:
    """A call made ready for cues: each turn read once, sides told apart, blocks counted.

    A block is what one side says until the other takes the floor; a back-channel takes no floor.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.turns = call.turns
        known = names.heard(call.turns)
        self.readings: tuple[Reading, ...] = tuple(
            tokens.read(turn.text, known) for turn in call.turns
        )
        self.sides = tuple(_side(turn) for turn in call.turns)

    @cached_property
    def blocks(self) -> tuple[int, ...]:
        """The block that each turn belongs to, from 0; a back-channel is in the other's block."""
        found: list[int] = []
        block, holder = -1, None
        for place, side in enumerate(self.sides):
            if side != holder and not (holder is not None and self.follows[place]):
                block, holder = block + 1, side
            found.append(max(block, 0))
        return tuple(found)

    @cached_property
    def follows(self) -> tuple[bool, ...]:
        """Whether each turn only follows the other party ("mm-hm") and takes no floor."""
        return tuple(
            _backchannel(turn, reading) or self.nods[place]
            for place, (turn, reading) in enumerate(zip(self.turns, self.readings, strict=True))
        )

    @cached_property
    def nods(self) -> tuple[bool, ...]:
        """Whether each turn is a nod by its place: a moment's sound while the other talks on.

        Recognisers write such sounds as any short word ("Mama", "Oh, number"), so what was written
        says little; that it was short and took no floor says what it was.
        """
        return tuple(self._nod(place) for place in range(len(self.turns)))

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """How many words each turn's party says in one go: a nod of the other does not cut it."""
        said: dict[int, int] = {}
        for block, follows, reading in zip(self.blocks, self.follows, self.readings, strict=True):
            said[block] = said.get(block, 0) + (0 if follows else reading.spoken)
        return tuple(
            reading.spoken if follows else said[block]
            for block, follows, reading in zip(
                self.blocks, self.follows, self.readings, strict=True
            )
        )

    @cached_property
    def addressed(self) -> tuple[names.Address, ...]:
        """How agents address the customer, by title or by name."""
        return names.addressed(self.turns)

    @cached_property
    def telling(self) -> tuple[frozenset[str], ...]:
        """The words of each turn that carry its subject, reduced to a stem."""
        return tuple(frozenset(telling_words(reading.words)) for reading in self.readings)

    def _nod(self, place: int) -> bool:
        turn = self.turns[place]
        if not 0 < place < len(self.turns) - 1 or self.readings[place].spoken > _NOD_WORDS:
            return False
        before, after = self.turns[place - 1], self.turns[place + 1]
        if before.speaker != after.speaker or self.sides[place] == self.sides[place - 1]:
            return False
        if turn.start is None or turn.end is None or before.end is None or after.start is None:
            return False
        return 0 < turn.end - turn.start <= _NOD and after.start - before.end <= _NOD + _PAUSE

    def heard(self, place: int) -> float:
        """How surely the words of a turn were heard, in [0, 1]; 1 where they were written."""
        confidence = self.turns[place].confidence
        return 1.0 if confidence is None else confidence

    def evidence(self, seen: Sighting) -> Evidence:
        return quote(seen.turn, self.turns[seen.turn], seen.begin, seen.end)

    def turns_between(self, here: int, there: int) -> int:
        """How many turns the side that speaks at `there` took from `here` up to that one.

        Turns of one side that no other interrupts are one.
        """
        places, blocks = self._floors[self.sides[there]]
        first, last = sorted((here, there))
        begin, end = bisect_left(places, first), bisect_right(places, last)
        if begin == end:
            return 0
        taken = blocks[end - 1] - blocks[begin] + 1
        own = self.sides[here] == self.sides[there] and any(
            self.blocks[here] == self.blocks[places[edge]] for edge in (begin, end - 1)
        )
        return taken - own

    def turns_near(self, here: int, back: int, ahead: int) -> tuple[int, int]:
        """The first turn and the last, between which all turns are that any side took within so
        many of its own `back` from `here` and `ahead` of it (by `turns_between`)."""
        firsts, lasts = [here], [here]
        for places, blocks in self._floors.values():
            before, after, many = bisect_right(places, here), bisect_left(places, here), len(places)
            begin = bisect_left(blocks, blocks[before - 1] - back) if before else 0
            end = bisect_right(blocks, blocks[after] + ahead) if after < many else many
            firsts.append(places[begin - 1] + 1 if begin else 0)
            lasts.append(places[end] - 1 if end < many else len(self.turns) - 1)
        return min(firsts), max(lasts)

    @cached_property
    def _floors(self) -> dict[str, tuple[list[int], list[int]]]:
        """Of each side the turns at which it has the floor, and the how-many-eth time at each."""
        floors: dict[str, tuple[list[int], list[int]]] = {side: ([], []) for side in self.sides}
        for place, (side, follows) in enumerate(zip(self.sides, self.follows, strict=True)):
            if follows:
                continue
            places, blocks = floors[side]
            anew = not places or self.blocks[places[-1]] != self.blocks[place]
            blocks.append(blocks[-1] + anew if blocks else 0)
            places.append(place)
        return floors

    def whole(self, cue: str, place: int, strength: float = 1.0) -> Sighting:
        """A sighting shown by a whole turn, cut to its first sentences."""
        reading = self.readings[place]
        if not reading.words:
            return Sighting(cue, place, 0, len(self.turns[place].text), 0, strength)
        last = min(len(reading.words), 40) - 1
        begin, end = reading.spans[0][0], reading.spans[last][1]
        return Sighting(cue, place, begin, end, begin, strength)

    def said_before(self, place: int, back: int) -> frozenset[str]:
        """The telling words that the other side used in its last `back` blocks before a turn."""
        before = set[str]()
        blocks = set[int]()
        for earlier in range(place - 1, -1, -1):
            if self.follows[earlier] or self.sides[earlier] in (self.sides[place], "other"):
                continue
            blocks.add(self.blocks[earlier])
            if len(blocks) > back:
                break
            before |= self.telling[earlier]
        return frozenset(before)


def telling_words(words: Sequence[str]) -> list[str]:
    """The words that carry the subject, by stem: "charged", "charges" and "charge" are one."""
    return [_stem(word) for word in words if word not in vocabulary.EMPTY]


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ies", "ied", "es", "ed", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word.removesuffix("e") if len(word) > 3 else word


def _side(turn: Turn) -> str:
    return "agent" if turn.by_agent else "customer" if turn.by_customer else "other"


def _backchannel(turn: Turn, reading: Reading) -> bool:
    if turn.kind == "backchannel":
        return True
    words = [word for word in reading.words if word not in (tokens.STOP, tokens.ASK)]
    return len(words) <= 3 and all(word in vocabulary.BACKCHANNELS for word in words)
