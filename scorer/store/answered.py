"""How each call was answered, a letter a question, so that many calls are counted at once.

`calls.answered` has a letter for each judgement of the newest scorecard, as it counts now: a
person's word in place of the machine's. What the letters stand for, in their order, is a
questionnaire: one row for all calls that were asked the same. Beside them stand marks of what was
on the call. All of it is made from judgements, edits and moments, in the transaction that writes
these.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import ColumnElement, Connection, case, func, select, update

from scorer.store.asked import has_moment, newest
from scorer.store.database import insert_once
from scorer.store.schema import calls, edits, judgements, questionnaires
from scorer.store.standing import by_criterion, counting

#: "proposed" is a critical point that no person decided yet: it counts as nothing.
LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "met": "m",
        "partly": "p",
        "missed": "x",
        "no_opportunity": "n",
        "cannot_tell": "c",
        "proposed": "w",
    }
)
#: What was on a call (`asked.has_moment`), a column each.
MARKS = ("made_good", "left_open", "rule")
#: So many calls are read at once: what is in memory does not grow with the store.
_PIECE = 20_000
_COUNTED = {
    "period": pl.Int64,
    "rubric": pl.String,
    "criterion": pl.String,
    "outcome": pl.String,
    "calls": pl.Int64,
}


def refresh(connection: Connection, call_id: int) -> None:
    """Writes down how a call is answered now, after it was scored or somebody judged it."""
    judged = connection.execute(
        select(
            judgements.c.rubric,
            judgements.c.criterion,
            judgements.c.outcome,
            judgements.c.proposed,
        )
        .join(calls, newest(judgements))
        .where(calls.c.id == call_id)
        .order_by(judgements.c.id)
    ).all()
    said = connection.execute(
        select(edits.c.rubric, edits.c.criterion, edits.c.outcome, edits.c.author)
        .where(edits.c.call_id == call_id)
        .order_by(edits.c.id)
    )
    people = by_criterion(said.mappings())
    letters = (
        LETTERS[counting(people.get((rubric, criterion), ()), "proposed" if proposed else machine)]
        for rubric, criterion, machine, proposed in judged
    )
    which = _questionnaire(connection, [[row.rubric, row.criterion] for row in judged])
    connection.execute(
        update(calls)
        .where(calls.c.id == call_id)
        .values(
            questionnaire_id=which,
            answered="".join(letters),
            **{name: case((has_moment(name), True), else_=False) for name in MARKS},
        )
    )


def counted(
    connection: Connection, period: ColumnElement[int], where: Iterable[ColumnElement[bool]]
) -> pl.DataFrame:
    """A row a period, criterion and outcome that counts: on how many of these calls.

    `period` must be labelled so.
    """
    piece = (calls.c.id // _PIECE).label("piece")
    strung = func.aggregate_strings(calls.c.answered, "")
    query = (
        select(period, calls.c.questionnaire_id, piece, strung)
        .where(calls.c.answered != "", *where)
        .group_by("period", calls.c.questionnaire_id, "piece")
    )
    asked = dict(connection.execute(select(questionnaires.c.id, questionnaires.c.asked)).all())
    totals: dict[tuple[int, int], Any] = defaultdict(int)
    for place, which, _, letters in connection.execute(query.execution_options(yield_per=8)):
        totals[place, which] = totals[place, which] + _sums(letters, len(asked[which]))
    rows = [
        (place, rubric, criterion, outcome, int(count))
        for (place, which), sums in totals.items()
        for (rubric, criterion), counts in zip(asked[which], sums.T, strict=True)
        for outcome, count in zip(LETTERS, counts, strict=True)
        if count
    ]
    keys = ["period", "rubric", "criterion", "outcome"]
    found = pl.DataFrame(rows, schema=_COUNTED, orient="row")
    return found.group_by(keys).agg(pl.col("calls").sum()).sort(keys)


def _sums(letters: str, questions: int) -> Any:
    """How often each question has each letter [shape=(letters, questions)]."""
    table = np.frombuffer(letters.encode("ascii"), np.uint8).reshape(-1, questions)
    return np.stack([(table == ord(letter)).sum(axis=0) for letter in LETTERS.values()])


def _questionnaire(connection: Connection, asked: list[list[str]]) -> int:
    """Its number; made where no call was asked just this before."""
    sha256 = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
    query = select(questionnaires.c.id).where(questionnaires.c.sha256 == sha256)
    found = connection.execute(query).scalar()
    if found is None:
        found = insert_once(connection, questionnaires, {"sha256": sha256, "asked": asked})
    return int(found if found is not None else connection.execute(query).scalar_one())
