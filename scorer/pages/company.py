"""Three figures side by side: employee satisfaction, customer satisfaction, profit (S21)."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from scorer.pages import charts
from scorer.pages.charts import Pictures
from scorer.pages.table import behind
from scorer.pages.words import plain
from scorer.store.company import FIGURES, TEMPLATE
from scorer.store.store import Store

_MONTHS = 12


def three(store: Store, team: str, pictures: Pictures) -> None:
    """The imported figures of a team, or of the whole centre where the team has none."""
    st.header("Three that stand together")
    found = store.company.figures(team)
    whose = f"Team {team}" if team and found.height else "The whole centre"
    if not found.height:
        found = store.company.figures("")
    if not found.height:
        st.markdown(
            "How employees, customers and profit fare belongs side by side: none of the three "
            "holds for long without the others. Nothing is imported yet: whoever runs the scorer "
            "does it with `scorer company import FILE`."
        )
        st.download_button("A file to fill in", TEMPLATE, "company.csv", "text/csv")
        return
    st.caption(f"{plain(whose)}, as imported. What is surveyed here never enters a call's score.")
    for column, (name, heading) in zip(st.columns(3), FIGURES.items(), strict=True):
        with column.container(border=True, key=f"card-{name}", height="stretch"):
            _one(found.filter(pl.col("figure") == name).tail(_MONTHS), heading, pictures)


def _one(rows: pl.DataFrame, heading: str, pictures: Pictures) -> None:
    st.subheader(heading)
    if not rows.height:
        st.markdown("Not imported.")
        return
    last = rows.row(-1, named=True)
    st.markdown(f"**{last['value']:,.4g}** {plain(last['unit'])} in {last['month']}")
    pictures.place(partial(charts.months, rows, last["unit"]))
    behind(
        [
            (
                f"{heading} by month",
                ["Month", last["unit"], "Answers", "From"],
                [
                    [row["month"], f"{row['value']:,.4g}", str(row["answers"] or ""), row["source"]]
                    for row in rows.iter_rows(named=True)
                ],
            )
        ]
    )
