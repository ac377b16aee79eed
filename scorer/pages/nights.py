"""Nightly runs for whoever looks after them: what each did, what failed and why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout
from scorer.pages.words import plain, several
from scorer.store.runs import Failure, Run
from scorer.store.store import Store

#: Runs and failures shown by name.
RUNS, FAILURES = 20, 50

_STATE = {"running": "at work", "finished": "finished", "failed": "had to stop"}


def page() -> None:
    """The page at `/nights`; for those who may maintain the store."""
    store = layout.enter()
    st.title("Nightly runs")
    try:
        runs, failing = store.runs(RUNS), store.failing()
    except ScorerError as error:
        st.warning(plain(str(error)))
        return
    if not runs:
        st.markdown("No run yet. `scorer batch FOLDER` scores a folder of recordings.")
        return
    _failing(store, failing)
    st.header("Runs")
    for run in runs:
        _run(run)


def _failing(store: Store, failing: Sequence[Failure]) -> None:
    if not failing:
        st.markdown("Every recording that a run came to is scored.")
        return
    aside = sum(one.set_aside for one in failing)
    st.header("Could not be scored")
    st.markdown(
        f"{several(len(failing), 'recording')}, of which {aside} failed so often that no run tries "
        "them again until somebody says so here."
    )
    if aside:
        st.button("Try all of them again", on_click=_again, args=(store,))
    for one in failing[:FAILURES]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"failed-{one.source}"):
            state = "set aside" if one.set_aside else "to be tried again"
            st.text(f"{one.reason}\n{state} after {several(one.tries, 'try', 'tries')}")
            if one.set_aside:
                name = f"retry-{one.source}"
                st.button("Try again", key=name, on_click=_again, args=(store, one.source))
    if len(failing) > FAILURES:
        st.caption(f"And {len(failing) - FAILURES} more: `scorer runs failures` lists them all.")


def _again(store: Store, source: str | None = None) -> None:
    store.forgive(source)


def _run(run: Run) -> None:
    report = run.report
    head = f"{run.started:%d %B, %H:%M} UTC · {_STATE[run.state]}"
    head += f" · {report.get('scored', 0)} scored"
    if report.get("failed"):
        head += f" · {report['failed']} failed"
    with st.expander(head):
        st.text(str(run.options.get("source", "")))
        if not report:
            st.markdown("Nothing is known of it yet.")
            return
        st.markdown(
            f"{report['scored']} of {report['planned']} were scored: {report['sound_hours']:.2f} h "
            f"of sound at {report['times_real_time']:.1f} times real time. "
            f"{report['done_before']} were scored before, {report['without_consent']} left alone "
            "for want of consent."
        )
        for failure in report["failures"]:
            st.text(failure["why"])
        for source, reasons in report["quality"].items():
            told = ", ".join(f"{reason} ({count})" for reason, count in reasons.items())
            st.text(f"{source}: {told}")
