"""Moments as clips: the quote, the words around it, and where on the recording they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from scorer.call import AGENT
from scorer.store.access import Person, require, within
from scorer.store.asked import has_moment, moment_is, newest
from scorer.store.calibration import scored_blind
from scorer.store.database import Database
from scorer.store.schema import call_began, calls, moments, recordings, turns
from scorer.store.tallies import ALL, Among

#: Turns shown before a moment and after it, and within how many its answer is looked for.
BEFORE, AFTER, REACH = 1, 2, 16


@dataclass(frozen=True, slots=True)
class Line:
    """A turn as it is read beside a clip."""

    place: int
    speaker: str
    start: float | None
    end: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a call. Times are in seconds; `heard`: whether there is a recording to play.

    `agent` took the call; `by` is the party whose moment it is: a second agent's is not theirs.
    """

    key: str
    call: str
    team: str
    agent: str
    topic: str
    started: datetime | None
    rubric: str
    criterion: str
    kind: str
    outcome: str
    turn: int
    quote: str
    response: str
    note: str
    heard: bool
    by: str = AGENT
    lines: tuple[Line, ...] = ()

    @property
    def start(self) -> float | None:
        """Where the words around it begin."""
        return self.lines[0].start if self.lines else None

    @property
    def end(self) -> float | None:
        """Where they end."""
        return self.lines[-1].end if self.lines else None


#: What many calls have: the latest few are found by walking the calls back from the last.
_COMMON = ("magic", "misery")


@dataclass(frozen=True, slots=True)
class Clips:
    """The moments on calls whose words the person may read."""

    database: Database
    person: Person

    def of(
        self,
        name: str,
        among: Among = ALL,
        since: datetime | None = None,
        until: datetime | None = None,
        first: int = 0,
        count: int = 20,
        heard: bool = False,
        criterion: str = "",
    ) -> list[Clip]:
        """Moments by name (`asked.moment_is`), the latest first, one for each call and criterion.

        Those of calls that the person may still score blind are left out: they tell an answer.
        `heard` leaves out those without a recording; `criterion` limits them to one criterion, as
        `rubric.criterion`.
        """
        require(self.person, "read")
        where = self._within(among, since, until)
        if name in _COMMON:
            where = [calls.c.id.in_(_latest(name, where, heard, first + count))]
        where.append(moment_is(name))
        if criterion:
            rubric, _, asked = criterion.partition(".")
            where += [moments.c.rubric == rubric, moments.c.criterion == asked]
        if heard:
            where.append(_there())
        query = (
            select(*_columns())
            .select_from(calls)
            .join(moments, newest(moments))
            .outerjoin(recordings, recordings.c.call_id == calls.c.id)
            .where(*where)
            .order_by(call_began.desc(), calls.c.id.desc(), moments.c.id)
            .offset(first)
            .limit(count)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            return _with_lines(connection, [(row["call_id"], _clip(row)) for row in rows])

    def around(self, stretches: Sequence[tuple[str, int, int]]) -> list[tuple[Line, ...]]:
        """The turns of each stretch, given as key, first and last; none of a call out of reach."""
        require(self.person, "read")
        if not stretches:
            return []
        parts = [
            and_(calls.c.key == key, turns.c.place.between(first, last))
            for key, first, last in stretches
        ]
        query = (
            select(calls.c.key, *_LINE)
            .join(calls, calls.c.id == turns.c.call_id)
            .where(calls.c.key.in_({key for key, *_ in stretches}), or_(*parts))
            .where(within(self.person, "read"))
            .order_by(turns.c.place)
        )
        found: dict[str, list[Line]] = {}
        with self.database.read() as connection:
            for key, *line in connection.execute(query):
                found.setdefault(key, []).append(Line(*line))
        return [
            tuple(line for line in found.get(key, []) if first <= line.place <= last)
            for key, first, last in stretches
        ]

    def heard(self, keys: Iterable[str]) -> set[str]:
        """Those of the calls that have a recording the person may hear."""
        query = (
            select(calls.c.key)
            .join(recordings, recordings.c.call_id == calls.c.id)
            .where(calls.c.key.in_(list(keys)), _there(), within(self.person, "listen"))
        )
        with self.database.read() as connection:
            return set(connection.execute(query).scalars())

    def _within(
        self, among: Among, since: datetime | None, until: datetime | None
    ) -> list[ColumnElement[bool]]:
        where = [within(self.person, "read"), ~scored_blind(self.person), *among.where()]
        if since is not None:
            where.append(call_began >= since)
        if until is not None:
            where.append(call_began < until)
        return where


_LINE = (turns.c.place, turns.c.speaker, turns.c.start, turns.c.end, turns.c.text)


def _latest(
    name: str, where: Sequence[ColumnElement[bool]], heard: bool, count: int
) -> Select[tuple[int]]:
    """The latest calls with such a moment: so many that the clips wanted are among theirs."""
    sound = exists().where(recordings.c.call_id == calls.c.id, recordings.c.gone.is_(None))
    return (
        select(calls.c.id)
        .where(*where, *([sound] if heard else []), has_moment(name))
        .order_by(call_began.desc(), calls.c.id.desc())
        .limit(count)
    )


def _there() -> ColumnElement[bool]:
    return and_(recordings.c.id.is_not(None), recordings.c.gone.is_(None))


def _columns() -> list[ColumnElement[Any]]:
    return [
        calls.c.id.label("call_id"),
        calls.c.key,
        calls.c.name.label("call"),
        *(calls.c[name] for name in ("team", "agent", "topic", "started")),
        *(moments.c[name] for name in ("rubric", "criterion", "kind", "outcome", "turn")),
        *(moments.c[name] for name in ("quote", "response", "note")),
        _there().label("heard"),
    ]


def _clip(row: Any) -> Clip:
    known = {name: row[name] for name in row if name != "call_id"}
    return Clip(**{**known, "response": row["response"] or "", "heard": bool(row["heard"])})


def _with_lines(connection: Connection, found: Sequence[tuple[int, Clip]]) -> list[Clip]:
    """The clips with the turns around them, all read at once."""
    if not found:
        return []
    wanted = or_(
        *(
            and_(
                turns.c.call_id == number,
                turns.c.place.between(clip.turn - BEFORE, clip.turn + REACH + AFTER),
            )
            for number, clip in found
        )
    )
    rows = connection.execute(
        select(turns.c.call_id, *_LINE).where(wanted).order_by(turns.c.call_id, turns.c.place)
    ).all()
    lines: dict[int, list[Line]] = {}
    for number, *line in rows:
        lines.setdefault(number, []).append(Line(*line))
    return [
        replace(clip, by=by(clip.turn, clip.response, there), lines=_around(clip, there))
        for number, clip in found
        for there in [lines.get(number, [])]
    ]


def by(turn: int, response: str, lines: Sequence[Line]) -> str:
    """The party of the centre whose moment it is that opened in `turn`: who gave the response, else
    who opened it or spoke first from there on. `lines` are the turns around it, in their order."""
    spoke = [line for line in lines if line.place >= turn and line.speaker.startswith(AGENT)]
    answered = [line for line in spoke if response and response in line.text]
    return next((line.speaker for line in [*answered, *spoke]), AGENT)


def _around(clip: Clip, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The words around what opened the moment, or around its answer where that came later."""
    answered = next(
        (
            line.place
            for line in lines
            if clip.response and line.place > clip.turn and clip.response in line.text
        ),
        clip.turn,
    )
    first, last = clip.turn - BEFORE, clip.turn + AFTER
    if answered > last:
        first, last = answered - AFTER, answered + BEFORE
    return tuple(line for line in lines if first <= line.place <= last)
