"""The three figures that stand together (S21): employees, customers, profit, as they came in."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import polars as pl
from sqlalchemy import Connection, and_, func, select

from scorer.errors import ScorerError
from scorer.store.access import POLICY, Person, of_team, require
from scorer.store.database import Database
from scorer.store.records import append
from scorer.store.schema_lead import company_figures

FigureName = Literal["employee_satisfaction", "customer_satisfaction", "profit"]
FIGURES: Mapping[FigureName, str] = MappingProxyType(
    {
        "employee_satisfaction": "Employee satisfaction",
        "customer_satisfaction": "Customer satisfaction",
        "profit": "Profit",
    }
)

#: A file to fill in; docs/leads.md says what each column means.
TEMPLATE = """month,team,figure,value,unit,answers,source
2026-10,North,employee_satisfaction,3.9,of 1 to 5,14,pulse survey
2026-10,North,customer_satisfaction,4.2,of 1 to 5,212,monthly survey
2026-10,,profit,1.84,million dollars,,ledger
"""
_NEEDED = ("month", "team", "figure", "value")

_COLUMNS = {
    "month": pl.String,
    "team": pl.String,
    "figure": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "answers": pl.Int64,
    "source": pl.String,
}
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Figure:
    """A month's figure. `month` is 2026-11; `team` "" is the whole centre.

    `answers` is how many people it rests on, where it comes from asking them.
    """

    month: str
    team: str
    figure: FigureName
    value: float
    unit: str
    answers: int | None
    source: str


def read(path: Path) -> list[Figure]:
    """The figures of a CSV file with the columns of `TEMPLATE`; unit, answers and source may lack.

    Raises ScorerError with the line that does not fit; then nothing is read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise ScorerError(f"{path}: no column {missing[0]}; `scorer company template`")
            return [_figure(row, f"{path}:{rows.line_num}") for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScorerError(f"{path}: cannot be read ({error}); save it as CSV in UTF-8") from None


def _figure(row: Mapping[str, str | None], where: str) -> Figure:
    said = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    if not _MONTH.fullmatch(said["month"]):
        raise ScorerError(f"{where}: {said['month']!r} is no month; write it as 2026-11")
    figure = next((name for name in FIGURES if name == said["figure"]), None)
    if figure is None:
        raise ScorerError(f"{where}: {said['figure']!r} is none of {', '.join(FIGURES)}")
    try:
        value = float(said["value"])
        answers = int(said["answers"]) if said["answers"] else None
    except ValueError:
        raise ScorerError(f"{where}: value and answers must be numbers, as 3.9 and 14") from None
    if not math.isfinite(value):
        raise ScorerError(f"{where}: value must be a number, as 3.9")
    return Figure(said["month"], said["team"], figure, value, said["unit"], answers, said["source"])


@dataclass(frozen=True, slots=True)
class Company:
    """The imported figures. Seeing them needs the right to compare, importing that to keep."""

    database: Database
    person: Person

    def put(self, figures: Iterable[Figure]) -> int:
        """Appends figures; what is there already is left. The last of a month counts."""
        require(self.person, "keep")
        wanted = list(figures)

        def write(connection: Connection) -> int:
            new = [each for each in wanted if not _is_there(connection, each)]
            for each in new:
                values = {name: getattr(each, name) for name in Figure.__slots__}
                append(connection, self.person, company_figures, values)
            return len(new)

        return self.database.write(write)

    def figures(self, team: str = "") -> pl.DataFrame:
        """A row a month and figure, of a team, or of the whole centre ("").

        The centre's own stand for everybody in it to see.
        """
        require(self.person, "compare")
        row = company_figures.c
        last = select(func.max(row.id)).group_by(row.month, row.team, row.figure)
        mine = of_team(self.person, "compare", row.team)
        where = [row.id.in_(last), row.team == team]
        if team and POLICY[self.person.role]["compare"] != "all":
            where.append(mine)
        query = (
            select(*(row[name] for name in _COLUMNS)).where(*where).order_by(row.month, row.figure)
        )
        with self.database.read() as connection:
            rows = [tuple(each) for each in connection.execute(query)]
        return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def _is_there(connection: Connection, figure: Figure) -> bool:
    """Whether the last word on that month is the very same."""
    row = company_figures.c
    same = and_(row.month == figure.month, row.team == figure.team, row.figure == figure.figure)
    last = connection.execute(
        select(company_figures).where(same).order_by(row.id.desc()).limit(1)
    ).mappings()
    found = last.one_or_none()
    return found is not None and all(found[name] == getattr(figure, name) for name in _COLUMNS)
