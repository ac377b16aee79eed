"""The complaint register (S14, S23): what customers complained of, what it taught, who owns it."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import among, choices, kept_blind, layout, turning
from scorer.pages.choices import Choice
from scorer.pages.navigation import link
from scorer.pages.table import Cell, table
from scorer.pages.words import moment_of, plain, several
from scorer.store.access import may
from scorer.store.complaints import SURVEY, CameBack, Complaint, Entry
from scorer.store.store import Store
from scorer.store.tallies import Among

ABOUT = {
    "billing": "Billing",
    "delivery": "Delivery",
    "people": "How people were",
    "waiting": "Waiting",
    "fault": "Something faulty",
    "something_else": "Something else",
    SURVEY: "A survey answer",
}
BECAME = {
    "recovered": "made good on the call",
    "missed": "left open",
    "cannot_tell": "what became of it is unclear",
}
_BACK: dict[CameBack, str] = {"": "nobody knows", "yes": "it came back", "no": "it did not"}
PAGE_LENGTH = 10


def page() -> None:
    """Shows complaints to those who may read the calls they are from."""
    store = layout.enter()
    st.title("Complaints")
    if not may(store.person, "judge"):
        st.info("This page is for those who review calls.")
        return
    layout.generated(store)
    st.markdown("A complaint is a gift: somebody took the trouble. What did it teach us?")
    chosen = among.chosen(store, spans=False).among
    kept_blind.left_out(store)
    counts = store.complaints.counts(chosen)
    _counts(counts, chosen)
    asked = choices.chosen(
        [
            Choice(
                "about", "About", {ABOUT.get(n, n): ABOUT.get(n, n) for n in counts}, any="anything"
            ),
            Choice("open", "Only those nobody wrote about", kind="flag"),
        ],
        "about",
    )
    about = next((name for name in counts if ABOUT.get(name, name) == asked["about"]), "")
    wanted = (chosen, about, bool(asked["open"]))
    turned = turning.turned("complaints", *wanted)
    found = store.complaints.heard(*wanted, first=turned * PAGE_LENGTH, count=PAGE_LENGTH + 1)
    if not found:
        st.info("None here.")
    for each in found[:PAGE_LENGTH]:
        complaint(store, each)
    turning.buttons("complaints", turned, len(found) > PAGE_LENGTH, *wanted)


def _counts(counts: dict[str, dict[str, int]], chosen: Among) -> None:
    table(
        "Complaints by what they are about",
        ["About", "Complaints", "Made good on the call", "Left open", "With a lesson"],
        [
            [
                Cell(ABOUT.get(name, name), _address(name, chosen)),
                *(f"{row[key]:,}" for key in ("all", "made_good", "left_open", "taught")),
            ]
            for name, row in counts.items()
        ],
    )


def _address(about: str, chosen: Among) -> str:
    """This page with the complaints about one thing."""
    asked = {name: getattr(chosen, name) for name in ("team", "queue", "topic")}
    known = {"about": ABOUT.get(about, about), **asked}
    return "/complaints?" + urlencode({name: value for name, value in known.items() if value})


def complaint(store: Store, each: Complaint) -> None:
    """One complaint, with what was written of it and a form to write more."""
    place = f"{each.key}-{each.about}-{each.outcome}"
    with st.container(border=True, key=f"card-complaint-{place}", gap="xsmall"):
        when = moment_of(each.started) if each.started else ""
        topic = each.topic or each.queue or "no topic known"
        became = (
            _answers(each)
            if each.about == SURVEY
            else BECAME.get(each.outcome, BECAME["cannot_tell"])
        )
        st.markdown(f"**{plain(ABOUT.get(each.about, each.about))}**, {plain(became)}")
        if each.quote:
            st.text(f"“{each.quote}”")
        if each.response:
            st.text(f"Answered: “{each.response}”")
        _again(each)
        with st.container(horizontal=True, vertical_alignment="center"):
            about = " · ".join(filter(None, (when, each.customer, topic)))
            st.caption(plain(about), width="content")
            link("call", each.call, key=each.key)
            _writes(store, each, place)
        if each.written:
            _written(store, each)


def _answers(each: Complaint) -> str:
    """What was answered: `satisfied: 2 of 1 to 5`."""
    words = {"csat": "satisfied:", "nps": "would recommend:", "ces": "easy:"}
    return " ".join(words.get(word, word) for word in each.outcome.split(" "))


def _again(each: Complaint) -> None:
    """Whether the same customer called about it again, as far as the machine can tell."""
    if not each.again:
        return
    key, first = each.again[0]
    times = several(len(each.again), "call")
    link("call", f"Came back: {times} since, the first on {first.astimezone():%-d %b}", key=key)


def _written(store: Store, each: Complaint) -> None:
    entry = each.written
    assert entry is not None
    for label, text in (
        ("Cause", entry.cause),
        ("Lesson", entry.lesson),
        ("Told", entry.told),
        ("Owner", entry.owner),
    ):
        if text:
            st.text(f"{label}: {text}")
    if entry.came_back:
        st.text(f"Since then {_BACK[entry.came_back]}")
    if entry.at:
        st.caption(f"{plain(entry.author)}, {moment_of(entry.at)}")
    if each.entries > 1:
        with st.expander(f"Earlier, {several(each.entries - 1, 'entry', 'entries')}"):
            for old in store.complaints.history(each.key, each.about)[:-1]:
                told = " · ".join(filter(None, (old.cause, old.lesson, old.told, old.owner)))
                when = moment_of(old.at) if old.at else ""
                st.text(f"{when}, {old.author}: {told}")


def _writes(store: Store, each: Complaint, place: str) -> None:
    """The button for writing about it; the form comes up when it is pressed."""
    if not may(store.person, "assign"):
        return
    label = "Write what was done" if each.about == SURVEY else "Write what it taught"
    if st.button(label, key=f"write-{place}"):
        _write(store, each)


@st.dialog("What it taught")
def _write(store: Store, each: Complaint) -> None:
    """Appends an entry; what was written before stands in the fields."""
    last = each.written or Entry("", "", "", "", "")
    if each.quote:
        st.text(f"“{each.quote}”")
    with st.form("write", border=False):
        cause = st.text_input("Cause", last.cause)
        lesson = st.text_input("Lesson, or what was done", last.lesson)
        told = st.text_input("Who was told", last.told)
        owner = st.text_input("Who owns it", last.owner)
        back = st.radio(
            "Whether it came back",
            list(_BACK),
            index=list(_BACK).index(last.came_back),
            format_func=lambda each: _BACK[each],
            horizontal=True,
        )
        if not st.form_submit_button("Write it down", type="primary"):
            return
    try:
        entry = Entry(cause, lesson, told, owner, back or "")
        store.complaints.write(each.key, each.about, entry)
    except ScorerError as error:
        st.warning(plain(str(error)))
    else:
        st.rerun()
