"""What is wrong with a rubric file, in the words of those who write one: what they should change.

The schema tells what it missed; a lead wants to know what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from scorer.scoring.yaml_files import Place

_TAGS = frozenset({"constrained-str", "Example", "[key]"})  # pydantic's, in the way to a value
_NAMED = "write small letters, digits and _, a letter first"
#: By pydantic's name of a problem; `field`, `value` and what the problem itself names stand open.
_REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "'{field}' is missing: add it",
        "bool_type": "'{field}' should be true or false",
        "string_type": "'{field}' should be text: put it in quotes",
        "string_too_short": "'{field}' is empty: write something",
        "string_pattern_mismatch": f"'{{value}}' under '{{field}}': {_NAMED}",
        "tuple_type": "'{field}' should be a list: write [one, two] or a line with '- ' for each",
        "too_short": "'{field}' is empty: give at least one",
        "dict_type": "'{field}' should be lines of 'name: value'",
        "literal_error": "'{field}' should be {expected}",
        "int_type": "'{field}' should be a whole number",
        "float_type": "'{field}' should be a number",
        "greater_than": "'{field}' should be more than {gt:g}",
        "greater_than_equal": "'{field}' should be {ge:g} or more",
        "less_than_equal": "'{field}' should be {le:g} or less",
    }
)


def of_schema(error: ValidationError, model: type[BaseModel]) -> list[tuple[Place, str]]:
    """Every problem that a file's values have with `model`: where, and what to change."""
    problems = [one for one in error.errors() if not _beside(one)]
    places = [_place(one["loc"]) for one in problems]
    return [
        (place, _remedy(place, problem, model))
        for place, problem in zip(places, problems, strict=True)
        # What lost a wrong item is not for that too short.
        if problem["type"] != "too_short" or not any(_within(other, place) for other in places)
    ]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest of what is known, as the end of a sentence; nothing where none is near."""
    near = get_close_matches(word, list(known), 1)
    return f": did you mean '{near[0]}'?" if near else ""


def _beside(problem: Any) -> bool:
    """Whether a problem is but of the other thing that may stand in its place: a text or fields."""
    kind, last = problem["type"], problem["loc"][-1] if problem["loc"] else ""
    return (last == "Example" and kind == "model_type") or (
        last == "constrained-str" and isinstance(problem["input"], dict)
    )


def _within(place: Place, other: Place) -> bool:
    return len(place) > len(other) and place[: len(other)] == other


def _place(loc: Iterable[str | int]) -> Place:
    return tuple(part for part in loc if part not in _TAGS and not str(part).startswith("function"))


def _remedy(place: Place, problem: Any, model: type[BaseModel]) -> str:
    field = next((str(part) for part in reversed(place) if isinstance(part, str)), "the file")
    kind, value = problem["type"], problem["input"]
    if kind == "extra_forbidden":
        known = _model(model, place[:-1]).model_fields
        near = did_you_mean(field, known) or ": docs/rubrics.md tells of those that are"
        return f"'{field}' is not a field here{near}"
    if kind == "model_type":
        first, *others = _model(model, place).model_fields
        more = f", {others[0]} ..." if others else ""
        return f"'{field}' has fields of its own ({first}{more}): write {{{first}: ...}}"
    if kind == "string_pattern_mismatch" and field == "source":
        return f"'{value}' is no source: write one of S1 to S23 (docs/rubrics.md), or own"
    if value is None and kind.endswith("_type"):
        return f"'{field}' is empty: write something"
    if kind in _REMEDIES:
        return _REMEDIES[kind].format(field=field, value=value, **problem.get("ctx", {}))
    return f"'{field}': {str(problem['msg']).removeprefix('Value error, ')}"


def _model(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """What describes the values at a place of a file that `model` describes."""
    for part in place:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = next(_models(field.annotation), model)
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
