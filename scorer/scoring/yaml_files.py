"""Reading a YAML file strictly, with the line of everything in it.

Two habits of YAML have bitten rubric authors everywhere: a key written twice silently loses its
first half, and a bare `no` is False to many programs. Both are refused here, with the line.

libyaml takes a file apart, ten times faster than a reader in Python; what a bare word is, is
decided here, by the core schema of YAML 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from scorer.errors import ScorerError
from scorer.scoring.indentation import misplaced, without_name

Place = tuple[str | int, ...]  # the way to a value: ("cues", 3, "wording", 0)
_MOST = 10  # problems of a file that are told at once
_NOT_TEXT_ELSEWHERE = frozenset({"no", "yes", "on", "off", "y", "n"})
_NULL, _BOOL = re.compile(r"~|null|Null|NULL|"), re.compile(r"true|True|TRUE|false|False|FALSE")
_INT, _LONGEST_INT = re.compile(r"[-+]?[0-9]+"), 18
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
#: Leaves what a bare word is to us; in Python where PyYAML was built without libyaml.
_READER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

#: By how libyaml begins to tell of it.
_OF_YAML: Mapping[str, str] = MappingProxyType(
    {
        "mapping values are not allowed": "a second ': ' in what is one text: put "
        "the text in quotes",
        "did not find expected '-'": "a text that begins with [ or { stands in quotes, and what "
        "belongs to one list begins with '- ' right under one another",
        "did not find expected key": "a text with quotes in it stands in other quotes as a whole, "
        "and what belongs together begins right under one another",
        "found a tab": "a tab: indent with spaces",
        "found unexpected end": "a quote that begins here is never closed",
        "did not find expected ','": "a [ or { that begins here is never closed",
        "found undefined alias": "put a text that begins with * in quotes",
        "found unknown escape": "a \\ between \"...\" means something else: write '...'",
        "but found another": "a line of --- makes two files of it: take it out",
    }
)
_NAMELESS = "could not find expected ':'"
_BEGINS_EARLIER = ("found unexpected end", "did not find expected ','", _NAMELESS)


class YamlFile:
    """A file's values as plain Python, and the line on which each of them stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[Place, int] = {}
        self._read: set[int] = set()  # nodes; one comes again where a '*' names it
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ScorerError(f"{path}: no such file") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ScorerError(f"{path}: cannot be read ({error}); save it as UTF-8 text") from None
        try:
            node = yaml.compose(text, Loader=_READER)
            self.values: Any = self._value(node, ()) if node is not None else None
        except yaml.MarkedYAMLError as error:
            line, remedy = _not_yaml(error, text)
            raise ScorerError(f"{path}:{line}: {remedy}") from None
        except yaml.YAMLError as error:
            raise ScorerError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None

    def error(self, place: Iterable[str | int], message: str) -> ScorerError:
        """An error that names the file and the line nearest to `place`."""
        return ScorerError(f"{self.path}:{self.line(place)}: {message}")

    def errors(self, found: Iterable[tuple[Place, str]]) -> ScorerError:
        """One error, on one line, of all that was found wrong: where, and what to do about it."""
        told = sorted({(self.line(place), message) for place, message in found})
        first, *others = [f"{line}: {message}" for line, message in told[:_MOST]]
        more = f"; and {len(told) - _MOST} more" if len(told) > _MOST else ""
        return ScorerError("; line ".join([f"{self.path}:{first}", *others]) + more)

    def line(self, place: Iterable[str | int]) -> int:
        """The line nearest to `place`, from 1."""
        where = tuple(place)
        while where and where not in self._lines:
            where = where[:-1]
        return self._lines.get(where, 1)

    def _value(self, node: Node, place: Place) -> Any:
        self._lines[place] = node.start_mark.line + 1
        if id(node) in self._read:
            raise self.error(place, "a '*' name stands here: write out what it stands for")
        self._read.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*place, i)) for i, item in enumerate(node.value)]
        return self._scalar(node.value, bool(node.style), place)

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            self._lines[(*place, key)] = key_node.start_mark.line + 1
            if key in values:
                raise self.error((*place, key), f"'{key}' stands here twice: keep one of the two")
            values[key] = self._value(value_node, (*place, key))
            self._lines[(*place, key)] = key_node.start_mark.line + 1
        return values

    def _scalar(self, text: str, quoted: bool, place: Place) -> Any:
        if quoted:
            return text
        if text.lower() in _NOT_TEXT_ELSEWHERE:
            remedy = f'write "{text}" in quotes if it is a word, or true/false if it is not'
            raise self.error(place, f"a bare {text} means False or True to some programs: {remedy}")
        if _NULL.fullmatch(text):
            return None
        if _BOOL.fullmatch(text):
            return text.lower() == "true"
        if _INT.fullmatch(text):
            if len(text) > _LONGEST_INT:
                raise self.error(place, f"a number of {len(text)} digits: give it fewer")
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text


def _in_text(text: str, mark: yaml.Mark) -> bool:
    """Whether a bracket at that place opens after words that belong with it, or words follow where
    one closed."""
    line = text.splitlines()[mark.line] if mark.line < len(text.splitlines()) else ""
    before, here = line[: mark.column].rstrip(), line[mark.column : mark.column + 1]
    opens = here in ("[", "{") and before[-1:] not in ("", ",", "[", "{", ":", "-")
    return opens or (before[-1:] in ("]", "}") and here not in ("", "#"))


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """The line, from 1, at which a text stops being YAML, and what to change there."""
    problem, mark = str(error.problem), error.problem_mark
    if problem.startswith("did not find expected ','") and mark and _in_text(text, mark):
        return mark.line + 1, "a text with [ or { in it, in a list of one line, stands in quotes"
    if problem.startswith(_BEGINS_EARLIER):
        mark = error.context_mark or mark
    line = mark.line + 1 if mark else 1
    lines = text.splitlines()
    if found := misplaced(lines[:line]):
        return found
    if problem.startswith(_NAMELESS):
        return line, without_name(lines[line - 1].lstrip(" -"))
    if mark and problem.startswith("found character that cannot start"):
        begins = lines[mark.line][mark.column :][:1]
        tab = begins == "\t"
        return line, _OF_YAML[
            "found a tab"
        ] if tab else f"put a text that begins with {begins} in quotes"
    remedy = next((said for begins, said in _OF_YAML.items() if problem.startswith(begins)), "")
    return line, remedy or f"not valid YAML: {problem}"
