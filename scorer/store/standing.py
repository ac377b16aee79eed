"""Which of people's words stand: what its author took back counts no more.

A matter is a criterion of a call, or what became of its customer. Taking back appends a record too,
whose outcome is `TAKEN_BACK`. From then on nothing that its author said of the matter before
counts; what others said, else the machine's word, stands again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, FromClause, RowMapping, Table, and_, exists

from scorer.errors import ScorerError
from scorer.store.access import Person
from scorer.store.schema import edits

TAKEN_BACK = "taken_back"
#: What records have in common that one author wrote on one matter, where the table has it.
_SAME = ("call_id", "rubric", "criterion", "author")


def by_criterion(said: Iterable[RowMapping]) -> Mapping[tuple[str, str], Sequence[RowMapping]]:
    """A call's edits, those of each criterion together."""
    found: dict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    for edit in said:
        found[edit["rubric"], edit["criterion"]].append(edit)
    return found


def last_word(said: Iterable[RowMapping]) -> RowMapping | None:
    """The last word that stands, of all that was said of a matter from the oldest on."""
    left: list[RowMapping] = []
    for word in said:
        if word["outcome"] == TAKEN_BACK:
            left = [each for each in left if each["author"] != word["author"]]
        else:
            left.append(word)
    return left[-1] if left else None


def counting(said: Iterable[RowMapping], machine: str) -> str:
    """What counts of a matter: the last word that stands, else the machine's."""
    last = last_word(said)
    return str(last["outcome"]) if last else machine


def retractable(said: Sequence[RowMapping], machine: str) -> bool:
    """Whether the same counts without what the author of the last word said."""
    last = last_word(said)
    if last is None:
        return False
    others = (each for each in said if each["author"] != last["author"])
    return counting(others, machine) == str(last["outcome"])


def taken_back(person: Person, said: Sequence[RowMapping], machine: str) -> dict[str, str]:
    """What a record says by which the person takes back the last word on a matter.

    Raises ScorerError where another's word counts, and where something else would count without
    theirs: such a change is changed back, with a reason.
    """
    last = last_word(said)
    if last is None or last["author"] != person.name:
        raise ScorerError("the last word on this is not yours; there is nothing to take back")
    if not retractable(said, machine):
        raise ScorerError("another answer would count without yours; change it, with a reason")
    return {"was": last["outcome"], "outcome": TAKEN_BACK, "reason": ""}


def stands(word: FromClause, table: Table = edits) -> ColumnElement[bool]:
    """The same in SQL: whether a word still counts. `word` is the table or an alias of it."""
    back = table.alias()
    same = (back.c[name] == word.c[name] for name in _SAME if name in table.c)
    later = exists().where(*same, back.c.outcome == TAKEN_BACK, back.c.id > word.c.id)
    return and_(word.c.outcome != TAKEN_BACK, ~later.correlate(word))
