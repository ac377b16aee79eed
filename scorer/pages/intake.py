"""Taking recordings in, uploads and samples, and whose they are. Scoring them is the worker's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import available_timezones

import streamlit as st

from scorer import paths
from scorer.errors import ScorerError
from scorer.pages import metadata
from scorer.store import jobs
from scorer.store.access import POLICY, Person

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile


#: The largest file that can be added on the page, in MB: uploads stand in memory until queued.
LARGEST = 400


def take_in(person: Person, first: bool) -> None:
    """The upload, and the sample calls where there are any. `first`: no call is scored yet."""
    for reason in st.session_state.pop("refused", []):
        st.error(reason)
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
        asked = st.session_state.setdefault("uploads", 0)
        files = st.file_uploader(
            "Recordings: wav, mp3, m4a, opus, flac; many at once, and a CSV that tells of them",
            accept_multiple_files=True,
            max_upload_size=LARGEST,
            help=f"Up to {LARGEST} MB each: seven hours of a call in mu-law. Larger ones, and "
            "whole folders, are scored by `scorer batch` on the machine itself.",
            key=f"upload-{asked}",
        )
        if files:
            _submit_uploads(person, files, said, pattern)
            # A new uploader takes the old one's place, so that nothing is submitted twice.
            st.session_state["uploads"] = asked + 1
            st.rerun()
        _samples(person)


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
    day = when[0].date_input("Day", value=None, **_kept("day"))
    hour = when[1].time_input("Time", value=None, **_kept("time"))
    zone = when[2].selectbox("Time zone", _zones(), index=None, **_kept("zone"))
    if isinstance(day, date):
        said["started"] = datetime.combine(day, hour or time()).isoformat()
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


def _submit_uploads(
    person: Person, files: Sequence[UploadedFile], said: Mapping[str, str], pattern: str
) -> None:
    told: dict[str, metadata.Metadata] = {}
    for table in filter(_is_table, files):
        try:
            told |= metadata.from_csv(table.name, table.getvalue().decode("utf-8", "replace"))
        except ScorerError as error:
            return _refuse(str(error))
    for file in files:
        if _is_table(file):
            continue
        try:
            named = metadata.from_name(file.name, pattern) if pattern else {}
            about = {**metadata.checked(file.name, said), **named, **told.get(file.name, {})}
        except ScorerError as error:
            _refuse(str(error))
            continue
        _submit(person, [(file.name, file)], about)
    return None


def _is_table(file: UploadedFile) -> bool:
    return str(file.name).lower().endswith(".csv")


def _samples(person: Person) -> None:
    found = sorted((paths.shipped("tests") / "samples").glob("*.wav"))
    if not found:
        return
    chosen = st.pills("Or try sample calls", [path.name for path in found], selection_mode="multi")
    if chosen and st.button("Score the chosen", type="primary"):
        _submit(person, [(path.name, path) for path in found if path.name in chosen], {})
        st.rerun()


def _submit(
    person: Person, named: list[tuple[str, Path | IO[bytes]]], about: metadata.Metadata
) -> None:
    for name, source in named:
        try:
            jobs.submit(person, [(name, source)], about)
        except ScorerError as error:
            _refuse(f"{name}: {str(error).removeprefix(f'{name}: ')}")


def _refuse(reason: str) -> None:
    """Keeps why something was not taken in for the next run of the page to say."""
    st.session_state.setdefault("refused", []).append(reason)
