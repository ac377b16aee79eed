"""Playlists: clips gathered to be heard together, in a meeting. The address of one is its link.

Whoever opens it sees the clips of calls within their own reach, and is told how many are not.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from scorer.errors import ScorerError
from scorer.store import audit
from scorer.store.access import Person, require, within
from scorer.store.calls import one
from scorer.store.clips import Clips, Line
from scorer.store.database import Database
from scorer.store.index import now, plain
from scorer.store.records import append, needed, once
from scorer.store.schema import calls
from scorer.store.schema_lead import playlist_clips, playlists


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist as a list of them shows it."""

    key: str
    title: str
    author: str
    at: datetime
    clips: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """A clip in a playlist. `words` is what its gatherer says of it; times are in seconds."""

    key: str
    call: str
    agent: str
    started: datetime | None
    first_turn: int
    last_turn: int
    start: float | None
    end: float | None
    words: str
    author: str
    heard: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A playlist with the clips that the person may read, and how many they may not."""

    title: str
    author: str
    at: datetime
    clips: tuple[Gathered, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Playlists:
    """The playlists, for those who may gather clips. Opening one needs the right to read."""

    database: Database
    person: Person

    def new(self, title: str) -> str:
        """Begins a playlist and returns its key."""

        def write(connection: Connection, token: str) -> int:
            row = {"key": key, "title": named, "author": self.person.name, "at": now()}
            row |= {"token": token}
            number = connection.execute(
                insert(playlists).values(**row).returning(playlists.c.id)
            ).scalar_one()
            audit.record(
                connection, self.person, "playlists", None, (playlists, {**row, "id": number})
            )
            return int(number)

        require(self.person, "gather")
        named, key = needed(title, "give the playlist a name"), secrets.token_hex(12)
        once(self.database, playlists, write)
        return key

    def mine(self) -> list[Playlist]:
        """The person's own, the latest first."""
        require(self.person, "gather")
        last = _last()
        kept = select(func.count()).where(
            playlist_clips.c.playlist_id == playlists.c.id,
            playlist_clips.c.id.in_(last),
            playlist_clips.c.kept,
        )
        query = (
            select(playlists, kept.scalar_subquery().label("clips"))
            .where(playlists.c.author == self.person.name)
            .order_by(playlists.c.id.desc())
        )
        with self.database.read() as connection:
            return [
                Playlist(**{name: row[name] for name in Playlist.__slots__})
                for row in connection.execute(query).mappings()
            ]

    def add(
        self,
        playlist: str,
        key: str,
        turns: tuple[int, int],
        times: tuple[float | None, float | None] = (None, None),
        words: str = "",
    ) -> int:
        """Puts a stretch of a call into a playlist, from its first turn to its last."""
        return self._append(playlist, key, turns, times, words, kept=True)

    def drop(self, playlist: str, key: str, turns: tuple[int, int]) -> int:
        """Takes a clip out of a playlist."""
        return self._append(playlist, key, turns, (None, None), "", kept=False)

    def open(self, playlist: str) -> Opened:
        """The clips in the order in which they came in."""
        require(self.person, "read")
        with self.database.read() as connection:
            opened = self._one(connection, playlist)
            mine = select(playlist_clips).where(
                playlist_clips.c.playlist_id == opened.id,
                playlist_clips.c.id.in_(_last()),
                playlist_clips.c.kept,
            )
            all_of_them = connection.execute(
                select(func.count()).select_from(mine.subquery())
            ).scalar_one()
            query = (
                mine.add_columns(calls.c.key, calls.c.name, calls.c.agent, calls.c.started)
                .join(calls, calls.c.id == playlist_clips.c.call_id)
                .where(within(self.person, "read"))
                .order_by(playlist_clips.c.id)
            )
            rows = connection.execute(query).mappings().all()
        clips = Clips(self.database, self.person)
        heard = clips.heard(each["key"] for each in rows)
        lines = clips.around([(row["key"], row["first_turn"], row["last_turn"]) for row in rows])
        made = ("call", "heard", "lines")
        gathered = tuple(
            Gathered(
                call=each["name"],
                heard=each["key"] in heard,
                lines=said,
                **{n: each[n] for n in Gathered.__slots__ if n not in made},
            )
            for each, said in zip(rows, lines, strict=True)
        )
        return Opened(opened.title, opened.author, opened.at, gathered, all_of_them - len(gathered))

    def _append(
        self,
        playlist: str,
        key: str,
        turns: Sequence[int],
        times: Sequence[float | None],
        words: str,
        kept: bool,
    ) -> int:
        def write(connection: Connection, token: str) -> int:
            found = self._one(connection, playlist)
            if found.author != self.person.name:
                raise ScorerError("only who made a playlist changes it; begin one of your own")
            call = one(connection, self.person, "gather", key)
            values = {
                "playlist_id": found.id,
                "first_turn": turns[0],
                "last_turn": turns[1],
                "start": times[0],
                "end": times[1],
                "words": plain(words).strip(),
                "kept": kept,
            }
            return append(connection, self.person, playlist_clips, values, token, call["id"])

        require(self.person, "gather")
        return once(self.database, playlist_clips, write)

    def _one(self, connection: Connection, playlist: str) -> Row[Any]:
        query = select(playlists).where(playlists.c.key == plain(playlist))
        found = connection.execute(query).one_or_none()
        if found is None:
            raise ScorerError("no such playlist here; ask whoever sent the link for a new one")
        return found


def _last() -> Select[tuple[int]]:
    """The last word on each clip of each playlist."""
    clip = playlist_clips.c
    return select(func.max(clip.id)).group_by(
        clip.playlist_id, clip.call_id, clip.first_turn, clip.last_turn
    )
