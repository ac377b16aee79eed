"""Two versions on past calls, and what reviewers' corrections speak for. The work is a task's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import navigation
from scorer.pages.amounts import percent
from scorer.pages.words import RESULTS, plain, several, title
from scorer.store import tasks
from scorer.store.published import RubricVersion
from scorer.store.store import Store
from scorer.store.tasks import Kind, Task

#: How many of the latest calls are compared.
_HOW_MANY = (50, 200, 1000)
_LOOK = 1.0  # s


def page(store: Store, versions: Sequence[RubricVersion], published: int) -> None:
    """Chooses two versions, starts the comparison, and shows the last one that was made."""
    st.markdown(
        "What a version would have said of past calls, before it is switched on. Where people "
        "decided, it is counted how often each version says the same."
    )
    numbers = [each.number for each in versions]
    with st.form("compare", border=False):
        before, after, calls = st.columns(3)
        old = before.selectbox(
            "From", numbers, index=numbers.index(published), format_func=_name, key="compare-old"
        )
        new = after.selectbox("To", numbers, format_func=_name, key="compare-new")
        many = calls.selectbox("The latest", _HOW_MANY, index=1, format_func=lambda n: f"{n} calls")
        if st.form_submit_button("Compare", type="primary"):
            _start(store, "compare", {"before": old, "after": new, "calls": many})
    _shown(store, "compare")
    st.header("What corrections speak for")
    st.markdown(
        "Where people answered a question on ten calls or more, the program tries small changes "
        "to its rule, and proposes one only where it agrees better, by more than luck, on calls "
        "that it was not chosen on. You decide."
    )
    if st.button("Look for better rules"):
        _start(store, "tune", {})
    _shown(store, "tune")


def proposals(report: Mapping[str, Any]) -> None:
    """What was tried on each question, how often it says what people say, what comes with it."""
    st.table(
        [
            {
                "Question": title(each["criterion"]),
                "Change": ", ".join(
                    name if name.startswith("without") else f"{name.replace('_', ' ')}: {value}"
                    for name, value in each["changed"].items()
                )
                or "none does better",
                "Says what people say": f"{percent(each['before'])} → {percent(each['after'])}",
                "Corrections": f"{each['corrections']}",
            }
            for each in report.get("proposals") or []
        ]
    )
    for each in report.get("proposals") or []:
        for note in each.get("notes", ()):  # an older report has none
            st.caption(plain(f"{title(each['criterion'])}: {note}"))


def _name(number: int) -> str:
    return f"version {number}" if number else "as shipped"


def _start(store: Store, kind: Kind, options: Mapping[str, Any]) -> None:
    try:
        st.session_state[f"task-{kind}"] = tasks.submit(store.person, kind, options)
    except ScorerError as error:
        st.error(plain(str(error)))


def _shown(store: Store, kind: Kind) -> None:
    key = st.session_state.get(f"task-{kind}")
    task = tasks.load(key) if key else None
    if task is None or task.person != store.person:
        return
    running = task.state == "running"
    st.fragment(_look, run_every=_LOOK if running else None)(store, task.key, running)


def _look(store: Store, key: str, was_running: bool) -> None:
    task = tasks.load(key)
    if task is None:
        return
    if task.state == "running":
        st.progress(task.fraction, "at it; you may leave this page and come back")
    elif was_running:
        st.rerun()
    elif task.state == "failed":
        st.error(plain(task.error))
    elif task.kind == "tune":
        _tuned(task)
    else:
        _compared(store, task)


def _tuned(task: Task) -> None:
    told = task.result
    if not told["proposals"]:
        st.info(
            f"{several(told['corrections'], 'answer')} by people so far; ten to one question are "
            "needed before anything can be said of it."
        )
        return
    if told["version"]:
        st.success(f"Proposed as version {told['version']}; see above to accept or refuse it.")
    else:
        st.info("No change agrees better with people than the rules do now.")
    proposals(told)


def _compared(store: Store, task: Task) -> None:
    told = task.result
    changed = [each for each in told["criteria"] if each["examples"]]
    names = [_name(int(task.options[which])) for which in ("before", "after")]
    st.subheader(f"{names[0].capitalize()} and {names[1]} on {several(told['calls'], 'call')}")
    if not changed:
        st.info("Both say the same of every call.")
        return
    st.table([_row(each) for each in changed])
    place = st.selectbox(
        "Hear the calls that change",
        range(len(changed)),
        format_func=lambda at: title(changed[at]["criterion"]),
        key="compare-heard",
    )
    for key, was, now in changed[place]["examples"]:
        if store.calibration.blind(key):
            continue  # both would tell an answer
        try:
            name = store.card(key)["id"]
        except ScorerError:  # erased meanwhile, or out of reach
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.link("call", name, icon=":material/graphic_eq:", key=key)
            st.text(f"{_result(was)} → {_result(now)}")


def _row(criterion: Mapping[str, Any]) -> dict[str, str]:
    moves = [move for move in criterion["moves"] if move[0] != move[1]]
    return {
        "Question": title(criterion["criterion"]),
        "Changed on": several(sum(count for _, _, count in moves), "call"),
        "From and to": ", ".join(
            f"{_result(was)} → {_result(now)} ({count})" for was, now, count in moves
        ),
        "Says what people say": _with_people(criterion["decided"]),
    }


def _result(outcome: str) -> str:
    return RESULTS.get(outcome, "not asked")


def _with_people(decided: Sequence[int]) -> str:
    count, before, after = decided
    if not count:
        return "nobody decided yet"
    return f"{percent(before / count)} → {percent(after / count)} of {count}"
