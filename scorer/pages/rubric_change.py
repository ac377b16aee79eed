"""Writing a version of the rubrics: a file in an edit box, what is wrong with it, publishing."""

from __future__ import annotations

from difflib import unified_diff

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages.words import plain
from scorer.store.published import RubricVersion, validate
from scorer.store.store import Store

_CHECKING = "Trying every example. Those that were changed are learned first, once: a few minutes."


def page(store: Store, version: RubricVersion) -> None:
    """An edit box over each file of a version; what is changed becomes a version of its own."""
    files = store.rubrics.files(version.number)
    st.markdown(
        "Change a file and check it. What you keep becomes a new version; calls are scored on it "
        "only once it is published. How to write one: *docs/rubrics.md*."
    )
    drafts: dict[str, str] = st.session_state.setdefault(f"draft-{version.number}", {})
    name = st.selectbox("File", list(files), key="change-file")
    text = st.text_area(
        "Text",
        drafts.get(name, files[name]),
        height=520,
        key=f"yaml-{version.number}-{name}",
    )
    if text != files[name]:
        drafts[name] = text
    else:
        drafts.pop(name, None)
    if not drafts:
        st.caption("Nothing is changed yet.")
        return
    _keep(store, files, drafts, version)


def _keep(
    store: Store, files: dict[str, str], drafts: dict[str, str], version: RubricVersion
) -> None:
    with st.expander(f"Changed: {plain(', '.join(drafts))}", expanded=True):
        for name, text in drafts.items():
            lines = unified_diff(
                files[name].splitlines(), text.splitlines(), name, name, n=1, lineterm=""
            )
            st.code("\n".join(lines), language="diff", wrap_lines=True)
    note = st.text_input("What changed, and why", key=f"note-{version.number}")
    with st.container(horizontal=True):
        checks = st.button("Check")
        keeps = st.button("Keep as a version", type="primary")
    changed = {**files, **drafts}
    try:
        if checks:
            with st.spinner(_CHECKING, show_time=True):
                validate(changed)
            st.success("All files are in order, and every example comes out as it should.")
        if keeps:
            with st.spinner(_CHECKING, show_time=True):
                number = store.rubrics.save(changed, note)
            st.session_state.pop(f"draft-{version.number}", None)
            st.success(f"Kept as version {number}. Compare it on past calls before publishing it.")
    except ScorerError as error:
        st.error(plain(str(error)))


def decide(store: Store, version: RubricVersion, accept: str, refuse: bool = False) -> None:
    """A note, and the buttons that publish or refuse a version."""
    slot = f"decide-{version.number}-{accept}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        note = st.text_input("Why", key=f"{slot}-note")
        try:
            if st.button(accept, key=f"{slot}-yes"):
                store.rubrics.publish(version.number, note)
                st.rerun()
            if refuse and st.button("Refuse", key=f"{slot}-no"):
                store.rubrics.refuse(version.number, note)
                st.rerun()
        except ScorerError as error:
            st.error(plain(str(error)))
