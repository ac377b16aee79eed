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
from scorer.speech.placing import QUICKLY, Placed, longer, takes

# Whisper's own thresholds for hearing a window again (Radford et al. 2022, section 4.5).
MOST_COMPRESSION = 2.4
LEAST_LOGPROB = -1.0

#: Nobody speaks faster than this: more words a second were not said [words/s].
FASTEST = 9.0
#: Of numbers that may be written twice by mistake: figures of both together.
DOUBLE = 6
#: A phrase of so many words, written again at once, is a copy.
COPY = 4
#: A phrase said this often in a row is looked at as a loop, and words surer than this are said.
LOOP = 3
SURE = 0.6
#: A stretch whose words are less sure than this on average is listened to once more, and needs the
#: second to be kept. (Whisper's own no-speech probability is no help: on noise base gives 0.1-0.5.)
UNSURE, DOUBT = 0.45, 0.3
#: A stretch longer than this with fewer words than the slowest speech is doubtful [s, words/s].
SPARSE_FROM, SLOWEST = 2.0, 0.6
#: What it takes to believe the words of such a stretch, or one sign said five times over.
SUSPECT_SURE = 0.8
#: Speech of this length with no word beneath it, within a stretch, was skipped: the model jumped on
#: to what follows [s].
SKIPPED = 0.6
#: An echo is this much fainter than the voice it copies [dB], and within this time of it [s].
FAINTER = 10.0
ALONGSIDE = 0.6

#: The level of a lane between two times of the recording [dB].
Level = Callable[[int, float, float], float]

# One sign five times in a row, as in "1-1-1-1-1": each repeat makes the model surer of the next.
_STUTTER = re.compile(r"(\w)(?:\W?\1){4,}")
# No number that people tell has one figure twenty times in a row.
_ENDLESS = re.compile(r"(\w)(?:\W?\1){19,}")
_SPELLED = re.compile(r"\d|(?<![^\W\d_])[^\W\d_](?![^\W\d_])")
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


def loops(hypothesis: Hypothesis) -> bool:
    """Whether the model ran into a loop, of which it is always sure."""
    return hypothesis.cut_off or hypothesis.compression_ratio > MOST_COMPRESSION


def without_endless(words: Sequence[Word], removed: Removed) -> list[Word]:
    """Words less those in which the model ran into a loop, "4111111111111111111111".

    Such a word stretches over all that was said after it, which is heard again once it is gone.
    """
    removed.add("loop", [word for word in words if _ENDLESS.search(word.text)])
    return [word for word in words if not _ENDLESS.search(word.text)]


def plausible(placed: Sequence[Placed], removed: Removed) -> list[Placed]:
    """The words of one window that its sound can carry: no loops, no crowds of words."""
    once = _without_copies(_without_loops(placed, removed), removed)
    return _without_crowds(_without_doubles(once, removed), removed)


def confidence(placed: Sequence[Placed]) -> float:
    """Mean confidence of some words, 0 where there are none."""
    return sum(one.word.confidence for one in placed) / len(placed) if placed else 0.0


def doubtful(placed: Sequence[Placed]) -> bool:
    """Whether the words of one stretch are too unsure, or too few, to be taken at once."""
    return suspect(placed) or confidence(placed) < UNSURE


def suspect(placed: Sequence[Placed]) -> bool:
    """Whether the words of a stretch are of a kind that noise and music bring forth."""
    return sparse(placed) or any(_stutters(one.word) for one in placed)


def sparse(placed: Sequence[Placed]) -> bool:
    """Whether a long stretch holds so few words that most of its sound must be something else."""
    seconds = placed[0].piece.speech.duration if placed else 0.0
    return seconds > SPARSE_FROM and _spoken(placed) / seconds < SLOWEST


def skipped(placed: Sequence[Placed]) -> bool:
    """Whether the words of one stretch leave some of its speech unwritten.

    That shows as a gap, or as a word drawn out far beyond what saying it takes: attention stays on
    the last word before the jump.
    """
    reached, gaps = placed[0].piece.speech.start, [0.0]
    for one in placed:
        gaps.append(one.word.start - reached)
        if not one.over:  # a number may be told with pauses
            gaps.append(one.word.end - one.word.start - takes(one.word.text) + SKIPPED / 3)
        reached = max(reached, one.word.end)
    return max(*gaps, placed[0].piece.speech.end - reached) > SKIPPED


def settle(
    first: Sequence[Placed], second: Sequence[Placed], passed: tuple[bool, bool]
) -> tuple[list[Placed], list[Placed]]:
    """What to keep and what to drop of a stretch that was heard twice, the second time apart.

    Only a hearing whose window `passed` its checks has a say; of two that did, the surer one has.
    Music and noise fail both times: the model runs into loops there, or is unsure of all it writes.
    Sure words that only leave a gap stay, unless the second hearing fills it.
    """
    if first and passed[0] and not doubtful(first):
        fills = passed[1] and _letters(second) > _letters(first) and confidence(second) >= UNSURE
        return list(second if fills else first), []
    heard = [words for words, good in zip((first, second), passed, strict=True) if good and words]
    best = max(heard, key=confidence, default=[])
    if best and confidence(best) >= (SUSPECT_SURE if suspect(best) else DOUBT):
        return list(best), []
    return [], list(first or second)


def goes_on(number: Placed, words: Sequence[Placed]) -> bool:
    """Whether what was heard after a number is its end, which was written with it before.

    "916038" in the time that three figures take was told with a pause, and a second hearing of what
    follows the pause brings "038" again.
    """
    end = plain("".join(one.word.text for one in words))
    room = number.piece.speech.end - number.word.start
    room += sum(piece.speech.duration for piece in number.over)
    told = plain(number.word.text)
    return (
        end.isdigit()
        and len(end) < len(told)
        and told.endswith(end)
        and QUICKLY * takes(number.word.text) > room
    )


def without_echoes(
    lanes: Sequence[Sequence[Word]], level: Level, removed: Removed
) -> list[list[Word]]:
    """Each lane's words, less those that only repeat what the other party says just then.

    Two or more words in a row must be the same on both lanes at the same time, and the copy must
    be `FAINTER` than the other: people do say the same word at once, but not so.
    """
    gone: list[set[int]] = [set() for _ in lanes]
    for index, words in enumerate(lanes):
        for other_index, others in enumerate(lanes):
            if other_index == index:
                continue
            echoed = _echoed(words, others)
            for run in _runs(echoed):
                if len(run) < 2:
                    continue
                start, end = words[run[0]].start, words[run[-1]].end
                if level(other_index, start, end) - level(index, start, end) >= FAINTER:
                    gone[index].update(run)
                    removed.add("crosstalk", [words[i] for i in run])
    return [
        [word for place, word in enumerate(words) if place not in left_out]
        for words, left_out in zip(lanes, gone, strict=True)
    ]


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


def _without_copies(placed: Sequence[Placed], removed: Removed) -> list[Placed]:
    """A phrase said before in the window, and written again in no time, is kept once."""
    said = [plain(one.word.text) for one in placed]
    copied: set[int] = set()
    begin = 0
    for end in range(1, len(placed) + 1):
        at_once = end < len(placed) and (
            abs(placed[end].word.start - placed[end - 1].word.start) < 0.5 / FASTEST
        )
        if at_once:
            continue
        phrase = said[begin:end]
        before = (said[at : at + len(phrase)] for at in range(begin - len(phrase) + 1))
        if len(phrase) >= COPY and phrase in before:
            copied.update(range(begin, end))
            removed.add("loop", [placed[at].word for at in range(begin, end)])
        begin = end
    return [one for at, one in enumerate(placed) if at not in copied]


def _without_doubles(placed: Sequence[Placed], removed: Removed) -> list[Placed]:
    """A number that is written twice in the time that it takes once is kept once: "4242 4242"."""
    kept: list[Placed] = []
    for one in placed:
        if kept and (_doubled(kept[-1], one) or goes_on(kept[-1], [one])):
            kept[-1] = longer(kept[-1], one.piece, one.word.end)
            removed.add("loop", [one.word])
        else:
            kept.append(one)
    return kept


def _doubled(number: Placed, again: Placed) -> bool:
    same = number.piece == again.piece and plain(number.word.text) == plain(again.word.text)
    figures = _spoken([number, again])
    seconds = max(again.word.end - number.word.start, 0.01)
    return same and figures >= DOUBLE and figures / seconds > FASTEST


def _without_crowds(placed: Sequence[Placed], removed: Removed) -> list[Placed]:
    """Drops the words of a stretch too short to hold them all."""
    kept: list[Placed] = []
    for piece, group in groupby(placed, key=lambda one: one.piece):
        here = list(group)
        spoken = _spoken(here)
        room = piece.duration + sum(more.duration for one in here for more in one.over)
        crowded = spoken > 2 and spoken / room > FASTEST
        if crowded and (confidence(here) < SURE or any(_stutters(one.word) for one in here)):
            removed.add("no sound", [one.word for one in here])
        else:
            kept.extend(here)
    return kept


def _stutters(word: Word) -> bool:
    return bool(_STUTTER.search(word.text))


def _spoken(placed: Sequence[Placed]) -> int:
    """How many words are spoken: "BR77024" and "S-I-T" are one in writing, 7 and 3 in speech."""
    return sum(max(1, len(_SPELLED.findall(one.word.text))) for one in placed)


def _letters(placed: Sequence[Placed]) -> int:
    return sum(len(plain(one.word.text)) for one in placed)


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
