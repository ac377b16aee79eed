"""What can be read in rubrics and yet says nothing, or one thing and its opposite.

Calls are scored all the same; whoever checks the files is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scorer.scoring.rubric import Rubrics
from scorer.scoring.schema import Clause, Criterion, Meaning, RubricFile
from scorer.scoring.sightings import closure
from scorer.scoring.yaml_files import Place, YamlFile

_MEANS, _DOES_NOT = ("like", "calls"), ("unlike", "calls_unlike")


def at_odds(rubrics: Rubrics, folder: Path) -> tuple[str, ...]:
    """Each with its file, its line and what to do; none if all is well.

    `folder` is that from which the rubrics were loaded. Of its cues those are looked at that the
    rubrics rest on.
    """
    every = (*rubrics.rubrics, *rubrics.others)
    criteria = [_of_criteria(rubric, folder) for rubric in every]
    shown = frozenset(cue for one in every for cue in (*one.shown.cues, *one.shown.meant))
    named = shown.union(*(criterion.cues for one in every for criterion in one.criteria))
    used = closure(rubrics.cues, named)
    return (
        *(one for found in criteria for one in found),
        *_taught_both(rubrics, used, folder),
        *_unlearned(rubrics, used, folder),
    )


def _of_criteria(rubric: RubricFile, folder: Path) -> Iterator[str]:
    wrong = [
        (("criteria", place, *at), f"{criterion.id}: {problem}")
        for place, criterion in enumerate(rubric.criteria)
        for at, problem in (*_without_effect(criterion), *_met_and_missed(criterion))
    ]
    if not wrong:  # the file is read once more for its lines alone
        return
    file = YamlFile(folder / f"{rubric.rubric}.yaml")
    for at, problem in wrong:
        yield f"{file.path}:{file.line(at)}: {problem}"


def _without_effect(criterion: Criterion) -> Iterator[tuple[Place, str]]:
    said = criterion.otherwise
    if not criterion.opens and said != Criterion.model_fields["otherwise"].default:
        yield (
            ("otherwise",),
            f"'otherwise: {said}' has no effect without 'opens': take it out, or, to ask it of "
            "every call, open it with a cue of 'timing: call_begins'",
        )


def _met_and_missed(criterion: Criterion) -> Iterator[tuple[Place, str]]:
    """The cues that both meet it and miss it, asked alike in all else."""
    for number, misses in enumerate(criterion.misses):
        for meets in criterion.meets:
            if _asked(meets) == _asked(misses):
                for cue in sorted({*meets.cue} & {*misses.cue}):
                    problem = f"'{cue}' stands under 'meets' and under 'misses': take it out of one"
                    yield ("misses", number), problem


def _asked(clause: Clause) -> tuple[str, str, float]:
    return clause.by, clause.where, clause.sure


def _unlearned(rubrics: Rubrics, used: set[str], folder: Path) -> Iterator[str]:
    """The cues of which too little says what does not mean them."""
    meanings = rubrics.cues.meanings
    wrong = meanings.unlearned & used if meanings else ()
    for path in sorted(folder.glob("cues/*.yaml")) if wrong else ():
        file = YamlFile(path)
        for place, entry in enumerate(file.values["cues"]):
            if entry["id"] in wrong:
                yield (
                    f"{path}:{file.line(('cues', place, 'meaning'))}: {entry['id']}: too little "
                    "tells what does not mean it, so that it is seen in its own sentences word for "
                    "word and in no others: add sentences under 'unlike', as many as under 'like'"
                )


def _taught_both(rubrics: Rubrics, used: set[str], folder: Path) -> Iterator[str]:
    """The sentences that teach a cue, and teach that they are none of it."""
    both: dict[str, set[str]] = {}
    for cue in used:
        meaning = rubrics.cues.entries[cue].meaning
        if meaning and (twice := _sentences(meaning, _MEANS) & _sentences(meaning, _DOES_NOT)):
            both[cue] = twice
    for path in sorted(folder.glob("cues/*.yaml")) if both else ():
        file = YamlFile(path)
        for place, entry in enumerate(file.values["cues"]):
            for said in sorted(both.get(entry["id"], ())):
                first, second = (
                    next(_lines(file, ("cues", place, "meaning"), entry["meaning"], fields, said))
                    for fields in (_MEANS, _DOES_NOT)
                )
                yield (
                    f"{path}:{second}: {entry['id']}: '{said}' stands here as what does not mean "
                    f"it, and on line {first} as what does: take it out of one"
                )


def _sentences(meaning: Meaning, fields: Iterable[str]) -> set[str]:
    return {said for field in fields for said in getattr(meaning, field)}


def _lines(
    file: YamlFile, place: Place, meaning: Mapping[str, Any], fields: Iterable[str], said: str
) -> Iterator[int]:
    """The lines on which a sentence stands in some fields of a cue's meaning."""
    for field in fields:
        written, at = meaning.get(field, ()), file.line((*place, field))
        if not isinstance(written, str):
            yield from (
                file.line((*place, field, number))
                for number, one in enumerate(written)
                if one == said
            )
        elif said in (found := [line.strip() for line in written.splitlines()]):
            # A text of a line for each begins below its name.
            yield at + 1 + found.index(said) if len(found) > 1 else at
