"""The rubrics: read as prose, tried, changed, compared, published and taken back."""

from __future__ import annotations

import contextlib
import threading

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import choices, layout, rubric_change, rubric_compare, rubric_prose, rubric_try
from scorer.pages.choices import Choice, offered
from scorer.pages.words import moment_of, plain, title
from scorer.scoring.rubric import Rubrics, available, load
from scorer.scoring.schema import Criterion, RubricFile
from scorer.scoring.verdicts import settles
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
    doing = Choice("do", "What to do", offered(does), "segments")
    fields = [doing]
    if len(versions) > 1 and doing.asked in (_READ, _TRY, _CHANGE):
        names = {str(number): called(each, published) for number, each in versions.items()}
        fields.append(Choice("version", "Version", names, usual=str(published)))
    if doing.asked == _COMPARE:
        choices.chosen(fields)
        rubric_compare.page(store, list(versions.values()), published)
    elif doing.asked == _VERSIONS:
        choices.chosen(fields)
        _list(store, list(versions.values()), published)
    else:
        _of_one(store, doing.asked, fields, versions, published)


def _of_one(
    store: Store,
    doing: str,
    fields: list[Choice],
    versions: dict[int, RubricVersion],
    published: int,
) -> None:
    """What is done with one version: read, tried or changed."""
    number = int(fields[-1].asked) if fields[-1].name == "version" else published
    if doing == _CHANGE:
        choices.chosen(fields)
        rubric_change.page(store, versions[number])
        return
    try:
        folder = store.rubrics.folder(number)
        rubrics = load(folder, available(folder))
    except (ScorerError, OSError) as error:
        choices.chosen(fields)
        st.error(plain(str(error)))
        return
    if doing == _TRY:
        on = Choice("on", "Try on", rubric_try.WAYS, "segments")
        rubric_try.page(store, rubrics, choices.chosen([*fields, on])["on"])
        return
    _made_ready(rubrics, rubrics.sha256)
    titles = {rubric.title: rubric for rubric in rubrics.rubrics}
    which = Choice("rubric", "Rubric", offered(list(titles)))
    _read(titles[choices.chosen([*fields, which])["rubric"]], rubrics)


@st.cache_resource(max_entries=2, show_spinner=False)
def _made_ready(_rubrics: Rubrics, sha256: str) -> None:  # noqa: ARG001  what it is kept by
    """Loads what tells meanings apart while somebody reads; the first sentence need not wait."""

    def load() -> None:
        with contextlib.suppress(ScorerError):  # trying says what is wrong
            _rubrics.cues.meanings  # noqa: B018  reading it loads it

    threading.Thread(target=load, daemon=True).start()


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


def _read(rubric: RubricFile, rubrics: Rubrics) -> None:
    st.header(rubric.title)
    _head(rubric)
    for criterion in rubric.criteria:
        _criterion(rubric.rubric, criterion, rubrics)


def _head(rubric: RubricFile) -> None:
    on = "every call is scored on it" if rubric.default else "switched on where it is named"
    st.markdown(rubric.about)
    st.caption(f"version {rubric.version} · {on} · from {', '.join(rubric.source)}")


def _criterion(rubric: str, criterion: Criterion, rubrics: Rubrics) -> None:
    with st.container(border=True, key=f"card-criterion-{criterion.id}", gap="small"):
        st.subheader(title(criterion.id))
        st.markdown(f"{criterion.question}")
        st.caption(rubric_prose.about(criterion))
        if settled := rubric_prose.settled(settles(rubrics).get(f"{rubric}.{criterion.id}")):
            st.caption(settled)
        for heading, lines in rubric_prose.told(criterion, rubrics.cues.entries):
            listed = "".join(f"\n- {line}" for line in lines)
            st.markdown(f"**{heading}**{listed}" if len(lines) > 1 else f"**{heading}** {lines[0]}")
        st.markdown(f"**To practise** {criterion.coaching}")
        st.markdown(f"*“{criterion.example}”*")
        shown = rubric_prose.examples(criterion, rubrics.cues.entries)
        if shown:
            with st.expander("Words that it knows, and words that it must not take for them"):
                st.table([{"Cue": cue, "Is": yes, "Is not": no} for cue, yes, no in shown])


def _waiting(store: Store, versions: list[RubricVersion]) -> None:
    if not may(store.person, "publish"):
        return
    for version in versions:
        if version.waits:
            with st.container(border=True, key=f"card-proposed-{version.number}"):
                st.markdown(
                    f"**Proposed: version {version.number}.** {plain(version.note)}. It says the "
                    "same as people more often:"
                )
                rubric_compare.proposals(version.report)
                rubric_change.decide(store, version, accept="Accept and publish", refuse=True)


def _list(store: Store, versions: list[RubricVersion], published: int) -> None:
    st.markdown(
        "Every version is kept. Publishing one scores calls on it from then on; publishing an "
        "earlier one is the way back. Calls that are scored keep their scorecard."
    )
    for version in versions:
        with st.container(border=True, key=f"card-version-{version.number}", gap="xsmall"):
            st.markdown(f"**{plain(called(version, published))}**")
            made = f"{plain(version.by)}, {moment_of(version.at)} · " if version.at else ""
            st.caption(f"{made}content {version.sha256[:16]}")
            for decision in version.decisions:
                when = moment_of(decision.at)
                st.text(f"{when}: {decision.by} {decision.decision} it: {decision.note}")
            if version.number != published:
                rubric_change.decide(store, version, accept="Publish")
