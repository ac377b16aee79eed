"""A list of calls, a row each: one component, since hundreds of small ones are slow to draw.

A click on a row opens its call. Pages with other lists of calls can show them with `rows` too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scorer.pages import navigation
from scorer.pages.scripts import component
from scorer.pages.words import RESOLUTIONS, TONES, feeling, moment_of, several
from scorer.store.attention import REASONS
from scorer.store.store import Entry

#: Stands in place of the outcome for who still scores the call blind.
BLIND = "Yours to score blind"

_rows = component("rows/view.js", "rows/rows.css")


def rows(entries: Sequence[Entry], opens: bool, name: str = "rows") -> None:
    """Shows the calls; `opens`: whether the person may open them. `name` tells lists apart."""
    shown = _rows(
        key=name,
        data={"rows": [row(entry) for entry in entries], "opens": opens},
        on_open_change=lambda: None,
    )
    if shown.open:
        navigation.go("call", key=shown.open)


def row(entry: Entry) -> dict[str, Any]:
    """What a row says: every word of it, the outcome first, what wants an ear after it."""
    return {
        "key": entry.key,
        "name": entry.id,
        "about": _about(entry),
        "outcome": BLIND if entry.blind else _became(entry),
        "tone": TONES.get(entry.resolution, TONES["unclear"]),
        "mood": mood(entry),
        "facts": _facts(entry),
        "why": _why(entry),
        "signed": entry.signed,
    }


def _became(entry: Entry) -> str:
    return RESOLUTIONS.get(entry.resolution, RESOLUTIONS["unclear"])


def mood(entry: Entry) -> str:
    """How the customer came and how they left; empty where their words do not say so."""
    if entry.mood_start is None or entry.mood_end is None:
        return ""
    return f"{feeling(entry.mood_start)} → {feeling(entry.mood_end)}"


def _about(entry: Entry) -> str:
    when = moment_of(entry.started) if entry.started else f"scored {moment_of(entry.when)}"
    made = "generated" if entry.generated else ""
    return " · ".join(part for part in (entry.team, entry.agent, when, made) if part)


def _why(entry: Entry) -> str:
    """Why a call wants an ear; of a dispute, by when."""
    return f"disputed, {answer_by(entry)}" if entry.why == REASONS[3] else entry.why


def answer_by(entry: Entry) -> str:
    """By when the first dispute on the call has to be answered."""
    due = entry.answer_due
    if due is None:
        return "to be answered"
    over = due < datetime.now(UTC)
    return f"answer {'was due' if over else 'due'} {due.astimezone():%-d %b}"


def _facts(entry: Entry) -> list[str]:
    """What a person has to know of the call before they open it, beside why it wants an ear."""
    critical = several(entry.proposed, "critical point")
    disputes = several(entry.disputed, "dispute")
    told = (
        (entry.proposed and entry.why != REASONS[5], f"{critical} to confirm"),
        (entry.disputed and entry.why != REASONS[3], f"{disputes} open, {answer_by(entry)}"),
        (entry.complaint and entry.why != REASONS[2], "complaint"),
        (entry.promises, several(entry.promises, "promise")),
        (not entry.speakers_known or entry.quality == "poor", "read with care"),
    )
    return [text for there, text in told if there]
