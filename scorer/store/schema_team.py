"""Tables of what leads do with their teams: calibrating, coaching, recognising, goals, rubrics.

Each row is something a person did: appended, sealed in the audit and never changed. What quotes a
call carries its `call_id` and goes with the call; a coaching plan can be erased by itself, since it
is about an employee. All else stays.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, String, Text

from scorer.store.schema import Number, _of, _said, _table


def _quote() -> list[Column[object]]:
    """Where a quote stands in its call; times are in seconds, None where the call has none."""
    return [
        Column("turn", Integer),
        Column("start", Float),
        Column("end", Float),
        Column("quote", Text, nullable=False),
    ]


def _criterion() -> list[Column[object]]:
    return [
        Column("rubric", String(100), nullable=False),
        Column("criterion", String(100), nullable=False),
    ]


# Calibration: reviewers score the same calls blind.

sessions = _table(
    "sessions",
    Column("title", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("rubrics", JSON, nullable=False),
    *_said(),
)

#: `scorecard_id` is the machine's answer as it was when the session began.
session_calls = _table(
    "session_calls",
    _of("sessions"),
    _of("calls"),
    Column("scorecard_id", Number, nullable=False),
    *_said(),
)

session_answers = _table(
    "session_answers",
    _of("sessions"),
    _of("calls"),
    *_criterion(),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    *_quote(),
    *_said(),
)

#: handed_in, aside (takes no part) or closed.
session_marks = _table(
    "session_marks",
    _of("sessions"),
    Column("kind", String(20), nullable=False),
    *_said(),
)

# Coaching (S19). `focus` is up to four criteria as "rubric.criterion"; `due` a day, 2026-11-30.

plans = _table(
    "plans",
    Column("agent", Text, nullable=False, index=True),
    Column("team", Text, nullable=False, index=True),
    Column("focus", JSON, nullable=False),
    Column("aim", Text, nullable=False),
    Column("due", String(10), nullable=False),
    *_said(),
)

#: words and answer are the agent's; note, progress and finished the lead's.
plan_entries = _table(
    "plan_entries",
    _of("plans"),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    *_said(),
)

clips = _table(
    "clips",
    _of("plans"),
    _of("calls"),
    Column("kind", String(10), nullable=False),
    *_criterion(),
    *_quote(),
    Column("comment", Text, nullable=False),
    *_said(),
)

# The recognition wall (S18)

recognitions = _table(
    "recognitions",
    _of("calls"),
    Column("team", Text, nullable=False, index=True),
    Column("agent", Text, nullable=False),
    Column("attribute", String(30), nullable=False),
    *_quote(),
    Column("words", Text, nullable=False),
    *_said(),
)

recognition_ends = _table(
    "recognition_ends",
    _of("calls"),
    Column("recognition_id", Number, ForeignKey("recognitions.id"), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    *_said(),
)

# Creed (S17), goals and their reviews (S19)

creeds = _table(
    "creeds",
    Column("team", Text, nullable=False, index=True),
    Column("lines", JSON, nullable=False),
    *_said(),
)

goals = _table(
    "goals",
    Column("team", Text, nullable=False, index=True),
    Column("metric", String(220), nullable=False),
    Column("target", Float, nullable=False),
    Column("since", String(10), nullable=False),
    Column("due", String(10), nullable=False),
    Column("why", Text, nullable=False),
    *_said(),
)

#: A look at a goal: going, reached or dropped, with the figure as it was then.
goal_reviews = _table(
    "goal_reviews",
    _of("goals"),
    Column("state", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("value", Float),
    Column("low", Float),
    Column("high", Float),
    Column("count", Integer, nullable=False),
    *_said(),
)

# Rubrics as leads write and publish them

#: `files` is every file's text by its path; `sha256` a hash over all of them.
rubric_versions = _table(
    "rubric_versions",
    Column("sha256", String(64), nullable=False, index=True),
    Column("origin", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("files", JSON, nullable=False),
    Column("report", JSON, nullable=False),
    *_said(),
)

#: published or refused. Without a version it is the rubrics that ship with the program.
rubric_decisions = _table(
    "rubric_decisions",
    _of("rubric_versions", nullable=True),
    Column("decision", String(20), nullable=False),
    Column("note", Text, nullable=False),
    *_said(),
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
