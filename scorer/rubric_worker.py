"""The process behind the rubric page's longer work: `python -m scorer.rubric_worker TASK`.

It compares two versions on past calls, and looks for changes that reviewers' corrections speak for,
as the person who asked: only calls that they may compare and read.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from scorer.analytics.calibrating import consensus
from scorer.call import Call
from scorer.errors import ScorerError
from scorer.scorecard import Result, call_of
from scorer.scoring.next_version import write
from scorer.scoring.rubric import Rubrics, available, load
from scorer.scoring.score import score
from scorer.scoring.tune import Correction, propose
from scorer.store import tasks
from scorer.store.listing import Filter
from scorer.store.published import read
from scorer.store.store import Store

Progress = Callable[[float], None]
#: How many changed calls a comparison names for each question.
_EXAMPLES = 20


def main(key: str) -> int:
    """Does one task and writes what came of it."""
    task = tasks.load(key)
    if task is None:
        return 1

    def progress(fraction: float) -> None:
        tasks.save(replace(task, fraction=fraction))

    try:
        store = Store(person=task.person)
        work = {"compare": compare, "tune": tune}[task.kind]
        done = replace(task, state="done", fraction=1.0, result=work(store, task.options, progress))
    except ScorerError as error:
        done = replace(task, state="failed", error=str(error))
    except Exception:  # a fault of ours is told in the log beside the task
        traceback.print_exc()
        done = replace(task, state="failed", error="something went wrong in the program; try again")
    tasks.save(done)
    return 0


def compare(store: Store, options: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Scores the latest calls on versions `before` and `after`, criterion by criterion.

    What people decided is counted beside it: how often each version says the same.
    """
    before, after = (load(store.rubrics.folder(int(options[name]))) for name in ("before", "after"))
    calls = store.calls(Filter(team=str(options.get("team") or "")))[: int(options["calls"])]
    decided = _decided(store)
    moves: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    examples: dict[tuple[str, str], list[list[str]]] = {}
    right: dict[tuple[str, str], list[int]] = {}
    for place, entry in enumerate(calls):
        call = call_of(store.card(entry.key))
        old, new = (_outcomes(call, rubrics) for rubrics in (before, after))
        for what in dict.fromkeys((*old, *new)):
            was, now = old.get(what, ""), new.get(what, "")
            moves.setdefault(what, Counter())[was, now] += 1
            if was != now and len(examples.setdefault(what, [])) < _EXAMPLES:
                examples[what].append([entry.key, was, now])
            if person := decided.get((entry.key, *what)):
                told = right.setdefault(what, [0, 0, 0])
                told[0] += 1
                told[1] += was == person
                told[2] += now == person
        progress((place + 1) / max(len(calls), 1))
    return {
        "calls": len(calls),
        "criteria": [
            {
                "rubric": what[0],
                "criterion": what[1],
                "moves": [[*move, count] for move, count in sorted(moves[what].items())],
                "examples": examples.get(what, []),
                "decided": right.get(what, [0, 0, 0]),
            }
            for what in moves
        ],
    }


def _outcomes(call: Call, rubrics: Rubrics) -> dict[tuple[str, str], Result]:
    """(rubric, criterion) -> what the machine says of it."""
    return {(j.rubric, j.criterion): j.outcome for j in score(call, rubrics).judgements}


def tune(store: Store, _: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Proposes a version that agrees better with what people decided; `version` 0: none does."""
    number = store.rubrics.published()
    folder = store.rubrics.folder(number)
    rubrics = load(folder, available(folder))
    found = list(corrections(store))
    progress(0.3)
    proposals = propose(rubrics, found)
    progress(0.9)
    told = [
        {
            "rubric": each.rubric,
            "criterion": each.criterion,
            "changed": {name: str(value) for name, value in each.changed.items()},
            "before": each.before,
            "after": each.after,
            "corrections": each.corrections,
            "notes": [*each.counted, *each.notes],
        }
        for each in proposals
    ]
    changed = [each for each in proposals if each.changed]
    if not changed:
        return {"version": 0, "corrections": len(found), "proposals": told}
    with tempfile.TemporaryDirectory(prefix="scorer-tune-") as scratch:
        out = Path(scratch)
        write(folder, changed, out)
        files = {**read(folder), **read(out)}
    report = {"corrections": len(found), "proposals": told, "base": number}
    note = "; ".join(f"{each.rubric}.{each.criterion}" for each in changed)
    version = store.rubrics.save(
        files, f"reviewers’ corrections speak for {note}", "proposed", report
    )
    return {"version": version, **report}


def corrections(store: Store) -> Iterator[Correction]:
    """What people decided on past calls: edits, and what most of them said in calibrations."""
    calls: dict[str, Any] = {}
    for (key, rubric, criterion), outcome in _decided(store).items():
        if key not in calls:
            calls[key] = call_of(store.card(key))
        yield Correction(calls[key], rubric, criterion, outcome)


def _decided(store: Store) -> dict[tuple[str, str, str], Result]:
    """(call, rubric, criterion) -> what counts by a person's word; an edit before a calibration."""
    columns = ("key", "rubric", "criterion", "outcome")
    said = consensus(store.calibration.answers()).select(columns)
    edited = store.frame("judgements").filter(pl.col("decided_by").is_not_null()).select(columns)
    return {
        (key, rubric, criterion): outcome
        for key, rubric, criterion, outcome in (*said.iter_rows(), *edited.iter_rows())
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
