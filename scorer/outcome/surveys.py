"""What customers answered when asked: satisfaction (CSAT), recommendation (NPS), effort (CES).

Answers are kept as they were given, on the scale they were given on; `place` puts one on [0, 1]
only where answers of different scales must be compared. A survey is linked to a call by the call's
id. Source: S20; NPS as Reichheld asks it (2003), CES as Dixon et al. do (2010).
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from scorer.errors import ScorerError

Kind = Literal["csat", "nps", "ces"]
KINDS: tuple[Kind, ...] = ("csat", "nps", "ces")
#: The scales that are meant where a file does not say: worst and best answer.
SCALES: Mapping[Kind, tuple[float, float]] = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
_CALL = ("call", "call_id", "call id", "id", "recording", "file")
_KIND = ("kind", "survey", "type", "measure")
_ANSWER = ("answer", "score", "value", "response", "rating")
_NAMES: Mapping[str, Kind] = {
    **dict.fromkeys(("csat", "satisfaction", "customer satisfaction"), "csat"),
    **dict.fromkeys(("nps", "recommendation", "net promoter score"), "nps"),
    **dict.fromkeys(("ces", "effort", "customer effort score", "ease"), "ces"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Survey:
    """One answer. `scale` is (worst, best): worst is the larger number where 1 is best.

    `at` is when it was given, in ISO 8601, as it was written.
    """

    call: str
    kind: Kind
    answer: float
    scale: tuple[float, float]
    at: str | None = None
    comment: str | None = None

    @property
    def place(self) -> float:
        """Where the answer lies between the worst (0) and the best (1) of its scale."""
        worst, best = self.scale
        return (self.answer - worst) / (best - worst)

    @property
    def when(self) -> datetime | None:
        """The moment of `at` in UTC, in which a time without a zone is read; None: not known."""
        return _moment(self.at) if self.at else None


@dataclass(frozen=True, slots=True)
class Imported:
    """A file's answers, and a line for each row that could not be read."""

    surveys: tuple[Survey, ...]
    problems: tuple[str, ...]


def read(path: Path) -> Imported:
    """Read surveys from a CSV file with a header, or from JSON Lines.

    A row holds the call's id (`call`) and either `kind` and `answer`, or a column for each kind
    (`csat`, `nps`, `ces`). `scale` ("1-5", worst first) where it is not the usual one; `at` (ISO
    8601) and `comment` if known. Raises ScorerError where the file cannot be read at all.
    """
    json_lines = path.suffix in (".jsonl", ".ndjson")
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = list(_json_rows(text) if json_lines else _csv_rows(path, text))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScorerError(f"{path}: cannot be read ({error}); save it as UTF-8 text") from None
    surveys: list[Survey] = []
    problems: list[str] = []
    for line, row in rows:
        try:
            if isinstance(row, str):
                raise ValueError(row)
            surveys += _surveys(row)
        except ValueError as error:
            problems.append(f"{path.name}:{line}: {error}")
    return Imported(tuple(dict.fromkeys(surveys)), tuple(problems))


def linked(
    surveys: Iterable[Survey], calls: Mapping[str, str]
) -> tuple[list[Survey], list[Survey]]:
    """The surveys of calls that are known, each with its call's key, and those of other calls.

    `calls` are the names by key. A survey gives either of them, a name also without its suffix or
    with another. What several calls are named tells none of them.
    """
    named, begun = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for key, name in calls.items():
        named[name].append(key)
        for end in (place for place, letter in enumerate(name) if letter == "."):
            begun[name[:end]].append(key)
    known: list[Survey] = []
    unknown: list[Survey] = []
    for survey in surveys:
        call, stem = survey.call, Path(survey.call).stem
        ways = ([call] if call in calls else [], named[call], begun[call], named[stem], begun[stem])
        found = next(filter(None, ways), [])
        if len(found) == 1:
            known.append(replace(survey, call=found[0]))
        else:
            unknown.append(survey)
    return known, unknown


def _surveys(row: Mapping[str, Any]) -> list[Survey]:
    """The answers in one row. Raises ValueError with what to mend."""
    cells = {str(key).strip().lower(): value for key, value in row.items() if key is not None}
    call = _first(cells, _CALL)
    if call is None:
        raise ValueError("no call id: add a column 'call' with the name of the recording")
    named = _first(cells, _KIND)
    if named is not None:
        kind = _NAMES.get(str(named).strip().lower())
        if kind is None:
            raise ValueError(f"'{named}' is no kind of survey: use csat, nps or ces")
        given = {kind: _first(cells, _ANSWER)}
    else:
        given = {_NAMES[name]: value for name, value in cells.items() if name in _NAMES}
    answers = {kind: value for kind, value in given.items() if value not in (None, "")}
    if not answers:
        raise ValueError("no answer: add 'kind' and 'answer', or a column csat, nps or ces")
    at, comment = cells.get("at") or cells.get("date"), cells.get("comment")
    return [
        _survey(str(call).strip(), kind, value, cells.get("scale"), at, comment)
        for kind, value in answers.items()
    ]


def _survey(call: str, kind: Kind, value: Any, scale: Any, at: Any, comment: Any) -> Survey:
    try:
        answer = float(str(value).replace(",", "."))
    except ValueError:
        raise ValueError(f"'{value}' is not a number") from None
    worst, best = _scale(scale) if scale else SCALES[kind]
    if not min(worst, best) <= answer <= max(worst, best):
        raise ValueError(f"{kind} {answer:g} lies outside its scale {worst:g}-{best:g}")
    if given := _text(at):
        _moment(given)
    return Survey(call, kind, answer, (worst, best), given, _text(comment))


def _moment(at: str) -> datetime:
    try:
        given = datetime.fromisoformat(at)
        return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"'{at}' is no date: write it as 2026-03-31 or 2026-03-31 14:05") from None


def _scale(given: Any) -> tuple[float, float]:
    try:
        worst, best = (float(end) for end in str(given).replace("–", "-").split("-"))
    except ValueError:
        raise ValueError(f"'{given}' is no scale: write it as 1-5, the worst first") from None
    if worst == best:
        raise ValueError(f"'{given}' is no scale: its ends are the same")
    return worst, best


def _text(given: Any) -> str | None:
    return str(given).strip() or None if given is not None else None


def _first(cells: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((cells[name] for name in names if cells.get(name) not in (None, "")), None)


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    if not text.strip():
        raise ScorerError(f"{path}: is empty; give it a header and one survey a line")
    header = text.splitlines()[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    names = {(name or "").strip().lower() for name in reader.fieldnames or ()}
    if not names & set(_CALL):
        raise ScorerError(
            f"{path}: no column 'call' in its header ({header[:60]}); add one with the names of "
            "the recordings"
        )
    for row in reader:
        yield reader.line_num, dict(row)


def _json_rows(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            yield number, "not JSON: one object a line"
            continue
        yield number, row if isinstance(row, dict) else 'not an object: write {"call": ...}'
