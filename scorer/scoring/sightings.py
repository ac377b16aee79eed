"""Cues of every kind, found in a whole call: wording, timing, echo, repetition, address.

A `Sighting` says which cue was seen in which turn, and the words that show it. Everything a
criterion asks is asked of sightings, so a rubric need not care how a cue is recognised.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from graphlib import TopologicalSorter
from types import MappingProxyType

from scorer.scoring import timing_cues
from scorer.scoring.cues import CueBook, fits
from scorer.scoring.lessons import pool_of
from scorer.scoring.schema import CueEntry, Echo
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation, Sighting, telling_words


def sight(
    conversation: Conversation,
    book: CueBook,
    only: Collection[str],
    at_least: Mapping[str, float] = MappingProxyType({}),
    spoken: Spoken | None = None,
) -> Mapping[str, tuple[Sighting, ...]]:
    """Every sighting of the cues in `only`, by cue, in the order of the call.

    `at_least` puts another threshold to cues by meaning than their own; `spoken` is the
    conversation's, where it has been read already.
    """
    needed = closure(book, only)
    found: dict[str, list[Sighting]] = {cue: [] for cue in needed}
    worded = frozenset(cue for cue in needed if book.entries[cue].wording)
    for place, reading in enumerate(conversation.readings):
        if conversation.nods[place]:
            continue  # as written it may be any word
        for hit in book.find(reading, worded):
            end = hit.quote_start + len(hit.quote)
            seen = Sighting(hit.cue, place, hit.quote_start, end, hit.start, hit.strength)
            found[hit.cue].append(seen)
    for cue in needed:
        if not book.entries[cue].wording:
            found[cue] += _unworded(conversation, book.entries[cue])
    spoken = spoken or Spoken(conversation, book)
    for cue in needed:
        if meaning := book.entries[cue].meaning:
            enough = at_least.get(cue, meaning.at_least)
            found[cue] += spoken.sightings(cue, pool_of(meaning), enough)
    for cue in needed:
        found[cue] = _in_turns_asked_for(conversation, book.entries[cue], found[cue])
    for cue in in_order({cue: book.entries[cue] for cue in sorted(needed)}):
        if made_of(book.entries[cue]):
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


def made_of(entry: CueEntry) -> tuple[str, ...]:
    near = [place.cue for place in (entry.after, entry.followed_by) if place is not None]
    others = (cue for cues in near for cue in cues)
    return (*entry.any_of, *entry.all_of, *entry.none_of, *entry.again, *others)


def in_order(entries: Mapping[str, CueEntry]) -> tuple[str, ...]:
    """Some cues, each after those that it is made of. Raises `graphlib.CycleError` where one is
    made of itself."""
    parts = {cue: made_of(one) for cue, one in entries.items()}
    return tuple(TopologicalSorter(parts).static_order())


def _unworded(conversation: Conversation, entry: CueEntry) -> list[Sighting]:
    """Sightings of one cue by itself, otherwise than by wording."""
    if entry.timing or entry.naming:
        return _by_time_or_name(conversation, entry)
    if entry.echo:
        return _echoes(conversation, entry, entry.echo)
    if _by_length(entry):
        return [
            conversation.whole(entry.id, place)
            for place, reading in enumerate(conversation.readings)
            if reading.spoken
        ]
    return []


def _by_length(entry: CueEntry) -> bool:
    """Whether that somebody speaks for so long is all that a cue is seen by."""
    return entry.at_least_words is not None and not (entry.way or entry.any_of or entry.all_of)


def _in_turns_asked_for(
    conversation: Conversation, entry: CueEntry, seen: list[Sighting]
) -> list[Sighting]:
    """Those sightings of a cue that stand in such turns as it asks for."""
    asks = (entry.at_least_words, entry.at_most_words, entry.at_least_seconds, entry.question)
    if asks == (None, None, None, None):
        return seen
    return [one for one in seen if _fits(conversation, entry, one.turn)]


def _by_time_or_name(conversation: Conversation, entry: CueEntry) -> list[Sighting]:
    if entry.timing == "call_begins":
        firsts = {
            side: place
            for place, side in reversed(list(enumerate(conversation.sides)))
            if conversation.readings[place].words
        }
        return [conversation.whole(entry.id, place) for place in sorted(firsts.values())]
    if entry.timing == "nods":
        nods = (place for place, nod in enumerate(conversation.nods) if nod)
        return [conversation.whole(entry.id, place) for place in nods]
    if entry.timing == "talks_over":
        return timing_cues.talked_over(conversation, entry.id)
    if entry.timing in ("hold", "dead_air"):
        return timing_cues.pauses(conversation, entry)
    return [
        _sentence(conversation, entry.id, use.turn, use.start)
        for use in conversation.addressed
        if use.naming == entry.naming
    ]


def _fits(conversation: Conversation, entry: CueEntry, place: int) -> bool:
    """Whether a turn is as long as a cue asks, in words and in seconds, and a question or none.

    What has no times is not known to last so long. A cue by length alone asks it of what is said in
    one go.
    """
    turn, reading = conversation.turns[place], conversation.readings[place]
    spoken = conversation.lengths[place] if _by_length(entry) else reading.spoken
    if not fits(entry, reading, spoken):
        return False
    if entry.at_least_seconds is None or entry.timing in timing_cues.PAUSES:
        return True
    if turn.start is None or turn.end is None:
        return False
    return turn.end - turn.start >= entry.at_least_seconds


def _composed(
    conversation: Conversation, entry: CueEntry, found: Mapping[str, list[Sighting]]
) -> list[Sighting]:
    own = _asked_again(conversation, entry, found) if entry.again else found[entry.id]
    joined = entry.any_of or (() if entry.way else entry.all_of[:1])
    parts = _in_turns_asked_for(
        conversation, entry, [*own, *(seen for cue in joined for seen in found[cue])]
    )
    by_turn = {cue: _by_turn(found[cue]) for cue in (*entry.all_of, *entry.none_of)}
    return [
        Sighting(entry.id, seen.turn, seen.begin, seen.end, seen.at, seen.strength * entry.strength)
        for seen in parts
        if all(_together(seen, by_turn[cue], entry.within) for cue in entry.all_of)
        and not any(_together(seen, by_turn[cue], entry.within) for cue in entry.none_of)
        and _placed(conversation, entry, seen, found)
    ]


def _by_turn(sightings: Sequence[Sighting]) -> dict[int, list[Sighting]]:
    found: dict[int, list[Sighting]] = {}
    for seen in sightings:
        found.setdefault(seen.turn, []).append(seen)
    return found


def _together(seen: Sighting, others: Mapping[int, list[Sighting]], within: str) -> bool:
    """Whether one of `others`, by turn, stands in the turn, or in the sentence, of `seen`."""
    return any(
        within == "turn" or (other.begin < seen.end and seen.begin < other.end)
        for other in others.get(seen.turn, ())
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
        if not before or not _fits(conversation, entry, place):
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
