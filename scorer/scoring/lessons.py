"""Lessons: what the examples of cues by meaning say, and solving what they teach.

An example says that it means its cue, and by that not the others; one under `unlike` says only what
it does not mean; calls labelled sentence by sentence (`scorer.scoring.labelled`) say both. Cues of
one `lesson` are solved together, in a pool; those of conduct twice, for calls and for talk of any
kind (`scorer.scoring.meaning` has why).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.paths import shipped
from scorer.scoring import labelled
from scorer.scoring.encoder import WIDTH, Encoder, Floats
from scorer.scoring.labelled import Told, told_by_calls
from scorer.scoring.schema import CONDUCT, CueEntry, Meaning
from scorer.scoring.sentences import plain
from scorer.scoring.solving import Doubles, regressions, ridge
from scorer.threads import one_thread, shared_out

#: "talk" of any kind and service "calls" are of conduct; any other lesson is a pool by its name.
Pool = str

_AT_ONCE = 500  # examples read between two steps of a progress bar


def by_meaning(entries: Mapping[str, CueEntry]) -> dict[str, Meaning]:
    """The lessons of those cues that have one."""
    return {cue: entry.meaning for cue, entry in entries.items() if entry.meaning}


def pool_of(meaning: Meaning) -> Pool:
    """Where a cue is looked for in calls."""
    return "calls" if meaning.lesson == CONDUCT else meaning.lesson


def pools_of(cues: Mapping[str, Meaning]) -> tuple[Pool, ...]:
    """All pools that these cues need, each in the order of its first cue."""
    return ("talk", *dict.fromkeys(pool_of(one) for one in cues.values()))


def of_pool(cues: Mapping[str, Meaning], pool: Pool) -> dict[str, Meaning]:
    """The lessons as one pool knows them: talk at large has none of what is `calls` alone."""
    if pool == "talk":
        return {cue: one for cue, one in cues.items() if one.lesson == CONDUCT and one.like}
    return {
        cue: one.model_copy(
            update={
                "like": tuple(dict.fromkeys((*one.like, *one.calls))),
                "unlike": tuple(dict.fromkeys((*one.unlike, *one.calls_unlike))),
            }
        )
        for cue, one in cues.items()
        if pool_of(one) == pool
    }


def teach(encoder: Encoder, pool: Pool, lessons: Mapping[str, Meaning]) -> dict[str, NDArray[Any]]:
    """What a pool's examples teach, and for calls all that is labelled sentence by sentence."""
    with one_thread():  # threads wait longer than they work
        if pool == "calls":
            found = _of_calls(encoder, lessons)
        else:
            examples, targets = examples_of(lessons)
            vectors = _vectors(encoder.embed, examples)
            if pool == "talk":
                found = regressions(vectors.astype(np.float64), targets)
            else:
                found = ridge(vectors, targets, [one.by for one in lessons.values()])
    lesson = {"lesson": np.array(digest(encoder, pool, lessons))}
    return lesson | found | _word_for_word(lessons)


def _word_for_word(lessons: Mapping[str, Meaning]) -> dict[str, NDArray[Any]]:
    """What each example says of its own cue, by the number of its words, for sentences that are an
    example word for word."""
    said = {
        (number_of(plain(example)), column, means)
        for column, lesson in enumerate(lessons.values())
        for examples, means in ((lesson.like, 1), (lesson.unlike, -1))
        for example in examples
    }
    at_odds = {(number, column) for number, column, means in said if means < 0} & {
        (number, column) for number, column, means in said if means > 0
    }
    rows = sorted(one for one in said if one[:2] not in at_odds)
    numbers, columns, means = zip(*rows, strict=True)
    return {
        "said": np.array(numbers, np.uint64),
        "said_of": np.array(columns, np.int16),
        "said_means": np.array(means, np.int8),
    }


def number_of(words: str) -> int:
    """In [0, 2**64): by it a sentence is known, in the words that the encoder is given."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big")


def _of_calls(encoder: Encoder, lessons: Mapping[str, Meaning]) -> dict[str, NDArray[Any]]:
    """Examples and calls together teach; calls that teach nothing say how sure that is."""
    examples, targets = examples_of(lessons)
    said, told = _telling(*told_by_calls(lessons, "taught"))
    held, asked = _telling(*told_by_calls(lessons, "held"))
    vectors, unseen = (
        _vectors(encoder.embed_of_calls, some).astype(np.float64)
        for some in ((*examples, *said), held)
    )
    return regressions(vectors, np.concatenate([targets, told]), unseen, asked)


def _vectors(read: Callable[[Sequence[str]], Floats], examples: Sequence[str]) -> Floats:
    """The vectors of thousands of examples, with a bar on a terminal."""
    some = [examples[at : at + _AT_ONCE] for at in range(0, len(examples), _AT_ONCE)]

    def vectors(examples: Sequence[str]) -> Floats:
        return read([plain(one) for one in examples])

    none = np.zeros((0, WIDTH), np.float32)  # a lead's own cues may be in no call
    return np.concatenate([none, *shared_out(vectors, some, "reading examples")])


def _telling(sentences: Sequence[str], told: Told) -> tuple[tuple[str, ...], Told]:
    """Those that say something of these cues: a lead's own cues may be in no call."""
    rows = np.flatnonzero(told.any(axis=1))
    return tuple(sentences[row] for row in rows.tolist()), told[rows]


def digest(encoder: Encoder, pool: Pool, lessons: Mapping[str, Meaning]) -> str:
    """Of all that what a pool teaches depends on, as hexadecimal text."""
    of_calls = pool == "calls"
    told = hashlib.sha256(_ways().encode())
    told.update((encoder.sha256_of_calls if of_calls else encoder.sha256).encode())
    told.update((labelled.digest() if of_calls else "").encode())
    for cue, one in lessons.items():
        told.update(repr((pool, cue, one.by, one.like, one.unlike, one.beside)).encode())
    return told.hexdigest()


@cache
def _ways() -> str:
    """A digest of how sentences are read, and of how lessons are solved."""
    told = hashlib.sha256()
    for name in ("tokens.py", "vocabulary.py", "sentences.py", "lessons.py", "solving.py"):
        told.update(shipped(f"scoring/{name}").read_bytes())
    return told.hexdigest()


def examples_of(lessons: Mapping[str, Meaning]) -> tuple[tuple[str, ...], Doubles]:
    """Every example sentence, and what it says of each cue: 1 meant, -1 not meant, 0 nothing.

    What customers say is no contrast to what agents mean, nor the other way round.
    """
    rows: dict[str, Doubles] = {}
    column = {cue: place for place, cue in enumerate(lessons)}
    for cue, lesson in lessons.items():
        apart = [-1.0 if other.by == lesson.by else 0.0 for other in lessons.values()]
        for example in lesson.like:
            row = rows.setdefault(example, np.array(apart))
            for other in lesson.beside:
                if other in column:
                    row[column[other]] = max(row[column[other]], 0.0)
            row[column[cue]] = 1.0
    for cue, lesson in lessons.items():
        for example in lesson.unlike:
            # It is said what it does not mean; what else it may mean is left open.
            row = rows.setdefault(example, np.zeros(len(column)))
            row[column[cue]] = -1.0
    return tuple(rows), np.stack(list(rows.values()))
