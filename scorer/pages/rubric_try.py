"""Trying the rubrics on a sentence or on a call: which cues are seen, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from scorer.call import AGENT, CUSTOMER, Call, Turn
from scorer.errors import ScorerError
from scorer.pages import navigation
from scorer.pages.folds import unfolded
from scorer.pages.words import RESULTS, party, plain, sure, title
from scorer.scorecard import Judgement, Moment, call_of
from scorer.scoring.explain import explain
from scorer.scoring.rubric import Rubrics
from scorer.scoring.score import score
from scorer.store.store import Store

#: What can be tried on, by its name in the address.
WAYS = {"sentence": "A sentence", "call": "A call"}
_FIRST = """Customer: I have called three times now and I am really fed up.
Agent: I am so sorry, three calls would wear anyone out. I'll look after this myself."""
_LEARNING = "Reading it. Examples that were changed are learned first, once: about half a minute."
#: Longer texts are a call, and calls are scored elsewhere.
_LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Seen:
    """A cue that was seen: what it means, and the words that show it."""

    turn: int
    cue: str
    means: str
    words: str


@dataclass(frozen=True, slots=True)
class Tried:
    """The cues that rubrics look for in whoever speaks, in the order of the turns; and (rubric's
    title, judgement) of each question that came up or can be told."""

    seen: list[Seen]
    judged: list[tuple[str, Judgement]]


def page(store: Store, rubrics: Rubrics, way: str) -> None:
    """A sentence as it is typed, or one of the latest calls; `way` is of `WAYS`."""
    said, made = st.columns([3, 2], gap="medium")
    with said:
        call = _spoken() if way == "sentence" else _call(store)
    with made:
        st.header("What is made of it")
        below = st.container()
        with st.expander("Rubrics that are tried"):
            chosen = _some(rubrics)
    if call is None or not call.turns:
        return
    with below, st.spinner(_LEARNING, show_time=True):
        found = tried(call, chosen)
    with said:
        st.header("What is seen")
        st.html("".join(_turns(call, found.seen)))
        _why(call, chosen)
    with below:
        if found.judged:
            st.html("".join(_judgement(*each) for each in found.judged))
        else:
            st.info("No question of these rubrics comes up.")


def spoken(text: str) -> Call:
    """The lines of a text as the turns of a call."""
    turns = []
    for line in filter(None, map(str.strip, text.splitlines())):
        head, colon, rest = line.partition(":")
        known = {"customer": CUSTOMER, "agent": AGENT}.get(head.strip().lower())
        turns.append(Turn(known, rest.strip()) if known and colon else Turn(AGENT, line))
    return Call("typed", tuple(turns))


def tried(call: Call, rubrics: Rubrics) -> Tried:
    """What is seen in a call, and what is made of it."""
    scores = score(call, rubrics)
    asked = _asked(rubrics)
    seen = {
        Seen(
            each.turn,
            cue,
            rubrics.cues.entries[cue].means,
            call.turns[each.turn].text[each.begin : each.end],
        )
        for cue, sightings in scores.sightings.items()
        for each in sightings
        if (cue, "agent" if call.turns[each.turn].by_agent else "customer") in asked
    }
    titles = {rubric.rubric: rubric.title for rubric in rubrics.rubrics}
    judged = [(titles[one.rubric], one) for one in scores.judgements if one.moments]
    return Tried(sorted(seen, key=lambda one: (one.turn, one.cue, one.words)), judged)


def _asked(rubrics: Rubrics) -> set[tuple[str, str]]:
    """(cue, side) of all that these rubrics look for."""
    return {
        (cue, side)
        for rubric in rubrics.rubrics
        for criterion in rubric.criteria
        for _, _, clause in criterion.clauses
        for cue in clause.cue
        for side in (("agent", "customer") if clause.by == "either" else (clause.by,))
    }


def _spoken() -> Call:
    text = st.text_area(
        "What is said",
        _FIRST,
        height=140,
        max_chars=_LONGEST,
        key="try-text",
    )
    st.caption(
        "A line each, beginning with *Customer:* or *Agent:*; one with neither is the agent’s."
    )
    return spoken(text)


def _call(store: Store) -> Call | None:
    # What is scored blind is not shown here either.
    latest = {entry.key: entry.id for entry in store.calls()[:100] if not entry.blind}
    key = st.selectbox(
        "Call",
        list(latest),
        index=None,
        format_func=lambda each: latest[each],
        placeholder="one of the latest 100",
        key="try-call",
    )
    if key is None:
        return None
    try:
        card: Mapping[str, Any] = store.card(key)
    except ScorerError as error:
        st.warning(plain(str(error)))
        return None
    navigation.link("call", "Open the call", key=key)
    return call_of(card)


def _some(rubrics: Rubrics) -> Rubrics:
    """The rubrics that somebody wants to try; those that every call is scored on to begin with."""
    names = {rubric.rubric: rubric.title for rubric in rubrics.rubrics}
    chosen = st.pills(
        "Rubrics",
        list(names),
        selection_mode="multi",
        default=[each.rubric for each in rubrics.rubrics if each.default],
        format_func=lambda each: names[each],
        label_visibility="collapsed",
    )
    return rubrics.only(chosen)


def _why(call: Call, rubrics: Rubrics) -> None:
    fold = unfolded("Every question, and why", "try-why")
    if fold is not None:
        with fold:
            st.code("\n".join(explain(call, rubrics)), language=None, wrap_lines=True)


# One piece of HTML for each side: dozens of small elements are slow to draw. What was said is
# escaped; the rubrics' own words are, too.


def _turns(call: Call, seen: list[Seen]) -> Iterator[str]:
    for place, turn in enumerate(call.turns):
        yield f'<div class="tried"><p><b>{escape(party(turn.speaker))}</b> {escape(turn.text)}</p>'
        mine = [each for each in seen if each.turn == place]
        for each in mine:
            where = f" · in “{each.words}”" if each.words != turn.text else ""
            yield f"<p class=faint>{escape(f'{each.means}{where} · {each.cue}')}</p>"
        if not mine:
            yield "<p class=faint>nothing that these rubrics look for</p>"
        yield "</div>"


def _judgement(heading: str, judgement: Judgement) -> str:
    told = f"<b>{escape(title(judgement.criterion))}</b>: {escape(RESULTS[judgement.outcome])}"
    about = f"{heading} · {sure(judgement.confidence)}, {judgement.confidence:.2f}"
    moments = "".join(map(_moment, judgement.moments))
    return f'<div class="tried card"><p>{told}</p><p class=faint>{escape(about)}</p>{moments}</div>'


def _moment(moment: Moment) -> str:
    answer = f" → “{moment.response.quote}”" if moment.response else ""
    said = f"<p>{escape(f'“{moment.opened.quote}”{answer}')}</p>"
    note = f"{RESULTS[moment.outcome]}: {moment.note}" if moment.note else ""
    return f"{said}<p class=faint>{escape(note)}</p>" if note else said
