"""Cues of every kind, found in a whole call: wording, timing, echo, repetition, address.

A `Sighting` says which cue was seen in which turn, and the words that show it. Everything a
criterion asks is asked of sightings, so a rubric need not care how a cue is recognised.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scorer.call import Call, Interval, Turn
from scorer.scorecard import Evidence
from scorer.scoring import names, tokens, vocabulary
from scorer.scoring.cues import CueBook, quote
from scorer.scoring.schema import CueEntry, Echo
from scorer.scoring.tokens import Reading

_OVERLAP = 0.4  # seconds of talking at once before it counts as talking over somebody
_DEAD_AIR = 6.0  # seconds in which nobody says anything and nobody was put on hold
_HOLD = 8.0  # seconds of hold before it is one the customer would notice


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
            _backchannel(turn, reading)
            for turn, reading in zip(self.turns, self.readings, strict=True)
        )

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
    def telling(self) -> tuple[frozenset[str], ...]:
        """The words of each turn that carry its subject, reduced to a stem."""
        return tuple(frozenset(telling_words(reading.words)) for reading in self.readings)

    def evidence(self, seen: Sighting) -> Evidence:
        return quote(seen.turn, self.turns[seen.turn], seen.begin, seen.end)

    def turns_between(self, here: int, there: int) -> int:
        """How many turns the side that speaks at `there` took from `here` up to that one.

        Turns of one side that no other interrupts are one.
        """
        side = self.sides[there]
        first, last = sorted((here, there))
        blocks = {
            self.blocks[place]
            for place in range(first, last + 1)
            if self.sides[place] == side and not self.follows[place]
        }
        return len(blocks - ({self.blocks[here]} if self.sides[here] == side else set()))

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
            if self.sides[earlier] in (self.sides[place], "other"):
                continue
            blocks.add(self.blocks[earlier])
            if len(blocks) > back:
                break
            before |= self.telling[earlier]
        return frozenset(before)


def sight(
    conversation: Conversation, book: CueBook, only: Collection[str]
) -> Mapping[str, tuple[Sighting, ...]]:
    """Every sighting of the cues in `only`, by cue, in the order of the call."""
    needed = closure(book, only)
    found: dict[str, list[Sighting]] = {cue: [] for cue in needed}
    worded = {cue for cue in needed if book.entries[cue].wording}
    for place, reading in enumerate(conversation.readings):
        for hit in book.find(reading, worded):
            end = hit.quote_start + len(hit.quote)
            seen = Sighting(hit.cue, place, hit.quote_start, end, hit.start, hit.strength)
            found[hit.cue].append(seen)
    for cue in needed:
        if not book.entries[cue].wording:
            found[cue] += _unworded(conversation, book.entries[cue])
    for cue in _composites_last(book, needed):
        found[cue] = _composed(conversation, book.entries[cue], found)
    return {
        cue: tuple(sorted(seen, key=lambda one: (one.turn, one.at))) for cue, seen in found.items()
    }


def closure(book: CueBook, cues: Collection[str]) -> set[str]:
    """`cues` and all cues that they are made of."""
    needed: set[str] = set()
    waiting = list(cues)
    while waiting:
        cue = waiting.pop()
        if cue not in needed:
            needed.add(cue)
            waiting += made_of(book.entries[cue])
    return needed


def telling_words(words: Sequence[str]) -> list[str]:
    """The words that carry the subject, by stem: "charged", "charges" and "charge" are one."""
    return [_stem(word) for word in words if word not in vocabulary.EMPTY]


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ies", "ied", "es", "ed", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word.removesuffix("e") if len(word) > 3 else word


def _backchannel(turn: Turn, reading: Reading) -> bool:
    if turn.kind == "backchannel":
        return True
    words = [word for word in reading.words if word not in (tokens.STOP, tokens.ASK)]
    return len(words) <= 3 and all(word in vocabulary.BACKCHANNELS for word in words)


def _side(turn: Turn) -> str:
    return "agent" if turn.by_agent else "customer" if turn.by_customer else "other"


def made_of(entry: CueEntry) -> tuple[str, ...]:
    near = [place.cue for place in (entry.after, entry.followed_by) if place is not None]
    others = (cue for cues in near for cue in cues)
    return (*entry.any_of, *entry.all_of, *entry.none_of, *entry.again, *others)


def _composites_last(book: CueBook, needed: Collection[str]) -> list[str]:
    """Composite cues, each after those that it is made of."""
    order: list[str] = []

    def visit(cue: str, above: tuple[str, ...]) -> None:
        if cue in order or cue in above:
            return
        for part in made_of(book.entries[cue]):
            visit(part, (*above, cue))
        if made_of(book.entries[cue]):
            order.append(cue)

    for cue in sorted(needed):
        visit(cue, ())
    return order


def _unworded(conversation: Conversation, entry: CueEntry) -> list[Sighting]:
    """Sightings of one cue that is seen otherwise than by wording and is not composite."""
    if entry.timing == "call_begins":
        firsts = {
            side: place
            for place, side in reversed(list(enumerate(conversation.sides)))
            if conversation.readings[place].words
        }
        return [conversation.whole(entry.id, place) for place in sorted(firsts.values())]
    if entry.timing == "talks_over":
        return _talked_over(conversation, entry.id)
    if entry.timing in ("hold", "dead_air"):
        return _pauses(conversation, entry)
    if entry.naming:
        return [
            _sentence(conversation, entry.id, use.turn, use.start)
            for use in names.addressed(conversation.turns)
            if use.naming == entry.naming
        ]
    if entry.echo:
        return _echoes(conversation, entry, entry.echo)
    if entry.at_least_words and not made_of(entry):
        return [
            conversation.whole(entry.id, place)
            for place, reading in enumerate(conversation.readings)
            if conversation.lengths[place] >= entry.at_least_words and reading.spoken
        ]
    return []


def fits_length(entry: CueEntry, turn: Turn, reading: Reading) -> bool:
    if entry.at_least_words is not None and reading.spoken < entry.at_least_words:
        return False
    if entry.at_most_words is not None and reading.spoken > entry.at_most_words:
        return False
    if entry.question is not None and (tokens.ASK in reading.words) != entry.question:
        return False
    if entry.at_least_seconds is None or turn.start is None or turn.end is None:
        return True
    return turn.end - turn.start >= entry.at_least_seconds


def _composed(
    conversation: Conversation, entry: CueEntry, found: Mapping[str, list[Sighting]]
) -> list[Sighting]:
    if entry.again:
        return _asked_again(conversation, entry, found)
    own = (entry.id,) if entry.wording else entry.any_of or entry.all_of[:1]
    parts = [seen for cue in own for seen in found[cue]]
    return [
        Sighting(entry.id, seen.turn, seen.begin, seen.end, seen.at, seen.strength * entry.strength)
        for seen in parts
        if all(_together(seen, found[cue], entry.within) for cue in entry.all_of)
        and not any(_together(seen, found[cue], entry.within) for cue in entry.none_of)
        and _placed(conversation, entry, seen, found)
        and fits_length(entry, conversation.turns[seen.turn], conversation.readings[seen.turn])
    ]


def _together(seen: Sighting, others: list[Sighting], within: str) -> bool:
    """Whether one of `others` stands in the same turn, or the same sentence, as `seen`."""
    return any(
        other.turn == seen.turn
        and (within == "turn" or (other.begin < seen.end and seen.begin < other.end))
        for other in others
    )


def _placed(
    conversation: Conversation,
    entry: CueEntry,
    seen: Sighting,
    found: Mapping[str, list[Sighting]],
) -> bool:
    """Whether the cues that must come shortly before or after a sighting do."""
    for near, direction in ((entry.after, -1), (entry.followed_by, 1)):
        if near is None:
            continue
        gaps = [
            conversation.turns_between(seen.turn, other.turn)
            for cue in near.cue
            for other in found[cue]
            if (other.turn - seen.turn) * direction > 0
            and (conversation.sides[other.turn] == conversation.sides[seen.turn])
            == (near.by == "same")
        ]
        if min(gaps, default=near.turns + 1) > near.turns:
            return False
    return True


def _asked_again(
    conversation: Conversation, entry: CueEntry, found: Mapping[str, list[Sighting]]
) -> list[Sighting]:
    """The same question again, though the other side answered it in between."""
    again: list[Sighting] = []
    for cue in entry.again:
        asked: Sighting | None = None
        for seen in sorted(found[cue], key=lambda one: (one.turn, one.at)):
            if asked and _answered(conversation, asked.turn, seen.turn):
                again.append(Sighting(entry.id, seen.turn, seen.begin, seen.end, seen.at))
            asked = asked or seen
    return again


def _answered(conversation: Conversation, asked: int, now: int) -> bool:
    """Whether the other side said something to the question, and other talk followed."""
    other = {
        place
        for place in range(asked + 1, now)
        if conversation.sides[place] not in (conversation.sides[asked], "other")
        and conversation.readings[place].spoken > 0
    }
    return bool(other) and conversation.blocks[now] - conversation.blocks[asked] >= 4


def _echoes(conversation: Conversation, entry: CueEntry, echo: Echo) -> list[Sighting]:
    """Sentences that are made, in good part, of what the other side just said."""
    seen: list[Sighting] = []
    for place, reading in enumerate(conversation.readings):
        before = conversation.said_before(place, echo.back)
        if not before or not fits_length(entry, conversation.turns[place], reading):
            continue
        for first, last in reading.sentences():
            telling = frozenset(telling_words(reading.words[first : last + 1]))
            shared = telling & before
            if len(shared) >= echo.words and len(shared) >= echo.share * len(telling):
                begin, end = reading.spans[first][0], reading.spans[last][1]
                seen.append(Sighting(entry.id, place, begin, end, begin, entry.strength))
    return seen


def _sentence(conversation: Conversation, cue: str, place: int, at: int) -> Sighting:
    """A sighting at character `at`, quoted with the sentence that it stands in."""
    reading = conversation.readings[place]
    index = next((i for i, (_, end) in enumerate(reading.spans) if end > at), None)
    if index is None:
        return conversation.whole(cue, place)
    begin, end = reading.sentence(index, index)
    return Sighting(cue, place, begin, end, at)


def _talked_over(conversation: Conversation, cue: str) -> list[Sighting]:
    """Where one side talks over the other: from the sound's own timing, else from turn times."""
    timing = conversation.call.timing
    if timing is not None:
        starts = [(one.by, one.start) for one in timing.interruptions]
        places = {_speaking_at(conversation, by, start) for by, start in starts}
    else:
        places = {
            place for place in range(1, len(conversation.turns)) if _cuts_in(conversation, place)
        }
    return [conversation.whole(cue, place) for place in sorted(places - {None})]  # type: ignore[type-var, arg-type]


def _speaking_at(conversation: Conversation, by: str, start: float) -> int | None:
    """The turn of party `by` that begins nearest to `start`, or holds it."""
    places = [
        place
        for place, turn in enumerate(conversation.turns)
        if turn.speaker == by and turn.start is not None and turn.end is not None
    ]

    def distance(place: int) -> float:
        turn = conversation.turns[place]
        assert turn.start is not None
        assert turn.end is not None
        inside = turn.start - 0.3 <= start <= turn.end
        return 0.0 if inside else min(abs(turn.start - start), abs(turn.end - start))

    best = min(places, key=distance, default=None)
    return best if best is not None and distance(best) < 2.0 else None


def _cuts_in(conversation: Conversation, place: int) -> bool:
    """Whether a turn starts while the other side still speaks, and makes it stop."""
    turn = conversation.turns[place]
    if turn.start is None or turn.kind == "backchannel" or conversation.readings[place].spoken < 3:
        return False
    for earlier in range(place - 1, max(-1, place - 4), -1):
        other = conversation.turns[earlier]
        if conversation.sides[earlier] == conversation.sides[place] or other.end is None:
            continue
        overlap = other.end - turn.start
        long_enough = conversation.readings[earlier].spoken >= 4
        gave_way = turn.end is None or other.end < turn.end
        return long_enough and overlap >= _OVERLAP and gave_way
    return False


def _pauses(conversation: Conversation, entry: CueEntry) -> list[Sighting]:
    """Holds or dead air, shown by the last words before them."""
    timing = conversation.call.timing
    holds = [] if timing is None else [hold for hold in timing.holds if hold.duration >= _HOLD]
    pauses = holds if entry.timing == "hold" else _silences(conversation, holds)
    least = entry.at_least_seconds or 0.0
    seen: list[Sighting] = []
    for pause in pauses:
        before = [
            place
            for place, turn in enumerate(conversation.turns)
            if turn.start is not None and turn.start < pause.start and turn.by_agent
        ]
        if before and pause.duration >= least:
            seen.append(conversation.whole(entry.id, before[-1]))
    return seen


def _silences(conversation: Conversation, holds: list[Interval]) -> list[Interval]:
    """Stretches in which nobody speaks and nobody is on hold."""
    found: list[Interval] = []
    spoken_until: float | None = None
    for turn in conversation.turns:
        if turn.start is None or turn.end is None:
            continue
        if spoken_until is not None and turn.start - spoken_until >= _DEAD_AIR:
            gap = Interval(spoken_until, turn.start)
            if not any(hold.start < gap.end and gap.start < hold.end for hold in holds):
                found.append(gap)
        spoken_until = max(spoken_until or 0.0, turn.end)
    return found
