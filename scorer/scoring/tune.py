"""Reviewers teach the rubrics: changes to a criterion that their corrections speak for.

Nothing is learned that a lead could not have written. Tried are the reach, what follows from
silence, what decides, leaving out a cue, and how surely a cue by meaning must be meant. Each change
must agree better with the reviewers on calls that it was not chosen on (cross-validation). What is
found is proposed, as a new version of the rubric file for a person to accept.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from shutil import copyfile
from typing import Any

from ruamel.yaml import YAML

from scorer.call import Call
from scorer.errors import ScorerError
from scorer.scorecard import Result
from scorer.scoring.cues import CueBook
from scorer.scoring.moments import Sightings
from scorer.scoring.remedies import did_you_mean
from scorer.scoring.rubric import Rubrics
from scorer.scoring.schema import Clause, Criterion, RubricFile
from scorer.scoring.score import judge, score
from scorer.scoring.sightings import closure, sight
from scorer.scoring.talk import Conversation

_FOLDS = 5
_FEWEST = 10  # corrections of one criterion; fewer say too little
_WORTHWHILE = 0.03  # gain in agreement on calls not chosen on, below which nothing is proposed
_REACHES = (1, 2, 3, 4, 6, 10)
_AT_LEAST = (0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
_SURELY = "at_least "  # how a change of a cue by meaning is named: "at_least retells"


@dataclass(frozen=True, slots=True)
class Correction:
    """A reviewer's answer to one criterion of one call."""

    call: Call
    rubric: str
    criterion: str
    outcome: Result


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change to one criterion, with the agreement before and after it.

    `before` and `after` in [0, 1] are the shares of held-out corrections that the criterion's
    outcome equals; `changed` is empty where nothing did better. `worse` are the ids of the calls on
    which the change says something else than the reviewers, and what it changes did not.
    """

    rubric: str
    criterion: str
    changed: Mapping[str, Any]
    before: float
    after: float
    corrections: int
    worse: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = ", ".join(f"{name}: {value}" for name, value in self.changed.items()) or "keep"
        agreement = f"agreement {self.before:.2f} -> {self.after:.2f}"
        worse = f"; worse on {', '.join(self.worse)}" if self.worse else ""
        told = f"{self.rubric}.{self.criterion} ({self.corrections} corrections)"
        return f"{told}: {what}; {agreement}{worse}"


@dataclass(frozen=True, slots=True)
class _Case:
    call: int  # which of the calls that were corrected
    conversation: Conversation
    sightings: Sightings
    outcome: Result
    now: Result  # what the criterion says as it is


def propose(rubrics: Rubrics, corrections: Iterable[Correction]) -> tuple[Proposal, ...]:
    """What the corrections speak for, criterion by criterion, for those with enough of them.

    A change is held against the criterion as it is, with what verdicts make of it; once changed it
    goes by its rule.
    """
    cases: dict[tuple[str, str], list[_Case]] = defaultdict(list)
    by_call = groupby(sorted(corrections, key=lambda one: _place(one.call)), lambda one: one.call)
    for number, (call, some) in enumerate(by_call):
        scores = score(call, rubrics)
        now = {(one.rubric, one.criterion): one.outcome for one in scores.judgements}
        for one in some:
            key = (one.rubric, one.criterion)
            if key in now:
                read = scores.conversation, scores.sightings
                cases[key].append(_Case(number, *read, one.outcome, now[key]))
    return tuple(
        _proposal(rubrics.cues, rubric, criterion, cases[rubric.rubric, criterion.id])
        for rubric in rubrics.rubrics
        for criterion in rubric.criteria
        if len(cases[rubric.rubric, criterion.id]) >= _FEWEST
    )


def untried(rubrics: Rubrics, corrections: Iterable[Correction]) -> Iterator[str]:
    """Of every criterion that was corrected and that `propose` passes over: why, in a line."""
    known = rubrics.criteria
    given = Counter(f"{one.rubric}.{one.criterion}" for one in corrections)
    for name, count in sorted(given.items()):
        if name not in known:
            yield f"{name}: there is no such criterion{did_you_mean(name, known)}"
        elif count < _FEWEST:
            yield f"{name}: not tried on {count} corrections; {_FEWEST} are needed"


def write(folder: Path, proposals: Iterable[Proposal], out: Path) -> tuple[Path, ...]:
    """All files of `folder` in `out`, with the proposals as next versions; those that changed.

    Comments and order stay as they were. Nothing is written where nothing changed; raises
    ScorerError where `out` holds something.
    """
    refuse_full(out)
    changed: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    surely: dict[str, float] = {}
    # Of two thresholds for one cue that stands which gains more.
    for proposal in sorted(proposals, key=lambda one: one.after - one.before):
        for name, value in proposal.changed.items():
            if name.startswith(_SURELY):
                surely[name.removeprefix(_SURELY)] = value
            else:
                changed[proposal.rubric][proposal.criterion] = proposal.changed
    if not (changed or surely):
        return ()
    for path in (*folder.glob("*.yaml"), *folder.glob("cues/*.yaml")):
        copy = out / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, copy)
    written = list(_cue_files(folder, surely, out)) if surely else []
    for rubric, criteria in changed.items():
        yaml = _yaml()
        text = yaml.load((folder / f"{rubric}.yaml").read_text(encoding="utf-8"))
        text["version"] += 1
        for criterion in text["criteria"]:
            for name, value in criteria.get(criterion["id"], {}).items():
                _apply(criterion, name, value)
        with (out / f"{rubric}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(text, file)
        written.append(out / f"{rubric}.yaml")
    return tuple(written)


def refuse_full(out: Path) -> None:
    """Raises ScorerError where proposals would be written over something."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ScorerError(f"{out}: there is something already; give the name of a new folder")


def _cue_files(folder: Path, surely: Mapping[str, float], out: Path) -> Iterator[Path]:
    """The cue files with other thresholds in them."""
    for path in sorted(folder.glob("cues/*.yaml")):
        yaml = _yaml()
        text = yaml.load(path.read_text(encoding="utf-8"))
        theirs = [cue for cue in text["cues"] if cue["id"] in surely]
        for cue in theirs:
            cue["meaning"]["at_least"] = surely[cue["id"]]
        if theirs:
            with (out / "cues" / path.name).open("w", encoding="utf-8") as file:
                yaml.dump(text, file)
            yield out / "cues" / path.name


def _yaml() -> YAML:
    """Reads and writes a file with its comments and order as they were."""
    yaml = YAML()
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _apply(criterion: dict[str, Any], name: str, value: Any) -> None:
    if name == "reach":
        criterion.setdefault("reach", {})["turns"] = value
    elif name.startswith("without"):
        for field in ("meets", "misses"):
            for clause in criterion.get(field, ()):
                if value in clause["cue"] and len(clause["cue"]) > 1:
                    clause["cue"].remove(value)
    else:
        criterion[name] = value


def _proposal(
    book: CueBook, rubric: RubricFile, criterion: Criterion, cases: Sequence[_Case]
) -> Proposal:
    variants = [({}, criterion), *_variants(criterion), *_thresholds(book, criterion)]
    right = [[one.now == one.outcome for one in cases]] + [
        [_judged(book, rubric, variant, one, change) == one.outcome for one in cases]
        for change, variant in variants[1:]
    ]
    folds = [one.call % _FOLDS for one in cases]  # no call is both chosen on and held out
    chosen = [_best(right, folds, fold) for fold in range(_FOLDS)]
    held_out = sum(right[chosen[fold]][place] for place, fold in enumerate(folds))
    before, after = sum(right[0]) / len(cases), held_out / len(cases)
    best = _best(right, folds, None)
    names = (rubric.rubric, criterion.id)
    if after < before + _WORTHWHILE or not variants[best][0]:
        return Proposal(*names, {}, before, before, len(cases))
    were_right = zip(cases, right[0], right[best], strict=True)
    worse = {one.conversation.call.id for one, was, now in were_right if was and not now}
    return Proposal(*names, variants[best][0], before, after, len(cases), tuple(sorted(worse)))


def _judged(
    book: CueBook, rubric: RubricFile, variant: Criterion, case: _Case, change: Mapping[str, Any]
) -> Result:
    """What a variant of a criterion, by its rule, says of a case."""
    seen = _seen(book, case, variant, change)
    return judge(rubric, variant, case.conversation, seen, book.entries).outcome


def _seen(book: CueBook, case: _Case, criterion: Criterion, change: Mapping[str, Any]) -> Sightings:
    """What is sighted in a case once a change is made; only thresholds change that."""
    at_least = {
        name.removeprefix(_SURELY): value
        for name, value in change.items()
        if name.startswith(_SURELY)
    }
    if not at_least:
        return case.sightings
    return sight(case.conversation, book, criterion.cues, at_least)


def _thresholds(book: CueBook, criterion: Criterion) -> Iterator[tuple[dict[str, Any], Criterion]]:
    """Other thresholds for the cues by meaning that a criterion rests on."""
    if book.meanings is None:
        return
    for cue in sorted(closure(book, criterion.cues)):
        meaning = book.entries[cue].meaning
        for value in _AT_LEAST if meaning else ():
            if meaning and value != meaning.at_least:
                yield {f"{_SURELY}{cue}": value}, criterion


def _best(right: Sequence[Sequence[bool]], folds: Sequence[int], without: int | None) -> int:
    """The variant that is right most often outside fold `without`; the present one in a draw."""
    counts = [
        sum(ok for ok, fold in zip(row, folds, strict=True) if fold != without) for row in right
    ]
    return counts.index(max(counts))


def _variants(criterion: Criterion) -> Iterator[tuple[dict[str, Any], Criterion]]:
    for turns in _REACHES:
        if criterion.opens and turns != criterion.reach.turns:
            reach = criterion.reach.model_copy(update={"turns": turns})
            yield {"reach": turns}, criterion.model_copy(update={"reach": reach})
    if criterion.opens:
        for otherwise in ("met", "missed", "cannot_tell", "no_opportunity"):
            if otherwise != criterion.otherwise:
                change = {"otherwise": otherwise}
                yield dict(change), criterion.model_copy(update=change)
        for decides in ("repair", "first", "last", "settles"):
            if decides != criterion.decides:
                change = {"decides": decides}
                yield dict(change), criterion.model_copy(update=change)
    cues = {c for clause in (*criterion.meets, *criterion.misses) for c in clause.cue}
    for cue in sorted(cues):
        fields = {name: _without(getattr(criterion, name), cue) for name in ("meets", "misses")}
        yield {f"without {cue}": cue}, criterion.model_copy(update=fields)


def _without(clauses: Sequence[Clause], cue: str) -> tuple[Clause, ...]:
    """The clauses without a cue; a clause keeps its last one."""
    return tuple(
        clause.model_copy(update={"cue": tuple(one for one in clause.cue if one != cue)})
        if cue in clause.cue and len(clause.cue) > 1
        else clause
        for clause in clauses
    )


def _place(call: Call) -> str:
    """An order of calls that does not depend on how they were listed, for the folds."""
    return hashlib.sha256(call.id.encode()).hexdigest()
