"""The words of a call as the outcome reads them: which of its cues who said, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from scorer.call import Call, Turn
from scorer.outcome.clauses import Talk
from scorer.outcome.meant import meant, strength
from scorer.scorecard import Evidence
from scorer.scoring.cues import CueBook, evidence, quote
from scorer.scoring.rubric import Rubrics, load
from scorer.scoring.talk import Conversation

By = Literal["agent", "customer"]
_PREFIX = "outcome_"  # the cue files of this room: rubrics/cues/outcome_*.yaml


@dataclass(frozen=True, slots=True)
class Said:
    """A cue in turn `turn`, from character `at` on."""

    cue: str
    turn: int
    at: int
    strength: float
    evidence: Evidence

    @property
    def place(self) -> tuple[int, int]:
        """Where in the call: "I was going to leave, but I'll stay" is said in one turn."""
        return self.turn, self.at


class Words:
    """Every outcome cue of a call, found once and asked for often."""

    def __init__(
        self, call: Call, rubrics: Rubrics, conversation: Conversation | None = None
    ) -> None:
        """`conversation` is the call as it was read for its scores, if it was."""
        self.call = call
        self._book = _book(rubrics)
        self.conversation = conversation or Conversation(call)

    def said(self, cues: str | Collection[str], by: By) -> tuple[Said, ...]:
        """Where the customer, or anyone on the agent's side, said one of `cues`, in order."""
        wanted = {cues} if isinstance(cues, str) else set(cues)
        return tuple(
            said
            for said in self._all
            if said.cue in wanted and is_by(self.call.turns[said.turn], by)
        )

    def means(self, cue: str, turn: int, begin: int, end: int) -> bool:
        """Whether a piece of a turn's text means `cue`; never so without an encoder."""
        sure = self.sureness(cue, turn, begin, end)
        meaning = self._book.entries[cue].meaning if sure is not None else None
        return meaning is not None and sure is not None and sure >= meaning.at_least

    def sureness(self, cue: str, turn: int, begin: int, end: int) -> float | None:
        """How surely a piece of a turn's text means `cue`, in [0, 1]; None without an encoder."""
        return strength(self.conversation, self._book, cue, turn, begin, end)

    @cached_property
    def talk(self) -> Talk:
        """The call as clauses."""
        return Talk(self.conversation)

    @cached_property
    def customer_turns(self) -> tuple[int, ...]:
        """The turns in which the customer took the floor and said something."""
        return tuple(
            place
            for place, turn in enumerate(self.call.turns)
            if turn.by_customer
            and turn.kind != "backchannel"
            and self.conversation.readings[place].spoken
        )

    @cached_property
    def customer_words(self) -> int:
        """How many words the customer said."""
        return sum(self.conversation.readings[place].spoken for place in self.customer_turns)

    @cached_property
    def _all(self) -> tuple[Said, ...]:
        found = [*self._worded(), *self._meant()]
        return tuple(sorted(found, key=lambda said: said.place))

    def _worded(self) -> Iterator[Said]:
        mine = frozenset(cue for cue in self._book.entries if cue.startswith(_PREFIX))
        for place, reading in enumerate(self.conversation.readings):
            turn = self.call.turns[place]
            for hit in self._book.find(reading, mine):
                yield Said(hit.cue, place, hit.start, hit.strength, evidence(place, turn, hit))

    def _meant(self) -> Iterator[Said]:
        """What customers mean; of agents it is asked clause by clause (`means`)."""
        theirs = [
            cue
            for cue, entry in self._book.entries.items()
            if cue.startswith(_PREFIX) and entry.meaning and entry.meaning.by == "customer"
        ]
        for seen in meant(self.talk, self._book, theirs):
            words = quote(seen.turn, self.call.turns[seen.turn], seen.begin, seen.end)
            yield Said(seen.cue, seen.turn, seen.at, seen.strength, words)


def is_by(turn: Turn, by: By) -> bool:
    return turn.by_agent if by == "agent" else turn.by_customer


def quotes(found: Iterable[Said], at_most: int = 4) -> tuple[Evidence, ...]:
    """The evidence of what was said, each sentence once, in the order of the call."""
    unique = dict.fromkeys(said.evidence for said in found)
    return tuple(unique)[:at_most]


def _book(rubrics: Rubrics) -> CueBook:
    """The rubrics' own cues; a folder that has none is read with the shipped ones."""
    if any(cue.startswith(_PREFIX) for cue in rubrics.cues.entries):
        return rubrics.cues
    return load().cues
