"""The promises of a call as its page shows them: until when, and what became of each (S6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scorer.pages import among
from scorer.pages.shows import quote
from scorer.pages.words import PROMISES, day, moment_of
from scorer.store.promised import Promised


def shown(promises: Sequence[Promised], card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was promised, with its quote, when it is due, and whose word says how it ended."""
    return [_shown(promise, card) for promise in promises]


def _shown(promise: Promised, card: Mapping[str, Any]) -> dict[str, Any]:
    said = {"turn": promise.turn, "quote": promise.quote, "start": promise.start, "end": None}
    told = ""
    if promise.status and promise.at:
        told = f"{promise.by}, {moment_of(promise.at)}"
        told += f": {promise.reason}" if promise.reason else ""
    return {
        "number": promise.number,
        "quote": quote(said, card),
        "due": due(promise),
        "status": promise.status,
        "result": PROMISES.get(promise.status, "open"),
        "told": told,
        "owner": promise.owner,
    }


def due(promise: Promised, today: date | None = None) -> str:
    """When it is due, in words, and whether that day is over while nobody said how it ended."""
    if not promise.due:
        return promise.said_when or "no time named"
    over = _day(promise.due) < (today or among.today())
    return f"due {day(promise.due)}{', which is over' if over and not promise.status else ''}"


def _day(iso: str) -> date:
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return date.max
