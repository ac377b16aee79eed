"""Calibration sessions: several people score the same calls, and none sees another's answers.

Whoever scores sees neither the machine's answers nor anybody else's until they handed in or the
session was closed. The machine's answers are those of the scorecard that was the newest when the
session began, so that scoring a call anew changes no comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

import polars as pl
from sqlalchemy import ColumnElement, Connection, RowMapping, exists, false, func, select

from scorer.errors import ScorerError
from scorer.scorecard import Result
from scorer.store.access import Person, may, of_team, require, within
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.records import append, needed, once
from scorer.store.schema import calls, judgements
from scorer.store.schema_team import session_answers, session_calls, session_marks, sessions

#: Who the machine is among those who answered.
MACHINE = ""

_TIME = pl.Datetime("us", "UTC")
#: A row is one answer to one criterion of one call; `who` is MACHINE for the machine's.
ANSWERS: Mapping[str, Any] = {
    "session": pl.Int64,
    "title": pl.String,
    "opened": _TIME,
    "key": pl.String,
    "call": pl.String,
    "who": pl.String,
    "rubric": pl.String,
    "criterion": pl.String,
    "outcome": pl.String,
    "reason": pl.String,
    "start": pl.Float64,
    "end": pl.Float64,
    "quote": pl.String,
}


@dataclass(frozen=True, slots=True)
class Session:
    """A calibration session. `calls` are (key, name) of its calls, but those that one took oneself.

    `rubrics` are what is asked; `handed_in` who is done, `aside` who takes no part.
    """

    number: int
    title: str
    team: str
    by: str
    at: datetime
    rubrics: tuple[str, ...]
    calls: tuple[tuple[str, str], ...]
    handed_in: tuple[str, ...]
    aside: tuple[str, ...]
    closed: datetime | None

    def shows(self, who: str) -> bool:
        """Whether this person may see what others and the machine answered."""
        return self.closed is not None or who in self.handed_in


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered. `quote` is what it rests on, `start` its time; both may be none."""

    rubric: str
    criterion: str
    outcome: Result
    reason: str = ""
    turn: int | None = None
    start: float | None = None
    end: float | None = None
    quote: str = ""


def scored_blind(person: Person) -> ColumnElement[bool]:
    """The calls of open sessions for which the person must not see what was said of them yet.

    They are found first, by themselves: so a list over an index need not look at each of its calls.
    """
    if not may(person, "calibrate"):
        return false()
    mine = session_marks.c.author == person.name
    over = select(session_marks.c.session_id).where(mine | (session_marks.c.kind == "closed"))
    waiting = select(session_calls.c.call_id).where(session_calls.c.session_id.not_in(over))
    theirs = (
        select(calls.c.id)
        .where(calls.c.id.in_(waiting), within(person, "calibrate"))
        .correlate(None)
    )
    return calls.c.id.in_(theirs)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The sessions as one person may see and use them."""

    database: Database
    person: Person

    def open(self, title: str, keys: Sequence[str], rubrics: Sequence[str]) -> int:
        """Opens a session over calls of one team and returns its number."""

        def write(connection: Connection, token: str) -> int:
            chosen = [one(connection, self.person, "convene", key) for key in dict.fromkeys(keys)]
            teams = {call["team"] for call in chosen}
            if not chosen or len(teams) != 1:
                raise ScorerError("choose calls of one team, at least one")
            told = {"title": named, "team": teams.pop(), "rubrics": list(rubrics)}
            number = append(connection, self.person, sessions, told, token)
            for call in chosen:
                about = {"session_id": number, "scorecard_id": call["scorecard_id"]}
                append(connection, self.person, session_calls, about, call_id=call["id"])
            return number

        require(self.person, "convene")
        named = needed(title, "give the session a name")
        if not rubrics:
            raise ScorerError("choose at least one rubric to score on")
        return once(self.database, sessions, write)

    def close(self, session: int) -> None:
        """Ends the session: from now on everybody sees the answers, and nobody adds one."""
        self._mark(session, "closed", "convene")

    def hand_in(self, session: int) -> None:
        """Says that one is done: the others' answers open, and one's own stay as they are."""
        with self.database.read() as connection:
            mine = (session_answers.c.session_id == session) & self._by_me()
            if not connection.execute(select(exists().where(mine))).scalar():
                raise ScorerError("answer at least one question first")
        self._mark(session, "handed_in", "calibrate")

    def stand_aside(self, session: int) -> None:
        """Takes no part, for somebody who has to look at one of its calls meanwhile."""
        self._mark(session, "aside", "calibrate")

    def answer(self, session: int, key: str, answers: Iterable[Answer]) -> None:
        """Keeps answers for a call; the last one to a criterion counts until one hands in."""

        def write(connection: Connection, token: str) -> int:
            found = self._open_to_me(connection, session)
            call = one(connection, self.person, "calibrate", key)
            part = (session_calls.c.session_id == session) & (session_calls.c.call_id == call["id"])
            if not connection.execute(select(exists().where(part))).scalar():
                raise ScorerError(f"{key}: not a call of “{found['title']}”")
            number = 0
            for each in given:
                values: dict[str, Any] = {"session_id": session, "rubric": each.rubric}
                values |= {"criterion": each.criterion, "outcome": each.outcome}
                values |= {"reason": plain(each.reason).strip(), "turn": each.turn}
                values |= {"start": each.start, "end": each.end, "quote": plain(each.quote)}
                number = append(connection, self.person, session_answers, values, token, call["id"])
                token = ""
            return number

        given = list(answers)
        if any(each.outcome not in get_args(Result) for each in given):
            raise ScorerError(f"an answer is one of {', '.join(get_args(Result))}")
        if given:
            once(self.database, session_answers, write)

    def all(self) -> list[Session]:
        """Every session of the person's teams, the latest first."""
        require(self.person, "calibrate")
        with self.database.read() as connection:
            reached = select(sessions).where(of_team(self.person, "calibrate", sessions.c.team))
            rows = connection.execute(reached.order_by(sessions.c.id.desc())).mappings()
            return [self._session(connection, row) for row in rows.all()]

    def get(self, session: int) -> Session:
        """One session."""
        require(self.person, "calibrate")
        with self.database.read() as connection:
            return self._session(connection, self._row(connection, session))

    def mine(self, session: int, key: str) -> dict[tuple[str, str], Answer]:
        """What the person answered on a call so far, by rubric and criterion."""
        with self.database.read() as connection:
            call = one(connection, self.person, "calibrate", key)
            query = select(session_answers).where(
                session_answers.c.session_id == session,
                session_answers.c.call_id == call["id"],
                self._by_me(),
            )
            rows = connection.execute(query.order_by(session_answers.c.id)).mappings()
            return {
                (row["rubric"], row["criterion"]): Answer(
                    **{name: row[name] for name in Answer.__slots__}
                )
                for row in rows
            }

    def blind(self, key: str) -> list[Session]:
        """The open sessions for which the person must not see what was said of this call yet."""
        if not may(self.person, "calibrate"):
            return []
        with self.database.read() as connection:
            query = (
                select(sessions)
                .join(session_calls, session_calls.c.session_id == sessions.c.id)
                .join(calls, calls.c.id == session_calls.c.call_id)
                .where(calls.c.key == key, within(self.person, "calibrate"))
            )
            rows = connection.execute(query).mappings().all()
            found = [self._session(connection, row) for row in rows]
        me = self.person.name
        return [each for each in found if not each.shows(me) and me not in each.aside]

    def hidden(self) -> int:
        """How many calls are kept out of the moments, as the person may still score them blind."""
        with self.database.read() as connection:
            query = select(func.count()).select_from(calls).where(scored_blind(self.person))
            return connection.execute(query).scalar_one()

    def answers(self, session: int | None = None) -> pl.DataFrame:
        """What was answered, the machine's included, in the sessions that the person may see.

        Of each person's answers to a criterion the last one. `ANSWERS` names the columns.
        """
        require(self.person, "calibrate")
        shown = [each for each in self.all() if each.shows(self.person.name)]
        wanted = {each.number: each for each in shown if session in (None, each.number)}
        if session is not None and session not in wanted:
            raise ScorerError("the answers open once you handed in, or the session was closed")
        with self.database.read() as connection:
            rows = [
                row
                for each in wanted.values()
                for row in (*_by_people(connection, each), *_by_machine(connection, each))
            ]
        return pl.DataFrame(rows, schema=ANSWERS, orient="row")

    def _mark(self, session: int, kind: str, action: Any) -> None:
        def write(connection: Connection, token: str) -> int:
            if action == "convene":
                self._row(connection, session, action)
            else:
                self._open_to_me(connection, session)
            values = {"session_id": session, "kind": kind}
            return append(connection, self.person, session_marks, values, token)

        require(self.person, action)
        once(self.database, session_marks, write)

    def _open_to_me(self, connection: Connection, number: int) -> RowMapping:
        """The session, where this person can still answer in it."""
        row = self._row(connection, number)
        found = self._session(connection, row)
        if found.closed:
            raise ScorerError(f"“{found.title}” is closed; its answers stand")
        if self.person.name in found.handed_in:
            raise ScorerError("you handed in already; your answers stand")
        if self.person.name in found.aside:
            raise ScorerError("you take no part in this session, since you looked at its calls")
        return row

    def _row(self, connection: Connection, number: int, action: Any = "calibrate") -> RowMapping:
        mine = of_team(self.person, action, sessions.c.team)
        query = select(sessions).where(sessions.c.id == number, mine)
        row = connection.execute(query.with_for_update()).mappings().one_or_none()
        if row is None:
            raise ScorerError(f"{number}: no such session here; choose one from the list")
        return row

    def _session(self, connection: Connection, row: RowMapping) -> Session:
        marks = connection.execute(
            select(session_marks)
            .where(session_marks.c.session_id == row["id"])
            .order_by(session_marks.c.id)
        ).mappings()
        marked = [(mark["kind"], mark["author"], mark["at"]) for mark in marks]
        chosen = connection.execute(
            select(calls.c.key, calls.c.name)
            .join(session_calls, session_calls.c.call_id == calls.c.id)
            .where(session_calls.c.session_id == row["id"], within(self.person, "calibrate"))
            .order_by(session_calls.c.id)
        )
        return Session(
            number=row["id"],
            title=row["title"],
            team=row["team"],
            by=row["author"],
            at=row["at"],
            rubrics=tuple(row["rubrics"]),
            calls=tuple((key, name) for key, name in chosen),
            handed_in=tuple(dict.fromkeys(who for kind, who, _ in marked if kind == "handed_in")),
            aside=tuple(dict.fromkeys(who for kind, who, _ in marked if kind == "aside")),
            closed=next((at for kind, _, at in marked if kind == "closed"), None),
        )

    def _by_me(self) -> Any:
        return session_answers.c.author == self.person.name


def _by_people(connection: Connection, session: Session) -> list[tuple[Any, ...]]:
    """The last answer of each person to each criterion; of those only who did not stand aside."""
    a = session_answers.c
    query = (
        select(
            calls.c.key, calls.c.name, a.author, a.rubric, a.criterion, a.outcome, a.reason,
            a.start, a.end, a.quote,
        )
        .join(calls, calls.c.id == a.call_id)
        .where(a.session_id == session.number)
        .order_by(a.id)
    )  # fmt: skip
    last = {
        (row.key, row.author, row.rubric, row.criterion): tuple(row)
        for row in connection.execute(query)
        if row.author not in session.aside
    }
    return [(session.number, session.title, session.at, *row) for row in last.values()]


def _by_machine(connection: Connection, session: Session) -> list[tuple[Any, ...]]:
    cards = select(session_calls.c.scorecard_id).where(session_calls.c.session_id == session.number)
    numbers = connection.execute(cards).scalars().all()
    j = judgements.c
    # By the scorecards alone: an index of every call's criteria would be the long way round.
    query = (
        select(calls.c.key, calls.c.name, j.rubric, j.criterion, j.outcome)
        .join(calls, calls.c.id == j.call_id)
        .where(j.scorecard_id.in_(numbers))
        .order_by(j.id)
    )
    about = (session.number, session.title, session.at)
    nothing = ("", None, None, "")  # the machine gives its reasons on the page of the call
    return [
        (*about, row.key, row.name, MACHINE, row.rubric, row.criterion, row.outcome, *nothing)
        for row in connection.execute(query)
        if row.rubric in session.rubrics
    ]
