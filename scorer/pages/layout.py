"""What every page has: its width, its head, and its links to the others."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scorer.pages.theme import CARD

#: Streamlit leaves a hand's breadth above and far below a page; rows of a list lie close together.
_STYLE = f"""
<style>
.stMainBlockContainer {{ max-width: 84rem; padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 3rem; }}
.stAppHeader {{ display: none; }}
[class*="st-key-row-"] {{
  padding: 0.15rem 0.9rem;
  background: light-dark({CARD["light"]}, {CARD["dark"]});
}}
</style>
"""


def apply() -> None:
    """Sets the page up; the first thing a page does."""
    st.set_page_config(layout="wide")
    st.html(_STYLE)


def pages() -> dict[str, Any]:
    """The pages by name. Made anew in each run of the script, as Streamlit's pages are."""
    from scorer.pages import call, calls  # the pages link to each other, through here

    return {
        "calls": st.Page(calls.page, title="Calls", url_path="calls", default=True),
        "call": st.Page(call.page, title="Call", url_path="call"),
    }


def link(page: str, label: str, icon: str | None = None, **query: str) -> None:
    """A link to a page by its name in `pages`; `query` is what its address says."""
    st.page_link(pages()[page], label=label, icon=icon, query_params=query or None)
