"""Coaching plans (S19): what an agent practises, with clips, and what both say about it.

A plan is seen by the leads of its team and by its agent, nobody else. All of it is appended; a plan
as a whole can be erased, since it is about an employee.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, select

from scorer.errors import ScorerError
from scorer.store import audit
from scorer.store.access import Action, Person, may, of_team, require, within
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.records import append, needed, once
from scorer.store.schema import call_began, calls
from scorer.store.schema_team import clips, plan_entries, plans

#: More than this at once is practised by nobody (S19: choose four of the practices).
FEW = 4

EntryKind = Literal["words", "answer", "note", "progress", "finished"]
ClipKind = Literal["praise", "practise"]
#: What an agent writes on their own plan; the rest is the lead's.
_AGENTS: frozenset[EntryKind] = frozenset({"words", "answer"})


@dataclass(frozen=True, slots=True)
class Clip:
    """A moment of a call, for praise or to practise. Times are in seconds, None where unknown."""

    key: str
    kind: ClipKind
    rubric: str
    criterion: str
    quote: str
    turn: int | None = None
    start: float | None = None
    end: float | None = None
    comment: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was said on a plan. `words` is how the agent puts the aim themselves."""

    kind: EntryKind
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A coaching plan. `focus` are criteria as "rubric.criterion"; `due` is a day."""

    number: int
    agent: str
    team: str
    focus: tuple[str, ...]
    aim: str
    due: date
    by: str
    at: datetime
    entries: tuple[Entry, ...]
    clips: tuple[Clip, ...]

    @property
    def finished(self) -> bool:
        return any(entry.kind == "finished" for entry in self.entries)

    @property
    def words(self) -> str:
        """The agent's own words for what they want to do, the last that they wrote."""
        return next((e.text for e in reversed(self.entries) if e.kind == "words"), "")


@dataclass(frozen=True, slots=True)
class Coaching:
    """The plans as one person may see and write them."""

    database: Database
    person: Person

    def agents(self) -> list[tuple[str, str]]:
        """(agent, team) of everybody whom the person may coach, in the order of their names."""
        require(self.person, "coach")
        query = (
            select(calls.c.agent, calls.c.team)
            .where(within(self.person, "coach"), calls.c.agent != "")
            .distinct()
        )
        with self.database.read() as connection:
            found = [(row.agent, row.team) for row in connection.execute(query)]
        return sorted(pair for pair in found if pair[0] != self.person.on_calls)

    def plan(
        self,
        agent: str,
        focus: Sequence[str],
        aim: str,
        due: date,
        chosen: Sequence[Clip] = (),
    ) -> int:
        """Makes a plan and returns its number. The clips are of calls that the agent took."""

        def write(connection: Connection, token: str) -> int:
            team = self._team(connection, agent)
            values: dict[str, Any] = {"agent": agent, "team": team, "focus": list(focus)}
            values |= {"aim": said, "due": due.isoformat()}
            number = append(connection, self.person, plans, values, token)
            for clip in chosen:
                self._clip(connection, number, agent, clip)
            return number

        require(self.person, "coach")
        said = needed(aim, "say in a sentence what it is for")
        if not 1 <= len(focus) <= FEW:
            raise ScorerError(f"choose one to {FEW} things to practise; fewer is better")
        if agent == self.person.on_calls:
            raise ScorerError("a plan for yourself is written by somebody else")
        return once(self.database, plans, write)

    def clip(self, plan: int, clip: Clip) -> int:
        """Adds a clip to a plan."""

        def write(connection: Connection, token: str) -> int:
            row = self._row(connection, plan, "coach")
            return self._clip(connection, plan, row["agent"], clip, token)

        return once(self.database, clips, write)

    def write(self, plan: int, kind: EntryKind, text: str) -> int:
        """Writes on a plan: words and answers are the agent's, all else is the lead's."""

        def work(connection: Connection, token: str) -> int:
            row = self._row(connection, plan, action)
            if self._build(connection, row).finished:
                raise ScorerError("the plan is finished; make a new one")
            values = {"plan_id": plan, "kind": kind, "text": said}
            return append(connection, self.person, plan_entries, values, token)

        if kind not in get_args(EntryKind):
            raise ScorerError(f"{kind}: a plan knows {', '.join(get_args(EntryKind))}")
        action: Action = "practise" if kind in _AGENTS else "coach"
        require(self.person, action)
        said = needed(text, "say it in a sentence")
        return once(self.database, plan_entries, work)

    def all(self, agent: str | None = None) -> list[Plan]:
        """The plans that the person may read, the latest first."""
        query = select(plans).where(self._readable()).order_by(plans.c.id.desc())
        if agent is not None:
            query = query.where(plans.c.agent == agent)
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            return [self._build(connection, row) for row in rows]

    def get(self, plan: int) -> Plan:
        """One plan."""
        with self.database.read() as connection:
            return self._build(connection, self._row(connection, plan, None))

    def erase(self, plan: int) -> None:
        """Deletes a plan with all that was said on it; the audit says who did."""

        def work(connection: Connection) -> None:
            self._row(connection, plan, "erase")
            for table, column in (
                (clips, clips.c.plan_id),
                (plan_entries, plan_entries.c.plan_id),
                (plans, plans.c.id),
            ):
                numbers = connection.execute(select(table.c.id).where(column == plan)).scalars()
                for number in numbers.all():
                    name = f"{table.name}:{number}"
                    audit.record(connection, self.person, "erased", about=name)
                connection.execute(delete(table).where(column == plan))

        require(self.person, "erase")
        self.database.write(work)

    def _readable(self) -> ColumnElement[bool]:
        if may(self.person, "coach"):
            return of_team(self.person, "coach", plans.c.team)
        require(self.person, "practise")
        own: ColumnElement[bool] = plans.c.agent == self.person.on_calls
        return own

    def _row(self, connection: Connection, number: int, action: Action | None) -> RowMapping:
        """The plan's row, where the person may take the action (None: read it)."""
        if action is not None:
            require(self.person, action)
        reach = self._readable()
        query = select(plans).where(plans.c.id == number, reach)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise ScorerError(f"{number}: no such plan here; choose one from the list")
        return row

    def _team(self, connection: Connection, agent: str) -> str:
        """The team of the agent's latest call within reach."""
        query = select(calls.c.team).where(calls.c.agent == agent, within(self.person, "coach"))
        team = connection.execute(query.order_by(call_began.desc()).limit(1)).scalar()
        if team is None:
            raise ScorerError(f"{agent}: no call of this agent is yours to see")
        return str(team)

    def _clip(
        self, connection: Connection, plan: int, agent: str, clip: Clip, token: str = ""
    ) -> int:
        call = one(connection, self.person, "coach", clip.key)
        if call["agent"] != agent:
            raise ScorerError(f"{call['name']}: not a call that {agent} took")
        if clip.kind not in get_args(ClipKind):
            raise ScorerError("a clip is for praise or to practise")
        names = ("kind", "rubric", "criterion", "turn", "start", "end")
        values = {"plan_id": plan, **{name: getattr(clip, name) for name in names}}
        values |= {"quote": plain(clip.quote), "comment": plain(clip.comment).strip()}
        return append(connection, self.person, clips, values, token, call["id"])

    def _build(self, connection: Connection, row: RowMapping) -> Plan:
        entries = connection.execute(
            select(plan_entries)
            .where(plan_entries.c.plan_id == row["id"])
            .order_by(plan_entries.c.id)
        ).mappings()
        shown = connection.execute(
            select(clips, calls.c.key, calls.c.name.label("call"))
            .join(calls, calls.c.id == clips.c.call_id)
            .where(clips.c.plan_id == row["id"])
            .order_by(clips.c.id)
        ).mappings()
        return Plan(
            number=row["id"],
            agent=row["agent"],
            team=row["team"],
            focus=tuple(row["focus"]),
            aim=row["aim"],
            due=date.fromisoformat(row["due"]),
            by=row["author"],
            at=row["at"],
            entries=tuple(Entry(e["kind"], e["text"], e["author"], e["at"]) for e in entries),
            clips=tuple(Clip(**{name: each[name] for name in Clip.__slots__}) for each in shown),
        )
