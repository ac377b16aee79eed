"""Who spoke how long, silence, hold, overtalk and interruptions, in seconds of sound.

Everything is measured on activity, so a word that was misheard moves nothing. The terms:

- **talk** of a party: the time its channel carries its speech, back-channels included.
- **overtalk** (overlap): the time in which both parties speak; reported by Amazon Connect Contact
  Lens as *talk over* and by AWS post-call analytics as *interruption time*.
- **silence** (dead air): the time in which no party speaks and no hold or tone is heard.
- **hold**: music or announcements that stand in for the agent. Time on hold is never silence.
- **response latency**: from the end of one party's turn to the start of the other's answer;
  negative where they overlap (*floor transfer offset*, de Ruiter, Mitterer & Enfield 2006).
- **interruption**: one party starts while the other holds the floor, and the other gives way
  within a moment, before it was done (*successful interruption*, Beattie 1982). Overlaps shorter
  than `SMOOTH` are the usual slight early start of an answer (Heldner & Edlund 2010) and are none;
  neither are back-channels.

All of it is context. No amount of time is a target, and none of it enters a score by itself.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from scorer.audio.sound import FRAMES_PER_S, Sound
from scorer.call import AGENT, CUSTOMER, Interruption, Interval, Lane, Timing, Turn

#: Overlap that is a smooth change of speaker rather than an interruption [s].
SMOOTH = 0.25
#: Music that pauses for less than this, with nobody speaking on its channel, is one hold [s].
FALTERS = 1.0
#: Within this time of being interrupted a party has given way [s].
GIVES_WAY = 2.0


def measure(sound: Sound, turns: Sequence[Turn]) -> Timing:
    """The timing of a call from its sound; interruptions need to know the turns as well.

    Where the parties cannot be told apart, each party's talk is 0 and what is left is exact.
    """
    speech: dict[str, list[Interval]] = {}
    for lane in sound.lanes:
        speech.setdefault(_side(lane.party), []).extend(lane.speech)
    everyone = union(span for spans in speech.values() for span in spans)
    holds = union(span for lane in sound.lanes for span in _held(lane))
    tones = union(span for lane in sound.lanes for span in lane.tones)
    heard = union([*everyone, *holds, *tones])
    overlaps = tuple(sound.overlap)
    return Timing(
        agent_talk=total(union(speech.get(AGENT, ()))),
        customer_talk=total(union(speech.get(CUSTOMER, ()))),
        silence=max(0.0, _duration(sound) - total(heard)),
        hold=total(holds),
        overlap=total(overlaps),
        interruptions=interruptions(turns),
        holds=tuple(holds),
        overlaps=overlaps,
    )


def from_turns(turns: Sequence[Turn]) -> Timing | None:
    """The timing of a transcript that has times; None where a turn has none.

    Coarser than `measure`: pauses inside a turn count as talk, and hold is not told from silence.
    """
    spans = [
        (_side(turn.speaker), Interval(turn.start, turn.end))
        for turn in turns
        if turn.start is not None and turn.end is not None and turn.start <= turn.end
    ]
    if not spans or len(spans) < len(turns):
        return None
    agent = union(span for side, span in spans if side == AGENT)
    customer = union(span for side, span in spans if side == CUSTOMER)
    everyone = union(span for _, span in spans)
    overlaps = common(agent, customer)
    return Timing(
        agent_talk=total(agent),
        customer_talk=total(customer),
        silence=everyone[-1].end - everyone[0].start - total(everyone),
        hold=0.0,
        overlap=total(overlaps),
        interruptions=interruptions(turns),
        overlaps=tuple(overlaps),
    )


def interruptions(turns: Sequence[Turn]) -> tuple[Interruption, ...]:
    """Each time a party started over the other's turn and the other gave way.

    The overlap must last more than `SMOOTH`, the interrupted turn must end within `GIVES_WAY` of
    the start, and the interrupter must go on beyond that end.
    """
    timed = [turn for turn in turns if turn.kind == "turn" and turn.start is not None]
    by_end = sorted(timed, key=lambda turn: _bounds(turn)[1])
    ends = [_bounds(turn)[1] for turn in by_end]
    found: list[Interruption] = []
    for turn in timed:
        start, end = _bounds(turn)
        # Only those that ended soon after can have given way.
        for at in range(bisect_left(ends, start), bisect_right(ends, start + 2 * GIVES_WAY)):
            floor_from, floor_to = _bounds(by_end[at])
            overlap = floor_to - start
            gave_way = floor_from < start and SMOOTH < overlap <= GIVES_WAY and floor_to < end
            if gave_way and _side(by_end[at].speaker) != _side(turn.speaker):
                found.append(Interruption(turn.speaker, start, floor_to))
    return tuple(found)


def union(spans: Iterable[Interval]) -> list[Interval]:
    """The same time with touching and overlapping spans joined, in order."""
    joined: list[Interval] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def common(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    """The time that lies in both; each must be in order and without overlap in itself."""
    starts = [span.start for span in second]
    both: list[Interval] = []
    for span in first:
        index = max(0, bisect_left(starts, span.start) - 1)
        while index < len(second) and second[index].start < span.end:
            start, end = max(span.start, second[index].start), min(span.end, second[index].end)
            if start < end:
                both.append(Interval(start, end))
            index += 1
    return both


def total(spans: Iterable[Interval]) -> float:
    """Their seconds together; spans that overlap count twice."""
    return math.fsum(span.duration for span in spans)


def _held(lane: Lane) -> list[Interval]:
    """A lane's holds, those joined between which the music only falters."""
    holds: list[Interval] = []
    for span in lane.hold:
        between = [Interval(holds[-1].end, span.start)] if holds else []
        if between and between[0].duration <= FALTERS and not common(between, lane.speech):
            holds[-1] = Interval(holds[-1].start, span.end)
        else:
            holds.append(span)
    return holds


def _duration(sound: Sound) -> float:
    """Seconds of the recording, counted in the frames of its activity."""
    return max((len(states) for states in sound.states), default=0) / FRAMES_PER_S


def _bounds(turn: Turn) -> tuple[float, float]:
    start = turn.start or 0.0
    return start, start if turn.end is None else turn.end


def _side(speaker: str) -> str:
    """A second agent after a transfer speaks for the agent's side."""
    return AGENT if speaker.startswith(AGENT) else speaker
