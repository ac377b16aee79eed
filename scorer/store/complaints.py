"""The complaint register (S14, S23): cause, lesson, owner, and whether it came back.

An entry is what the machine heard (a moment of `complaint_register`) or a bad answer to a survey
(S20), with what people appended to it: their last words on it count, and all of them stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, and_, func, select

from scorer.errors import ScorerError
from scorer.store.access import Person, require, within
from scorer.store.asked import is_bad, moment_is, newest
from scorer.store.calibration import scored_blind
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.records import append, once
from scorer.store.schema import call_began, calls, moments, surveys
from scorer.store.schema_lead import complaint_entries
from scorer.store.tallies import ALL, Among

CameBack = Literal["", "yes", "no"]
#: Stands for the machine's cause where a complaint came as an answer to a survey.
SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody wrote of a complaint; the texts may be empty."""

    cause: str
    lesson: str
    told: str
    owner: str
    came_back: CameBack
    author: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint. `outcome` is recovered, missed (left open) or cannot_tell.

    `again` are later calls of the same customer with a complaint about the same: whether it came
    back as far as the machine can tell. `written` is the last entry, `entries` how many there are.
    """

    key: str
    call: str
    team: str
    agent: str
    customer: str
    queue: str
    topic: str
    started: datetime | None
    about: str
    quote: str
    response: str
    outcome: str
    turn: int | None
    again: tuple[tuple[str, datetime], ...] = ()
    written: Entry | None = None
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """The complaints on calls within the person's reach. Seeing them needs the right to read."""

    database: Database
    person: Person

    def heard(
        self,
        among: Among = ALL,
        about: str = "",
        open_only: bool = False,
        since: datetime | None = None,
        first: int = 0,
        count: int = 25,
    ) -> list[Complaint]:
        """What customers complained of on their calls, the latest first; but for calls that the
        person still scores blind.

        `open_only` leaves out what was made good on the call and what somebody wrote about.
        """
        require(self.person, "read")
        where = self._heard(among)
        if about:
            where.append(moments.c.criterion == about)
        if since is not None:
            where.append(call_began >= since)
        if open_only:
            written = select(complaint_entries.c.id).where(
                complaint_entries.c.call_id == calls.c.id,
                complaint_entries.c.about == moments.c.criterion,
            )
            where += [moments.c.outcome != "recovered", ~written.exists()]
        query = (
            select(
                *_call(),
                moments.c.criterion.label("about"),
                moments.c.quote,
                moments.c.response,
                moments.c.outcome,
                moments.c.turn,
            )
            .select_from(calls)
            .join(moments, newest(moments))
            .where(*where)
            .order_by(call_began.desc(), calls.c.id.desc(), moments.c.id)
            .offset(first)
            .limit(count)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            return [self._complaint(connection, dict(row)) for row in rows]

    def surveyed(
        self,
        among: Among = ALL,
        since: datetime | None = None,
        until: datetime | None = None,
        open_only: bool = True,
        count: int = 50,
    ) -> list[Complaint]:
        """Calls with bad answers to surveys, the latest first; those about which nobody wrote yet.

        `quote` is what the customer added, `outcome` the answers as "csat 2 of 1 to 5, nps ...".
        """
        require(self.person, "read")
        where = self._bad(among, since, until)
        if open_only:
            where.append(~_written())
        query = (
            select(*_call(), surveys.c.kind, surveys.c.value, surveys.c.low, surveys.c.high)
            .add_columns(surveys.c.comment.label("quote"))
            .select_from(calls)
            .join(surveys, surveys.c.call_id == calls.c.id)
            .where(*where)
            .order_by(surveys.c.answered.desc(), surveys.c.id.desc())
            .limit(count)
        )
        with self.database.read() as connection:
            found: dict[str, dict[str, Any]] = {}
            for row in connection.execute(query).mappings().all():
                known = dict(row)
                kind, value, low, high = (known.pop(n) for n in ("kind", "value", "low", "high"))
                answer = f"{kind} {value:g} of {low:g} to {high:g}"
                first = found.setdefault(row["key"], known | {"outcome": ""})
                first["outcome"] = ", ".join(filter(None, (first["outcome"], answer)))
                first["quote"] = first["quote"] or known["quote"]
            more = {"about": SURVEY, "response": "", "turn": None}
            return [self._complaint(connection, row | more) for row in found.values()]

    def waiting(
        self,
        among: Among = ALL,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:
        """How many calls have a bad answer to a survey about which nobody wrote yet."""
        require(self.person, "read")
        query = (
            select(func.count(surveys.c.call_id.distinct()))
            .join(calls, calls.c.id == surveys.c.call_id)
            .where(~_written(), *self._bad(among, since, until))
        )
        with self.database.read() as connection:
            return connection.execute(query).scalar_one()

    def counts(
        self, among: Among = ALL, since: datetime | None = None
    ) -> dict[str, dict[str, int]]:
        """By what it is about: how many there are, made good, left open, and with a lesson; of the
        same complaints as in `heard`."""
        require(self.person, "read")
        where = self._heard(among)
        if since is not None:
            where.append(call_began >= since)
        taught = (
            select(complaint_entries.c.id)
            .where(
                complaint_entries.c.call_id == calls.c.id,
                complaint_entries.c.about == moments.c.criterion,
                complaint_entries.c.lesson != "",
            )
            .exists()
        )
        query = (
            select(
                moments.c.criterion,
                func.count().label("all"),
                func.count().filter(moments.c.outcome == "recovered").label("made_good"),
                func.count().filter(moments.c.outcome == "missed").label("left_open"),
                func.count().filter(taught).label("taught"),
            )
            .select_from(calls)
            .join(moments, newest(moments))
            .where(*where)
            .group_by(moments.c.criterion)
            .order_by(func.count().desc(), moments.c.criterion)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            return {
                row["criterion"]: {name: int(row[name]) for name in row if name != "criterion"}
                for row in rows
            }

    def write(self, key: str, about: str, entry: Entry) -> int:
        """Appends what is known of a complaint now; the last entry counts, the others stay."""

        def appended(connection: Connection, token: str) -> int:
            call = one(connection, self.person, "assign", key)
            values = {"about": plain(about), "came_back": entry.came_back}
            values |= {name: plain(getattr(entry, name)).strip() for name in _TEXTS}
            return append(connection, self.person, complaint_entries, values, token, call["id"])

        if entry.came_back not in get_args(CameBack):
            raise ScorerError(f"{entry.came_back}: it came back, yes or no, or nobody knows")
        if not any(getattr(entry, name).strip() for name in _TEXTS):
            raise ScorerError("nothing was written; say at least a cause, a lesson or who owns it")
        return once(self.database, complaint_entries, appended)

    def history(self, key: str, about: str) -> list[Entry]:
        """What was written of a complaint, oldest first."""
        with self.database.read() as connection:
            call = one(connection, self.person, "read", key)
            return list(_entries(connection, call["id"], about))

    def _heard(self, among: Among) -> list[ColumnElement[bool]]:
        mine = (within(self.person, "read"), ~scored_blind(self.person))
        return [moment_is("complaint"), *mine, *among.where()]

    def _bad(
        self, among: Among, since: datetime | None, until: datetime | None
    ) -> list[ColumnElement[bool]]:
        where = [is_bad(), within(self.person, "read"), *among.where()]
        if since is not None:
            where.append(surveys.c.answered >= since)
        if until is not None:
            where.append(surveys.c.answered < until)
        return where

    def _complaint(self, connection: Connection, row: dict[str, Any]) -> Complaint:
        number = row.pop("call_id")
        written = list(_entries(connection, number, row["about"]))
        return Complaint(
            **{**row, "response": row["response"] or ""},
            again=tuple(self._again(connection, row)),
            written=written[-1] if written else None,
            entries=len(written),
        )

    def _again(self, connection: Connection, row: dict[str, Any]) -> Iterator[tuple[str, datetime]]:
        """Later calls of the customer with a complaint about the same; where it is known when they
        began, since calls come in in any order."""
        if not row["customer"] or row["started"] is None or row["about"] == SURVEY:
            return
        later = moments.alias("later")
        query = (
            select(calls.c.key, calls.c.started)
            .join(
                later,
                and_(later.c.call_id == calls.c.id, later.c.scorecard_id == calls.c.scorecard_id),
            )
            .where(
                calls.c.customer == row["customer"],
                calls.c.started > row["started"],
                later.c.rubric == "complaint_register",
                later.c.criterion == row["about"],
                within(self.person, "read"),
            )
            .order_by(calls.c.started)
            .limit(5)
        )
        yield from ((row.key, row.started) for row in connection.execute(query))


_TEXTS = ("cause", "lesson", "told", "owner")


def _call() -> list[ColumnElement[Any]]:
    names = ("key", "team", "agent", "customer", "queue", "topic", "started")
    return [
        calls.c.id.label("call_id"),
        calls.c.name.label("call"),
        *(calls.c[name] for name in names),
    ]


def _written() -> ColumnElement[bool]:
    """Calls about whose survey somebody wrote."""
    mine = and_(complaint_entries.c.call_id == calls.c.id, complaint_entries.c.about == SURVEY)
    return select(complaint_entries.c.id).where(mine).exists()


def _entries(connection: Connection, call_id: int, about: str) -> Iterator[Entry]:
    query = (
        select(complaint_entries)
        .where(and_(complaint_entries.c.call_id == call_id, complaint_entries.c.about == about))
        .order_by(complaint_entries.c.id)
    )
    for row in connection.execute(query).mappings():
        yield Entry(**{name: row[name] for name in Entry.__slots__})
