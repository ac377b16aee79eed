"""The recognition wall (S18): moments in which somebody was at their best, put up by a lead.

There is no count and no order but the time: nobody stands above anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Connection, exists, select

from scorer.errors import ScorerError
from scorer.store.access import Person, of_team, require, within
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.records import append, needed, once
from scorer.store.schema import calls
from scorer.store.schema_team import recognition_ends, recognitions

#: The attributes of winners (S18).
Attribute = Literal["cares", "steady", "creative", "helps_colleagues", "energy"]


@dataclass(frozen=True, slots=True)
class Recognition:
    """A moment on the wall. `words` is what the lead says of it, `quote` the agent's own."""

    number: int
    key: str
    call: str
    team: str
    agent: str
    attribute: Attribute
    quote: str
    turn: int | None
    start: float | None
    end: float | None
    words: str
    by: str
    at: datetime
    hears: bool


@dataclass(frozen=True, slots=True)
class Wall:
    """The wall as one person may see and change it."""

    database: Database
    person: Person

    def add(
        self,
        key: str,
        attribute: Attribute,
        quote: str,
        words: str = "",
        turn: int | None = None,
        start: float | None = None,
        end: float | None = None,
    ) -> int:
        """Puts a moment up, for the agent who took the call; returns its number."""

        def write(connection: Connection, token: str) -> int:
            call = one(connection, self.person, "guide", key)
            if not call["agent"]:
                raise ScorerError(f"{call['name']}: nobody knows whose call this is")
            values = {"team": call["team"], "agent": call["agent"], "attribute": attribute}
            values |= {"turn": turn, "start": start, "end": end, "quote": said}
            values |= {"words": plain(words).strip()}
            return append(connection, self.person, recognitions, values, token, call["id"])

        if attribute not in get_args(Attribute):
            raise ScorerError(f"{attribute}: not one of {', '.join(get_args(Attribute))}")
        said = needed(quote, "choose the words that show it")
        return once(self.database, recognitions, write)

    def take_down(self, number: int, reason: str = "") -> None:
        """Takes a moment off the wall."""

        def write(connection: Connection, token: str) -> int:
            mine = of_team(self.person, "guide", recognitions.c.team)
            row = connection.execute(
                select(recognitions).where(recognitions.c.id == number, mine, _up())
            ).mappings()
            found = row.one_or_none()
            if found is None:
                raise ScorerError("this is not on the wall any more")
            values = {"recognition_id": number, "reason": plain(reason).strip()}
            return append(
                connection, self.person, recognition_ends, values, token, found["call_id"]
            )

        require(self.person, "guide")
        once(self.database, recognition_ends, write)

    def shown(self, limit: int = 60) -> list[Recognition]:
        """What is on the wall for the person's teams, the latest first.

        `hears` says whether the person may hear the call; others read the words.
        """
        require(self.person, "belong")
        query = (
            select(
                recognitions,
                calls.c.key,
                calls.c.name,
                within(self.person, "listen").label("hears"),
            )
            .join(calls, calls.c.id == recognitions.c.call_id)
            .where(of_team(self.person, "belong", recognitions.c.team), _up())
            .order_by(recognitions.c.id.desc())
            .limit(limit)
        )
        with self.database.read() as connection:
            return [
                Recognition(
                    number=row["id"],
                    call=row["name"],
                    by=row["author"],
                    **{
                        name: row[name]
                        for name in Recognition.__slots__
                        if name not in ("number", "call", "by", "hears")
                    },
                    hears=bool(row["hears"]),
                )
                for row in connection.execute(query).mappings()
            ]


def _up() -> ColumnElement[bool]:
    return ~exists().where(recognition_ends.c.recognition_id == recognitions.c.id)
