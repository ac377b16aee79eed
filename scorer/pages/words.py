"""The words and figures people read on the pages: plain, short, and the same everywhere."""

from __future__ import annotations

import re
from datetime import datetime

PARTIES = {
    "agent": "Agent",
    "agent2": "Second agent",
    "customer": "Customer",
    "machine": "Recorded voice",
    "third_party": "Third party",
}
RESOLUTIONS = {
    "resolved": "Resolved",
    "promised": "Promised",
    "handed_over": "Handed over",
    "unresolved": "Not resolved",
    "unclear": "Unclear",
}
#: How a resolution looks beside its words.
TONES = {
    "resolved": "good",
    "promised": "mixed",
    "handed_over": "mixed",
    "unresolved": "poor",
    "unclear": "unknown",
}
EFFORTS = {
    "repeat_contact": "not the first contact",
    "asked_again": "told it again",
    "transferred": "passed on",
    "held": "put on hold",
    "chased": "had to chase",
}
#: What a predicted satisfaction is made of.
PARTS = {
    "words_at_end": "words at the end",
    "how_they_came": "how they came",
    "change": "the change between",
    "need": "what became of the need",
    "effort": "the effort",
    "agent_acts": "what the agent gave",
    "moments": "how moments went",
    "left_open": "left open",
}
RESULTS = {
    "met": "met",
    "partly": "partly met",
    "missed": "missed",
    "recovered": "made good",
    "no_opportunity": "no opportunity",
    "cannot_tell": "cannot tell",
}
#: What became of a promise.
PROMISES = {"kept": "kept", "late": "kept late", "broken": "not kept"}
#: In the order in which they want an ear.
KINDS = {"misery": "Misery", "magic": "Magic", "truth": "Moment of truth"}

#: Stand in where a rubric gives no title of its own.
TITLES = {
    "lets_finish": "Lets the customer finish",
    "acknowledges": "Acknowledges while listening",
    "restates": "Says it back and checks",
    "asks_open": "Asks an open question",
    "does_not_ask_again": "Does not ask again",
    "acknowledges_feeling": "Acknowledges the feeling",
    "does_not_dismiss": "Does not dismiss it",
    "takes_charge": "Takes charge",
    "no_blame": "Blames nobody",
    "warm_handover": "Hands over warmly",
    "concrete_promise": "Promises what, who and when",
    "name_as_invited": "Uses the name as invited",
    "please_and_thanks": "Please and thank you",
    "hold_manners": "Asks before hold, thanks after",
    "no_belittling": "Never belittles",
    "need_met": "The need was met",
    "little_effort": "It took little effort",
    "leaves_better": "Left better than they came",
    "in_the_customers_favor": "In the customer's favor",
    "customers_interest_first": "The customer's interest first",
}

#: Whatever may mean something in Markdown: all of it can be escaped.
_MARKS = re.compile(r"[!-/:-@\[-`{-~]")


def plain(text: str) -> str:
    """What people wrote, or a call's words, for where Streamlit reads Markdown: as they stand.

    Nobody can put a picture, a link under another name or a heading on another's page. An address
    still leads to what it says.
    """
    lines = (line.strip() for line in text.splitlines())
    return _MARKS.sub(r"\\\g<0>", "\n".join(lines))


def clock(seconds: float | None) -> str:
    """A time on the recording as 0:07, 12:40 or 1:02:03; empty where there is none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def title(name: str) -> str:
    """A criterion or rubric by name, as people write it."""
    return TITLES.get(name) or name.replace("_", " ").capitalize()


def party(speaker: str) -> str:
    """Who speaks, as people write it."""
    known = PARTIES.get(speaker) or PARTIES.get(speaker.replace("_", ""))  # agent_2 is agent2
    return known or speaker.replace("_", " ").capitalize()


def feeling(value: float) -> str:
    """How a customer's words feel, from -1 (against) to 1 (for); 0 is without feeling."""
    if abs(value) < 0.1:
        return "calm"
    words = ("uneasy", "upset") if value < 0 else ("pleased", "glad")
    return words[abs(value) >= 0.4]


def sure(confidence: float) -> str:
    """How sure the machine is of a judgement, from a confidence in [0, 1]."""
    if confidence >= 0.8:
        return "sure"
    return "fairly sure" if confidence >= 0.6 else "unsure"


def several(count: int, one: str, many: str | None = None) -> str:
    """`1 promise`, `2 promises`, `2,000 promises`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(iso: str) -> str:
    """An ISO date or time as `Thu 26 Nov`, with its hour if it has one; other text as it is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    hour = f" {when:%H:%M}" if "T" in iso or ":" in iso else ""
    return f"{when:%a} {when.day} {when:%b}{hour}"


def moment_of(when: datetime) -> str:
    """A moment as people write it, in this machine's time zone."""
    return f"{when.astimezone():%-d %b %Y, %H:%M}"
