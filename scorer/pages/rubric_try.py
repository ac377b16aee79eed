"""Trying the rubrics on a sentence or on a call: which cues are seen, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from scorer.call import AGENT, CUSTOMER, Call, Turn
from scorer.errors import ScorerError
from scorer.pages import navigation
from scorer.pages.words import RESULTS, party, sure, title
from scorer.scorecard import Judgement, call_of
from scorer.scoring.explain import explain
from scorer.scoring.rubric import Rubrics
from scorer.scoring.score import cues_of, judge
from scorer.scoring.sightings import sight
from scorer.scoring.talk import Conversation
from scorer.store.store import Store

_FIRST = """Customer: I have called three times now and I am really fed up.
Agent: I am so sorry, three calls would wear anyone out. I'll look after this myself."""
#: Longer texts are a call, and calls are scored elsewhere.
_LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Seen:
    """A cue that was seen: what it means, and the words that show it."""

    turn: int
    cue: str
    means: str
    words: str


def page(store: Store, rubrics: Rubrics) -> None:
    """The two ways to try: a sentence as it is typed, or a call by its address."""
    way = st.segmented_control(
        "Try on", ["A sentence", "A call"], default="A sentence", required=True, key="try-on"
    )
    if way == "A call":
        _call(store, rubrics)
        return
    st.markdown(
        "Write what is said, a line each; begin it with *Customer:* or *Agent:*. A line with "
        "neither is the agent’s."
    )
    text = st.text_area("What is said", _FIRST, height=140, max_chars=_LONGEST, key="try-text")
    call = spoken(text)
    if call.turns:
        _result(call, rubrics)


def spoken(text: str) -> Call:
    """The lines of a text as the turns of a call."""
    turns = []
    for line in filter(None, map(str.strip, text.splitlines())):
        head, colon, rest = line.partition(":")
        known = {"customer": CUSTOMER, "agent": AGENT}.get(head.strip().lower())
        turns.append(Turn(known, rest.strip()) if known and colon else Turn(AGENT, line))
    return Call("typed", tuple(turns))


def seen(call: Call, rubrics: Rubrics) -> list[Seen]:
    """The cues that these rubrics look for in whoever speaks, in the order of the turns."""
    found = sight(Conversation(call), rubrics.cues, cues_of(rubrics.rubrics))
    asked = _asked(rubrics)
    shown = {
        Seen(
            each.turn,
            cue,
            rubrics.cues.entries[cue].means,
            call.turns[each.turn].text[each.begin : each.end],
        )
        for cue, sightings in found.items()
        for each in sightings
        if (cue, "agent" if call.turns[each.turn].by_agent else "customer") in asked
    }
    return sorted(shown, key=lambda one: (one.turn, one.cue, one.words))


def _asked(rubrics: Rubrics) -> set[tuple[str, str]]:
    """(cue, side) of all that these rubrics look for."""
    return {
        (cue, side)
        for rubric in rubrics.rubrics
        for criterion in rubric.criteria
        for clause in (*criterion.opens, *criterion.meets, *criterion.misses)
        for cue in clause.cue
        for side in (("agent", "customer") if clause.by == "either" else (clause.by,))
    }


def judged(call: Call, rubrics: Rubrics) -> list[tuple[str, Judgement]]:
    """(rubric's title, judgement) of each question that came up or can be told."""
    conversation = Conversation(call)
    found = sight(conversation, rubrics.cues, cues_of(rubrics.rubrics))
    return [
        (rubric.title, judgement)
        for rubric in rubrics.rubrics
        for criterion in rubric.criteria
        if criterion.observable
        and (judgement := judge(rubric, criterion, conversation, found)).moments
    ]


def _result(call: Call, rubrics: Rubrics) -> None:
    cues = seen(call, rubrics)
    said, made = st.columns([3, 2], gap="medium")
    with said:
        st.subheader("What is seen")
        for place, turn in enumerate(call.turns):
            with st.container(gap=None):
                st.markdown(f"**{party(turn.speaker)}**")
                st.text(turn.text)
                mine = [each for each in cues if each.turn == place]
                for each in mine:
                    where = f" · in “{each.words}”" if each.words != turn.text else ""
                    st.caption(f"{each.means}{where} · {each.cue}")
                if not mine:
                    st.caption("nothing that these rubrics look for")
    with made:
        st.subheader("What is made of it")
        answers = judged(call, rubrics)
        for heading, judgement in answers:
            _judgement(heading, judgement)
        if not answers:
            st.info("No question of these rubrics comes up.")
    with st.expander("Every question, and why"):
        st.code("\n".join(explain(call, rubrics)), language=None, wrap_lines=True)


def _judgement(heading: str, judgement: Judgement) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{title(judgement.criterion)}**: {RESULTS[judgement.outcome]}")
        st.caption(f"{heading} · {sure(judgement.confidence)}, {judgement.confidence:.2f}")
        for moment in judgement.moments:
            answer = f" → “{moment.response.quote}”" if moment.response else ""
            st.text(f"“{moment.opened.quote}”{answer}")
            if moment.note:
                st.caption(f"{RESULTS[moment.outcome]}: {moment.note}")


def _call(store: Store, rubrics: Rubrics) -> None:
    latest = {entry.key: entry.id for entry in store.calls()[:100]}
    key = st.selectbox(
        "Call",
        list(latest),
        index=None,
        format_func=lambda each: latest[each],
        placeholder="one of the latest 100",
        key="try-call",
    )
    if key is None:
        return
    try:
        card: Mapping[str, Any] = store.card(key)
    except ScorerError as error:
        st.warning(str(error))
        return
    navigation.link("call", "Open the call", key=key)
    _result(call_of(card), rubrics)
