"""The nouns of a call: what was heard, by whom and when. Frozen, no I/O, and they import nothing.

Times are seconds from the start of the recording; None where a transcript came without times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: Who a turn belongs to. A second agent after a transfer is "agent2" and is on the agent's side.
Speaker = str
AGENT, CUSTOMER, AGENT2, MACHINE, THIRD_PARTY = (
    "agent",
    "customer",
    "agent2",
    "machine",
    "third_party",
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the recording, `start <= end`, in seconds."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Word:
    """One word as heard, with the recogniser's own confidence in [0, 1]."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One party's words, from when they began to speak until they stopped.

    `confidence` in [0, 1] is how surely the words were heard; None for a written transcript, which
    is taken as it stands. A back-channel ("mm-hm") acknowledges without taking the floor.
    """

    speaker: Speaker
    text: str
    start: float | None = None
    end: float | None = None
    words: tuple[Word, ...] = ()
    confidence: float | None = None
    kind: Literal["turn", "backchannel"] = "turn"

    @property
    def by_agent(self) -> bool:
        return self.speaker.startswith(AGENT)

    @property
    def by_customer(self) -> bool:
        return self.speaker == CUSTOMER


@dataclass(frozen=True, slots=True)
class Lane:
    """What one channel does when, taken from its sound and not from its words.

    The four kinds never overlap within a lane; what is in none of them is silence.
    """

    party: Speaker
    speech: tuple[Interval, ...] = ()
    hold: tuple[Interval, ...] = ()  # hold music and hold messages
    tones: tuple[Interval, ...] = ()  # DTMF, ringback, busy
    leaked: tuple[Interval, ...] = ()  # the other party, heard faintly on this channel


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the recording is, in plain words; a bad line never counts against an agent."""

    verdict: Literal["good", "fair", "poor"]
    reasons: tuple[str, ...] = ()  # "the customer's channel is very quiet (-52 dB)"
    figures: Mapping[str, float] = field(default_factory=dict)  # "customer.snr_db": 31.0, ...


@dataclass(frozen=True, slots=True)
class Interruption:
    """`by` began to speak while the other party held the floor, and the other gave way."""

    by: Speaker
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of talk and silence, from activity. Context and timing cues only, never a target."""

    agent_talk: float
    customer_talk: float
    silence: float
    hold: float
    overlap: float
    interruptions: tuple[Interruption, ...] = ()
    holds: tuple[Interval, ...] = ()
    overlaps: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A conversation ready to be scored.

    `speakers_known` is False where the parties could not be told apart (a mono recording, two
    identical channels): every judgement about a party is then *cannot tell*.
    """

    id: str
    turns: tuple[Turn, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    lanes: tuple[Lane, ...] = ()
    quality: Quality | None = None
    timing: Timing | None = None
    duration: float | None = None
    language: str | None = None
    speakers_known: bool = True
