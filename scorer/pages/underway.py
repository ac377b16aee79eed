"""How far each upload has come: what works, what waits, what failed and why, what is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from scorer.pages import navigation
from scorer.pages.words import plain, several
from scorer.store import jobs
from scorer.store.access import Person, may
from scorer.store.jobs import Job

#: How often the page looks, in seconds.
LOOK = 1.0
#: How many jobs of a kind are shown by name; the others are counted.
SHOWN = 10


def on_the_way(person: Person) -> None:
    """The uploads that the person sees; looks again by itself while one is at work."""
    at_work = any(job.busy for job in jobs.seen_by(person))
    if at_work:
        jobs.start_worker()  # none runs after the machine was switched off; a running one stays
    st.fragment(_jobs, run_every=LOOK if at_work else None)(person, at_work)


def _jobs(person: Person, was_at_work: bool) -> None:
    found = jobs.seen_by(person)
    done = [job for job in found if job.state == "done"]
    listed = st.session_state.setdefault("done", len(done))
    if len(done) != listed or was_at_work != any(job.busy for job in found):
        st.session_state["done"] = len(done)
        st.rerun()  # the whole page: the list of calls has one more
    if not found:
        return
    st.header("On the way" if was_at_work else "Uploads")
    if was_at_work:
        st.markdown(f"{_count(found)} You can leave this page; the work goes on.")
    _working([job for job in found if job.busy], person)
    _failed([job for job in found if job.state == "failed"], person)
    _done(done, person)


def _count(found: Sequence[Job]) -> str:
    """How many of several uploads are through; nothing for a single one."""
    through = sum(not job.busy for job in found)
    return f"{through} of {len(found)} are through." if len(found) > 1 else ""


def _working(busy: Sequence[Job], person: Person) -> None:
    running = [job for job in busy if job.state == "running"]
    for job in running or busy[:1]:
        st.progress(job.fraction, text=plain(f"{_named(job, person)}: {job.stage}"))
    waiting = [job.name for job in busy if job not in (running or busy[:1])]
    if waiting:
        more = len(waiting) - SHOWN
        names = ", ".join(waiting[:SHOWN]) + (f" and {more} more" if more > 0 else "")
        st.text(f"Next: {names}")


def _failed(failed: Sequence[Job], person: Person) -> None:
    for job in failed[:SHOWN]:
        with st.container(border=True, key=f"card-failed-{job.key}"):
            told, again, away = st.columns([8, 1, 1], vertical_alignment="center")
            told.text(f"⚠ {_reason(job, person)}")
            if again.button("Try again", key=f"again-{job.key}", width="stretch"):
                _each(jobs.retry, [job], person)
            if away.button("Dismiss", key=f"away-{job.key}", width="stretch"):
                _each(jobs.dismiss, [job], person)
    if len(failed) > SHOWN:
        st.text(f"{len(failed) - SHOWN} more could not be scored.")
    if len(failed) > 1:
        with st.container(horizontal=True):
            if st.button("Try all again"):
                _each(jobs.retry, failed, person)
            if st.button("Dismiss all"):
                _each(jobs.dismiss, failed, person)


def _done(done: Sequence[Job], person: Person) -> None:
    """The latest ones first, each with the way to its call."""
    if not done:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"✓ {several(len(done), 'call')} scored")
        if may(person, "read"):
            for job in done[:-4:-1]:
                navigation.link("call", job.name, key=job.call or "")
        if st.button("Clear", type="tertiary"):
            _each(jobs.dismiss, done, person)


def _each(do: Callable[[Person, str], None], which: Sequence[Job], person: Person) -> None:
    for job in which:
        do(person, job.key)
    st.session_state.pop("done", None)
    st.rerun()


def _named(job: Job, person: Person) -> str:
    """The file's name, and who brought it where that is somebody else."""
    return job.name if job.by.name == person.name else f"{job.name} ({job.by.name})"


def _reason(job: Job, person: Person) -> str:
    """Why a recording was not scored, under the name that the person knows it by."""
    reason = (job.error or "something went wrong").replace(str(jobs.recording(job)), job.name)
    reason = reason.removeprefix(f"{job.name}: ")
    return f"Not scored. {_named(job, person)}: {reason}"
