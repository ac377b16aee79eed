"""The page of one call: what became of the customer, the sound, what was said and what it shows."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout, navigation, promised, review
from scorer.pages.clips import audio, sound
from scorer.pages.neighbours import neighbours
from scorer.pages.player import player
from scorer.pages.questions import questions
from scorer.pages.shows import by_people
from scorer.pages.view import view
from scorer.pages.words import plain
from scorer.store.store import Store


def page() -> None:
    """Shows the call whose key stands in the address (`?key=`), so that the link can be shared."""
    store = layout.enter()
    listed = st.session_state.get("listed", {})  # back to the list as it was left
    navigation.link("calls", "All calls", icon=":material/arrow_back:", **listed)
    key = st.query_params.get("key", "")
    if not key:
        st.info("Choose a call from the list of calls.")
        return
    if _scored_blind(store, key):
        return
    try:
        shown = _view(store, key, layout.number("version"))
    except (ScorerError, OSError, ValueError) as error:
        told = isinstance(error, ScorerError)
        st.warning(plain(str(error) if told else f"{key}: no such call here"))
        return
    said = player(
        key=_player(key),
        data=shown,
        on_said_change=partial(_hear, store, key),
        on_go_change=lambda: None,
    )
    if said.go:
        navigation.go("call", key=said.go)


def _scored_blind(store: Store, key: str) -> bool:
    """Keeps the machine's and others' answers from who still scores the call blind."""
    waiting = store.calibration.blind(key)
    for session in waiting:
        st.info(
            f"You can score this call blind in the calibration “{plain(session.title)}”, as long "
            "as you have not seen what the machine and others say of it."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.link("session", "Score it blind", session=str(session.number), call=key)
            st.button(
                "Look at it now, and take no part",
                on_click=store.calibration.stand_aside,
                args=(session.number,),
                key=f"aside-{session.number}",
            )
    return bool(waiting)


def _hear(store: Store, key: str) -> None:
    """Does what the player was told to; the page then runs again and shows it."""
    state = st.session_state
    state["heard"] = state.get("heard", 0) + 1
    try:
        review.act(store, key, state[_player(key)]["said"])
    except ScorerError as error:
        state["problem"] = str(error)


def _player(key: str) -> str:
    return f"player-{key}"


def _view(store: Store, key: str, version: int | None) -> dict[str, Any]:
    """What the player shows of one of the call's scorecards; None is the newest."""
    card, events = store.card(key, version), store.history(key)
    newest = review.newest(events)
    current = version in (None, newest)
    people = by_people(store.judged(key), events, card, store.person.name) if current else {}
    became = review.became(store.resolution(key)) if current else None
    try:
        peaks = store.peaks(key)
    except (OSError, ValueError):  # the waveform is a help, not a need
        peaks = None
    state = st.session_state
    problem, heard = state.pop("problem", ""), state.get("heard", 0)
    panel = review.panel(store, card, events, problem, heard)
    if current:
        panel["promises"] = promised.shown(store.ledger.of_call(key), card)
        # With the ticket of its sound, also where there is none.
        panel["paper"] = audio(store, key).replace("/audio/", "/scorecard/", 1)
    else:
        panel |= {"may": [], "old": review.old(events, version)}
    return {
        **view(key, card, peaks, questions(), people, became),
        "audio": sound(store, key),
        "review": {**panel, "neighbours": neighbours(store, key)},
    }
