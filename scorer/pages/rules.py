"""Rules that hurt (S13): what was given as the reason, how often, and what followed."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from scorer.analytics.rules import OnRule, hurting
from scorer.pages import among, choices, kept_blind, layout
from scorer.pages.choices import Choice
from scorer.pages.clips import clip, clips, quote
from scorer.pages.table import table
from scorer.pages.words import RESOLUTIONS, moment_of, party, several
from scorer.store.access import may
from scorer.store.store import Store

#: So many clips of a rule are shown.
_QUOTES = 6


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
    kept_blind.left_out(store)
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
    st.header("What was said")
    told = {rule.wording: f"{rule.wording} ({rule.times:,})" for rule in found}
    asked = choices.chosen([Choice("rule", "Rule", told)], "rule")["rule"]
    _quotes(store, next(rule for rule in found if rule.wording == asked), rows)


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


def _quotes(store: Store, rule: OnRule, rows: pl.DataFrame) -> None:
    """The latest times that it was the reason; first those on which it made no sense."""
    if rule.satisfaction is not None:
        st.caption(
            f"Predicted satisfaction on these calls: {rule.satisfaction:.2f} on average, of "
            f"{several(rule.predicted, 'call')}"
        )
    mine = rows[list(rule.places)].sort("protested", "started", descending=True)
    latest = list(mine.head(_QUOTES).iter_rows(named=True))
    heard = store.clips.heard(row["key"] for row in latest)
    clips([_clip(store, row, row["key"] in heard) for row in latest], "quotes")
    if mine.height > _QUOTES:
        st.caption(f"{mine.height - _QUOTES:,} more")


def _clip(store: Store, row: dict[str, Any], heard: bool) -> dict[str, Any]:
    said = [quote(row["quote"], row["start"], row["end"], party("agent"))]
    if row["response"]:
        said.append(quote(row["response"], None, who=party("customer")))
    when = moment_of(row["started"]) if row["started"] else ""
    became = RESOLUTIONS.get(row["resolution"], "").lower()
    about = " · ".join(filter(None, (when, became)))
    return clip(store, row["key"], row["call"], said, note=about, heard=heard)
