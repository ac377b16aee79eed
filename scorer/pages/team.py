"""A lead's first page: how customers fared, what changed, what to praise, to practise, to do today.

Nobody is ranked here, and no figure knows how long a call was. Every figure opens to its calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from scorer.analytics import measures
from scorer.analytics.change import ALPHA, tested
from scorer.analytics.measures import MEASURES
from scorer.pages import among, charts, company, layout, told
from scorer.pages.among import Chosen
from scorer.pages.charts import Pictures
from scorer.pages.clips import clip, clips, quote, whose
from scorer.pages.figures import PARTS, Figures, asked, figures
from scorer.pages.navigation import DOORS, link
from scorer.pages.questions import advice, questions, slips
from scorer.pages.table import Cell, behind, table, tables
from scorer.pages.words import party, plain, several, title
from scorer.store.access import may
from scorer.store.clips import Clip
from scorer.store.store import Store
from scorer.store.tallies import Part

#: Below so many openings nothing is said to be worth practising.
_ENOUGH = 20
#: So many clips are worth a look on a Monday.
_PRAISED = 3


def page() -> None:
    """Shows the figures of a team to those who may compare calls."""
    store = layout.enter()
    head = st.container()
    if not may(store.person, "compare"):
        head.title("Team")
        st.info("This page is for team leads. Your own calls are in the list of calls.")
        return
    chosen = among.chosen(store)
    found = figures(store, chosen.among, chosen.periods)
    layout.generated(store)
    with head:
        _head(chosen, found)
    if not found.calls:
        st.info("No calls in this span. Choose a longer one, or another team.")
        return
    pictures = Pictures()
    left, right = st.columns([6, 5])
    with left.container(border=True, key="card-satisfaction", height="stretch"):
        _satisfaction(chosen, found, pictures)
    with right.container(border=True, key="card-changed", height="stretch"):
        _changed(store, chosen, found)
    cards = st.columns(3)
    with cards[0].container(border=True, key="card-praise", height="stretch"):
        _praise(store, chosen)
    with cards[1].container(border=True, key="card-practise", height="stretch"):
        _practise(chosen, found)
    with cards[2].container(border=True, key="card-due", height="stretch"):
        _due(store, chosen)
    _trends(chosen, found, pictures)
    _parts(chosen, found)
    _criteria(chosen, found)
    company.three(store, chosen.among.team, pictures)
    pictures.draw()


def _head(chosen: Chosen, found: Figures) -> None:
    calls, answers = several(found.calls, "call"), several(found.answers, "survey")
    team = chosen.team if chosen.team == among.EVERY_TEAM else f"Team {chosen.team}"
    first, last = chosen.periods.first(0), chosen.periods.last(chosen.periods.count - 1)
    days = f"{first.day} {first:%b} to {last.day} {last:%b}"
    st.title(plain(team))
    opened = f"[{calls}]({chosen.address()})"
    surveyed = f"[{answers}]({chosen.address({'survey': 'csat'})})" if found.answers else answers
    st.markdown(f"{days} · {opened} · {surveyed} · every figure opens to its calls")


def _satisfaction(chosen: Chosen, found: Figures, pictures: Pictures) -> None:
    st.header("Satisfaction: predicted with its interval, surveyed as diamonds")
    line = measures.trend_worthy(found.estimates, "predicted")
    names = chosen.periods.names
    pictures.place(partial(charts.satisfaction, found.estimates, names, line))
    if not line:
        st.caption("Too few calls for a trend: a line needs three periods of ten calls or more.")
    _behind(chosen, found, ("predicted", "surveyed"))


def _changed(store: Store, chosen: Chosen, found: Figures) -> None:
    st.header("What changed")
    changes = found.changes
    for row in changes.iter_rows(named=True):
        hit, _ = asked(row["measure"])
        before = chosen.address(hit, last=row["since"] - 1)
        after = chosen.address(hit, first=row["since"])
        opened = f":small[[before]({before}) · [since then]({after})]"
        st.markdown(f"{told.changed(row, chosen.periods)}  \n{opened}")
    if not changes.height:
        st.markdown("Nothing that chance alone would not explain.")
    st.caption(
        f"{tested(found.tallies)} figures were compared, at every edge between two periods. "
        "What is told here would come up by chance, if nothing changed, in at most "
        f"{100 * ALPHA:.0f} % of such pages."
    )
    _rules(store, chosen)


def _rules(store: Store, chosen: Chosen) -> None:
    times, protested = store.tallies.ruled(chosen.periods.edges, chosen.among)
    if not times:
        return
    st.markdown(
        f"**A rule was the reason** {several(times, 'time')}; "
        f"to {several(protested, 'customer')} it made no sense"
    )
    link("rules", "Rules that hurt", **_about(chosen))


def _praise(store: Store, chosen: Chosen) -> None:
    st.header("Worth praising")
    begin, end = chosen.periods.edges[0], chosen.periods.edges[-1]
    found: list[Clip] = []
    for name, heard in (("magic", True), ("magic", False), ("made_good", False)):
        if len(found) < _PRAISED:
            more = store.clips.of(name, chosen.among, begin, end, count=_PRAISED, heard=heard)
            known = {(each.key, each.quote) for each in found}
            found += [each for each in more if (each.key, each.quote) not in known]
    found = found[:_PRAISED]
    clips([_praised(store, each) for each in found], "praise", bare=True)
    if not found:
        st.markdown("No moment of magic yet, and nothing to make good. Both come.")
    link("moments", "All moments, and playlists", **_about(chosen))


def _praised(store: Store, found: Clip) -> dict[str, Any]:
    """The moment in the words that made it one."""
    heading = questions().get((found.rubric, found.criterion), (title(found.criterion), ""))[0]
    what = "Made good" if found.rubric == "complaint_register" else heading
    said = found.response or found.quote
    line = next((each for each in found.lines if said in each.text), None)
    at, end, who = (line.start, line.end, party(line.speaker)) if line else (None, None, "")
    shown = quote(said, at, end, who)
    heading = f"{whose(found.agent, found.by) or 'Somebody'}: {what.lower()}"
    about = (heading, found.topic)
    return clip(store, found.key, found.call, [shown], *about, heard=found.heard)


def _practise(chosen: Chosen, found: Figures) -> None:
    st.header("Worth practising")
    weakest = (
        found.whole.filter(pl.col("measure").str.contains(".", literal=True))
        .filter(pl.col("n") >= _ENOUGH, pl.col("high") < 0.9)
        .sort("value", "measure")
        .head(2)
    )
    helpful = advice()
    for row in weakest.iter_rows(named=True):
        _, missed = asked(row["measure"])
        opened = f"[{told.interval(row)}]({chosen.address(missed)})"
        slip = row["measure"] in slips()
        how = f"fine in {opened} of calls" if slip else f"met in {opened} of openings"
        coaching, example = helpful.get(row["measure"], ("", ""))
        said = [f"**{told.named(row['measure'])}** {how}", coaching, example and f"> {example}"]
        st.markdown("\n\n".join(filter(None, said)))
    if not weakest.height:
        st.markdown("Nothing stands out. Where there were enough openings, most were taken.")
    if any(door.name == "coaching" for door in DOORS):
        link("coaching", "Plan a session")


def _due(store: Store, chosen: Chosen) -> None:
    st.header("Due today")
    team = {"team": chosen.among.team} if chosen.among.team else {}
    counts, waiting = store.ledger.counts(among.today(), chosen.among), None
    lines = []
    if counts["due"]:
        lines.append(("promises", several(counts["due"], "promise"), {"state": "Due today"}))
    if counts["overdue"]:
        late = f"{several(counts['overdue'], 'promise')} overdue"
        lines.append(("promises", late, {"state": "Overdue"}))
    waiting = store.tallies.waiting(chosen.among)
    if waiting.proposed:
        proposed = f"{several(waiting.proposed, 'call')} with a critical point to confirm"
        lines.append(("calls", proposed, {"only": "To confirm"}))
    if waiting.disputes and waiting.due:
        day = waiting.due.astimezone()
        disputed = f"{several(waiting.disputes, 'dispute')}, the first to answer by {day:%-d %b}"
        lines.append(("calls", disputed, {"only": "Disputed"}))
    bad = store.complaints.waiting(chosen.among)
    if bad:
        lines.append(("surveys", f"{several(bad, 'customer')} with a bad answer to act on", {}))
    for page, text, more in lines:
        link(page, text, **team, **more)
    if not lines:
        st.markdown("Nothing is due. A good day to listen.")


def _trends(chosen: Chosen, found: Figures, pictures: Pictures) -> None:
    st.header("How customers fared")
    shown = [name for name in MEASURES if name not in ("predicted", "surveyed")]
    for pair in (shown[:2], shown[2:]):
        for column, measure in zip(st.columns(2), pair, strict=True):
            with column.container(border=True, key=f"card-{measure}", height="stretch"):
                _trend(chosen, found, measure, pictures)


def _trend(chosen: Chosen, found: Figures, measure: str, pictures: Pictures) -> None:
    row = found.whole.filter(pl.col("measure") == measure).to_dicts()
    st.subheader(told.named(measure))
    if not row or not row[0]["n"]:
        st.markdown("Nothing to count yet.")
        return
    figure = f"{told.interval(row[0])} of {told.counted(measure, row[0]['n'])}"
    st.markdown(f"{figure}  \n:small[:gray[{told.ABOUT[measure]}]]")
    line = measures.trend_worthy(found.estimates, measure)
    names = chosen.periods.names
    pictures.place(partial(charts.trend, found.estimates, measure, names, line))
    if not line:
        st.caption("Too few for a trend.")
    _behind(chosen, found, (measure,))


def _behind(chosen: Chosen, found: Figures, names: Sequence[str]) -> None:
    """The tables behind a chart; each number leads to its calls."""
    behind(
        (
            told.named(measure),
            ["", told.named(measure), *_sides(measure)],
            [
                [
                    chosen.periods.name(row["period"]),
                    Cell(told.interval(row), few=row["few"]),
                    *_counts(chosen, row, row["period"], row["period"]),
                ]
                for row in found.estimates.filter(measure=measure).iter_rows(named=True)
            ],
        )
        for measure in names
    )


def _sides(measure: str) -> list[str]:
    if measure in measures.MEANS:
        return ["Answers" if measure == "surveyed" else "Calls"]
    return {
        "promises_kept": ["Kept", "Late or broken"],
        "recovered": ["Made good", "Left open"],
    }.get(measure, ["Yes", "No"])


def _counts(
    chosen: Chosen,
    row: Mapping[str, Any],
    first: int | None = None,
    last: int | None = None,
) -> list[Cell]:
    """How many, each opening to its calls."""
    hit, miss = asked(row["measure"])
    hits = row["n"] if row["kind"] == "mean" else int(row["total"])
    cells = [Cell(f"{hits:,}", chosen.address(hit, first, last) if hits else "")]
    if row["kind"] == "share":
        rest = row["n"] - hits
        link_ = chosen.address(miss, first, last) if rest else ""
        cells.append(Cell(f"{rest:,}", link_))
    return cells


@st.fragment
def _parts(chosen: Chosen, found: Figures) -> None:
    """The same figures by team, queue and topic, in the order of their names: nothing is ranked.

    Only what is looked at is made.
    """
    several_ones = {
        part: found.parts[part].filter(pl.col(part) != "")[part].n_unique() > 1 for part in PARTS
    }
    parts: list[Part] = [part for part, many in several_ones.items() if many]
    if not parts:
        return
    st.header("By " + ", ".join(PARTS[part].lower() for part in parts))
    names = [f"By {PARTS[part].lower()}" for part in parts]
    for tab, part in zip(st.tabs(names, key="part", on_change="rerun"), parts, strict=True):
        if tab.open:
            with tab:
                _part(chosen, found.split(part), part)


def _part(chosen: Chosen, split: pl.DataFrame, part: Part) -> None:
    shown = [name for name in MEASURES if name in set(split["measure"])]
    by = {(row[part], row["measure"]): row for row in split.iter_rows(named=True)}
    names = sorted({name for name, _ in by})
    table(
        f"By {PARTS[part].lower()}",
        [PARTS[part], *(told.named(measure) for measure in shown)],
        [
            [
                Cell(name or "not known", chosen.address({part: name}) if name else ""),
                *(_figure(chosen, by.get((name, measure)), {part: name}) for measure in shown),
            ]
            for name in names
        ],
    )


def _figure(chosen: Chosen, row: Mapping[str, Any] | None, about: dict[str, str]) -> Cell | str:
    if row is None or not row["n"]:
        return "–"
    hit, _ = asked(row["measure"])
    return Cell(told.interval(row), chosen.address({**about, **hit}), row["few"])


def _criteria(chosen: Chosen, found: Figures) -> None:
    st.header("By rubric")
    st.markdown(
        "How often each was met where there was an opportunity; where there was none, or nobody "
        "can tell, a call does not count. What should never happen is counted against all calls."
    )
    rows = found.whole.filter(pl.col("measure").str.contains(".", literal=True))
    known = questions()
    shown = []
    for rubric in dict.fromkeys(name.partition(".")[0] for name in rows["measure"]):
        mine = rows.filter(pl.col("measure").str.starts_with(f"{rubric}."))
        heading = known.get((rubric, ""), (title(rubric), ""))[0]
        counts: list[Sequence[Cell | str]] = [
            (
                told.named(row["measure"]),
                Cell(told.interval(row), few=row["few"]),
                *_counts(chosen, row),
            )
            for row in mine.iter_rows(named=True)
        ]
        shown.append((heading, [heading, "Met", "Met in", "Partly or missed in"], counts))
    tables(shown)


def _about(chosen: Chosen) -> dict[str, str]:
    """The choices, for a link to another page about the same calls."""
    names = ("team", "queue", "topic")
    return {name: value for name in names if (value := getattr(chosen.among, name))}
