"""Whose calls are uploaded and when they began: said in a form, in the files' names or in a CSV.

Where two of them speak of the same file, the nearer one counts: the CSV's row, then the name, then
the form, which speaks of all files at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scorer.errors import ScorerError

#: What can be said of a call; `started` in ISO 8601, `time_zone` as the IANA names it.
FIELDS = ("team", "agent", "customer", "started", "time_zone")

Metadata = dict[str, str]

#: Directives of `strptime` that are digits alone.
_DIGITS = {"%Y": r"\d{4}", **dict.fromkeys(("%y", "%m", "%d", "%H", "%M", "%S"), r"\d{2}")}

_PART = re.compile(r"\{(?P<field>\w+)(?::(?P<format>[^}]+))?\}|(?P<any>\*)")


def from_name(name: str, pattern: str) -> Metadata:
    """What a file's name says by a pattern such as `{team}_{agent}_{started:%Y%m%d-%H%M}*`.

    `*` stands for anything, `started` is read by the format behind its colon (as Python's
    `strptime`) or as ISO 8601. Raises ScorerError where the pattern is none or the name not of it.
    """
    stem = name.rsplit(".", 1)[0]
    found = re.fullmatch(_expression(pattern), stem)
    if found is None:
        raise ScorerError(f"{name}: its name is not of the form {pattern}; mend either of them")
    said = {field: text.strip() for field, text in found.groupdict().items()}
    for part in _PART.finditer(pattern):
        if part["field"] == "started" and part["format"]:
            try:
                said["started"] = datetime.strptime(said["started"], part["format"]).isoformat()
            except ValueError as error:
                raise ScorerError(
                    f"{name}: {said['started']} is no time of the form {part['format']}"
                ) from error
    return checked(name, said)


def from_csv(name: str, text: str) -> dict[str, Metadata]:
    """What a CSV with a column `file` and any of `FIELDS` says, by file name.

    Raises ScorerError with the line that is wrong.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), skipinitialspace=True)
    heads = [(head or "").strip().lower().replace(" ", "_") for head in rows.fieldnames or []]
    rows.fieldnames = heads
    if "file" not in heads or not set(heads) & set(FIELDS):
        raise ScorerError(f"{name}: needs a column file and any of {', '.join(FIELDS)}")
    found = {}
    for row in rows:
        said = {field: (row.get(field) or "").strip() for field in FIELDS}
        found[(row["file"] or "").strip()] = checked(f"{name}, line {rows.line_num}", said)
    return found


def checked(where: str, said: Mapping[str, str]) -> Metadata:
    """What is said, empty fields left out. Raises ScorerError for a time or zone that is none."""
    kept = {field: said[field] for field in FIELDS if said.get(field)}
    try:
        if "started" in kept:
            kept["started"] = datetime.fromisoformat(kept["started"]).isoformat()
    except ValueError as error:
        raise ScorerError(
            f"{where}: {kept['started']} is no date and time; write it as 2026-03-31 14:05"
        ) from error
    try:
        if "time_zone" in kept:
            ZoneInfo(kept["time_zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ScorerError(
            f"{where}: {kept['time_zone']} is no time zone; write it as Europe/Berlin"
        ) from error
    return kept


def _expression(pattern: str) -> str:
    """The pattern as a regular expression."""
    expression, end = "", 0
    seen: set[str] = set()
    for part in _PART.finditer(pattern):
        field = part["field"]
        if field and (field not in FIELDS or field in seen):
            raise ScorerError(
                f"{pattern}: {{{field}}} is not known or stands twice; known are "
                + ", ".join(f"{{{each}}}" for each in FIELDS)
            )
        seen |= {field} if field else set()
        expression += re.escape(pattern[end : part.start()])
        expression += f"(?P<{field}>{_shape(part['format'])})" if field else ".*?"
        end = part.end()
    if not seen:
        raise ScorerError(f"{pattern}: names no field; write for example {{team}}_{{agent}}_*")
    return expression + re.escape(pattern[end:])


def _shape(form: str | None) -> str:
    """What a field may look like: anything, or the digits that a format of a time asks for."""
    if form is None:
        return ".+?"
    pieces = re.split(r"(%\w)", form)
    return "".join(
        _DIGITS.get(each) or (".+?" if each[:1] == "%" else re.escape(each)) for each in pieces
    )
