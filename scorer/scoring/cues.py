"""Cues by their wording: what in a turn's words was said, and exactly where it stands.

    rubrics = load()
    for hit in find(rubrics.cues, turn, only={"promise", "apology"}):
        hit.cue, hit.quote, hit.start, hit.end      # quote == turn.text[slice of its sentence]
        evidence(index, turn, hit)                  # an Evidence with times from the turn's words

`CueBook.find` scans a turn once for all cues: each pattern has a word that a text must hold to
match it, so only the few patterns whose word was said are run. Cues that need more than one turn
(timing, echo, "asked again") are found by `scorer.scoring.sightings.sight`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from scorer.call import Turn
from scorer.scorecard import Evidence
from scorer.scoring import tokens, vocabulary
from scorer.scoring.encoder_weights import REMEDY
from scorer.scoring.meaning import Meanings
from scorer.scoring.pattern import Pattern, compile_pattern, lists_in
from scorer.scoring.schema import CueEntry
from scorer.scoring.tokens import Reading

Lists = Mapping[str, Sequence[str]]  # a word list's name: its phrases
_NEGATION_REACH = 3  # words: "not really very sorry"
_INDEXES = 8  # sets of cues whose patterns are kept by their words
# A word: the patterns that it may begin, each with its cue and what else it needs.
_Index = dict[str, list[tuple[str, Pattern, tuple[frozenset[str], ...]]]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a text.

    `text[start:end]` is what matched; `quote` is the sentence around it, letter for letter, which
    begins at `quote_start`. `strength` in [0, 1] is how surely these words mean the cue.
    """

    cue: str
    start: int
    end: int
    quote: str
    quote_start: int
    strength: float = 1.0


class CueBook:
    """All cues of a set of rubrics, ready to be looked for. Immutable once made."""

    def __init__(self, entries: Iterable[tuple[CueEntry, Lists]]) -> None:
        """Each cue comes with the word lists that its patterns may name.

        Raises PatternError where a pattern cannot be read.
        """
        self.entries: dict[str, CueEntry] = {}
        self._lists: dict[str, Lists] = {}
        self._unless: dict[str, tuple[Pattern, ...]] = {}
        self._worded: list[tuple[str, Pattern]] = []
        self._indexed: dict[frozenset[str] | None, _Index] = {}
        for entry, lists in entries:
            self.entries[entry.id], self._lists[entry.id] = entry, lists
            for source in entry.wording:
                self._worded.append((entry.id, compile_pattern(source, lists)))
            if entry.unless:
                self._unless[entry.id] = tuple(
                    compile_pattern(source, lists) for source in entry.unless
                )

    @cached_property
    def meanings(self) -> Meanings | None:
        """What the examples of the cues by meaning taught, when first asked for; None where there
        are none, or no weights of a sentence encoder on this machine."""
        return Meanings.taught(self.entries)

    @property
    def read_by(self) -> dict[str, str | None]:
        """What read the cues by meaning, for a scorecard's provenance: the encoder's SHA-256, or
        None and a note where they were left out."""
        if not any(entry.meaning for entry in self.entries.values()):
            return {"encoder_sha256": None, "note": "no cue asks for meaning"}
        if self.meanings is None:
            left_out = f"cues by meaning were left out, the encoder is not here: {REMEDY}"
            return {"encoder_sha256": None, "note": left_out}
        return {"encoder_sha256": self.meanings.encoder.sha256, "note": None}

    def written(self, cue: str) -> str:
        """All that decides where a cue is seen, as text: how its entry sees it, and what stands in
        the word lists that its patterns name."""
        entry = self.entries[cue]
        seen_by = entry.model_copy(update={"matches": (), "counters": (), "means": ""})
        lists = lists_in((*entry.wording, *entry.unless), self._lists[cue])
        return f"{seen_by!r}{sorted(lists.items())}"

    def find(self, reading: Reading, only: Collection[str] | None = None) -> tuple[Hit, ...]:
        """Every wording cue in a reading, in the order of speech; overlapping hits of one cue are
        one, the longest. `only`: look for no others."""
        said, index = reading.vocabulary, self._index(only)
        likely: dict[int, tuple[str, Pattern]] = {}
        for word in said:
            for cue, pattern, needs in index.get(word, ()):
                if not any(map(said.isdisjoint, needs)):
                    likely[id(pattern)] = cue, pattern
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for cue, pattern in likely.values():
            if spans := _spans(pattern, reading):
                found[cue].extend(spans)
        hits = [
            self._hit(cue, reading, first, last)
            for cue, spans in found.items()
            for first, last in _longest(self._kept(cue, spans, reading))
        ]
        return tuple(sorted(hits, key=lambda hit: (hit.start, hit.cue)))

    def _index(self, only: Collection[str] | None) -> _Index:
        """The patterns of some cues by the words that they can be found by."""
        wanted = None if only is None else frozenset(only)
        if wanted not in self._indexed:
            made: _Index = defaultdict(list)
            for cue, pattern in self._worded:
                if wanted is None or cue in wanted:
                    for word in pattern.anchors:
                        made[word].append((cue, pattern, pattern.others))
            if len(self._indexed) >= _INDEXES:
                self._indexed.clear()
            self._indexed[wanted] = made
        return self._indexed[wanted]

    def _kept(
        self, cue: str, spans: list[tuple[int, int]], reading: Reading
    ) -> list[tuple[int, int]]:
        entry = self.entries[cue]
        if not spans or not fits(entry, reading, reading.spoken):
            return []
        if entry.negation == "refuse":
            spans = [span for span in spans if not negated(reading, span[0])]
        blocked = [at for unless in self._unless.get(cue, ()) for at in _spans(unless, reading)]
        return [
            (first, last)
            for first, last in spans
            if not any(begin <= last and first <= end for begin, end in blocked)
        ]

    def _hit(self, cue: str, reading: Reading, first: int, last: int) -> Hit:
        begin, end = reading.sentence(first, last)
        start, stop = reading.spans[first][0], reading.spans[last][1]
        strength = self.entries[cue].strength
        return Hit(cue, start, stop, reading.text[begin:end], begin, strength)


def find(book: CueBook, turn: Turn, only: Collection[str] | None = None) -> tuple[Hit, ...]:
    """Every wording cue in one turn, on its own. See `CueBook.find`."""
    return book.find(_reading(turn.text), only)


def evidence(index: int, turn: Turn, hit: Hit) -> Evidence:
    """A hit as evidence: its quote, and when it was said."""
    return quote(index, turn, hit.quote_start, hit.quote_start + len(hit.quote))


def quote(index: int, turn: Turn, begin: int, end: int) -> Evidence:
    """`turn.text[begin:end]` as evidence, timed by the turn's words where it has them.

    Words are found in the text in order; without words (a written transcript) the turn's own times
    stand in, which may both be None.
    """
    start, stop = turn.start, turn.end
    at, inside = 0, []
    for word in turn.words:
        place = turn.text.find(word.text.strip(), at)
        if place < 0:
            continue
        at = place + len(word.text.strip())
        if place < end and at > begin:
            inside.append(word)
    if inside:
        start, stop = inside[0].start, inside[-1].end
    return Evidence(index, turn.text[begin:end], start, stop)


def negated(reading: Reading, first: int) -> bool:
    """Whether a "not" shortly before word `first` denies it: "I'm not really sorry"."""
    words = reading.words
    if words[first] in vocabulary.FRESH_STARTS:
        return False
    if first and words[first - 1] == "no":
        return True
    for back in range(first - 1, max(-1, first - 1 - _NEGATION_REACH), -1):
        if words[back] in (tokens.STOP, tokens.ASK, "but"):
            return False
        if words[back] in vocabulary.NEGATORS:
            return True
    return False


def fits(entry: CueEntry, reading: Reading, spoken: int) -> bool:
    """Whether a turn of so many words `spoken` is as long as a cue asks, and a question or none."""
    if entry.at_least_words is not None and spoken < entry.at_least_words:
        return False
    if entry.at_most_words is not None and spoken > entry.at_most_words:
        return False
    return entry.question is None or (tokens.ASK in reading.words) == entry.question


def _spans(pattern: Pattern, reading: Reading) -> list[tuple[int, int]]:
    """First and last word of each place where a pattern matches."""
    if pattern.anchors.isdisjoint(reading.vocabulary):
        return []
    return [
        (reading.index_at(match.start("hit")), reading.index_at(match.end("hit") - 1))
        for match in pattern.regex.finditer(reading.joined)
        if match.end("hit") > match.start("hit")
    ]


def _longest(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping spans made one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


@lru_cache(maxsize=4096)
def _reading(text: str) -> Reading:
    return tokens.read(text)
