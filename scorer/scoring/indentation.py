"""Which line of a YAML file begins too far in or too far out.

It is the commonest mistake in one, and YAML itself says of it what was not: that a text needs
quotes. So lines are looked at as people line them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LINE = re.compile(r"( *)((?:-(?: +|$))*)(.*)")
_NAME = re.compile(r"([A-Za-z_]\w*):(?: +(.*)|$)")
_NEARLY_NAMED = re.compile(r"([A-Za-z_]\w*)(:[^ ].*)?")
_TEXT_BELOW = re.compile(r"[|>][-+0-9]*(?: +#.*)?")
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_QUOTED_INSIDE = re.compile(rf"(?<=[\[{{,:\s])(?:{_QUOTED.pattern})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that begins something: `- ` in some columns, then a name or a text in another."""

    number: int
    dashes: tuple[int, ...]
    column: int
    name: str
    value: str  # what follows the name; all, where there is none

    @property
    def begins(self) -> tuple[tuple[int, str], ...]:
        """The columns that it lines up with others, from outside in, and what stands there."""
        named = ((self.column, self.name),) if self.name else ()
        return (*((column, "- ") for column in self.dashes), *named)

    @property
    def empty(self) -> bool:
        return not self.value or self.value.startswith("#")

    @property
    def plain(self) -> bool:
        """Whether its text goes on in lines that begin further in."""
        return not self.empty and self.value[0] not in "'\"[{|>"


@dataclass(frozen=True, slots=True)
class _Level:
    """A column in which things that belong together begin, and the last of them."""

    column: int
    what: str
    line: int

    @property
    def a_list(self) -> bool:
        return self.what == "- "


def misplaced(lines: Sequence[str]) -> tuple[int, str] | None:
    """The first of the lines, from 1, that lines up with nothing, and what to do; None if none."""
    levels: list[_Level] = []
    before: _Line | None = None
    for line, text_begins in _lines(lines):
        if line.value[:1].isspace() and line.value[0] != "\t":
            return line.number, "begins with a no-break space: write plain spaces in its place"
        if not line.begins and text_begins is not None and line.column < text_begins:
            return line.number, _in_a_text(line.column, text_begins, line.number - 1)
        if line.begins and not _goes_on(levels, line, before):
            if beside := _beside(levels, line, before):
                if before and not before.name and before.column == line.column:
                    return before.number, without_name(before.value)
                return line.number, _told(*line.begins[0], beside)
            levels = _with(levels, line)
        before = line
    return None


def without_name(text: str) -> str:
    """What to do about a text that stands where a name should."""
    if near := _NEARLY_NAMED.fullmatch(text):
        name, value = near.groups()
        return f"write a plain space after '{name}:'" if value else f"write '{name}:'"
    return "a line without 'name: ' before it: give it one, or indent it under what it belongs to"


def _goes_on(levels: Sequence[_Level], line: _Line, before: _Line | None) -> bool:
    """Whether a line is more of the text before it, though it begins as a list would."""
    further_in = bool(levels and line.dashes and line.dashes[0] > levels[-1].column)
    return before is not None and before.plain and not line.name and further_in


def _beside(levels: Sequence[_Level], line: _Line, before: _Line | None) -> _Level | None:
    """What a line should line up with and does not."""
    column, what = line.begins[0]
    alike = [level for level in levels if level.a_list == (what == "- ")]
    if not alike or any(level.column == column for level in alike):
        return None
    top = levels[-1]
    deeper = column > top.column or (what == "- " and column == top.column and not top.a_list)
    if deeper and before is not None and before.empty:
        return None
    return min(reversed(alike), key=lambda level: abs(level.column - column))


def _with(levels: Sequence[_Level], line: _Line) -> list[_Level]:
    """The levels that are open after a line."""
    column, what = line.begins[0]
    kept = [
        level
        for level in levels
        # A list may begin in the column of the name that it belongs to.
        if level.column < column or (level.column == column and what == "- " and not level.a_list)
    ]
    return [*kept, *(_Level(*begins, line.number) for begins in line.begins)]


def _lines(lines: Sequence[str]) -> Iterator[tuple[_Line, int | None]]:
    """The lines that begin something; with where the text above began, if that is a text of a line
    for each sentence."""
    place, text_begins = 0, None
    while place < len(lines):
        spaces, dashes, rest = _groups(_LINE, lines[place])
        if not (dashes or rest) or rest.startswith("#"):
            place += 1
            continue
        at = [match.start() + len(spaces) for match in re.finditer("-", dashes)]
        name, value = _groups(_NAME, rest) if _NAME.fullmatch(rest) else ("", rest)
        column = len(spaces) + len(dashes)
        line = _Line(place + 1, tuple(at), column, name, value or "")
        yield line, text_begins
        parent = line.begins[-1][0] if line.begins else line.column
        place, text_begins = _after(lines, place, line.value, parent)


def _after(lines: Sequence[str], place: int, value: str, parent: int) -> tuple[int, int | None]:
    """The place of the line after a value that goes on; and where its text began."""
    if _TEXT_BELOW.fullmatch(value):
        begins: int | None = None
        for after in range(place + 1, len(lines)):
            if lines[after].strip():
                column = len(lines[after]) - len(lines[after].lstrip(" "))
                begins = column if begins is None else begins
                if column < begins or column <= parent:
                    return after, begins
        return len(lines), begins
    written = value
    for after in range(place + 1, len(lines)):
        if _closed(written):
            return after, None
        written += f"\n{lines[after]}"
    return len(lines), None


def _closed(value: str) -> bool:
    """Whether a value in quotes or brackets ends where it does."""
    if value[:1] in ("'", '"'):
        return bool(_QUOTED.match(value))
    if value[:1] in ("[", "{"):
        bare = _QUOTED_INSIDE.sub("", value)
        return sum(map(bare.count, "[{")) <= sum(map(bare.count, "]}"))
    return True


def _told(column: int, what: str, beside: _Level) -> str:
    return (
        f"'{what}' begins {_spaces(column)} in, '{beside.what}' on line {beside.line}, which it "
        f"belongs with, {beside.column}: line them up"
    )


def _in_a_text(column: int, begins: int, line: int) -> str:
    return (
        f"begins {_spaces(column)} in, the text that it belongs to (line {line}) {begins}: line "
        "them up, or give it a 'name: '"
    )


def _spaces(count: int) -> str:
    return f"{count} space{'' if count == 1 else 's'}"


def _groups(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = pattern.fullmatch(text)
    return found.groups(default="") if found else ("",) * pattern.groups
