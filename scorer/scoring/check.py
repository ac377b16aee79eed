"""Whether every cue finds its own examples and none of its counterexamples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scorer.call import AGENT, CUSTOMER, Call, Turn
from scorer.scoring.cues import CueBook
from scorer.scoring.schema import CueEntry, Example
from scorer.scoring.sightings import sight
from scorer.scoring.talk import Conversation, Sighting
from scorer.scoring.yaml_files import YamlFile


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not do what its cue file says. `found` is what matched, if anything;
    `place` is the file and the line of the example."""

    cue: str
    example: str
    expected: bool
    found: str
    place: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        if self.expected:
            return f"{where}{self.cue} should match '{self.example}' and does not"
        return f"{where}{self.cue} should not match '{self.example}' and does, at '{self.found}'"


def check(book: CueBook, folder: Path | None = None) -> tuple[Failure, ...]:
    """Try every cue on its `matches` and `counters`; the failures, none if all is well.

    Each names its place where `folder` is given, from which the cues were loaded. Cues by meaning
    are left untried where no encoder is on this machine (`untried`).
    """
    left_out = set(untried(book))
    wrong = [
        (failure, example)
        for entry in book.entries.values()
        if entry.id not in left_out
        for failure, example in _failures(book, entry)
    ]
    places = _places(folder) if wrong and folder is not None else {}
    return tuple(
        replace(failure, place=places.get((failure.cue, *example), ""))
        for failure, example in wrong
    )


def _places(folder: Path) -> dict[tuple[str, str, int], str]:
    """The file and the line of every example, by its cue, its field and its number there."""
    files = [YamlFile(path) for path in sorted(folder.glob("cues/*.yaml"))]
    return {
        (cue["id"], field, number): f"{file.path}:{file.line(('cues', place, field, number))}"
        for file in files
        for place, cue in enumerate(file.values["cues"])
        for field in ("matches", "counters")
        for number in range(len(cue.get(field, ())))
    }


def untried(book: CueBook) -> tuple[str, ...]:
    """The cues that cannot be tried here: those by meaning, without an encoder."""
    by_meaning = tuple(cue for cue, entry in book.entries.items() if entry.meaning)
    return by_meaning if book.meanings is None else ()


def _failures(book: CueBook, entry: CueEntry) -> Iterator[tuple[Failure, tuple[str, int]]]:
    """What fails, with the field of the example and its number there."""
    for field, examples in (("matches", entry.matches), ("counters", entry.counters)):
        expected = field == "matches"
        for number, example in enumerate(examples):
            found = _try(book, entry.id, example)
            if bool(found) != expected:
                said = example if isinstance(example, str) else example.said
                at = said[found[0].begin : found[0].end] if found else ""
                yield Failure(entry.id, said, expected, at), (field, number)


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
