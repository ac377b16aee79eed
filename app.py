"""The pages; each is a file of `scorer/pages`. Served by `scorer app`, which adds the sound."""

import streamlit as st

from scorer.pages.layout import pages

st.navigation(list(pages().values()), position="hidden").run()
