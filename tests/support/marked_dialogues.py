"""Short calls that were marked before any was scored, and how far a scoring agrees with them.

`tests/scoring/unseen/setN.yaml` are the sets in the order in which they were written;
docs/accuracy.md has the first score of each.
"""

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from scorer.call import Call, Turn
from scorer.scoring.rubric import available, load
from scorer.scoring.score import score

FOLDER = Path(__file__).parents[1] / "scoring" / "unseen"
OPTIONAL = FOLDER / "optional"  # marks of the optional rubrics, two readers' together
UNMARKED = {"lets_finish", "acknowledges"}  # they need times, or every "mm-hm" marked


@dataclass(frozen=True)
class Found:
    """The marked moments found `right`, those not; and what was found `beside` them.

    `confidence` has how sure the scoring was of each moment found, and whether it was marked.
    """

    right: tuple[str, ...]
    absent: tuple[str, ...]
    beside: tuple[str, ...]
    confidence: tuple[tuple[float, bool], ...]


def sets():
    """The sets by name, each a list of dialogues: `name`, `turns`, `moments`."""
    return {
        path.stem: YAML(typ="safe", pure=True).load(path)
        for path in sorted(FOLDER.glob("set*.yaml"))
    }


def optional_rubrics():
    """The rubrics that ship and are off until somebody switches them on."""
    every = load(names=available())
    return every.only([one.rubric for one in every.rubrics if not one.default])


def sets_by_optional_rubrics():
    """The sets that two readers marked by the optional rubrics, with their marks; what only one of
    them marked is argued ("? ..."). Calls that stand among the sets already have marks only."""
    yaml, every = YAML(typ="safe", pure=True), sets()
    found = {path.stem: yaml.load(path) for path in OPTIONAL.glob("set*.yaml")}
    for path in OPTIONAL.glob("set*.txt"):
        marks = dict(_by_name(path))
        found[path.stem] = [{**one, "moments": marks[one["name"]]} for one in every[path.stem]]
    return dict(sorted(found.items()))


def _by_name(path):
    for one in path.read_text(encoding="utf-8").split("# ")[1:]:
        name, *lines = one.splitlines()
        yield name, lines


def compare(dialogue, rubrics):
    """The dialogue's scoring against its marks: same criterion, same outcome, within a turn. What
    is argued about ("? ...") is neither found nor beside."""
    turns = tuple(Turn(*line.split(": ", 1)) for line in dialogue["turns"])
    left = [
        moment
        for judgement in score(Call(dialogue["name"], turns), rubrics).judgements
        for moment in judgement.moments
        if moment.outcome != "cannot_tell" and moment.criterion not in UNMARKED
    ]
    right, absent, confidence = [], [], []
    for mark in sorted(dialogue["moments"], key=lambda mark: mark.startswith("? ")):
        argued = mark.startswith("? ")
        name, outcome, *places = mark.removeprefix("? ").split()
        at = [int(place) for place in places]
        fits = [
            moment
            for moment in left
            if f"{moment.rubric}.{moment.criterion}" == name
            and moment.outcome == outcome
            and (_near(moment.opened, at) or _near(moment.response, at[-1:]))
        ]
        if fits:
            left.remove(fits[0])
        if not argued:
            (right if fits else absent).append(f"{dialogue['name']}: {mark}")
            confidence += [(moment.confidence, True) for moment in fits[:1]]
    confidence += [(moment.confidence, False) for moment in left]
    beside = tuple(_told(dialogue, one) for one in left)
    return Found(tuple(right), tuple(absent), beside, tuple(confidence))


def reliability(found, bands):
    """Of the moments of each band of confidence (from this edge to the next): how many there are,
    their mean confidence, and the share that was marked. Source: the reliability diagram."""
    every = [pair for one in found for pair in one.confidence]
    table = []
    for low, high in zip(bands, [*bands[1:], 1.01], strict=True):
        here = [pair for pair in every if low <= pair[0] < high]
        if here:
            sure, right = (sum(column) / len(here) for column in zip(*here, strict=True))
            table.append((low, len(here), sure, right))
    return table


def _near(found, turns):
    return found is not None and any(abs(found.turn - turn) <= 1 for turn in turns)


def _told(dialogue, moment):
    places = [side.turn for side in (moment.opened, moment.response) if side is not None]
    where = " ".join(map(str, places))
    said = f"{moment.rubric}.{moment.criterion} {moment.outcome} {where} ({moment.note})"
    return f"{dialogue['name']}: {said}"
