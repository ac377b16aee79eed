"""Whether every cue finds its own examples and none of its counterexamples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scorer.call import AGENT, CUSTOMER, Call, Turn
from scorer.scoring.cues import CueBook
from scorer.scoring.schema import CueEntry, Example
from scorer.scoring.sightings import sight
from scorer.scoring.talk import Conversation, Sighting


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not do what its cue file says. `found` is what matched, if anything."""

    cue: str
    example: str
    expected: bool
    found: str

    def __str__(self) -> str:
        if self.expected:
            return f"{self.cue} should match '{self.example}' and does not"
        return f"{self.cue} should not match '{self.example}' and does, at '{self.found}'"


def check(book: CueBook) -> tuple[Failure, ...]:
    """Try every cue on its `matches` and `counters`; the failures, none if all is well.

    Cues by meaning are left untried where no encoder is on this machine (`untried`).
    """
    left_out = set(untried(book))
    return tuple(
        failure
        for entry in book.entries.values()
        if entry.id not in left_out
        for failure in _failures(book, entry)
    )


def untried(book: CueBook) -> tuple[str, ...]:
    """The cues that cannot be tried here: those by meaning, without an encoder."""
    by_meaning = tuple(cue for cue, entry in book.entries.items() if entry.meaning)
    return by_meaning if book.meanings is None else ()


def _failures(book: CueBook, entry: CueEntry) -> Iterator[Failure]:
    examples = [(example, True) for example in entry.matches]
    examples += [(example, False) for example in entry.counters]
    for example, expected in examples:
        found = _try(book, entry.id, example)
        if bool(found) != expected:
            said = example if isinstance(example, str) else example.said
            at = said[found[0].begin : found[0].end] if found else ""
            yield Failure(entry.id, said, expected, at)


def _try(book: CueBook, cue: str, example: str | Example) -> list[Sighting]:
    """The cue in an example, said by an agent after what the customer said before, if anything;
    the other way round for a cue that only customers give."""
    if isinstance(example, str):
        before, said, then = "", example, ""
    else:
        before, said, then = example.before, example.said, example.then
    meaning = book.entries[cue].meaning
    theirs = meaning is not None and meaning.by == "customer"
    speaker, other = (CUSTOMER, AGENT) if theirs else (AGENT, CUSTOMER)
    turns = (Turn(other, before), Turn(speaker, said), Turn(other, then))
    seen = sight(Conversation(Call("example", turns)), book, {cue})[cue]
    return [one for one in seen if one.turn == 1]
