"""Tables of what leads do about calls: promises given to somebody, complaints, playlists, figures.

As in `schema_team`: each row is something a person did, appended, sealed in the audit and never
changed; what is about a call goes with the call. The last row of the same thing counts.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Text

from scorer.store.columns import of, said, table

#: Who sees to a promise (S6); an empty owner takes it away from whoever had it.
promise_owners = table(
    "promise_owners",
    of("calls"),
    of("promises"),
    Column("owner", Text, nullable=False),
    Column("note", Text, nullable=False),
    *said(),
)

#: What people make of a complaint (S14, S23). `about` is what the machine heard it is about, or
#: "survey" where it came as an answer to a survey. `came_back` is yes, no or empty: not known.
complaint_entries = table(
    "complaint_entries",
    of("calls"),
    Column("about", String(100), nullable=False),
    Column("cause", Text, nullable=False),
    Column("lesson", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("came_back", String(10), nullable=False),
    *said(),
)

#: Clips to take into a meeting. `key` stands in the address.
playlists = table(
    "playlists",
    Column("key", String(32), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    *said(),
)

#: A clip in a playlist, or out of it again (`kept`). Turns are first to last, times in seconds.
playlist_clips = table(
    "playlist_clips",
    of("playlists"),
    of("calls"),
    Column("first_turn", Integer, nullable=False),
    Column("last_turn", Integer, nullable=False),
    Column("start", Float),
    Column("end", Float),
    Column("words", Text, nullable=False),
    Column("kept", Boolean, nullable=False),
    *said(),
)

#: The three figures that stand together (S21), a row a month and team ("": the whole centre).
company_figures = table(
    "company_figures",
    Column("month", String(7), nullable=False),
    Column("team", Text, nullable=False),
    Column("figure", String(30), nullable=False),
    Column("value", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("answers", Integer),
    Column("source", Text, nullable=False),
    *said(),
)
Index("ix_company_figures_team", company_figures.c.team, company_figures.c.month)

#: Appended and sealed; goes with the call that it is about.
SAID_OF_CALLS = (promise_owners, complaint_entries, playlist_clips)
#: Appended and sealed; of no single call.
SAID_OF_LEADS = (playlists, company_figures)
