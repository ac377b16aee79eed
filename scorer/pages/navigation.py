"""Which pages there are, who finds them in the menu, and how they link to each other."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, NoReturn

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import person
from scorer.pages.words import plain
from scorer.store.access import Action, Person, may


@dataclass(frozen=True, slots=True)
class Door:
    """A page: its file in this folder, its name in the menu, and what lets a person find it there.

    A page without a `section` is found from other pages only. What a person may see on it is the
    store's to say, whatever the menu shows.
    """

    name: str
    title: str
    section: str | None = None
    needs: tuple[Action, ...] = ()


#: In the order of the menu. Section "" stands open in it, the others unfold.
DOORS = (
    Door("calls", "Calls", "", ("list",)),
    Door("call", "Call"),
    Door("team", "Team", "Team", ("compare",)),
    Door("moments", "Moments", "Team", ("gather",)),
    Door("playlist", "Playlist"),
    Door("promises", "Promises", "Team", ("follow",)),
    Door("complaints", "Complaints", "Team", ("judge", "assign")),
    Door("rules", "Rules that hurt", "Team", ("compare",)),
    Door("surveys", "Surveys", "Team", ("compare",)),
    Door("calibration", "Calibration", "Quality", ("calibrate",)),
    Door("session", "Calibration session"),
    Door("rubrics", "Rubrics", "Quality", ("learn",)),
    Door("coaching", "Coaching", "People", ("coach", "practise")),
    Door("plan", "Coaching plan"),
    Door("wall", "Recognition wall", "People", ("belong",)),
    Door("goals", "Goals", "People", ("belong",)),
    Door("creed", "Creed", "People", ("belong",)),
    Door("nights", "Nightly runs", "Operation", ("maintain",)),
)


def pages() -> dict[str, Any]:
    """The pages by name. Made anew in each run of the script, as Streamlit's pages are."""
    looking = _who()
    return {door.name: _page(door, _finds(looking, door)) for door in DOORS}


def menu() -> Any:
    """The page that the address asks for, with the menu above it."""
    found = pages()
    sections: dict[str, list[Any]] = {}
    for door in DOORS:
        sections.setdefault(door.section or "", []).append(found[door.name])
    return st.navigation(sections, position="top")


def link(page: str, label: str, /, icon: str | None = None, **query: str) -> None:
    """A link to a page by its name in `DOORS`; `query` is what its address says.

    `label` is plain text: most are names of calls.
    """
    door = next(door for door in DOORS if door.name == page)
    st.page_link(_page(door), label=plain(label), icon=icon, query_params=query or None)


def go(page: str, /, **query: str) -> NoReturn:
    """Opens a page by its name in `DOORS`; `query` is what its address says."""
    door = next(door for door in DOORS if door.name == page)
    st.switch_page(_page(door), query_params=query)


def _page(door: Door, shown: bool = True) -> Any:
    return st.Page(
        import_module(f"scorer.pages.{door.name}").page,
        title=door.title,
        url_path=door.name,
        default=door.name == "calls",
        visibility="visible" if shown else "hidden",
    )


def _finds(looking: Person | None, door: Door) -> bool:
    if door.section is None or looking is None:
        return False
    return any(may(looking, action) for action in door.needs)


def _who() -> Person | None:
    try:
        return person.who()
    except ScorerError:  # the page itself says why
        return None
