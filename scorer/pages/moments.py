"""Magic, misery and recovery as clips with the words around them; search over all that was said.

What is worth hearing together goes into a playlist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import among, choices, kept_blind, layout, turning
from scorer.pages.among import Chosen
from scorer.pages.choices import Choice, offered
from scorer.pages.clips import clip, clips, quote, whose
from scorer.pages.navigation import link
from scorer.pages.words import RESULTS, party, plain, title
from scorer.store.access import may
from scorer.store.clips import AFTER, BEFORE, Clip, Line
from scorer.store.search import Hit
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
#: How many turns a search shows.
_FOUND = 25
_NOBODY = "Nobody said that. Choose a longer span, or fewer limits."

_CHOICES = (
    Choice("kind", "Moments", offered(list(KINDS)), "segments"),
    Choice("words", "Search all that was said", kind="word", hint='policy, or "call you back"'),
    Choice("heard", "Only what can be heard", kind="flag"),
)


def page() -> None:
    """Shows moments to those who may read the calls they are from."""
    store = layout.enter()
    st.title("Moments")
    if not may(store.person, "read"):
        st.info("This page shows what was said, which is not for you to see.")
        return
    layout.generated(store)
    asked = choices.chosen(_CHOICES, "moments-asked")
    chosen, heard = among.chosen(store), bool(asked["heard"])
    if asked["words"]:
        _search(store, asked["words"], chosen, heard)
    else:
        _moments(store, asked["kind"], chosen, heard)
        _playlists(store)


def _moments(store: Store, kind: str, chosen: Chosen, heard: bool) -> None:
    name, about = KINDS[kind]
    st.markdown(about)
    wanted = (name, chosen.among, chosen.periods.edges[0], chosen.periods.edges[-1])
    turned = turning.turned("moments", *wanted, heard)
    first = turned * PAGE_LENGTH
    found = store.clips.of(*wanted, first=first, count=PAGE_LENGTH + 1, heard=heard)
    kept_blind.left_out(store)
    if not found:
        st.info("None in this span. Choose a longer one, or another kind.")
    same = groupby(found[:PAGE_LENGTH], key=lambda each: (each.key, each.by, each.lines))
    _shown(store, [_clip(store, list(several)) for _, several in same])
    turning.buttons("moments", turned, len(found) > PAGE_LENGTH, *wanted, heard)


def _clip(store: Store, same: Sequence[Clip]) -> tuple[dict[str, Any], _Stretch]:
    """The same words may answer several questions: they are one clip under all of them."""
    found = same[0]
    heading = "; ".join(dict.fromkeys(map(_heading, same)))
    about = " · ".join(filter(None, [_about(found, found.by), found.note]))
    quotes = [_quote(line) for line in found.lines]
    made = clip(store, found.key, found.call, quotes, heading, about, heard=found.heard)
    return made, _Stretch(found.key, found.lines)


def _about(found: Clip | Hit, by: str) -> str:
    """Who took the call, when, and what it was about, as far as that is known."""
    when = f"{found.started.astimezone():%-d %b}" if found.started else ""
    who = ", ".join(filter(None, [whose(found.agent, by), when]))
    return " · ".join(filter(None, [who, found.topic]))


def _heading(found: Clip) -> str:
    if found.rubric == "complaint_register":
        return "A complaint, made good"
    return f"{title(found.criterion)}: {RESULTS.get(found.outcome, found.outcome)}"


def _quote(line: Line) -> dict[str, object]:
    return quote(line.text, line.start, line.end, party(line.speaker))


def _search(store: Store, words: str, chosen: Chosen, only_heard: bool) -> None:
    """The turns with the words, on the calls that are chosen."""
    span = chosen.periods.edges[0], chosen.periods.edges[-1]
    hits = store.search(words, _FOUND, chosen.among, *span, heard=only_heard)
    all_of_them = len(hits) < _FOUND
    told = f"{len(hits)} turns, the latest first" if all_of_them else f"The latest {_FOUND} turns"
    st.markdown(f"{told} with {plain(words)}" if hits else _NOBODY)
    around = store.clips.around([(hit.key, hit.turn - BEFORE, hit.turn + AFTER) for hit in hits])
    heard = store.clips.heard({hit.key for hit in hits})
    shown = []
    for hit, lines in zip(hits, around, strict=True):
        quotes = [_quote(line) for line in lines]
        note = _about(hit, hit.speaker)
        made = clip(store, hit.key, hit.call, quotes, note=note, heard=hit.key in heard)
        shown.append((made, _Stretch(hit.key, lines)))
    _shown(store, shown)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What of a call goes into a playlist."""

    key: str
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        """Tells it from the others on the page; empty where there is nothing to put anywhere."""
        return f"{self.key} {self.lines[0].place}" if self.lines else ""


def _shown(store: Store, shown: Sequence[tuple[dict[str, Any], _Stretch]]) -> None:
    """One list of clips; what is asked for a playlist comes up when a button is pressed."""
    gathers = may(store.person, "gather")
    stretches = {stretch.name: stretch for _, stretch in shown}
    each = [made | {"adds": stretch.name if gathers else ""} for made, stretch in shown]
    pressed = stretches.get(clips(each, "moments", level=2))
    if pressed and pressed.lines:
        _gather(store, pressed)


@st.dialog("Add to a playlist")
def _gather(store: Store, stretch: _Stretch) -> None:
    """Puts a stretch into a playlist, a new one or one of the person's own."""
    with st.form("gather", border=False):
        mine = {each.key: each.title for each in store.playlists.mine()}
        into = st.selectbox(
            "Playlist", [*mine, ""], format_func=lambda each: mine.get(each, "a new one")
        )
        named = st.text_input("Its name, if new")
        words = st.text_input("Why it is worth hearing")
        if not st.form_submit_button("Add", type="primary"):
            return
    first, last = stretch.lines[0], stretch.lines[-1]
    try:
        playlist = into or store.playlists.new(named)
        turns, times = (first.place, last.place), (first.start, last.end)
        store.playlists.add(playlist, stretch.key, turns, times, words)
    except ScorerError as error:
        st.warning(plain(str(error)))
        return
    st.success("Added.")
    link("playlist", "Open the playlist", key=playlist)


def _playlists(store: Store) -> None:
    if not may(store.person, "gather"):
        return
    mine = store.playlists.mine()
    if mine:
        st.header("Your playlists")
        for each in mine:
            link("playlist", f"{each.title} ({each.clips})", key=each.key)
