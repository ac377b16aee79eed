"""The tables, the same on SQLite and PostgreSQL.

A scorecard is kept whole in `scorecards.card`; turns, judgements, moments and promises are its
index, made from it and never changed. What people say is appended to `edits`, `disputes`,
`answers`, `notes`, `signatures`, `resolutions` and `followups`. Triggers refuse UPDATE on all of
these, and DELETE too unless `audit` says that the call was erased (docs/store.md, "What cannot be
changed"). What leads do beyond single calls (calibration, coaching, goals, rubrics) stands in
`scorer/store/schema_team.py`.

There is no column for the length of a call: duration orders, filters and scores nothing.
Changing a table takes a migration as well; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    func,
)

from scorer.store.columns import Number, UTCTime, changed, criterion, of, said, table

calls = table(
    "calls",
    Column("key", String(16), nullable=False, unique=True),
    Column("recording_sha256", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("team", Text, nullable=False, default=""),
    Column("agent", Text, nullable=False, default="", index=True),
    Column("customer", Text, nullable=False, default="", index=True),
    Column("queue", Text, nullable=False, server_default=""),
    Column("topic", Text, nullable=False, server_default=""),
    # Made by `scorer demo`, and no call of anyone's.
    Column("generated", Boolean, nullable=False, server_default=false()),
    Column("started", UTCTime),
    Column("metadata", JSON, nullable=False, default=dict),
    Column("added", UTCTime, nullable=False),
    # What a list shows, taken from the newest scorecard so that no card is parsed for a list; the
    # resolution is a person's last word where there is one (`attention.refresh`).
    Column("scored", UTCTime, nullable=False),
    Column("scorecard_id", Number),
    Column("resolution", String(20), nullable=False, default="unclear"),
    Column("satisfaction", Float),
    Column("effort", String(20)),
    Column("quality", String(10)),
    Column("quality_reasons", JSON, nullable=False, default=list),
    Column("speakers_known", Boolean, nullable=False, default=True),
    Column("mood_start", Float),
    Column("mood_end", Float),
    Column("promises", Integer, nullable=False, default=0),
    Column("proposed", Integer, nullable=False, default=0),
    Column("least_confidence", Float),
    Column("complaint", Boolean, nullable=False, default=False),
    # What figures over many calls count (scorer/store/answered.py).
    Column("made_good", Boolean, nullable=False, server_default=false()),
    Column("left_open", Boolean, nullable=False, server_default=false()),
    Column("rule", Boolean, nullable=False, server_default=false()),
    Column("questionnaire_id", Number),
    Column("answered", Text, nullable=False, server_default=""),
    # What people did, kept here for the queue's order.
    Column("disputed", Integer, nullable=False, default=0),
    # How soon the first of them has to be answered (`attention.urgency`).
    Column("urgency", Float, nullable=False, default=0.0, server_default="0"),
    Column("signed", Boolean, nullable=False, default=False),
    Column("sample", Float, nullable=False, default=1.0),
    Column("attention", Integer, nullable=False, default=0),
)
#: When a call began, or came in where that is unknown.
call_began = func.coalesce(calls.c.started, calls.c.added)
Index("ix_calls_began", call_began, calls.c.id)
Index("ix_calls_queue", calls.c.attention, calls.c.urgency, calls.c.scored, calls.c.id)
# The same two orders for those who see some teams.
Index("ix_calls_team_began", calls.c.team, call_began, calls.c.id)
Index("ix_calls_generated", calls.c.generated)
Index(
    "ix_calls_team_queue",
    calls.c.team,
    calls.c.attention,
    calls.c.urgency,
    calls.c.scored,
    calls.c.id,
)
Index("ix_calls_disputed", calls.c.urgency, calls.c.scored, calls.c.id)
# Which teams, queues and topics there are, from the index alone.
Index("ix_calls_about", calls.c.team, calls.c.queue, calls.c.topic)

#: What calls were asked, in order, as [rubric, criterion]: the meaning of `calls.answered`.
questionnaires = table(
    "questionnaires",
    Column("sha256", String(64), nullable=False, unique=True),
    Column("asked", JSON, nullable=False),
)

recordings = table(
    "recordings",
    Column("call_id", Number, ForeignKey("calls.id"), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("suffix", String(16), nullable=False),
    Column("bytes", Number, nullable=False),
    Column("gone", UTCTime),
)

scorecards = table(
    "scorecards",
    of("calls", index=False),  # the first of both unique keys below
    Column("version", Integer, nullable=False),
    Column("rubrics_sha256", String(64), nullable=False),
    Column("model", Text, nullable=False),
    Column("code_sha256", String(64), nullable=False),
    Column("scored", UTCTime, nullable=False),
    Column("card_sha256", String(64), nullable=False),
    Column("card", LargeBinary, nullable=False),
    UniqueConstraint("call_id", "version"),
    UniqueConstraint("call_id", "rubrics_sha256", "model", "code_sha256"),
)

turns = table(
    "turns",
    of("calls"),
    Column("place", Integer, nullable=False),
    Column("speaker", String(40), nullable=False),
    Column("start", Float),
    Column("end", Float),
    Column("confidence", Float),
    Column("text", Text, nullable=False),
)

judgements = table(
    "judgements",
    of("calls"),
    of("scorecards"),
    *criterion(),
    Column("outcome", String(20), nullable=False),
    Column("score", Float),
    Column("confidence", Float, nullable=False),
    Column("weight", Float, nullable=False),
    Column("critical", Boolean, nullable=False),
    Column("proposed", Boolean, nullable=False),
)
Index("ix_judgements_criterion", judgements.c.rubric, judgements.c.criterion)

moments = table(
    "moments",
    of("calls", index=False),  # the first of the index below
    of("scorecards"),
    *criterion(),
    Column("outcome", String(20), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("start", Float),
    Column("end", Float),
    Column("quote", Text, nullable=False),
    Column("response", Text),
    Column("note", Text, nullable=False),
)
Index("ix_moments_kind", moments.c.kind, moments.c.outcome)
Index("ix_moments_of_call", moments.c.call_id, moments.c.kind, moments.c.outcome)

promises = table(
    "promises",
    of("calls"),
    of("scorecards"),
    Column("speaker", String(40), nullable=False),
    Column("what", Text, nullable=False),
    Column("said_when", Text),
    Column("due", String(40), index=True),
    Column("turn", Integer, nullable=False),
    Column("start", Float),
    Column("quote", Text, nullable=False),
)

surveys = table(
    "surveys",
    of("calls"),
    Column("kind", String(20), nullable=False),
    Column("value", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("comment", Text, nullable=False, default=""),
    Column("answered", UTCTime, nullable=False),
    UniqueConstraint("call_id", "kind", "answered"),
)

edits = table(
    "edits",
    of("calls"),
    of("judgements"),
    *criterion(),
    *changed(),
    *said(),
)

disputes = table(
    "disputes",
    of("calls"),
    of("judgements"),
    *criterion(),
    Column("reason", Text, nullable=False),
    Column("due", UTCTime, nullable=False),
    *said(),
)

answers = table(
    "answers",
    of("calls"),
    Column("dispute_id", Number, ForeignKey("disputes.id"), nullable=False, unique=True),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    *said(),
)

notes = table(
    "notes",
    of("calls"),
    Column("turn", Integer),
    Column("reply_to", Number, ForeignKey("notes.id"), index=True),
    Column("text", Text, nullable=False),
    *said(),
)

signatures = table(
    "signatures",
    of("calls"),
    of("scorecards"),
    Column("last_edit", Number),
    *said(),
)

#: What people say became of the customer. `last_signature` was the call's last one by then.
resolutions = table(
    "resolutions",
    of("calls"),
    of("scorecards"),
    *changed(),
    Column("last_signature", Number),
    *said(),
)

followups = table(
    "followups",
    of("calls"),
    of("promises"),
    Column("status", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    *said(),
)

runs = table(
    "runs",
    Column("state", String(20), nullable=False),
    Column("started", UTCTime, nullable=False),
    Column("finished", UTCTime),
    Column("options", JSON, nullable=False, default=dict),
    Column("report", JSON, nullable=False, default=dict),
)

failures = table(
    "failures",
    Column("source", Text, nullable=False),
    Column("rubrics_sha256", String(64), nullable=False),
    Column("model", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("last", UTCTime, nullable=False),
    UniqueConstraint("source", "rubrics_sha256", "model"),
)

#: What was last found where runs look, so that what did not change is not read again.
sources = table(
    "sources",
    Column("address", Text, nullable=False, unique=True),
    Column("stamp", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
)

#: Hashes and names of doers only, so that it can stay when a call has to go.
audit = table(
    "audit",
    Column("at", UTCTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("action", String(40), nullable=False),
    Column("call_id", Number, index=True),
    Column("record", String(60), nullable=False, default=""),
    Column("seal", String(64), nullable=False, default=""),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

#: What people said of a call. Appended, sealed in the audit, gone only with the call.
SAID = (edits, disputes, answers, notes, signatures, resolutions, followups)
#: What the machine said of a call. Written once with its scorecard.
JUDGED = (scorecards, judgements, moments, promises)
#: Everything of a call, what is referred to last: the order in which it can be deleted.
OF_A_CALL = (
    followups,
    resolutions,
    signatures,
    notes,
    answers,
    disputes,
    edits,
    surveys,
    promises,
    moments,
    judgements,
    scorecards,
    turns,
    recordings,
)
