"""The nouns of a judgement: evidence, moments, judgements and the scorecard that carries them.

`Scorecard.to_dict` is the file contract that other programs read; keep it stable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from scorer.call import (
    Call,
    Interruption,
    Interval,
    Lane,
    Quality,
    Speaker,
    Timing,
    Turn,
    Word,
)

Result = Literal["met", "partly", "missed", "no_opportunity", "cannot_tell"]
#: What became of the customer on the call (S5).
Became = Literal["resolved", "promised", "handed_over", "unresolved", "unclear"]
MomentResult = Literal["met", "missed", "recovered", "cannot_tell"]
MomentKind = Literal["magic", "truth", "misery"]  # Albrecht & Zemke's moments of truth (S8)

#: A moment less sure than this does not count: so the judgements on calls that nobody had scored
#: agree best with their marks (docs/accuracy.md).
SURE_ENOUGH = 0.3


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that stands letter for letter in turn `turn` (from 0), and when it was said."""

    turn: int
    quote: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """An opportunity, and what followed within reach.

    `opened` is what made the opportunity, `response` what answered it (None: nothing did).
    `note` says in a few plain words why the moment came out as it did. What does not count is too
    unsure: it is shown for a person to decide, and worth nothing in any score.
    """

    rubric: str
    criterion: str
    outcome: MomentResult
    kind: MomentKind
    confidence: float
    opened: Evidence
    response: Evidence | None = None
    note: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What a language model on the user's own network answered, beside the built-in judgement.

    `outcome` is None where it gave none that could be used; `note` says why. It enters no score.
    """

    model: str
    outcome: Result | None
    agrees: bool | None
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to one criterion. `score` is in [0, 1], or None where there is nothing to score.

    `proposed` marks a critical criterion that the machine thinks was failed: it counts only once a
    person confirmed it.
    """

    rubric: str
    criterion: str
    outcome: Result
    score: float | None
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    moments: tuple[Moment, ...] = ()
    weight: float = 1.0
    critical: bool = False
    proposed: bool = False
    second: SecondOpinion | None = None


@dataclass(frozen=True, slots=True)
class RubricScore:
    """A rubric as a whole: the weighted mean of its scored judgements.

    `shown` in [0, 1] is how strongly the agent's words show the behaviour, asked for or not.
    """

    score: float | None
    shown: float
    outcome: Result
    confidence: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """Something a party said they would do (S6). None is what was not said."""

    by: Speaker
    what: str
    when: str | None
    due: str | None  # ISO date or time, resolved against the call's start; None: vague or unknown
    evidence: Evidence
    vague: bool = False  # nobody knows when: no time was named, or one like "soon" ("now" is none)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the customer. None is *unknown*, never a guess.

    `satisfaction` is predicted from words, in [0, 1], never a survey's answer.
    """

    satisfaction: float | None = None
    satisfaction_interval: tuple[float, float] | None = None
    resolution: Became = "unclear"
    effort: Mapping[str, Any] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    moments: tuple[Moment, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)  # what satisfaction is made of
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)  # metric -> quotes


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All that is said of one call, with the content hashes of what said it."""

    call: Call
    criteria: Mapping[str, RubricScore]
    judgements: tuple[Judgement, ...]
    outcome: Outcome
    provenance: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The scorecard as plain JSON values, in the file contract's shape (docs/files.md)."""
        call = self.call
        return {
            "id": call.id,
            "criteria": {name: asdict(score) for name, score in self.criteria.items()},
            "judgements": [asdict(judgement) for judgement in self.judgements],
            "outcome": asdict(self.outcome),
            "timing": _timing(call.timing),
            "turns": [asdict(turn) for turn in call.turns],
            "quality": asdict(call.quality) if call.quality else None,
            "activity": [asdict(lane) for lane in call.lanes],
            "metadata": dict(call.metadata),
            "context": {
                "duration": call.duration,
                "language": call.language,
                "speakers_known": call.speakers_known,
            },
            "provenance": dict(self.provenance),
        }


#: What a lane does, in the order of its fields.
_LANE = ("speech", "hold", "tones", "leaked")


def call_of(card: Mapping[str, Any]) -> Call:
    """The call that a scorecard was made from, so that it can be scored anew without its sound.

    `card` is in the file contract's shape, as `Scorecard.to_dict` makes it.
    """
    context, timing = card.get("context") or {}, card.get("timing") or {}
    return Call(
        id=card["id"],
        turns=tuple(
            Turn(**{**turn, "words": tuple(Word(**word) for word in turn.get("words") or ())})
            for turn in card.get("turns") or ()
        ),
        metadata=card.get("metadata") or {},
        lanes=tuple(
            Lane(lane["party"], *(_intervals(lane.get(kind) or ()) for kind in _LANE))
            for lane in card.get("activity") or ()
        ),
        timing=Timing(
            **{
                **timing,
                "interruptions": tuple(Interruption(**each) for each in timing["interruptions"]),
                "holds": _intervals(timing["holds"]),
                "overlaps": _intervals(timing["overlaps"]),
            }
        )
        if timing.get("silence") is not None
        else None,
        duration=context.get("duration"),
        language=context.get("language"),
        speakers_known=bool(context.get("speakers_known", True)),
        quality=_quality(card.get("quality")),
    )


def _quality(told: Mapping[str, Any] | None) -> Quality | None:
    return Quality(**{**told, "reasons": tuple(told["reasons"])}) if told else None


def _intervals(pairs: Iterable[Mapping[str, float]]) -> tuple[Interval, ...]:
    return tuple(Interval(**pair) for pair in pairs)


def _timing(timing: Timing | None) -> dict[str, Any]:
    """Every field of the contract, null where the call came without sound or times."""
    if timing is not None:
        return asdict(timing)
    seconds = ("agent_talk", "customer_talk", "silence", "hold", "overlap")
    return {**dict.fromkeys(seconds), "interruptions": [], "holds": [], "overlaps": []}
