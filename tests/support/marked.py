"""How far a scorecard's moments agree with those that a person marked on a sample call.

Times are compared, not turn numbers: what is heard is cut into turns a little differently from
what was written.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

#: What two reviewers marked on the samples by a guide, blind; `tests/scoring/test_sample_calls.py`.
REVIEWERS = YAML(typ="safe", pure=True).load(
    Path(__file__).parents[1] / "scoring" / "reviewers.yaml"
)
SAMPLES = Path(__file__).parents[1] / "samples"
#: A marked and a found moment are the same when they begin within this many seconds.
NEAR = 2.5
#: Outcomes that a person would call the same: a fault that was mended is still that moment.
SAME = {("missed", "recovered"), ("recovered", "missed")}


@dataclass(frozen=True)
class Agreement:
    """Marked moments that were found (`right`), or not or with another outcome (`missed`), and
    found moments that the script does not mark anywhere near (`beside`); those among them that
    neither reviewer marked there either are `invented`."""

    right: tuple[str, ...]
    missed: tuple[str, ...]
    beside: tuple[str, ...]
    invented: tuple[str, ...]


def truth_of(name):
    """The truth of the sample call `name` (without an ending)."""
    return json.loads((SAMPLES / f"{name}.json").read_text())


def names():
    """The sample calls, by name."""
    return sorted(path.stem for path in SAMPLES.glob("*.json"))


def transcript_of(truth):
    """The sample's own words and times as a line of the file contract."""
    fields = ("speaker", "text", "start", "end")
    return {"id": truth["name"], "turns": [{f: t[f] for f in fields} for t in truth["turns"]]}


def agreement(truth, card):
    """Compares every marked moment with the scorecard's, criterion by criterion."""
    marked = [(label(m), _marked_spans(truth, m)) for m in truth["moments"]]
    found = [(label(m), found_spans(m)) for j in card["judgements"] for m in j["moments"]]
    reviewed = list(_reviewed(truth))
    right, missed, beside, invented = [], [], [], []
    for what, spans in marked:
        here = [
            other
            for other, others in found
            if _criterion(other) == _criterion(what) and near(spans, others)
        ]
        fits = any(other == what or _same(other, what) for other in here)
        (right if fits else missed).append(f"{what} @{spans[0][0]:.0f}s (found: {here})")
    for what, spans in found:
        if what.endswith("cannot_tell"):
            continue
        if not any(_criterion(o) == _criterion(what) and near(spans, s) for o, s in marked):
            beside.append(f"{what} @{spans[0][0]:.0f}s")
            if not any(what == other and near(spans, s) for other, s in reviewed):
                invented.append(beside[-1])
    return Agreement(tuple(right), tuple(missed), tuple(beside), tuple(invented))


def _reviewed(truth):
    """What each reviewer marked of a call, with the times of the turns that the mark names."""
    for marks in REVIEWERS.values():
        for mark in marks[truth["name"]]:
            name, outcome, *places = mark.removeprefix("? ").split()
            turns = [truth["turns"][int(place)] for place in places]
            yield f"{name} {outcome}", [(turn["start"], turn["end"]) for turn in turns]


def label(moment):
    return f"{moment['rubric']}.{moment['criterion']} {moment['outcome']}"


def _criterion(what):
    return what.split()[0]


def _same(one, other):
    return (one.split()[1], other.split()[1]) in SAME


def _marked_spans(truth, moment):
    """(start, end) of the opening quote and of the response, from the truth's words."""
    spans = []
    for side in ("opened", "response"):
        if moment[side]:
            turn, quote = truth["turns"][moment[side]["turn"]], moment[side]["quote"]
            before = len(turn["text"][: turn["text"].index(quote)].split())
            words = turn["words"][before : before + len(quote.split())] or turn["words"][-1:]
            spans.append((words[0]["start"], words[-1]["end"]))
    return spans


def found_spans(moment):
    sides = (moment["opened"], moment["response"])
    return [(side["start"], side["end"]) for side in sides if side and side["start"] is not None]


def near(some, others):
    return any(a[0] - NEAR <= b[1] and b[0] - NEAR <= a[1] for a in some for b in others)
