"""Whether a recording ends before its call does: what was said early on is then no outcome."""

from __future__ import annotations

import re
from collections.abc import Sequence

_REASON = "breaks off"  # as `scorer.audio.decode` says it
_DANGLING = re.compile(
    r"(?:[,–—…-]|\.\.\.|\b(?:and|but|or|because|the|a|an|my|your|our))\s*$", re.IGNORECASE
)
_WHOLE = re.compile(r"[.?!][\"')]*\s*$")
_ENOUGH_TURNS = 3  # before the last, all with their full stops: whoever wrote it down sets them
_SENTENCE = 4  # words: "bye now" is whole without a full stop


def broken_off(texts: Sequence[str], reasons: Sequence[str] = ()) -> str:
    """Why a call is taken to be cut short, in plain words; empty where it is not.

    `texts` are its turns in order, `reasons` those of the recording's quality.
    """
    marked = next((reason for reason in reasons if _REASON in reason), "")
    if marked:
        return marked
    return "the recording ends in mid-sentence" if _in_mid_sentence(texts) else ""


def _in_mid_sentence(texts: Sequence[str]) -> bool:
    said = [text for text in texts if text.strip()]
    if not said:
        return False
    if _DANGLING.search(said[-1]):
        return True
    stops = len(said) > _ENOUGH_TURNS and all(map(_WHOLE.search, said[:-1]))
    return stops and not _WHOLE.search(said[-1]) and len(said[-1].split()) >= _SENTENCE
