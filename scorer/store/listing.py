"""Lists of calls that read only what is looked at, from the columns made for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, overload

from sqlalchemy import ColumnElement, RowMapping, Tuple, and_, case, func, select, tuple_

from scorer.store import asked
from scorer.store.access import Person, require, within
from scorer.store.attention import REASONS, answer_due
from scorer.store.calibration import scored_blind
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.schema import call_began, calls

#: By when it began; as the queue; disputed calls alone, by when they have to be answered.
Order = Literal["latest", "attention", "answers"]


class Place(NamedTuple):
    """What a list is ordered by: why a call is in the queue, how soon a dispute on it has to be
    answered, when it was scored and when it began, its number."""

    attention: int
    urgency: float
    scored: datetime
    began: datetime
    id: int


#: How many entries are read at once while somebody walks through the whole list.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """Which calls to list; an empty field asks for nothing. All of it fits into an address.

    `since` and `until` are about when a call began, or came in where that is unknown; `text` is
    looked for in its name. A resolution or effort as `not_resolved` is any other that is known.
    """

    team: str = ""
    agent: str = ""
    customer: str = ""
    queue: str = ""
    topic: str = ""
    text: str = ""
    resolution: str = ""
    since: datetime | None = None
    until: datetime | None = None
    complaint: bool | None = None
    generated: bool | None = None
    disputed: bool | None = None
    signed: bool | None = None
    proposed: bool | None = None
    attention: bool | None = None
    effort: str = ""
    predicted: bool = False
    """Whether satisfaction could be predicted."""
    criterion: str = ""
    """`rubric.criterion`, answered as `answer` says, or at all."""
    answer: str = ""
    moment: str = ""
    promise: str = ""
    survey: str = ""
    """An answer to a survey of that kind; `csat.bad` is one that wants somebody to act."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A call as a list shows it: whose it is, what became of it, and what people did.

    `when` it was scored; the mood is how the customer's words felt, from -1 to 1, None where they
    do not say. `why` says why it needs a person's ear, or is empty. `answer_due` is by when the
    first dispute on it has to be answered. `place` is where it stood in the list when it was read.
    `blind`: the person still scores it blind, so nothing that was said of it is in the entry.
    """

    key: str
    id: str
    when: datetime
    started: datetime | None
    team: str
    agent: str
    generated: bool
    resolution: str
    satisfaction: float | None
    effort: str | None
    mood_start: float | None
    mood_end: float | None
    quality: str | None
    speakers_known: bool
    promises: int
    proposed: int
    disputed: int
    complaint: bool
    signed: bool
    why: str
    answer_due: datetime | None
    place: Place
    blind: bool


#: What stands in an entry in place of what was said of a call that is scored blind.
_UNSAID: Mapping[str, Any] = MappingProxyType(
    {
        "resolution": "",
        "satisfaction": None,
        "effort": None,
        "mood_start": None,
        "mood_end": None,
        "promises": 0,
        "proposed": 0,
        "disputed": 0,
        "complaint": False,
    }
)
#: What a filter asks of that, and of what was said beyond it: to be among the calls that fit would
#: tell it.
_TELLING = (
    *("resolution", "effort", "predicted", "complaint", "disputed", "proposed", "attention"),
    *("criterion", "moment", "promise"),
)
_ANY = Filter()
_MADE = ("id", "when", "why", "answer_due", "place", "blind")
_SHOWN = [each.name for each in fields(Entry) if each.name not in _MADE]
#: The same in the terms of the indexes.
_BY: Mapping[str, ColumnElement[Any]] = MappingProxyType(
    {**{name: calls.c[name] for name in Place._fields if name != "began"}, "began": call_began}
)
_PLACE = [column.label(name) for name, column in _BY.items()]
_COLUMNS = [*(calls.c[name] for name in (*_SHOWN, "name")), *_PLACE]
#: The last of what orders a list is always the call's number, so that no two calls stand alike.
_ORDERS: Mapping[Order, tuple[str, ...]] = MappingProxyType(
    {
        "latest": ("began", "id"),
        "attention": ("attention", "urgency", "scored", "id"),
        "answers": ("urgency", "scored", "id"),
    }
)


class Entries(Sequence[Entry]):
    """The calls that fit. Its length is counted and its slices are read when they are asked for."""

    def __init__(
        self,
        database: Database,
        person: Person,
        wanted: Filter | None = None,
        order: Order = "latest",
    ) -> None:
        require(person, "list")
        self._database, self._person = database, person
        wanted = wanted or Filter()
        self._where = [within(person, "list"), *_conditions(wanted)]
        if order == "answers":
            self._where.append(calls.c.urgency > 0)
        #: Whether to be in the list says what became of a call, or how it was scored.
        self.telling = order != "latest" or _tells(wanted)
        if self.telling:
            self._where.append(~scored_blind(person))
        self._order = order

    def __len__(self) -> int:
        with self._database.read() as connection:
            count = select(func.count()).select_from(calls).where(*self._where)
            return connection.execute(count).scalar_one()

    def __bool__(self) -> bool:
        return bool(self._read(0, 1))

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, int):
            first = place if place >= 0 else len(self) + place
            found = self._read(first, 1) if first >= 0 else []
            if not found:
                raise IndexError(place)
            return found[0]
        simple = place.step in (None, 1) and (place.start or 0) >= 0 and (place.stop or 0) >= 0
        if simple and place.stop is not None:
            return self._read(place.start or 0, max(0, place.stop - (place.start or 0)))
        return list(self)[place]

    def __iter__(self) -> Iterator[Entry]:
        first = 0
        while batch := self._read(first, _BATCH):
            yield from batch
            first += len(batch)

    def __eq__(self, other: object) -> bool:
        return list(self) == other

    def place(self, key: str) -> Place | None:
        """Where the call stands now, whether or not it is in this list; None where it is not here.

        Kept while somebody works on the call, since what they do may move it.
        """
        query = select(*_PLACE).where(calls.c.key == plain(key), within(self._person, "list"))
        with self._database.read() as connection:
            found = connection.execute(query).mappings().one_or_none()
        return None if found is None else _place(found)

    def after(self, place: Place) -> Entry | None:
        """The call that follows a place, also where the call that stood there has left the list."""
        here, there = self._beside(place)
        return next(iter(self._read(0, 1, here < there)), None)

    def before(self, place: Place) -> Entry | None:
        """The call ahead of a place."""
        here, there = self._beside(place)
        return next(iter(self._read(0, 1, here > there, backwards=True)), None)

    def _beside(self, place: Place) -> tuple[Tuple, Tuple]:
        names = _ORDERS[self._order]
        here = tuple_(*(_BY[name] for name in names))
        return here, tuple_(*(getattr(place, name) for name in names))

    def _read(
        self, first: int, count: int, *more: ColumnElement[bool], backwards: bool = False
    ) -> list[Entry]:
        columns = [_BY[name] for name in _ORDERS[self._order]]
        order = [column.asc() if backwards else column.desc() for column in columns]
        # Which calls first, from an index alone where one has all that is asked; a call's line is
        # wide, and all those that are only counted past need not be read.
        which = select(calls.c.id).where(*self._where, *more).order_by(*order)
        few = which.offset(first).limit(count).subquery()
        blind = scored_blind(self._person).label("blind")
        query = select(*_COLUMNS, blind).join(few, few.c.id == calls.c.id).order_by(*order)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query).mappings()]


def names_like(
    database: Database, person: Person, field: Literal["team", "agent"], part: str, limit: int = 6
) -> list[str]:
    """The teams or agents of the calls in reach whose names have `part` in them, itself first."""
    require(person, "list")
    column = calls.c[field]
    query = (
        select(column)
        .where(within(person, "list"), column.icontains(plain(part), autoescape=True))
        .group_by(column)
        .order_by(case((column == plain(part), 0), else_=1), column)
        .limit(limit)
    )
    with database.read() as connection:
        return list(connection.execute(query).scalars())


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    for name in ("team", "agent", "customer", "queue", "topic"):
        if value := getattr(wanted, name):
            yield calls.c[name] == plain(value)
    for name, unknown in (("resolution", "unclear"), ("effort", None)):
        value = plain(getattr(wanted, name))
        if value.startswith("not_"):
            yield and_(calls.c[name] != value.removeprefix("not_"), calls.c[name] != unknown)
        elif value:
            yield calls.c[name] == value
    if wanted.predicted:
        yield calls.c.satisfaction.is_not(None)
    if wanted.text:
        yield calls.c.name.icontains(plain(wanted.text), autoescape=True)
    if wanted.since is not None:
        yield call_began >= wanted.since
    if wanted.until is not None:
        yield call_began < wanted.until
    for name in ("complaint", "signed", "generated"):
        if (flag := getattr(wanted, name)) is not None:
            yield calls.c[name].is_(flag)
    for name in ("disputed", "proposed", "attention"):
        if (flag := getattr(wanted, name)) is not None:
            yield calls.c[name] > 0 if flag else calls.c[name] == 0
    if wanted.criterion:
        yield asked.has_judgement(wanted.criterion, wanted.answer)
    if wanted.moment:
        yield asked.has_moment(wanted.moment)
    if wanted.promise:
        yield asked.has_promise(wanted.promise, datetime.now().astimezone().date())
    if wanted.survey:
        kind, _, bad = wanted.survey.partition(".")
        yield asked.has_survey(kind, bad == "bad")


def _tells(wanted: Filter) -> bool:
    return any(getattr(wanted, name) != getattr(_ANY, name) for name in _TELLING)


def _entry(row: RowMapping) -> Entry:
    blind = bool(row["blind"])
    shown = {name: row[name] for name in _SHOWN} | (dict(_UNSAID) if blind else {})
    return Entry(
        **shown,
        id=row["name"],
        when=row["scored"],
        why="" if blind else REASONS.get(row["attention"], ""),
        answer_due=None if blind else answer_due(row["urgency"]),
        place=_place(row),
        blind=blind,
    )


def _place(row: RowMapping) -> Place:
    return Place(*(row[name] for name in Place._fields))
