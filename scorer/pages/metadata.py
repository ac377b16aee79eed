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

#: Neither a file's name nor a pattern is longer.
_LONGEST = 255

#: What directives of `strptime` stand for in a name. Each takes all it can and gives nothing back.
_DIRECTIVES = {
    **dict.fromkeys(("%Y", "%G"), r"\d{4}"),
    **dict.fromkeys(("%y", "%m", "%d", "%H", "%I", "%M", "%S", "%U", "%V", "%W"), r"\d{2}"),
    **dict.fromkeys(("%u", "%w"), r"\d"),
    **dict.fromkeys(("%a", "%A", "%b", "%B", "%p"), r"[^\W\d_]++"),
    "%j": r"\d{3}",
    "%f": r"\d{1,6}+",
    "%z": r"[+-]\d{2}:?+\d{2}",
}

_PART = re.compile(r"\{(?P<field>\w+)(?::(?P<format>[^}]+))?\}|(?P<any>\*)")


def from_name(name: str, pattern: str) -> Metadata:
    """What a file's name says by a pattern such as `{team}_{agent}_{started:%Y%m%d-%H%M}*`.

    `*` stands for anything, `started` is read by the format behind its colon (as Python's
    `strptime`) or as ISO 8601. Raises ScorerError where the pattern is none or the name not of it.
    """
    if max(len(name), len(pattern)) > _LONGEST:
        raise ScorerError(
            f"{name}: its name or the pattern has over {_LONGEST} letters; shorten it"
        )
    stem = name.rsplit(".", 1)[0]
    found = re.fullmatch(_expression(pattern), stem, re.DOTALL)
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
    try:
        return _read(name, text)
    except csv.Error as error:
        raise ScorerError(f"{name}: is no table of calls ({error}); save it as CSV again") from None


def _read(name: str, text: str) -> dict[str, Metadata]:
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
    """The pattern as a regular expression.

    What may be anything is as short as what follows it allows, and then stays so (an atomic group):
    a longer one leaves less to the next, so that a second try could find nothing that the first did
    not. Each letter of a name is thus read a few times, however many `*` a pattern has.
    """
    expression, end = "(?>", 0
    seen: set[str] = set()
    for part in _PART.finditer(pattern):
        field, form = part["field"], part["format"]
        if field and (field not in FIELDS or field in seen):
            raise ScorerError(
                f"{pattern}: {{{field}}} is not known or stands twice; known are "
                + ", ".join(f"{{{each}}}" for each in FIELDS)
            )
        seen |= {field} if field else set()
        expression += re.escape(pattern[end : part.start()])
        if form:
            expression += f"(?P<{field}>{_time(form)})"
        else:
            expression += ")(?>" + (f"(?P<{field}>.+?)" if field else ".*?")
        end = part.end()
    if not seen:
        raise ScorerError(f"{pattern}: names no field; write for example {{team}}_{{agent}}_*")
    return expression + re.escape(pattern[end:]) + r"\Z)"


def _time(form: str) -> str:
    """What a time of this format looks like. Raises ScorerError where it is no format."""
    pieces = re.split("(%.?)", form)
    said = pieces[1::2]
    for directive in said:
        if directive not in _DIRECTIVES or said.count(directive) > 1:
            raise ScorerError(f"{form}: {directive} is not known in a time, or stands twice")
    return "".join(_DIRECTIVES.get(each) or re.escape(each) for each in pieces)
