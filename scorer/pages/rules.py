"""Rules that hurt (S13): what was given as the reason, how often, and what followed."""

from __future__ import annotations

import polars as pl
import streamlit as st

from scorer.analytics.rules import OnRule, hurting
from scorer.pages import among, layout
from scorer.pages.navigation import link
from scorer.pages.table import table
from scorer.pages.words import RESOLUTIONS, moment_of, several
from scorer.store.access import may

_QUOTES = 5


def page() -> None:
    """Shows the rules to those who may compare calls, and so can carry them further."""
    store = layout.enter()
    st.title("Rules that hurt")
    if not may(store.person, "compare"):
        st.info("This page is for team leads.")
        return
    layout.generated(store)
    st.markdown(
        "What was given to customers as the reason, in sentences that say the same. An agent who "
        "quotes a rule did not make it: take these to whoever can change them."
    )
    chosen = among.chosen(store)
    rows = store.tallies.rules(chosen.periods.edges, chosen.among)
    if not rows.height:
        st.info("No rule was given as a reason in this span.")
        return
    found = hurting(rows)
    calls = rows["key"].n_unique()
    opened = chosen.address({"moment": "rule"})
    protested = rows.filter(pl.col("protested"))["key"].n_unique()
    puzzled = chosen.address({"moment": "rule_protested"})
    st.markdown(
        f"{several(len(found), 'rule')}, given {several(rows.height, 'time')} on "
        f"[{several(calls, 'call')}]({opened}); on [{protested:,}]({puzzled}) of these it made no "
        "sense to the customer. That a call went badly does not say that the rule is why."
    )
    _overview(found)
    for rule in found:
        with st.expander(f"{rule.wording} ({rule.times})"):
            _quotes(rule, rows)


def _overview(found: list[OnRule]) -> None:
    table(
        "Rules by how often they were the reason",
        ["Rule, as it was mostly said", "Times", "Made no sense to the customer", "Not resolved"],
        [
            [
                rule.wording,
                f"{rule.times:,}",
                f"{rule.protested:,}",
                f"{rule.unresolved:,} of {several(rule.known, 'call')}",
            ]
            for rule in found
        ],
    )


def _quotes(rule: OnRule, rows: pl.DataFrame) -> None:
    if rule.satisfaction is not None:
        st.caption(
            f"Predicted satisfaction on these calls: {rule.satisfaction:.2f} on average, of "
            f"{several(rule.predicted, 'call')}"
        )
    mine = rows[list(rule.places)].sort("protested", "started", descending=True)
    for row in mine.head(_QUOTES).iter_rows(named=True):
        st.text(f"“{row['quote']}”")
        if row["response"]:
            st.text(f"Customer: “{row['response']}”")
        became = RESOLUTIONS.get(row["resolution"], "").lower()
        when = f"{moment_of(row['started'])}, " if row["started"] else ""
        link("call", f"{when}{became}", key=row["key"])
    if len(rule.places) > _QUOTES:
        st.caption(f"{len(rule.places) - _QUOTES} more")
