"""Which of people's words on judgements stand: what its author took back counts no more.

Taking back appends an edit too, whose outcome is `TAKEN_BACK`. From then on nothing that its author
said of the criterion before counts; what others said, else the machine's word, stands again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, FromClause, RowMapping, and_, exists

from scorer.store.schema import edits

TAKEN_BACK = "taken_back"


def last_words(said: Iterable[RowMapping]) -> dict[tuple[str, str], RowMapping]:
    """The last edit that stands of each criterion, of a call's edits from the oldest on."""
    standing: dict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    for edit in said:
        name = (edit["rubric"], edit["criterion"])
        if edit["outcome"] == TAKEN_BACK:
            standing[name] = [each for each in standing[name] if each["author"] != edit["author"]]
        else:
            standing[name].append(edit)
    return {name: left[-1] for name, left in standing.items() if left}


def stands(edit: FromClause) -> ColumnElement[bool]:
    """The same in SQL: whether an edit still counts. `edit` is the table or an alias of it."""
    back = edits.alias()
    same = (back.c[name] == edit.c[name] for name in ("call_id", "rubric", "criterion", "author"))
    later = exists().where(*same, back.c.outcome == TAKEN_BACK, back.c.id > edit.c.id)
    return and_(edit.c.outcome != TAKEN_BACK, ~later.correlate(edit))
