"""The shape of rubric and cue files. What a lead may write, and what each field means."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Phrase = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
#: An idea of docs/rubrics.md, or a team's own.
System = Annotated[str, Field(pattern=r"^(own|S([1-9]|1[0-9]|2[0-3]))$")]

_FEWEST = 5  # examples of a cue by meaning


def _lines(written: Any) -> Any:
    """A text is the list of its lines, without empty ones and those that begin with `#`."""
    if not isinstance(written, str):
        return written
    lines = (line.strip() for line in written.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


Sentences = Annotated[
    tuple[Phrase, ...],
    BeforeValidator(_lines, json_schema_input_type=tuple[Phrase, ...] | str),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Example(_Strict):
    """Words that a cue is tried on, with what the customer said before them, and after."""

    before: Phrase
    said: Phrase
    then: str = ""


class Echo(_Strict):
    """The speaker uses the other party's own words: says back what was said."""

    share: Share = Field(description="share of the turn's telling words that the other just used")
    words: int = Field(2, ge=1, description="at least so many different ones")
    back: int = Field(2, ge=1, description="how many of the other party's turns to look back")


#: The lesson of what the rubrics judge.
CONDUCT = "conduct"
_NO_LESSONS = frozenset({"talk", "calls", "others"})  # what `meaning` itself calls some of them


class Meaning(_Strict):
    """The cue is what sentences like these mean; needs the weights of a sentence encoder."""

    like: Sentences = Field((), description="sentences that mean it, or a text of a line for each")
    unlike: Sentences = Field((), description="sentences near it that do not")
    calls: Sentences = Field((), description="more that mean it, as said on service calls")
    calls_unlike: Sentences = Field((), description="more that do not, as said on service calls")
    beside: tuple[Id, ...] = Field((), description="cues that can be meant at the same time")
    lesson: Id = Field(CONDUCT, description="only cues of one lesson are contrast to each other")
    by: Literal["agent", "customer", "either"] = Field("agent", description="whose turns are read")
    at_least: Share = Field(0.4, description="how surely it must be meant to be seen")

    @model_validator(mode="after")
    def _has_examples(self) -> Meaning:
        if self.lesson in _NO_LESSONS:
            raise ValueError(f"call the lesson otherwise than '{self.lesson}'")
        if len(self.like) + len(self.calls) < _FEWEST:
            raise ValueError(f"give it at least {_FEWEST} sentences under 'like' or 'calls'")
        return self


class Nearby(_Strict):
    """Another cue, shortly before or after this one."""

    cue: tuple[Id, ...] = Field(min_length=1)
    by: Literal["same", "other"] = Field("other", description="the same side, or the other")
    turns: int = Field(1, ge=1, description="within so many of that side's turns")


#: How a cue is seen by itself: each a way of its own.
_WAYS = ("wording", "echo", "meaning", "again", "timing", "naming")
#: Fields that say something only beside one of others.
_BESIDE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "unless": ("wording",),
        "negation": ("wording",),
        "within": ("all_of", "none_of"),
        "strength": ("wording", "echo", "again", "any_of", "all_of"),
    }
)


def _for_editors() -> dict[str, Any]:
    """The same two rules as JSON Schema."""
    two_ways = [{"not": {"required": [*ways]}} for ways in combinations(_WAYS, 2)]
    lone = [
        {"if": {"required": [field]}, "then": {"anyOf": [{"required": [one]} for one in others]}}
        for field, others in _BESIDE.items()
    ]
    return {"allOf": [*two_ways, *lone]}


class CueEntry(_Strict):
    """Something observable in a call. At least one of the ways to see it must be given, and at most
    one beside other cues."""

    model_config = ConfigDict(json_schema_extra=_for_editors())

    id: Id
    means: Phrase = Field(description="what it is, in plain words")
    wording: tuple[Phrase, ...] = Field((), description="patterns; see docs/rubrics.md")
    unless: tuple[Phrase, ...] = Field((), description="a match that touches one of these is none")
    negation: Literal["refuse", "allow"] = Field(
        "refuse", description="whether 'not' right before the words takes the meaning away"
    )
    at_least_words: int | None = Field(None, ge=1, description="only turns of at least so many")
    at_most_words: int | None = Field(None, ge=1, description="only turns of at most so many")
    at_least_seconds: float | None = Field(
        None, gt=0, description="only turns of that length; a hold or dead air of that length"
    )
    question: bool | None = Field(None, description="only turns with a question mark")
    echo: Echo | None = None
    meaning: Meaning | None = Field(None, description="alone: what such sentences mean")
    again: tuple[Id, ...] = Field((), description="one of these cues, for a second time")
    timing: Literal["talks_over", "nods", "hold", "dead_air", "call_begins"] | None = None
    naming: Literal["title", "first_name_invited", "first_name_uninvited"] | None = None
    any_of: tuple[Id, ...] = Field((), description="any of these cues")
    all_of: tuple[Id, ...] = Field((), description="all of these cues in one turn")
    none_of: tuple[Id, ...] = Field((), description="and none of these in that turn")
    within: Literal["turn", "sentence"] = Field(
        "turn", description="whether all_of and none_of look at the turn or at the sentence"
    )
    after: Nearby | None = Field(None, description="only shortly after one of these")
    followed_by: Nearby | None = Field(None, description="only shortly before one of these")
    strength: Share = Field(1.0, description="how surely these words mean it")
    matches: tuple[Phrase | Example, ...] = Field((), description="must be found")
    counters: tuple[Phrase | Example, ...] = Field((), description="must not be found")

    @property
    def way(self) -> str:
        """The field by which it is seen by itself; none where other cues or length show it."""
        return next((name for name in _WAYS if getattr(self, name)), "")

    @model_validator(mode="after")
    def _seen_somehow(self) -> CueEntry:
        if not (self.way or self.any_of or self.all_of or self.at_least_words):
            raise ValueError(
                "give it wording, meaning, echo, again, timing, naming, any_of, all_of or "
                "at_least_words"
            )
        if (self.wording or self.meaning) and not (self.matches and self.counters):
            raise ValueError("wording needs examples under 'matches' and under 'counters'")
        if self.meaning and (self.any_of or self.all_of):
            raise ValueError("a cue by meaning stands alone: join it to others with any_of")
        return self

    @model_validator(mode="after")
    def _all_counts(self) -> CueEntry:
        first, *others = [name for name in _WAYS if getattr(self, name)] or [""]
        if others:
            raise ValueError(
                f"'{first}' and '{others[0]}' are two ways to see it: write a cue for each, and "
                "one that has both under any_of (either) or all_of (in one turn)"
            )
        for field, beside in _BESIDE.items():
            if field in self.model_fields_set and not any(getattr(self, one) for one in beside):
                raise ValueError(
                    f"'{field}' counts only beside {' or '.join(beside)}: take it out, or give that"
                )
        return self


class CueFile(_Strict):
    lists: dict[Id, tuple[Phrase, ...]] = Field(default_factory=dict)
    cues: tuple[CueEntry, ...]


class Clause(_Strict):
    """One of `cue`, said by `by`, in that part of the call."""

    cue: tuple[Id, ...] = Field(min_length=1)
    by: Literal["agent", "customer", "either"] = "agent"
    where: Literal["anywhere", "opening", "closing", "last"] = "anywhere"
    weak: bool = Field(False, description="an opening that counts only where it was met")
    sure: Share = Field(0.0, description="only where the cue was seen at least so surely")
    mends: bool = Field(True, description="a met answer that can recover a miss before it")
    alone: bool = Field(False, description="an answer that counts without an opening too")
    worth: Share | None = Field(None, description="value of a moment answered so; 1 met, 0 missed")
    kind: Literal["magic", "truth", "misery"] | None = None


def _only_without(part: str, fields: tuple[str, ...]) -> tuple[AfterValidator, Any]:
    """What refuses clauses of a part that have fields which say nothing there; for a file's values,
    and as JSON Schema."""

    def refused(clause: Clause) -> Clause:
        for field in fields:
            if field in clause.model_fields_set:
                raise ValueError(f"'{field}' counts for nothing under '{part}': take it out")
        return clause

    return AfterValidator(refused), Field(
        json_schema_extra={"properties": dict.fromkeys(fields, False)}
    )


_Opens = Annotated[Clause, *_only_without("opens", ("mends", "alone", "worth", "kind"))]
_Meets = Annotated[Clause, *_only_without("meets", ("weak",))]
_Misses = Annotated[Clause, *_only_without("misses", ("weak", "mends"))]


class Reach(_Strict):
    """How far from the opening an answer still counts."""

    turns: int = Field(3, ge=0, description="turns of the answering party after the opening")
    back: int = Field(0, ge=0, description="turns before it")
    seconds: float | None = Field(None, gt=0, description="where times are known")


Part = Literal["opens", "meets", "misses"]


class Criterion(_Strict):
    """One question about one kind of moment."""

    id: Id
    question: Phrase
    source: tuple[System, ...] = Field(min_length=1)
    weight: float = Field(1.0, gt=0)
    critical: bool = False
    observable: bool = Field(True, description="false: it cannot be heard on a call")
    why_not: str = Field("", description="why it cannot be heard, where it cannot")
    opens: tuple[_Opens, ...] = Field((), description="what makes the opportunity")
    meets: tuple[_Meets, ...] = ()
    misses: tuple[_Misses, ...] = ()
    reach: Reach = Field(default_factory=lambda: Reach.model_validate({}))
    otherwise: Literal["met", "missed", "cannot_tell", "no_opportunity"] = Field(
        "cannot_tell", description="the opportunity came and nothing of the above followed"
    )
    decides: Literal["repair", "first", "last", "settles"] = Field(
        "repair",
        description="repair: a met answer after a miss recovers it; first or last: that answer "
        "decides; settles: the first met answer that no miss follows",
    )
    once: bool = Field(False, description="meeting it again, by the same agent, adds no moment")
    needs_times: bool = Field(False, description="cannot tell without the turns' times")
    apart: int = Field(4, ge=0, description="openings closer than this many turns are one")
    combine: Literal["mean", "best", "worst"] = "mean"
    coaching: Phrase
    example: Phrase

    @property
    def clauses(self) -> tuple[tuple[Part, int, Clause], ...]:
        """All that it looks for: the field that a clause stands in, its place there, itself."""
        parts: tuple[Part, ...] = ("opens", "meets", "misses")
        return tuple(
            (part, place, clause)
            for part in parts
            for place, clause in enumerate(getattr(self, part))
        )

    @property
    def cues(self) -> frozenset[str]:
        """Every cue that it names."""
        return frozenset(cue for _, _, clause in self.clauses for cue in clause.cue)

    @model_validator(mode="after")
    def _can_be_judged(self) -> Criterion:
        if self.observable and not (self.opens or self.meets or self.misses):
            raise ValueError("give it 'opens', 'meets' or 'misses', or say 'observable: false'")
        if not self.observable and not self.why_not:
            raise ValueError("say under 'why_not' why it cannot be heard on a call")
        return self


class Shown(_Strict):
    """How strongly an agent's turn shows the behaviour: a logistic sum of what it contains."""

    base: float = Field(-2.0, description="the sum of a turn with nothing in it")
    cues: dict[Id, float] = Field(default_factory=dict, description="added for each cue found")
    meant: dict[Id, float] = Field(
        default_factory=dict, description="added for each cue by meaning, as surely as it is meant"
    )
    courtesy: float = Field(
        0.0, description="added for a turn as much more courteous than most, taken away for less"
    )
    echo: float = Field(0.0, description="added in full where all telling words are echoed")
    length: float = Field(0.0, description="added for a turn of 30 words, in proportion below")


class RubricFile(_Strict):
    rubric: Id
    title: Phrase
    version: int = Field(ge=1)
    source: tuple[System, ...] = Field(min_length=1)
    default: bool = Field(False, description="whether every call is scored on it")
    about: Phrase
    shown: Shown = Field(default_factory=lambda: Shown.model_validate({}))
    criteria: tuple[Criterion, ...] = Field(min_length=1)
