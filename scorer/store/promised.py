"""The promise ledger (S6): what is due, who sees to it, and what became of it.

Only what the centre's side promised; what customers promise binds nobody here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.sql import FromClause

from scorer.errors import ScorerError
from scorer.store.access import Person, require, within
from scorer.store.asked import STATES, newest, promise_ends, same_promise, state_is
from scorer.store.calibration import scored_blind
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.records import append, once
from scorer.store.schema import calls, followups, promises
from scorer.store.schema_lead import promise_owners
from scorer.store.tallies import ALL, Among


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise. `due` is a day or a time as ISO, or empty; `status` kept, late, broken or empty.

    `by` and `at` are whose word the status is and when; `owner` is who sees to it.
    """

    number: int
    key: str
    call: str
    team: str
    agent: str
    customer: str
    started: datetime | None
    what: str
    said_when: str
    due: str
    turn: int
    start: float | None
    quote: str
    status: str
    reason: str
    by: str
    at: datetime | None
    owner: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was done about a promise: a status or an owner, and the words with it."""

    at: datetime
    author: str
    status: str
    owner: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The promises on the calls within the person's reach, but for those that they still score
    blind. Seeing them needs the right to read."""

    database: Database
    person: Person

    def entries(
        self,
        state: str,
        today: date,
        among: Among = ALL,
        owner: str | None = None,
        first: int = 0,
        count: int = 50,
    ) -> list[Promised]:
        """The promises in a state (`asked.STATES`), what is due first at the top."""
        ends, owners = promise_ends(), _owners()
        query = self._query(ends, owners, among)
        query = query.where(state_is(state, ends.c.status, today))
        if owner is not None:
            query = query.where(func.coalesce(owners.c.owner, "") == owner)
        order: tuple[Any, ...] = (promises.c.due.is_(None), promises.c.due, promises.c.id)
        if state in ("kept", "late", "broken"):
            order = (ends.c.at.desc(), promises.c.id.desc())
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(*order).offset(first).limit(count)).mappings()
            return [_promised(dict(row)) for row in rows]

    def of_call(self, key: str) -> list[Promised]:
        """The promises of one call, in the order in which they were made."""
        ends, owners = promise_ends(), _owners()
        query = self._query(ends, owners, ALL).where(calls.c.key == plain(key))
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(promises.c.id)).mappings()
            return [_promised(dict(row)) for row in rows]

    def counts(self, today: date, among: Among = ALL, kept_back: bool = False) -> dict[str, int]:
        """How many there are in each state; `kept_back` with those that the person is not to see
        yet, for a report that others read."""
        ends, owners = promise_ends(), _owners()
        columns = [
            func.count().filter(state_is(state, ends.c.status, today)).label(state)
            for state in STATES
        ]
        query = self._query(ends, owners, among, kept_back).with_only_columns(*columns)
        with self.database.read() as connection:
            row = connection.execute(query).mappings().one()
            return {state: int(row[state] or 0) for state in STATES}

    def history(self, number: int) -> list[Said]:
        """What was done about a promise, oldest first."""
        require(self.person, "read")
        with self.database.read() as connection:
            where = self._same(connection, number)
            followed = connection.execute(select(followups).join(promises).where(*where)).mappings()
            owned = connection.execute(
                select(promise_owners).join(promises).where(*where)
            ).mappings()
            told = [
                *(Said(r["at"], r["author"], r["status"], None, r["reason"]) for r in followed),
                *(Said(r["at"], r["author"], "", r["owner"], r["note"]) for r in owned),
            ]
        return sorted(told, key=lambda said: said.at)

    def assign(self, number: int, owner: str, note: str = "") -> int:
        """Gives a promise to somebody by name; an empty name takes it away from whoever had it."""

        def write(connection: Connection, token: str) -> int:
            call_id = connection.execute(
                select(promises.c.call_id)
                .join(calls, calls.c.id == promises.c.call_id)
                .where(promises.c.id == number, within(self.person, "assign"))
            ).scalar()
            if call_id is None:
                raise ScorerError(f"{number}: no such promise here")
            values = {
                "promise_id": number,
                "owner": plain(owner).strip(),
                "note": plain(note).strip(),
            }
            return append(connection, self.person, promise_owners, values, token, call_id)

        require(self.person, "assign")
        return once(self.database, promise_owners, write)

    def _query(
        self,
        ends: FromClause,
        owners: FromClause,
        among: Among,
        kept_back: bool = False,
    ) -> Select[Any]:
        require(self.person, "read")
        where = [within(self.person, "read"), promises.c.speaker != "customer", *among.where()]
        if not kept_back:
            where.append(~scored_blind(self.person))
        said = [promises.c[name] for name in ("what", "said_when", "due", "turn", "start", "quote")]
        of_the_call = [calls.c[name] for name in ("key", "team", "agent", "customer", "started")]
        return (
            select(
                promises.c.id.label("number"),
                calls.c.name.label("call"),
                *of_the_call,
                *said,
                ends.c.status,
                ends.c.reason,
                ends.c.author.label("by"),
                ends.c.at,
                owners.c.owner,
            )
            .select_from(calls)
            .join(promises, newest(promises))
            .outerjoin(ends, same_promise(ends))
            .outerjoin(owners, same_promise(owners))
            .where(*where)
        )

    def _same(self, connection: Connection, number: int) -> Sequence[ColumnElement[bool]]:
        """The promise as any version of the call's scorecard has it."""
        row = connection.execute(
            select(promises.c.call_id, promises.c.turn, promises.c.quote)
            .join(calls, calls.c.id == promises.c.call_id)
            .where(promises.c.id == number, within(self.person, "read"))
        ).one_or_none()
        if row is None:
            raise ScorerError(f"{number}: no such promise here")
        return (
            promises.c.call_id == row.call_id,
            promises.c.turn == row.turn,
            promises.c.quote == row.quote,
        )


def _owners() -> Any:
    """Who sees to each promise now, by the place where it was made."""
    first = promises.alias("owned")
    last = (
        select(func.max(promise_owners.c.id).label("id"))
        .join(first, first.c.id == promise_owners.c.promise_id)
        .group_by(first.c.call_id, first.c.turn, first.c.quote)
        .subquery()
    )
    return (
        select(first.c.call_id, first.c.turn, first.c.quote, promise_owners.c.owner)
        .join(last, last.c.id == promise_owners.c.id)
        .join(first, first.c.id == promise_owners.c.promise_id)
        .subquery("owners")
    )


def _promised(row: dict[str, Any]) -> Promised:
    texts = ("said_when", "due", "status", "reason", "by", "owner")
    return Promised(**{**row, **{name: row[name] or "" for name in texts}})
