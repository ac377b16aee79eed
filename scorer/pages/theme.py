"""Colours and letters of the pages, light and dark; the player takes them from here as well."""

from __future__ import annotations

_LETTERS = '"Inter", "Source Sans", system-ui, sans-serif'

PAGE = {"light": "#fafaf8", "dark": "#14181d"}
#: What stands on the page as a card, on paper a little apart from it.
CARD = {"light": "#ffffff", "dark": "#1b2128"}

#: As Streamlit's configuration names it.
THEME: dict[str, object] = {
    "theme.font": _LETTERS,
    "theme.headingFontWeights": [650, 600, 600, 600, 600, 600],
    "theme.headingFontSizes": ["1.6rem", "1.15rem", "1rem", "0.95rem", "0.9rem", "0.9rem"],
    "theme.baseRadius": "0.6rem",
    "theme.light.primaryColor": "#1f6f78",
    "theme.light.backgroundColor": PAGE["light"],
    "theme.light.secondaryBackgroundColor": CARD["light"],
    "theme.light.textColor": "#1c2430",
    "theme.light.linkColor": "#1f6f78",
    "theme.light.borderColor": "#e4e6e8",
    "theme.dark.primaryColor": "#6cb8bd",
    "theme.dark.backgroundColor": PAGE["dark"],
    "theme.dark.secondaryBackgroundColor": CARD["dark"],
    "theme.dark.textColor": "#e4e7ea",
    "theme.dark.linkColor": "#86cacd",
    "theme.dark.borderColor": "#303841",
}
