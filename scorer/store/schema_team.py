"""Tables of what leads do with their teams: calibrating, coaching, recognising, goals, rubrics.

Each row is something a person did: appended, sealed in the audit and never changed. What quotes a
call carries its `call_id` and goes with the call; a coaching plan can be erased by itself, since it
is about an employee. All else stays.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, String, Text

from scorer.store.columns import Number, criterion, of, said, table


def _quote() -> list[Column[object]]:
    """Where a quote stands in its call; times are in seconds, None where the call has none."""
    return [
        Column("turn", Integer),
        Column("start", Float),
        Column("end", Float),
        Column("quote", Text, nullable=False),
    ]


# Calibration: reviewers score the same calls blind.

sessions = table(
    "sessions",
    Column("title", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("rubrics", JSON, nullable=False),
    *said(),
)

#: `scorecard_id` is the machine's answer as it was when the session began.
session_calls = table(
    "session_calls",
    of("sessions"),
    of("calls"),
    Column("scorecard_id", Number, nullable=False),
    *said(),
)

session_answers = table(
    "session_answers",
    of("sessions"),
    of("calls"),
    *criterion(),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    *_quote(),
    *said(),
)

#: handed_in, aside (takes no part) or closed.
session_marks = table(
    "session_marks",
    of("sessions"),
    Column("kind", String(20), nullable=False),
    *said(),
)

# Coaching (S19). `focus` is up to four criteria as "rubric.criterion"; `due` a day, 2026-11-30.

plans = table(
    "plans",
    Column("agent", Text, nullable=False, index=True),
    Column("team", Text, nullable=False, index=True),
    Column("focus", JSON, nullable=False),
    Column("aim", Text, nullable=False),
    Column("due", String(10), nullable=False),
    *said(),
)

#: words and answer are the agent's; note, progress and finished the lead's.
plan_entries = table(
    "plan_entries",
    of("plans"),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    *said(),
)

clips = table(
    "clips",
    of("plans"),
    of("calls"),
    Column("kind", String(10), nullable=False),
    *criterion(),
    *_quote(),
    Column("comment", Text, nullable=False),
    *said(),
)

# The recognition wall (S18)

recognitions = table(
    "recognitions",
    of("calls"),
    Column("team", Text, nullable=False, index=True),
    Column("agent", Text, nullable=False),
    Column("attribute", String(30), nullable=False),
    *_quote(),
    Column("words", Text, nullable=False),
    *said(),
)

recognition_ends = table(
    "recognition_ends",
    of("calls"),
    Column("recognition_id", Number, ForeignKey("recognitions.id"), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    *said(),
)

# Creed (S17), goals and their reviews (S19)

creeds = table(
    "creeds",
    Column("team", Text, nullable=False, index=True),
    Column("lines", JSON, nullable=False),
    *said(),
)

goals = table(
    "goals",
    Column("team", Text, nullable=False, index=True),
    Column("metric", String(220), nullable=False),
    Column("target", Float, nullable=False),
    Column("since", String(10), nullable=False),
    Column("due", String(10), nullable=False),
    Column("why", Text, nullable=False),
    *said(),
)

#: A look at a goal: going, reached or dropped, with the figure as it was then.
goal_reviews = table(
    "goal_reviews",
    of("goals"),
    Column("state", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("value", Float),
    Column("low", Float),
    Column("high", Float),
    Column("count", Integer, nullable=False),
    *said(),
)

# Rubrics as leads write and publish them

#: `files` is every file's text by its path; `sha256` a hash over all of them.
rubric_versions = table(
    "rubric_versions",
    Column("sha256", String(64), nullable=False, index=True),
    Column("origin", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("files", JSON, nullable=False),
    Column("report", JSON, nullable=False),
    *said(),
)

#: published or refused. Without a version it is the rubrics that ship with the program.
rubric_decisions = table(
    "rubric_decisions",
    of("rubric_versions", nullable=True),
    Column("decision", String(20), nullable=False),
    Column("note", Text, nullable=False),
    *said(),
)

#: Appended and sealed; goes with the call that it quotes.
SAID_OF_CALLS = (
    recognition_ends,
    recognitions,
    clips,
    session_answers,
    session_calls,
)
#: Appended and sealed; of no single call.
SAID_OF_TEAMS = (
    sessions,
    session_marks,
    plans,
    plan_entries,
    creeds,
    goals,
    goal_reviews,
    rubric_versions,
    rubric_decisions,
)
