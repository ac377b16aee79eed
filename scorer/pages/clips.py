"""Quotes of calls that play where they stand: one component, so that a click plays at once.

Texts reach the page as text, never as HTML. The scripts are the player's own (`player/clips.js`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scorer.call import AGENT
from scorer.pages import person
from scorer.pages.scripts import component
from scorer.pages.words import clock, party
from scorer.store.access import may
from scorer.store.store import Store

_component = component("player/clips.js", "player/clips.css")


def clips(items: Sequence[dict[str, Any]], key: str, bare: bool = False, level: int = 3) -> str:
    """Shows clips, as `clip` makes them; `bare`: within a card, without an edge of their own.
    Their titles are headings of that `level`, below the page's other ones.

    A clip with `adds` has a button that puts it into a playlist; returned is what `adds` says of
    the one that was pressed, or "".
    """
    if not items:
        return ""
    shown = _component(
        key=key,
        data={"clips": list(items), "bare": bare, "level": level},
        on_add_change=lambda: None,
    )
    return str(shown.add or "")


def clip(
    store: Store,
    call: str,
    name: str,
    quotes: Sequence[dict[str, Any]],
    title: str = "",
    note: str = "",
    hears: bool = True,
    heard: bool | None = None,
) -> dict[str, Any]:
    """One clip: `quotes` (as `quote` makes them) of the call with key `call` that is named `name`.

    It plays, and leads to its call, for who may hear the call; others read the words. `heard` says
    whether there is a recording, where that is known.
    """
    hears = hears and may(store.person, "listen")
    plays = hears and (bool(store.clips.heard([call])) if heard is None else heard)
    return {
        "title": title,
        "note": note,
        "quotes": list(quotes),
        "audio": audio(store, call) if plays else None,
        "call": name if hears else "",
        "href": f"/call?key={call}" if hears and name else "",
    }


def whose(agent: str, by: str) -> str:
    """Whose words or moment it is, by name: `agent` took the call, and a second one is not them."""
    if by == AGENT or not by.startswith(AGENT):
        return agent
    return f"{party(by)} on a call of {agent}" if agent else party(by)


def quote(
    text: str, start: float | None, end: float | None = None, who: str = ""
) -> dict[str, Any]:
    """A quote with its times in seconds; without them it is read only."""
    return {"text": text, "at": start, "end": end, "clock": clock(start), "who": who}


def sound(store: Store, key: str) -> str | None:
    """Where the sound of a call is; None where there is none that the person may hear."""
    return audio(store, key) if store.clips.heard([key]) else None


def audio(store: Store, key: str) -> str:
    """Where the sound is; the same for the whole visit, so that the player goes on playing."""
    return f"/audio/{key}?ticket={person.pass_to(store.person, key)}"
