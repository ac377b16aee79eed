"""The three figures that stand together (S21): employees, customers, profit, as they came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl
from sqlalchemy import Connection, and_, func, select

from scorer.store.access import POLICY, Person, of_team, require
from scorer.store.database import Database
from scorer.store.records import append
from scorer.store.schema_lead import company_figures

FigureName = Literal["employee_satisfaction", "customer_satisfaction", "profit"]

_COLUMNS = {
    "month": pl.String,
    "team": pl.String,
    "figure": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "answers": pl.Int64,
    "source": pl.String,
}


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
