"""Search over everything that was said: FTS5 on SQLite, tsvector on PostgreSQL, the same answers.

Words are looked for as they were said, whatever their case; "words in quotes" as a phrase. All of
them have to stand in one turn. Nothing a person types is an operator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select, text

from scorer.store.access import Person, within
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.schema import call_began, calls, recordings, turns
from scorer.store.tallies import ALL, Among

#: The words of a turn, in the terms of the index (migration 0002).
_WORDS: ColumnElement[Any] = literal_column(
    "to_tsvector('simple', translate(turns.text, './-@_+#&:', '         '))"
)
#: SQLite may not go from calls to their turns: it would walk all hits anew for each of the calls.
_HITS_FIRST: ColumnElement[int] = literal_column("+turns.call_id")
_PHRASES = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Hit:
    """A turn in which the words stand, and the call that it belongs to."""

    key: str
    call: str
    agent: str
    topic: str
    started: datetime | None
    turn: int
    speaker: str
    start: float | None
    text: str


def search(
    database: Database,
    person: Person,
    words: str,
    limit: int = 50,
    among: Among = ALL,
    since: datetime | None = None,
    until: datetime | None = None,
    heard: bool = False,
) -> list[Hit]:
    """The turns with all of the words, those of the latest call first; none where there are no
    words. `heard` leaves out calls without a recording."""
    phrases = [found for found in map(_letters, _phrases(words)) if found]
    if not phrases:
        return []
    query = (
        select(
            calls.c.key,
            calls.c.name,
            calls.c.agent,
            calls.c.topic,
            calls.c.started,
            turns.c.place,
            turns.c.speaker,
            turns.c.start,
            turns.c.text,
        )
        .select_from(turns)
        .join(calls, calls.c.id == (_HITS_FIRST if database.is_sqlite else turns.c.call_id))
        .where(within(person, "read"), turns.c.id.in_(_said(phrases, database.is_sqlite)))
        .where(*among.where())
        .order_by(call_began.desc(), turns.c.id.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(call_began >= since)
    if until is not None:
        query = query.where(call_began < until)
    if heard:
        there = (recordings.c.call_id == calls.c.id, recordings.c.gone.is_(None))
        query = query.where(exists().where(*there))
    with database.read() as connection:
        return [Hit(*row) for row in connection.execute(query)]


def _said(phrases: list[str], sqlite: bool) -> Select[tuple[int]]:
    """The numbers of the turns in which all the phrases stand."""
    if sqlite:
        wanted = " AND ".join(f'"{phrase}"' for phrase in phrases)
        found = text("SELECT rowid AS id FROM turns_words WHERE turns_words MATCH :wanted")
        matched = found.bindparams(wanted=wanted).columns(turns.c.id).subquery()
        return select(matched.c.id)
    asked = (func.phraseto_tsquery(literal_column("'simple'"), phrase) for phrase in phrases)
    # Materialized: else PostgreSQL hopes to meet 50 hits soon by reading all turns backwards, which
    # for a rare word means reading every one of them.
    hits = select(turns.c.id).where(*(_WORDS.op("@@")(phrase) for phrase in asked)).cte("hits")
    return select(hits.prefix_with("MATERIALIZED").c.id)


def _phrases(words: str) -> list[str]:
    return [quoted or single for quoted, single in _PHRASES.findall(plain(words))]


def _letters(phrase: str) -> str:
    """Letters and digits only: both engines cut words at everything else, and obey none of it."""
    return " ".join(re.findall(r"\w+", phrase.replace("_", " ")))
