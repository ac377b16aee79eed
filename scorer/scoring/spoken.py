"""Every sentence of a call, and how surely it means each cue by meaning.

Sentences are read once, for all rubrics; nothing is meant where the encoder's weights are absent.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scorer.scoring.cues import CueBook
from scorer.scoring.encoder import Floats
from scorer.scoring.lessons import Pool
from scorer.scoring.sentences import Sentence, sentences
from scorer.scoring.solving import Doubles
from scorer.scoring.talk import Conversation, Sighting


class Spoken:
    """The sentences of a conversation, in its order; what was only a nod is none."""

    def __init__(self, conversation: Conversation, book: CueBook) -> None:
        self.conversation = conversation
        self.book = book
        self._read: dict[Pool, Doubles] = {}

    @cached_property
    def sentences(self) -> tuple[tuple[int, Sentence], ...]:
        """Each sentence with the turn that it stands in."""
        return tuple(
            (place, sentence)
            for place, reading in enumerate(self.conversation.readings)
            if not self.conversation.nods[place]
            for sentence in sentences(reading)
        )

    def strengths(self, cue: str, pool: Pool = "calls") -> Doubles | None:
        """How surely each sentence means a cue, whoever said it [shape=(sentences,)], in [0, 1];
        None where it is not known by meaning, not in that pool, or there is no encoder."""
        meanings = self.book.meanings if self.book.entries[cue].meaning else None
        if meanings is None or cue not in meanings.cues.get(pool, ()):
            return None
        if pool not in self._read:
            plain = [sentence.plain for _, sentence in self.sentences]
            self._read[pool] = meanings.strengths(plain, pool)
        found: Doubles = self._read[pool][:, meanings.cues[pool].index(cue)]
        return found

    def knows(self, cue: str) -> bool:
        """Whether there is such a cue, and it is known by meaning."""
        entry = self.book.entries.get(cue)
        return entry is not None and entry.meaning is not None

    @cached_property
    def vectors(self) -> Floats:
        """Each sentence as any talk is read, and as calls are; and the most of any piece of it, in
        both readings [shape=(sentences, 4, 384)]."""
        assert self.book.meanings is not None
        return self.book.meanings.vectors([sentence.plain for _, sentence in self.sentences])

    def by_whom(self, cue: str) -> str:
        """Whose sentences are looked at for a cue by meaning: "agent", "customer" or "either"."""
        meaning = self.book.entries[cue].meaning
        return meaning.by if meaning else "either"

    def by(self, party: str) -> NDArray[np.bool_]:
        """Whether each sentence was said by a party, "either" being any [shape=(sentences,)]."""
        if party == "either":
            return np.ones(len(self.sentences), np.bool_)
        return self._by[party]

    def sightings(self, cue: str, pool: Pool, at_least: float) -> list[Sighting]:
        """The sentences that mean a cue at least so surely, of those whom it is looked for in."""
        meaning, strengths = self.book.entries[cue].meaning, self.strengths(cue, pool)
        if meaning is None or strengths is None:
            return []
        places = np.flatnonzero(self.by(meaning.by) & (strengths >= at_least))
        return [self.sighting(cue, int(place), float(strengths[place])) for place in places]

    def sighting(self, cue: str, number: int, strength: float) -> Sighting:
        """Sentence `number` as what shows a cue."""
        turn, sentence = self.sentences[number]
        return Sighting(cue, turn, sentence.begin, sentence.end, sentence.begin, strength)

    @cached_property
    def turns(self) -> NDArray[np.int64]:
        """The turn of each sentence [shape=(sentences,)]."""
        return np.array([turn for turn, _ in self.sentences], np.int64)

    @cached_property
    def _by(self) -> dict[str, NDArray[np.bool_]]:
        sides = [self.conversation.sides[turn] for turn, _ in self.sentences]
        return {
            party: np.array([side == party for side in sides], np.bool_)
            for party in ("agent", "customer")
        }
