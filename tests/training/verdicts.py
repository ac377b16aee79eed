"""Teaches what reviewers would mark: `python -m tests.training.verdicts` (35 minutes, two cores).

Whole calls teach, in which every moment is marked by a one-page guide (`marks/GUIDE.md`): those
labelled sentence by sentence (`rubrics/calls`, their marks in `marks/`) and others (`marked/`). A
mark that two reviewers would argue about ("? ...") counts neither for nor against. No sentence of
any evaluation set, and none of `tests/scoring/unseen`, is among them.

Two networks for all criteria: one that reads blocks (`single_blocks`) and one that reads whole
calls (`whole_calls`). How sure their mean must be comes from five parts of the calls, each read by
networks that the other four taught (or, with `--as-sure`, from what was written before, in a
quarter of the time: what ships was made so, `--surer 0.02`, which the samples chose). What is
written is `scorer/scoring/verdicts.npz`. Run it after `tests.training.meaning`, and
`tests.training.optional` after it; `tests/scoring/test_verdicts.py` says when it was forgotten.

Needs what no installation needs: `pip install jax optax`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from scorer.paths import shipped
from scorer.scoring.marks import TAUGHT, Row
from scorer.scoring.networks import standard
from scorer.scoring.rubric import load
from scorer.scoring.score import cues_of
from tests.training import single_blocks, whole_calls
from tests.training.lessons import Marked
from tests.training.marked_calls import (
    MARGIN,
    ONCE,
    USUALLY_APART,
    LookedAt,
    Read,
    aims_of,
    as_sure,
    held_out,
    marked_calls,
    marks_of,
    read,
    rows_of,
    rows_so_far,
    side_of,
)

CRITERIA = (
    "listening.restates", "listening.asks_open", "listening.does_not_ask_again",
    "empathy.acknowledges_feeling", "empathy.does_not_dismiss", "ownership.takes_charge",
    "ownership.no_blame", "ownership.warm_handover", "ownership.concrete_promise",
    "respectful_address.name_as_invited", "respectful_address.please_and_thanks",
    "respectful_address.hold_manners", "respectful_address.no_belittling",
    "customer_satisfaction.need_met", "customer_satisfaction.little_effort",
    "customer_satisfaction.leaves_better",
)  # fmt: skip
APART = {
    "ownership.concrete_promise": 0,
    "respectful_address.name_as_invited": ONCE,
    "customer_satisfaction.need_met": ONCE,
    "customer_satisfaction.leaves_better": ONCE,
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--as-sure", metavar="FILE", help="what was written before, to be as sure")
    options.add_argument("--surer", type=float, default=0.0, help="... and by so much surer")
    chosen = options.parse_args()
    rubrics = load(shipped("rubrics"))
    assert rubrics.cues.meanings is not None, "needs the encoder"
    seen = sorted(cues_of(rubrics.rubrics))
    meant = list(rubrics.cues.meanings.cues["calls"])
    looked_at = LookedAt(meant, seen, CRITERIA)
    calls = [
        read(rubrics, turns, list(marks_of(marks, len(turns), CRITERIA)), looked_at)
        for turns, marks in tqdm(list(marked_calls()), desc="reading", mininterval=20)
    ]
    sides = [side_of(calls, criterion) for criterion in range(len(CRITERIA))]
    scales = scales_of(calls)
    made = [laid_out(call, sides, *scales) for call in calls]
    apart = {name: APART.get(name, USUALLY_APART) for name in CRITERIA}
    if chosen.as_sure:
        rows = rows_so_far(rubrics, CRITERIA, calls, sides, apart)
        rows = as_sure(rows, chosen.as_sure, CRITERIA)
        rows = [surer(row, chosen.surer) for row in rows]
    else:
        each = held_out(made, lambda some: learn_both(some, 0), told_by_both)
        rows = rows_of(rubrics, CRITERIA, calls, each, sides, apart)
        rows = [surer(row, MARGIN) for row in rows]

    nets = learn_both(made, 50)
    halved = ({name: np.asarray(value, np.float16) for name, value in one.items()} for one in nets)
    place = shipped("scoring") / Path(TAUGHT).name
    np.savez_compressed(
        place,
        encoder=rubrics.cues.meanings.encoder.sha256_of_calls,
        meant=meant,
        seen=seen,
        ruled=CRITERIA,
        criteria=CRITERIA,
        definitions=[row.definition for row in rows],
        at_least=[row.at_least for row in rows],
        apart=[row.apart for row in rows],
        sides=sides,
        marked=[row.marked for row in rows],
        **named(*scales),
        **named(*halved),
    )
    print(f"{place}: {len(calls)} calls, {place.stat().st_size / 1e6:.1f} MB")


def surer(row: Row, by: float) -> Row:
    """A row that asks for so much more."""
    return replace(row, at_least=np.minimum(row.at_least + by, 0.95))


def named(block: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    """What belongs to each network, under its name."""
    both = {"block": block, "call": call}
    return {f"{network}.{name}": value for network in both for name, value in both[network].items()}


def scales_of(calls: Sequence[Read]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The means and scales of what either network reads."""
    vectors = [one.lines.vectors[one.lines.number] for one in calls]
    return (
        _spread(np.concatenate([one.features for one in calls])),
        _spread(np.concatenate(vectors)),
    )


def _spread(read: np.ndarray) -> dict[str, np.ndarray]:
    """The mean of what was read, and one over how far it spreads."""
    mean, spread = read.mean(axis=0, dtype=np.float64), read.std(axis=0, dtype=np.float64)
    scale = np.where(spread > 1e-4, 1 / np.maximum(spread, 0.01), 0.0)
    return {"mean": mean.astype(np.float32), "scale": scale.astype(np.float32)}


def laid_out(
    call: Read, sides: Sequence[str], block: dict[str, np.ndarray], whole: dict[str, np.ndarray]
) -> Marked:
    """A call as it teaches, what is read of it in standard deviations."""
    vectors = standard(call.lines.vectors[call.lines.number], **whole).astype(np.float16)
    points = standard(call.features, **block).astype(np.float16)
    return Marked(replace(call.lines, vectors=vectors), points, *aims_of(call, sides))


def learn_both(calls: Sequence[Marked], seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A network that reads blocks, and one that reads calls."""
    return single_blocks.learn(calls, seed), whole_calls.learn(calls, seed)


def told_by_both(nets: tuple[dict[str, Any], dict[str, Any]], call: Marked) -> np.ndarray:
    """The sums of a call's blocks."""
    block, whole = nets
    return (single_blocks.told(block, call) + whole_calls.told(whole, call)) / 2


if __name__ == "__main__":
    main()
