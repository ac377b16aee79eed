"""Where recordings are added, uploads and samples, and whose they are said to be."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import streamlit as st

from scorer import paths
from scorer.errors import ScorerError
from scorer.pages import metadata
from scorer.pages.arrivals import LARGEST, UPLOAD
from scorer.pages.person import pass_to
from scorer.pages.scripts import component
from scorer.pages.words import day, plain
from scorer.store import jobs
from scorer.store.access import POLICY, Person

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_drop = component("drop/view.js", "drop/drop.css")


def take_in(person: Person, first: bool) -> None:
    """The upload, and the sample calls where there are any. `first`: no call is scored yet."""
    if first:
        st.markdown(
            "**Start here.** Add a recording of a call, best with the agent and the customer on a "
            "channel each. It is transcribed and scored on this machine; nothing leaves it."
        )
    panel = st.expander(
        "Add recordings",
        expanded=first,
        icon=":material/add:",
        key="adding",
        on_change="rerun",
    )
    if not panel.open:  # most visits are for the list, which need not wait for all these fields
        return
    with panel:
        said, pattern = _about(person)
        _drop(
            key="drop",
            data={
                "address": f"/upload?ticket={pass_to(person, UPLOAD)}",
                "about": said,
                "pattern": pattern,
                "goes": _goes(said),
                "largest": LARGEST,
            },
            on_taken_change=lambda: None,
        )
        _samples(person, said)


def _about(person: Person) -> tuple[metadata.Metadata, str]:
    """What a person says of the calls before adding them: of all, and where their names say it."""
    st.markdown(
        "Whose calls are they, and when did they begin? It goes with every recording that you add "
        "next. All of it may stay empty; with the start, “by Thursday” becomes a date."
    )
    whose, when = st.columns(3), st.columns(3)
    said = {"team": _team(person, whose[0])}
    for column, name in zip(whose[1:], ("agent", "customer"), strict=True):
        said[name] = column.text_input(name.capitalize(), **_kept(name))
    on = when[0].date_input("Day", value=None, **_kept("day"))
    hour = when[1].time_input("Time", value=None, **_kept("time"))
    zone = when[2].selectbox("Time zone", _zones(), index=None, **_kept("zone"))
    if isinstance(on, date):
        said["started"] = datetime.combine(on, hour or time()).isoformat()
    said["time_zone"] = zone or ""
    pattern = st.text_input(
        "Form of the file names",
        placeholder="{team}_{agent}_{started:%Y%m%d-%H%M}*",
        help="What a file's name says counts before what stands above. `*` is anything. A CSV "
        f"with the columns file, {', '.join(metadata.FIELDS)} counts before both; add it "
        "together with the recordings.",
        **_kept("names"),
    )
    return said, pattern.strip()


def _goes(said: metadata.Metadata) -> str:
    """What the form says, as it goes with what is added now."""
    told = [f"{name} {said[name]}" for name in ("team", "agent", "customer") if said[name]]
    if "started" in said:
        told.append(f"begun {day(said['started'])} {said['time_zone']}".strip())
    return f"What you add now goes in as {', '.join(told)}." if told else ""


def _kept(name: str) -> dict[str, Any]:
    """What makes a field keep what was said in it while the panel is closed."""
    return {"key": f"about-{name}", "persist_state": "session"}


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


def _team(person: Person, place: DeltaGenerator) -> str:
    """The team that the calls go to: any for whoever may upload for all, else one of theirs."""
    if POLICY[person.role]["upload"] == "all":
        return str(place.text_input("Team", **_kept("team")))
    theirs = sorted(person.teams - {""})
    chosen = place.selectbox(
        "Team", theirs, index=0 if len(theirs) == 1 else None, key="about-team"
    )
    return chosen or ""


def _samples(person: Person, said: metadata.Metadata) -> None:
    found = sorted((paths.shipped("tests") / "samples").glob("*.wav"))
    if not found:
        return
    chosen = st.pills("Or try sample calls", [path.name for path in found], selection_mode="multi")
    if chosen and st.button("Score the chosen", type="primary"):
        try:
            named = [(path.name, path) for path in found if path.name in chosen]
            jobs.submit(person, named, {"team": said["team"]})
        except ScorerError as error:
            st.error(plain(str(error)))
        else:
            st.rerun()
