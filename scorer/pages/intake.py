"""Taking recordings in, and showing how far each has come. The work itself is the worker's."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import streamlit as st

from scorer import paths
from scorer.errors import ScorerError
from scorer.pages import metadata
from scorer.store import jobs
from scorer.store.jobs import Job

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

#: How often the page looks, in seconds.
LOOK = 1.0


def take_in(first: bool) -> None:
    """The upload, and the sample calls where there are any. `first`: no call is scored yet."""
    if first:
        st.markdown(
            "**Start here.** Add a recording of a call, best with the agent and the customer on a "
            "channel each. It is transcribed and scored on this machine; nothing leaves it."
        )
    said, pattern = _about()
    asked = st.session_state.setdefault("uploads", 0)
    files = st.file_uploader(
        "Add recordings: wav, mp3, m4a, opus, flac; many at once, and a CSV that tells of them",
        accept_multiple_files=True,
        key=f"upload-{asked}",
    )
    if files:
        _submit_uploads(files, said, pattern)
        # A new uploader takes the old one's place, so that nothing is submitted twice.
        st.session_state["uploads"] = asked + 1
        st.rerun()
    _samples(first)


def _about() -> tuple[metadata.Metadata, str]:
    """What a person says of the calls before adding them: of all, and where their names say it."""
    with st.expander("Whose calls these are, and when they began"):
        st.markdown(
            "Goes with every recording that you add next. All of it may stay empty; with the "
            "start, “by Thursday” becomes a date."
        )
        whose, when = st.columns(3), st.columns(3)
        said = {
            name: each.text_input(name.capitalize(), key=f"about-{name}")
            for each, name in zip(whose, ("team", "agent", "customer"), strict=True)
        }
        day = when[0].date_input("Day", value=None, key="about-day")
        hour = when[1].time_input("Time", value=None, key="about-time")
        zone = when[2].selectbox(
            "Time zone", sorted(available_timezones()), index=None, key="about-zone"
        )
        if isinstance(day, date):
            said["started"] = datetime.combine(day, hour or time()).isoformat()
        said["time_zone"] = zone or ""
        pattern = st.text_input(
            "Form of the file names",
            placeholder="{team}_{agent}_{started:%Y%m%d-%H%M}*",
            help="What a file's name says counts before what stands above. `*` is anything. A CSV "
            f"with the columns file, {', '.join(metadata.FIELDS)} counts before both; add it "
            "together with the recordings.",
            key="about-names",
        )
    return said, pattern.strip()


def _submit_uploads(files: Sequence[UploadedFile], said: Mapping[str, str], pattern: str) -> None:
    with tempfile.TemporaryDirectory(prefix="scorer-upload-") as scratch:
        told: dict[str, metadata.Metadata] = {}
        for table in filter(_is_table, files):
            try:
                told |= metadata.from_csv(table.name, table.getvalue().decode("utf-8", "replace"))
            except ScorerError as error:
                return _refuse(str(error))
        for place, file in enumerate(file for file in files if not _is_table(file)):
            # A path of our own making: a file's name comes from outside and may be anything.
            path = Path(scratch) / str(place)
            path.write_bytes(file.getbuffer())
            try:
                named = metadata.from_name(file.name, pattern) if pattern else {}
                about = {**metadata.checked(file.name, said), **named, **told.get(file.name, {})}
            except ScorerError as error:
                _refuse(str(error))
                continue
            _submit([(file.name, path)], about)
    return None


def _is_table(file: UploadedFile) -> bool:
    return str(file.name).lower().endswith(".csv")


def _samples(first: bool) -> None:
    found = sorted((paths.shipped("tests") / "samples").glob("*.wav"))
    if not found:
        return
    with st.expander("Try a sample call", expanded=first):
        chosen = st.pills("Sample calls", [path.name for path in found], selection_mode="multi")
        if st.button("Score the chosen", disabled=not chosen):
            _submit([(path.name, path) for path in found if path.name in chosen], {})
            st.rerun()


def _submit(named: list[tuple[str, Path]], about: metadata.Metadata) -> None:
    try:
        jobs.submit(named, metadata=about)
    except ScorerError as error:
        _refuse(str(error))


def _refuse(reason: str) -> None:
    """Keeps why something was not taken in for the next run of the page to say."""
    st.session_state.setdefault("refused", []).append(reason)


def on_the_way() -> None:
    """The jobs with their stage; looks again by itself while one is at work."""
    for reason in st.session_state.pop("refused", []):
        st.error(reason)
    at_work = any(_busy(job) for job in jobs.jobs())
    if at_work:
        jobs.start_worker()  # none runs after the machine was switched off; a running one stays
    st.fragment(_jobs, run_every=LOOK if at_work else None)(at_work)


def _jobs(was_at_work: bool) -> None:
    found = jobs.jobs()
    done = [job for job in found if job.state == "done"]
    for job in done:  # it is in the list of calls from now on
        jobs.dismiss(job.key)
    if done or (was_at_work and not any(_busy(job) for job in found)):
        st.rerun()
    if not found:
        return
    st.header("On the way")
    if was_at_work:
        st.markdown("You can leave this page; the work goes on.")
    for job in found:
        _job(job)


def _job(job: Job) -> None:
    if job.state != "failed":
        st.progress(job.fraction, text=_plain(f"{job.name}: {job.stage}"))
        return
    with st.container(border=True):
        told, again, away = st.columns([8, 1, 1], vertical_alignment="center")
        told.text(f"⚠ {_reason(job)}")
        if again.button("Try again", key=f"again-{job.key}", width="stretch"):
            jobs.retry(job.key)
            st.rerun()
        if away.button("Dismiss", key=f"away-{job.key}", width="stretch"):
            jobs.dismiss(job.key)
            st.rerun()


def _reason(job: Job) -> str:
    """Why a recording was not scored, under the name that the person knows it by."""
    reason = (job.error or "something went wrong").replace(str(jobs.recording(job)), job.name)
    said = reason if reason.startswith(job.name) else f"{job.name}: {reason}"
    return f"Not scored. {said}"


def _busy(job: Job) -> bool:
    return job.state in ("waiting", "running")


def _plain(text: str) -> str:
    """A file's name as it is: Streamlit reads a progress bar's text as Markdown."""
    return "".join(
        f"\\{letter}" if letter in "\\`*_{}[]()#+-.!|~<>:$&" else letter for letter in text
    )
