"""A link that somebody follows before they have signed in is opened once they have.

Streamlit leads back from the provider to the first page. The browser's tab remembers the address
meanwhile; only pages of this app can read it.
"""

from __future__ import annotations

import streamlit as st

_KEEP = """
export default () => sessionStorage.setItem("scorer-wanted", location.href);
"""
_OPEN = """
export default () => {
    const wanted = sessionStorage.getItem("scorer-wanted");
    sessionStorage.removeItem("scorer-wanted");
    if (wanted && wanted !== location.href) location.replace(wanted);
};
"""

_keep = st.components.v2.component("scorer_keep_wanted", js=_KEEP)
_open = st.components.v2.component("scorer_open_wanted", js=_OPEN)


def keep() -> None:
    """Remembers the address of this page."""
    _keep(key="keep-wanted")


def open_kept() -> None:
    """Opens the address that was remembered, where there is one."""
    _open(key="open-wanted")
