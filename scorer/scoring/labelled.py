"""Calls labelled sentence by sentence: what each means, and so what it does not mean.

    # the tank is full | rural Wales, as a recogniser writes
    A: gynant drainage hello || introduces_self, talks_small
    C: hello it's elwyn the tank wants emptying quite sharpish || asks_for_help

A line is a sentence of the agent (A) or the customer (C) and, after `||`, all the cues by meaning
that it shows; `--` where it shows none. Unlike the examples that stand with a cue, these come as
often as they do in calls, and what is not named was looked at and is not meant.

`rubrics/calls/taught` teaches; `rubrics/calls/held` is kept out of all teaching, and says how sure
what was taught may be of itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scorer.errors import ScorerError
from scorer.paths import shipped
from scorer.scoring.schema import Meaning

Told = NDArray[np.int8]
Part = Literal["taught", "held"]
_FOLDER = "rubrics/calls"
_LINE = re.compile(r"([AC]): (.+?) \|\| (--|\w+(?:, \w+)*)")
_PARTIES = {"A": "agent", "C": "customer"}


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, whose it is ("agent" or "customer"), and the cues it shows."""

    party: str
    text: str
    cues: frozenset[str]


def told_by_calls(cues: Mapping[str, Meaning], part: Part) -> tuple[tuple[str, ...], Told]:
    """The sentences of the labelled calls, and what each says of each cue
    [shape=(sentences, cues)]: 1 meant, -1 not meant, 0 nothing.

    Nothing is said of a cue that no call names, of the other party's cues, nor of one that may
    stand `beside` what is meant: there people differ in what they write down.
    """
    lines = tuple(labelled(part))
    named = frozenset(cue for line in lines for cue in line.cues)
    order = {cue: column for column, cue in enumerate(cues)}
    against = {
        party: [
            -1 if cue in named and one.by in (party, "either") else 0 for cue, one in cues.items()
        ]
        for party in _PARTIES.values()
    }
    told = np.array([against[line.party] for line in lines], np.int8).reshape(-1, len(cues))
    for row, line in zip(told, lines, strict=True):
        meant = [cue for cue in line.cues if cue in order]
        for cue in meant:
            row[[order[other] for other in cues[cue].beside if other in order]] = 0
        row[[order[cue] for cue in meant]] = 1
    return tuple(line.text for line in lines), told


def labelled(part: Part) -> Iterator[Line]:
    """Every labelled sentence, in the order of files and calls.

    Raises ScorerError at a line that cannot be read.
    """
    for path in _files(part):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            found = _LINE.fullmatch(line.strip())
            if not found:
                remedy = "write 'A: what was said || cue, cue' (or C:, and -- for no cue)"
                raise ScorerError(f"{path}:{number}: {remedy}")
            party, text, cues = found.groups()
            shown = frozenset() if cues == "--" else frozenset(cues.split(", "))
            yield Line(_PARTIES[party], text, shown)


@cache
def digest() -> str:
    """Of all labelled calls, as hexadecimal text; they ship with the program."""
    told = hashlib.sha256()
    for part in ("taught", "held"):
        for path in _files(part):
            told.update(part.encode() + path.name.encode() + path.read_bytes())
    return told.hexdigest()


def _files(part: Part) -> list[Path]:
    return sorted((shipped(_FOLDER) / part).glob("*.txt"))
