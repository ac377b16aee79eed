"""The rubrics: read as prose, tried, changed, compared, published and taken back."""

from __future__ import annotations

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout, rubric_change, rubric_compare, rubric_prose, rubric_try
from scorer.pages.words import moment_of, title
from scorer.scoring.rubric import Rubrics, available, load
from scorer.scoring.schema import Criterion, RubricFile
from scorer.store.access import may
from scorer.store.published import RubricVersion
from scorer.store.store import Store

_READ, _TRY, _CHANGE, _COMPARE, _VERSIONS = "Read", "Try", "Change", "Compare", "Versions"


def page() -> None:
    """Shows the rubrics that calls are scored on, or the version that the address names."""
    store = layout.enter()
    st.title("Rubrics")
    if not may(store.person, "learn"):
        st.info("The rubrics are for those who review, coach and take calls.")
        return
    versions = {each.number: each for each in store.rubrics.all()}
    published = store.rubrics.published()
    _waiting(store, list(versions.values()))
    leads = may(store.person, "publish")
    does = [_READ, _TRY, *([_CHANGE, _COMPARE, _VERSIONS] if leads else [])]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        doing = st.segmented_control(
            "What to do", does, default=_READ, required=True, key="do", bind="query-params"
        )
        number = published
        if len(versions) > 1 and doing in (_READ, _TRY, _CHANGE):
            number = st.selectbox(
                "Version",
                list(versions),
                index=list(versions).index(published),
                format_func=lambda each: called(versions[each], published),
            )
    if doing == _COMPARE:
        rubric_compare.page(store, list(versions.values()), published)
        return
    if doing == _VERSIONS:
        _list(store, list(versions.values()), published)
        return
    try:
        folder = store.rubrics.folder(number)
        rubrics = load(folder, available(folder))
    except (ScorerError, OSError) as error:
        st.error(str(error))
        return
    if doing == _TRY:
        rubric_try.page(store, _some(rubrics))
    elif doing == _CHANGE:
        rubric_change.page(store, versions[number])
    else:
        _read(rubrics)


def called(version: RubricVersion, published: int) -> str:
    """A version by its number, its state and what was said of it."""
    name = "as shipped" if version.number == 0 else f"version {version.number}"
    state = (
        "in use"
        if version.number == published
        else "refused"
        if version.refused
        else "proposed"
        if version.waits
        else ""
    )
    return " · ".join(filter(None, [name, state, version.note[:60]]))


def _read(rubrics: Rubrics) -> None:
    names = {rubric.rubric: rubric.title for rubric in rubrics.rubrics}
    name = st.pills(
        "Rubric",
        list(names),
        default=next(iter(names)),
        required=True,
        format_func=lambda each: names[each],
        key="rubric",
        bind="query-params",
    )
    rubric = next(each for each in rubrics.rubrics if each.rubric == name)
    st.header(rubric.title)
    _head(rubric)
    for criterion in rubric.criteria:
        _criterion(criterion, rubrics)


def _head(rubric: RubricFile) -> None:
    on = "every call is scored on it" if rubric.default else "switched on where it is named"
    st.markdown(rubric.about)
    st.caption(f"version {rubric.version} · {on} · from {', '.join(rubric.source)}")


def _criterion(criterion: Criterion, rubrics: Rubrics) -> None:
    with st.container(border=True, key=f"criterion-{criterion.id}", gap="small"):
        st.subheader(title(criterion.id))
        st.markdown(f"{criterion.question}")
        st.caption(rubric_prose.about(criterion))
        for heading, lines in rubric_prose.told(criterion, rubrics.cues.entries):
            listed = "".join(f"\n- {line}" for line in lines)
            st.markdown(f"**{heading}**{listed}" if len(lines) > 1 else f"**{heading}** {lines[0]}")
        st.markdown(f"**To practise** {criterion.coaching}")
        st.markdown(f"*“{criterion.example}”*")
        shown = rubric_prose.examples(criterion, rubrics.cues.entries)
        if shown:
            with st.expander("Words that it knows, and words that it must not take for them"):
                st.table([{"Cue": cue, "Is": yes, "Is not": no} for cue, yes, no in shown])


def _some(rubrics: Rubrics) -> Rubrics:
    """The rubrics that somebody wants to try; those that every call is scored on to begin with."""
    names = {rubric.rubric: rubric.title for rubric in rubrics.rubrics}
    chosen = st.pills(
        "Rubrics",
        list(names),
        selection_mode="multi",
        default=[each.rubric for each in rubrics.rubrics if each.default],
        format_func=lambda each: names[each],
    )
    kept = tuple(each for each in rubrics.rubrics if each.rubric in chosen)
    return Rubrics(kept, rubrics.cues, rubrics.sha256)


def _waiting(store: Store, versions: list[RubricVersion]) -> None:
    if not may(store.person, "publish"):
        return
    for version in versions:
        if version.waits:
            with st.container(border=True):
                st.markdown(
                    f"**Proposed: version {version.number}.** {version.note}. It says the same as "
                    "people more often:"
                )
                rubric_compare.proposals(version.report)
                rubric_change.decide(store, version, accept="Accept and publish", refuse=True)


def _list(store: Store, versions: list[RubricVersion], published: int) -> None:
    st.markdown(
        "Every version is kept. Publishing one scores calls on it from then on; publishing an "
        "earlier one is the way back. Calls that are scored keep their scorecard."
    )
    for version in versions:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{called(version, published)}**")
            made = f"{version.by}, {moment_of(version.at)} · " if version.at else ""
            st.caption(f"{made}content {version.sha256[:16]}")
            for decision in version.decisions:
                when = moment_of(decision.at)
                st.text(f"{when}: {decision.by} {decision.decision} it: {decision.note}")
            if version.number != published:
                rubric_change.decide(store, version, accept="Publish")
