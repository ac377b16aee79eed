"""Cues by their meaning: how near a sentence comes to what a lead gave as examples of a cue.

A cue's `like` sentences show it and its `unlike` ones do not; the `like` of every other cue are
contrast too, but for those named `beside`, which can be meant at the same time. From them a
logistic regression is solved for each cue, on the sentences' vectors, so what is kept is one small
matrix, however many examples there are. An example of which it is not said whether it means a cue
takes no part in that cue's. How sure a value is comes from the examples themselves, each held out
in turn. Cues of another `lesson` take no part either: they may be meant at the same time.
What is an example word for word means what is said of it, whatever the others taught.

Lessons of other rooms (the outcome's) have few cues and look at pieces of sentences; for them one
ridge regression is solved on random Fourier features (Rahimi & Recht 2007, *Random features for
large-scale kernel machines*), by which an example reaches no further than its like.

    meanings = Meanings.taught(cues)        # None where no weights of a model are on the machine
    meanings.strengths(["you want it by friday ."])     # [shape=(1, cues)], in [0, 1]

The lesson of conduct is solved twice. Moments are looked for on calls, so there all examples teach,
those under `calls` too, and calls labelled sentence by sentence (`scorer.scoring.labelled`); they
are read by layers that were taught to read calls, and how sure a value is comes from calls that
taught nothing. What `shown` compares is talk of any kind, whose proportions thousands of sentences
of service calls shift; there only `like` and `unlike` teach, and the mean of both is taken. Any
other lesson is a pool of its own. Those are read by MiniLM as it is; a sentence is read once by
each.

What the shipped cues teach lies ready in `taught.npz` (`python -m tests.training.meaning`). Once a
lead has edited an example, its pool is taught anew and laid aside in the installation's own folder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from scorer.paths import shipped
from scorer.scoring.encoder import WIDTH, Encoder, Floats
from scorer.scoring.lessons import Pool, by_meaning, digest, number_of, of_pool, pools_of, teach
from scorer.scoring.products import product
from scorer.scoring.schema import CueEntry, Meaning
from scorer.scoring.sentences import plain
from scorer.scoring.solving import Doubles, features_of
from scorer.scoring.taught_files import keep, laid_aside, ready

Bytes = NDArray[np.uint8]
Kept = TypeVar("Kept")
_OTHERS = "others"  # all pools but "calls"
TAUGHT = "scoring/taught.npz"  # what the shipped cues teach, as a file that ships
_STEP = 100  # strengths are rounded to 1/100
_REMEMBERED = 20_000  # sentences whose strengths are kept: some ten megabytes,
_IN_FULL = 2_000  # and those whose vectors are kept as well: six


@dataclass(frozen=True)
class Taught:
    """What the examples of a pool taught: log-odds as a sum, with a column for each cue."""

    weights: Floats  # [shape=(384, cues)] of a vector's elements, or of its [shape=(2048, cues)]
    offset: Doubles  # [shape=(cues,)]
    # Of which cue an example, by the number of its words, says that it means it or does not.
    said: NDArray[np.uint64]  # in order [shape=(sayings,)]
    said_of: NDArray[np.int16]
    said_means: NDArray[np.bool_]

    def odds(self, vectors: Floats, features: Floats) -> Doubles:
        """Log-odds that each sentence means each cue [shape=(sentences, cues)]."""
        rows = vectors if len(self.weights) == vectors.shape[1] else features
        odds: Doubles = product(rows, self.weights) + self.offset
        return odds

    def hundredths(self, sentences: Sequence[str], odds: Doubles) -> Bytes:
        """How surely each sentence means each cue, of a hundred; what is an example word for word
        means what is said of it."""
        surely: Bytes = np.round(_STEP / (1 + np.exp(-odds))).astype(np.uint8)
        numbers = np.array([number_of(one) for one in sentences], np.uint64)
        first, last = (np.searchsorted(self.said, numbers, side) for side in ("left", "right"))
        for row in np.flatnonzero(last > first):
            some = slice(first[row], last[row])
            surely[row, self.said_of[some]] = self.said_means[some] * _STEP
        return surely


@dataclass(frozen=True)
class Meanings:
    """What the cues' examples taught. `cues` gives the order of columns in each pool."""

    cues: Mapping[Pool, tuple[str, ...]]
    encoder: Encoder
    taught_by: Mapping[Pool, Taught]

    @staticmethod
    def taught(entries: Mapping[str, CueEntry]) -> Meanings | None:
        """From the cues that have a `meaning`; None without any, or without a model.

        Raises ScorerError where a model's file is there but is not the one we know.
        """
        cues = by_meaning(entries)
        encoder = Encoder.load() if cues else None
        if encoder is None:
            return None
        lessons = {pool: some for pool in pools_of(cues) if (some := of_pool(cues, pool))}
        return Meanings(
            {pool: tuple(some) for pool, some in lessons.items()},
            encoder,
            {pool: _taught(encoder, pool, some) for pool, some in lessons.items()},
        )

    def strengths(self, sentences: Sequence[str], pool: Pool = "calls") -> Doubles:
        """How surely each sentence means each cue [shape=(sentences, cues)], in [0, 1]."""
        found = _of(self._known[self._together(pool)], sentences)
        new = [one for one in dict.fromkeys(sentences) if one not in found]
        if new:
            found |= self._read(new, pool)
        columns = self._columns[pool]
        if not found:
            return np.zeros((0, columns.stop - columns.start))
        strengths: Doubles = np.stack([found[one] for one in sentences])[:, columns] / _STEP
        return strengths

    def vectors(self, sentences: Sequence[str]) -> Floats:
        """Each sentence as any talk is read, and as calls are; and the most of any piece of it, in
        both readings [shape=(sentences, 4, 384)]. In half precision, which is enough."""
        found = _of(self._vectors, sentences)
        new = [one for one in dict.fromkeys(sentences) if one not in found]
        if new:
            found |= self._embedded(new)
        vectors = [found[one] for one in sentences]
        return np.array(vectors, np.float32).reshape(-1, 4, WIDTH)

    def nearest(self, sentence: str, among: Iterable[str]) -> str:
        """The example nearest to a sentence `among` some (of a cue), as it was written."""
        examples = tuple(among)
        if examples not in self._placed:
            self._placed[examples] = self.encoder.embed([plain(one) for one in examples])
        cosines = self._placed[examples] @ self.encoder.embed([sentence])[0]
        return examples[int(np.argmax(cosines))]

    @cached_property
    def unlearned(self) -> frozenset[str]:
        """The cues whose examples cannot be told from what does not mean them, in some pool: all
        that is seen of them are examples word for word."""
        return frozenset(
            cue
            for pool, cues in self.cues.items()
            for column, cue in enumerate(cues)
            if not self.taught_by[pool].weights[:, column].any()
        )

    def _read(self, new: Sequence[str], pool: Pool) -> dict[str, Bytes]:
        """What sentences mean to a pool and those together with it; all else that was read on the
        way is kept as well."""
        if pool == "calls":
            both, most = self.encoder.embed_twice(new)
            plainly, vectors = both
            self._keep(new, self._hundredths(new, plainly, _OTHERS), _OTHERS)
            self._keep_in_full(new, both, most)
        else:
            vectors = self.encoder.embed(new)
        together = self._together(pool)
        return self._keep(new, self._hundredths(new, vectors, together), together)

    def _embedded(self, new: Sequence[str]) -> dict[str, NDArray[np.float16]]:
        return self._keep_in_full(new, *self.encoder.embed_twice(new))

    def _keep_in_full(
        self, new: Sequence[str], both: Floats, most: Floats
    ) -> dict[str, NDArray[np.float16]]:
        read = np.concatenate([both, most]).astype(np.float16).swapaxes(0, 1)
        made = dict(zip(new, np.ascontiguousarray(read), strict=True))
        if len(self._vectors) + len(made) > _IN_FULL:
            self._vectors.clear()
        self._vectors.update(made)
        return made

    def _keep(self, new: Sequence[str], read: Bytes, together: str) -> dict[str, Bytes]:
        made = dict(zip(new, read, strict=True))
        known = self._known[together]
        if len(known) + len(made) > _REMEMBERED:
            known.clear()
        known.update(made)
        return made

    def _together(self, pool: Pool) -> str:
        """The pools that are read by the same layers: those for calls, and all others."""
        return "calls" if pool == "calls" else _OTHERS

    def _hundredths(self, sentences: Sequence[str], vectors: Floats, together: str) -> Bytes:
        """How surely each sentence means each cue of some pools, of a hundred."""
        taught = [one for pool, one in self.taught_by.items() if self._together(pool) == together]
        features = features_of(vectors) if together == _OTHERS else vectors
        odds = [one.odds(vectors, features) for one in taught]
        surely = [one.hundredths(sentences, own) for one, own in zip(taught, odds, strict=True)]
        return np.concatenate([np.zeros((len(vectors), 0), np.uint8), *surely], axis=1)

    @cached_property
    def _columns(self) -> Mapping[Pool, slice]:
        """Where a pool's cues stand among those that are read together with it."""
        found, at = {}, {"calls": 0, _OTHERS: 0}
        for pool, cues in self.cues.items():
            begin = at[self._together(pool)]
            found[pool] = slice(begin, begin + len(cues))
            at[self._together(pool)] += len(cues)
        return found

    @cached_property
    def _known(self) -> dict[str, dict[str, Bytes]]:
        """What sentences were found to mean, by the pools that are read together."""
        return defaultdict(dict)

    @cached_property
    def _vectors(self) -> dict[str, NDArray[np.float16]]:
        """The vectors of the sentences read last."""
        return {}

    @cached_property
    def _placed(self) -> dict[tuple[str, ...], Floats]:
        """The vectors of examples, for explanations only."""
        return {}


def _of(known: Mapping[str, Kept], sentences: Iterable[str]) -> dict[str, Kept]:
    """What is known of some sentences; another thread may make room meanwhile."""
    return {one: kept for one in sentences if (kept := known.get(one)) is not None}


def _taught(encoder: Encoder, pool: Pool, lessons: Mapping[str, Meaning]) -> Taught:
    """As it lies ready, or learned now."""
    lesson = digest(encoder, pool, lessons)
    aside = laid_aside("meaning", lesson)
    solved = ready(shipped(TAUGHT), lesson, f"{pool}_") or ready(aside, lesson)
    if solved is None:
        solved = teach(encoder, pool, lessons)
        keep(aside, solved)
    return Taught(
        solved["weights"].astype(np.float32),
        solved["offset"],
        solved["said"],
        solved["said_of"],
        solved["said_means"] > 0,
    )
