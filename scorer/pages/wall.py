"""The recognition wall: moments in which somebody was at their best (S18), in order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import streamlit as st

from scorer.analytics import practising
from scorer.errors import ScorerError
from scorer.pages import layout
from scorer.pages.clips import clip, clips, quote
from scorer.pages.coached import Cards, kept, rows
from scorer.pages.folds import unfolded
from scorer.pages.words import moment_of, plain, title
from scorer.store.access import may
from scorer.store.coaching import Clip
from scorer.store.store import Store
from scorer.store.wall import Attribute, Recognition

ATTRIBUTES: dict[Attribute, str] = {
    "cares": "Cares",
    "steady": "Steady under pressure",
    "creative": "Solves creatively",
    "helps_colleagues": "Helps colleagues",
    "energy": "Brings energy",
}
#: Where moments for the wall are looked for, and how many of an agent are offered.
_SPAN, _OFFERED = timedelta(days=28), 12


def page() -> None:
    """Shows the wall of the person's teams; a lead adds to it and takes down."""
    store = layout.enter()
    st.title("Recognition wall")
    if not may(store.person, "belong"):
        st.info("The wall is for the teams.")
        return
    st.markdown("Moments in which one of us was at their best, the latest first.")
    leads = may(store.person, "guide")
    shown = store.wall.shown()
    if leads:
        _new(store, shown[0].number if shown else 0)
    if not shown:
        st.info("Nothing hangs here yet.")
    for place in range(0, len(shown), 2):
        for column, one in zip(st.columns(2), shown[place : place + 2], strict=False):
            with column:
                _card(store, one, leads)


def _card(store: Store, one: Recognition, leads: bool) -> None:
    with st.container(border=True, key=f"card-wall-{one.number}", gap="xsmall"):
        st.markdown(f"**{plain(one.agent)}** · {ATTRIBUTES[one.attribute]}")
        if one.words:
            st.text(one.words)
        said = [quote(one.quote, one.start, one.end)]
        clips(
            [clip(store, one.key, one.call, said, hears=one.hears)],
            f"wall-{one.number}-clip",
            bare=True,
        )
        st.caption(f"{plain(one.by)}, {moment_of(one.at)}")
        if leads:
            with st.popover("Take down", type="tertiary"):
                why = st.text_input("Why, if it helps to know", key=f"down-{one.number}")
                if st.button("Take it down", key=f"down-it-{one.number}"):
                    _do(store.wall.take_down, one.number, why)


def _new(store: Store, last: int) -> None:
    fold = unfolded("Put a moment up", f"wall-{last}", not last)
    if fold is None:
        return
    with fold:
        agents = dict(store.coaching.agents())
        agent = st.selectbox("Whose", list(agents), index=None, placeholder="by name")
        if agent is None:
            st.markdown("Choose whose moment it is; their good moments of four weeks are offered.")
            return
        found = _offered(store, agent)
        if not found:
            st.info(
                "No good moment was noted in these weeks. Any call's words can be quoted there."
            )
            return
        with st.form(f"wall-form-{last}", border=False):
            place = st.selectbox(
                "Moment", range(len(found)), format_func=lambda at: _named(found[at])
            )
            shows = st.pills(
                "It shows",
                get_args(Attribute),
                default="cares",
                required=True,
                format_func=lambda each: ATTRIBUTES[each],
            )
            words = st.text_input("What you want to say of it")
            if st.form_submit_button("Put it up", type="primary"):
                one = found[place]
                when = (one.turn, one.start, one.end)
                _do(store.wall.add, one.key, shows, one.quote, words, *when)


def _offered(store: Store, agent: str) -> list[Clip]:
    moments = store.practice.moments(agent, datetime.now(UTC) - _SPAN)
    cards = Cards(store)
    return [kept(cards, row, "praise") for row in rows(practising.praised(moments, _OFFERED))]


def _named(one: Clip) -> str:
    return f"“{one.quote[:80]}” · {title(one.criterion)} · {one.call}"


def _do(deed: object, *values: object) -> None:
    try:
        deed(*values)  # type: ignore[operator]  # any deed of the store
    except ScorerError as error:
        st.error(plain(str(error)))
        return
    st.rerun()
