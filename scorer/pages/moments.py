"""Magic, misery and recovery as clips with the words around them; search over all that was said.

What is worth hearing together goes into a playlist.
"""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import among, layout, turning
from scorer.pages.among import Chosen
from scorer.pages.clips import clip, clips, quote
from scorer.pages.navigation import link
from scorer.pages.words import RESULTS, party, several, title
from scorer.store.access import may
from scorer.store.clips import AFTER, BEFORE, Clip, Line
from scorer.store.store import Store

#: What is shown, by the words of the choice; the store's name for it, and what it means.
KINDS = {
    "Magic": ("magic", "Handled above what anyone could expect: worth hearing together."),
    "Recovered": (
        "recovered",
        "Something had gone wrong, and was made good. Such a customer stays longer than one for "
        "whom nothing ever failed.",
    ),
    "Misery": (
        "misery",
        "An opening that was missed. Hear it for what could be said instead, not for who said it.",
    ),
}
PAGE_LENGTH = 10


def page() -> None:
    """Shows moments to those who may read the calls they are from."""
    store = layout.enter()
    st.title("Moments")
    if not may(store.person, "read"):
        st.info("This page shows what was said, which is not for you to see.")
        return
    layout.generated(store)
    words = st.text_input(
        "Search all that was said",
        placeholder='policy, or "call you back" as a phrase',
        key="words",
        bind="query-params",
    )
    if words.strip():
        _search(store, words)
        return
    kind = st.segmented_control(
        "Moments", list(KINDS), default="Magic", required=True, key="kind", bind="query-params"
    )
    name, about = KINDS[kind or "Magic"]
    st.markdown(about)
    chosen = among.chosen(store) if may(store.person, "compare") else None
    _moments(store, name, chosen)
    _playlists(store)


def _moments(store: Store, name: str, chosen: Chosen | None) -> None:
    heard = st.toggle("Only what can be heard", key="heard", bind="query-params")
    choices = (name, chosen, heard)
    turned = turning.turned("moments", *choices)
    edges = chosen.periods.edges if chosen else (None, None)
    found = store.clips.of(
        name,
        chosen.among if chosen else None,
        edges[0],
        edges[-1],
        first=turned * PAGE_LENGTH,
        count=PAGE_LENGTH + 1,
        heard=heard,
    )
    hidden = store.calibration.hidden()
    if hidden:
        link("calibration", f"{several(hidden, 'call')} left out: yours to score blind first")
    if not found:
        st.info("None in this span. Choose a longer one, or another kind.")
    same = groupby(found[:PAGE_LENGTH], key=lambda each: (each.key, each.lines))
    for place, (_, several_ones) in enumerate(same):
        mine = list(several_ones)  # the same words may answer several questions
        headings = "; ".join(dict.fromkeys(map(_heading, mine)))
        _shown(store, mine[0], headings, f"{name}-{place}")
    turning.buttons("moments", turned, len(found) > PAGE_LENGTH, *choices)


def _heading(found: Clip) -> str:
    if found.rubric == "complaint_register":
        return "A complaint, made good"
    return f"{title(found.criterion)}: {RESULTS.get(found.outcome, found.outcome)}"


def _shown(store: Store, found: Clip, heading: str, key: str) -> None:
    when = f", {found.started.astimezone():%-d %b}" if found.started else ""
    about = " · ".join(filter(None, [f"{found.agent}{when}", found.topic, found.note]))
    quotes = [_quote(line) for line in found.lines]
    with st.container(gap="xxsmall"):
        shown = clip(store, found.key, found.call, quotes, heading, about, heard=found.heard)
        clips([shown], f"clip-{key}")
        _gathers(store, found.key, found.lines, key)


def _quote(line: Line) -> dict[str, object]:
    return quote(line.text, line.start, line.end, party(line.speaker))


def _gathers(store: Store, key: str, lines: tuple[Line, ...], place: str) -> None:
    """The button that puts a clip into a playlist; what it asks comes up when it is pressed."""
    if may(store.person, "gather") and lines:
        label = "Add to a playlist"
        if st.button(label, type="tertiary", icon=":material/playlist_add:", key=f"add-{place}"):
            _gather(store, key, lines)


@st.dialog("Add to a playlist")
def _gather(store: Store, key: str, lines: tuple[Line, ...]) -> None:
    """Puts a clip into a playlist, a new one or one of the person's own."""
    with st.form("gather", border=False):
        mine = {each.key: each.title for each in store.playlists.mine()}
        into = st.selectbox(
            "Playlist", [*mine, ""], format_func=lambda each: mine.get(each, "a new one")
        )
        named = st.text_input("Its name, if new")
        words = st.text_input("Why it is worth hearing")
        if not st.form_submit_button("Add", type="primary"):
            return
    try:
        playlist = into or store.playlists.new(named)
        turns = (lines[0].place, lines[-1].place)
        store.playlists.add(playlist, key, turns, (lines[0].start, lines[-1].end), words)
    except ScorerError as error:
        st.warning(str(error))
        return
    st.success("Added.")
    link("playlist", "Open the playlist", key=playlist)


def _search(store: Store, words: str) -> None:
    hits = store.search(words, limit=25)
    told = f"{len(hits)} turns, the latest first" if len(hits) < 25 else "The latest 25 turns"
    st.markdown(f"{told} with {words.strip()}" if hits else "Nobody said that.")
    heard = store.clips.heard({hit.key for hit in hits})
    for place, hit in enumerate(hits):
        lines = store.clips.around(hit.key, hit.turn - BEFORE, hit.turn + AFTER)
        quotes = [_quote(line) for line in lines]
        with st.container(gap="xxsmall"):
            shown = clip(store, hit.key, hit.call, quotes, heard=hit.key in heard)
            clips([shown], f"hit-{place}")
            _gathers(store, hit.key, lines, f"hit-{place}")


def _playlists(store: Store) -> None:
    if not may(store.person, "gather"):
        return
    mine = store.playlists.mine()
    if mine:
        st.header("Your playlists")
        for each in mine:
            link("playlist", f"{each.title} ({each.clips})", key=each.key)
