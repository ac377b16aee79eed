"""The changes to a criterion that are tried: such as a lead could have written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scorer.scoring.cues import CueBook
from scorer.scoring.schema import Clause, Criterion
from scorer.scoring.sightings import closure

#: A change by what it sets, as `{"reach": 3}`, and the criterion with it.
Variant = tuple[Mapping[str, Any], Criterion]

_REACHES = (1, 2, 3, 4, 6, 10)
_AT_LEAST = (0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
_SURELY = "at_least "  # how a change of a cue by meaning is named: "at_least retells"


def variants_of(criterion: Criterion, book: CueBook) -> Iterator[Variant]:
    """Every change to a criterion that makes another one of it, thresholds of its cues last."""
    for change, variant in _variants(criterion):
        if variant != criterion:
            yield change, variant
    yield from thresholds_of(criterion, book)


def at_least_of(change: Mapping[str, Any]) -> dict[str, float]:
    """The thresholds that a change sets, by their cue."""
    return {
        name.removeprefix(_SURELY): value
        for name, value in change.items()
        if name.startswith(_SURELY)
    }


def unheard(change: Mapping[str, Any]) -> bool:
    """Whether a change can alter the answers to most calls, whatever is said in them."""
    return "otherwise" in change or bool(at_least_of(change))


def in_words(change: Mapping[str, Any]) -> str:
    """A change in words."""
    return ", ".join(
        name if name.startswith("without ") else f"{name}: {value}"
        for name, value in change.items()
    )


def thresholds_of(criterion: Criterion, book: CueBook) -> Iterator[Variant]:
    """Other thresholds for the cues by meaning that a criterion rests on."""
    if book.meanings is None:
        return
    for cue in sorted(closure(book, criterion.cues)):
        meaning = book.entries[cue].meaning
        for value in _AT_LEAST if meaning else ():
            if meaning and value != meaning.at_least:
                yield {f"{_SURELY}{cue}": value}, criterion


def _variants(criterion: Criterion) -> Iterator[Variant]:
    for turns in _REACHES:
        if criterion.opens and turns != criterion.reach.turns:
            reach = criterion.reach.model_copy(update={"turns": turns})
            yield {"reach": turns}, criterion.model_copy(update={"reach": reach})
    if criterion.opens:
        for otherwise in ("met", "missed", "cannot_tell", "no_opportunity"):
            if otherwise != criterion.otherwise:
                change: dict[str, Any] = {"otherwise": otherwise}
                yield change, criterion.model_copy(update=change)
        for decides in ("repair", "first", "last", "settles"):
            if decides != criterion.decides:
                change = {"decides": decides}
                yield change, criterion.model_copy(update=change)
    cues = {c for clause in (*criterion.meets, *criterion.misses) for c in clause.cue}
    for cue in sorted(cues):
        fields = {name: _without(getattr(criterion, name), cue) for name in ("meets", "misses")}
        yield {f"without {cue}": cue}, criterion.model_copy(update=fields)


def _without(clauses: Sequence[Clause], cue: str) -> tuple[Clause, ...]:
    """The clauses without a cue; a clause keeps its last one."""
    return tuple(
        clause.model_copy(update={"cue": tuple(one for one in clause.cue if one != cue)})
        if cue in clause.cue and len(clause.cue) > 1
        else clause
        for clause in clauses
    )
