"""What every page has: its width, its head, and its links to the others."""

from __future__ import annotations

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import person, wanted
from scorer.pages.table import STYLE
from scorer.pages.theme import CARD, PAGE, THEME
from scorer.pages.words import plain
from scorer.store.access import POLICY
from scorer.store.store import Store

_LINK = (THEME["theme.light.linkColor"], THEME["theme.dark.linkColor"])
#: Streamlit's own is too pale to read on our paper.
_CAPTION = ("#5d646d", "#a9b0b8")
#: Streamlit leaves a hand's breadth above and far below a page. What is scrolled passes behind the
#: menu; what stays in sight (the player) does so below it. Links at headings and tools at charts
#: would be two or three stops of the Tab key for each; the figures of a chart stand beside it.
_STYLE = f"""
<style>
.stMainBlockContainer {{ max-width: 84rem; padding: 3.4rem clamp(1rem, 3vw, 2.5rem) 3rem; }}
.stAppHeader {{ background: light-dark({PAGE["light"]}, {PAGE["dark"]}); }}
.stAppHeader, .stAppToolbar {{ height: 2.6rem; min-height: 0; }}
[class*="st-key-yaml-"] textarea {{ font-family: ui-monospace, monospace; font-size: 0.85rem; }}
[data-testid="stHeaderActionElements"], [data-testid="stElementToolbar"] {{ display: none; }}
:is(.stPageLink, .stAppHeader) a:focus-visible {{
  outline: 2px solid light-dark({_LINK[0]}, {_LINK[1]}); outline-offset: 2px;
}}
.stPageLink a {{ padding-left: 0; }}
.stPageLink a p {{ color: light-dark({_LINK[0]}, {_LINK[1]}); }}
{STYLE}
/* Headings with the room that the page needs: less within a card. */
.stMainBlockContainer h1 {{ padding: 0 0 0.7rem; }}
.stMainBlockContainer h2 {{ padding: 0.9rem 0 0.6rem; }}
.stMainBlockContainer h3 {{ padding: 0 0 0.6rem; }}
[class*="st-key-card-"] h2 {{ padding-top: 0; font-size: 1rem; }}
:is([data-testid="stCaptionContainer"], .stMarkdown blockquote) {{ opacity: 1; }}
:is([data-testid="stCaptionContainer"], .stMarkdown blockquote) p {{
  color: light-dark({_CAPTION[0]}, {_CAPTION[1]});
}}
[class*="st-key-card-"], .tried.card {{ background: light-dark({CARD["light"]}, {CARD["dark"]}); }}
@media print {{
  .stAppHeader, .stButton, .stSelectbox, .stTextInput, .stButtonGroup, .stPopover,
  [class*="st-key-unprinted"] {{ display: none !important; }}
}}
</style>
"""


def enter() -> Store:
    """Sets the page up and returns the store as whoever looks may see it.

    The first thing a page does. Where nobody has signed in, the page ends at the sign-in.
    """
    st.set_page_config(layout="wide")
    st.html(_STYLE)
    try:
        looking = person.who()
    except ScorerError as error:
        st.title("Calls")
        st.warning(plain(str(error)))
        _sign_out()
        st.stop()
    if looking is None:
        st.title("Calls")
        st.markdown("Sign in to see the calls that are yours to see.")
        st.button("Sign in", type="primary", on_click=st.login)
        wanted.keep()
        st.stop()
    if person.signs_in():
        with st.container(
            horizontal=True, horizontal_alignment="right", vertical_alignment="center"
        ):
            st.text(
                f"{looking.name}, {looking.role}", width="content"
            )  # a caption is too pale to read
            _sign_out()
        wanted.open_kept()
        if POLICY[looking.role].get("list") == "teams" and not looking.teams - {""}:
            st.info(
                "You are in no team yet, so there is nothing to see. "
                "Ask whoever runs the sign-in for one."
            )
    return Store().seen_by(looking)


def number(name: str) -> int | None:
    """What the address gives under this name where it is a number, from 0; else None.

    A longer one than any page, plan or version has would be too large for a database.
    """
    said = st.query_params.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 9 else None


def generated(store: Store) -> None:
    """Says so where generated calls are among those that a page counts."""
    if store.generated():
        st.caption(
            "Generated calls are among these (scorer demo). Nobody made them; no figure here is "
            "anyone's."
        )


def _sign_out() -> None:
    st.button("Sign out", on_click=person.leave, type="tertiary")
