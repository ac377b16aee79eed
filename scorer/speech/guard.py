"""Keeps out what nobody said: repetition loops, echoes of the other party, phantom phrases.

Every check asks for evidence in the sound or in the model's own doubt. No list of known phantom
phrases decides anything: "thank you" is what callers say, and in any language the evidence is the
same. What is taken out is counted, with its reason, in the scorecard's provenance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from scorer.call import Word
from scorer.speech.model import Hypothesis
from scorer.speech.placing import Placed

# Whisper's own thresholds for hearing a window again (Radford et al. 2022, section 4.5).
MOST_COMPRESSION = 2.4
LEAST_LOGPROB = -1.0

#: Nobody speaks faster than this: more words a second were not said [words/s].
FASTEST = 9.0
#: A phrase said this often in a row is looked at as a loop, and words surer than this are said.
LOOP = 3
SURE = 0.6
#: A stretch whose words are less sure than this on average is listened to once more, and needs the
#: second to be kept; where the model doubts that anybody spoke, it takes more to convince us.
UNSURE, DOUBT = 0.45, 0.3
NO_SPEECH = 0.6
#: A stretch longer than this with fewer words than the slowest speech is doubtful [s, words/s].
SPARSE_FROM, SLOWEST = 2.0, 0.6
#: What it takes to believe the words of such a stretch.
SPARSE_SURE = 0.8
#: An echo is this much fainter than the voice it copies [dB], and within this time of it [s].
FAINTER = 10.0
ALONGSIDE = 0.6

#: The level of a lane between two times of the recording [dB].
Level = Callable[[int, float, float], float]

_STUTTER = re.compile(r"(\w\W?)\1{4,}")
_PLAIN = re.compile(r"[^\w]+")


@dataclass(slots=True)
class Removed:
    """Words taken out, by reason; `examples` keeps the first of them for a person to look at."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, object]] = field(default_factory=list)

    def add(self, reason: str, words: Sequence[Word]) -> None:
        if not words:
            return
        self.counts[reason] += len(words)
        if len(self.examples) < 20:
            text = " ".join(word.text for word in words)
            self.examples.append({"reason": reason, "text": text[:80], "start": words[0].start})


def doubts(hypothesis: Hypothesis) -> tuple[str, ...]:
    """Why a window should be heard again; nothing where it passes."""
    reasons = {
        "repetitive": hypothesis.compression_ratio > MOST_COMPRESSION,
        "cut off": hypothesis.cut_off,
        "unsure": hypothesis.avg_logprob < LEAST_LOGPROB,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def plausible(placed: Sequence[Placed], removed: Removed) -> list[Placed]:
    """The words of one window that its sound can carry: no loops, no crowds of words."""
    return _without_crowds(_without_loops(placed, removed), removed)


def confidence(placed: Sequence[Placed]) -> float:
    """Mean confidence of some words, 0 where there are none.

    In "0-0-0-0-0-0" each repeat makes the next one surer, so such a word counts for half.
    """
    if not placed:
        return 0.0
    sure = [
        one.word.confidence * (0.5 if _STUTTER.search(one.word.text) else 1.0) for one in placed
    ]
    return sum(sure) / len(sure)


def doubtful(placed: Sequence[Placed]) -> bool:
    """Whether the words of one stretch are too unsure, or too few, to be taken at once."""
    return confidence(placed) < UNSURE or sparse(placed)


def sparse(placed: Sequence[Placed]) -> bool:
    """Whether a long stretch holds so few words that most of its sound must be something else."""
    seconds = placed[0].piece.speech.duration if placed else 0.0
    return seconds > SPARSE_FROM and len(placed) / seconds < SLOWEST


def settle(
    first: Sequence[Placed], second: Sequence[Placed], hypothesis: Hypothesis
) -> tuple[list[Placed], list[Placed]]:
    """What to keep and what to drop of a stretch that was heard twice, the second time apart.

    The surer of the two is kept where the model does not doubt that somebody spoke, or where it
    heard the same words both times. Sound that is no speech brings other words each time.
    """
    better = second if confidence(second) >= confidence(first) else first
    speech = hypothesis.no_speech < NO_SPEECH
    same = [plain(one.word.text) for one in first] == [plain(one.word.text) for one in second]
    needed = SPARSE_SURE if sparse(better) else DOUBT if speech else UNSURE
    if confidence(better) >= needed and (speech or same):
        return list(better), []
    return [], list(better)


def without_echoes(
    lanes: Sequence[Sequence[Word]], level: Level, removed: Removed
) -> list[list[Word]]:
    """Each lane's words, less those that only repeat what the other party says just then.

    Two or more words in a row must be the same on both lanes at the same time, and the copy must
    be `FAINTER` than the other: people do say the same word at once, but not so.
    """
    kept = [list(lane) for lane in lanes]
    for index, words in enumerate(lanes):
        for other_index, others in enumerate(lanes):
            if other_index == index:
                continue
            echoed = _echoed(words, others)
            for run in _runs(echoed):
                start, end = words[run[0]].start, words[run[-1]].end
                fainter = level(other_index, start, end) - level(index, start, end)
                if len(run) >= 2 and fainter >= FAINTER:
                    gone = [words[i] for i in run]
                    kept[index] = [word for word in kept[index] if word not in gone]
                    removed.add("crosstalk", gone)
    return kept


def plain(text: str) -> str:
    """A word without case or punctuation, to compare it by."""
    return _PLAIN.sub("", text.lower())


def _without_loops(placed: Sequence[Placed], removed: Removed) -> list[Placed]:
    """A phrase repeated in a row is kept once where its repeats are unsure or impossibly fast."""
    kept = list(placed)
    for size in range(1, 9):
        start = 0
        while start + LOOP * size <= len(kept):
            times = _repeats(kept, start, size)
            again = kept[start + size : start + times * size]
            if times >= LOOP and _not_said([one.word for one in again]):
                removed.add("loop", [one.word for one in again])
                del kept[start + size : start + times * size]
            start += 1
    return kept


def _repeats(placed: Sequence[Placed], start: int, size: int) -> int:
    phrase = [plain(one.word.text) for one in placed[start : start + size]]
    times = 1
    while True:
        following = placed[start + times * size : start + (times + 1) * size]
        if [plain(one.word.text) for one in following] != phrase:
            return times
        times += 1


def _not_said(words: Sequence[Word]) -> bool:
    seconds = max(words[-1].end - words[0].start, 0.01)
    unsure = sum(word.confidence for word in words) / len(words) < SURE
    return unsure or len(words) / seconds > FASTEST


def _without_crowds(placed: Sequence[Placed], removed: Removed) -> list[Placed]:
    """Drops the words of a stretch too short to hold them all, unless the model is sure of them."""
    kept: list[Placed] = []
    for piece, group in groupby(placed, key=lambda one: one.piece):
        here = list(group)
        seconds = piece.duration
        unsure = confidence(here) < SURE
        if unsure and len(here) > 2 and len(here) / seconds > FASTEST:
            removed.add("no sound", [one.word for one in here])
        else:
            kept.extend(here)
    return kept


def _echoed(words: Sequence[Word], others: Sequence[Word]) -> list[bool]:
    """For each word, whether the other lane has the same word at about the same time."""
    answers: list[bool] = []
    first = 0
    for word in words:
        while first < len(others) and others[first].end < word.start - ALONGSIDE:
            first += 1
        same = False
        for other in others[first:]:
            if other.start > word.end + ALONGSIDE:
                break
            same = same or plain(other.text) == plain(word.text)
        answers.append(same)
    return answers


def _runs(flags: Sequence[bool]) -> list[list[int]]:
    return [
        [index for index, _ in group]
        for flag, group in groupby(enumerate(flags), key=lambda pair: pair[1])
        if flag
    ]
