"""Cues by the timing of a call: talking over, holds, dead air.

From the sound's own timing where the call has it, else from the times of the turns.
"""

from __future__ import annotations

from scorer.call import Interval
from scorer.scoring.schema import CueEntry
from scorer.scoring.talk import Conversation, Sighting

_OVERLAP = 0.4  # seconds of talking at once before it counts as talking over somebody
_DEAD_AIR = 6.0  # seconds in which nobody says anything and nobody was put on hold
_EARLY, _NEAR = 0.3, 2.0  # seconds that a turn's words may lag behind the sound of its party
_HOLD = 8.0  # seconds of hold before it is one the customer would notice
#: What is timed beside turns: how long it must last is asked of it, and not of a turn.
PAUSES = frozenset({"hold", "dead_air"})


def talked_over(conversation: Conversation, cue: str) -> list[Sighting]:
    """Where one side takes the floor while the other still speaks and gives way."""
    timing = conversation.call.timing
    if timing is None:
        places = {p for p in range(1, len(conversation.turns)) if _cuts_in(conversation, p)}
    else:
        spoken = (_speaking_at(conversation, one.by, one.start) for one in timing.interruptions)
        places = {
            place for place in spoken if place is not None and _had_floor(conversation, place)
        }
    return [conversation.whole(cue, place) for place in sorted(places)]


def _speaking_at(conversation: Conversation, by: str, start: float) -> int | None:
    """The turn of party `by` that holds second `start` or lies nearest to it."""
    away = {
        place: max(turn.start - _EARLY - start, start - turn.end, 0.0)
        for place, turn in enumerate(conversation.turns)
        if turn.speaker == by and turn.start is not None and turn.end is not None
    }
    nearest = min(away, key=away.__getitem__, default=None)
    return nearest if nearest is not None and away[nearest] < _NEAR else None


def _had_floor(conversation: Conversation, place: int) -> bool:
    """Whether the other side was talking when a turn began: talking on over a nod is no offence."""
    side = conversation.sides[place]
    before = [p for p in range(max(0, place - 3), place) if conversation.sides[p] != side]
    return not before or not conversation.follows[before[-1]]


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


def pauses(conversation: Conversation, entry: CueEntry) -> list[Sighting]:
    """Holds or dead air, shown by the last words before them."""
    least = entry.at_least_seconds
    pauses = (
        _holds(conversation, least or _HOLD)
        if entry.timing == "hold"
        else _silences(conversation, least or _DEAD_AIR)
    )
    seen: list[Sighting] = []
    for pause in pauses:
        before = [
            place
            for place, turn in enumerate(conversation.turns)
            if turn.start is not None and turn.start < pause.start and turn.by_agent
        ]
        if before:
            seen.append(conversation.whole(entry.id, before[-1]))
    return seen


def _holds(conversation: Conversation, least: float) -> list[Interval]:
    """Holds of at least so many seconds."""
    timing = conversation.call.timing
    return [] if timing is None else [hold for hold in timing.holds if hold.duration >= least]


def _silences(conversation: Conversation, least: float) -> list[Interval]:
    """Stretches of at least so many seconds in which nobody speaks and nobody is on hold."""
    holds = _holds(conversation, _HOLD)
    found: list[Interval] = []
    spoken_until: float | None = None
    for turn in conversation.turns:
        if turn.start is None or turn.end is None:
            continue
        if spoken_until is not None and turn.start - spoken_until >= least:
            gap = Interval(spoken_until, turn.start)
            if not any(hold.start < gap.end and gap.start < hold.end for hold in holds):
                found.append(gap)
        spoken_until = max(spoken_until or 0.0, turn.end)
    return found
