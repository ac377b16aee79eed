"""One call on its way through the engine: what is to be heard of it, and what has been so far."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import MACHINE, Interval, Lane, Word
from scorer.speech import guard
from scorer.speech.model import Hypothesis
from scorer.speech.placing import Placed, longer, place, unheard
from scorer.speech.windows import MARGIN, RATE, WIDE_MARGIN, Piece, Window, cut, pack

#: Speech of at least this length without a word is listened to once more [s].
UNHEARD = 0.25
#: Speech of at least this length in which a second hearing finds no word either is listened to once
#: more, alone: what stands before it in a window may have ended the sentence [s].
ALONE = 0.8
#: Sound shorter than this, with no longer speech around it for so long, is not listened to: keys,
#: clicks and bursts of noise, under which Whisper writes "Oh" [s].
STRAY, AROUND = 0.2, 1.5
#: A second hearing of a few stretches makes do with a shorter window, a sixth of the work. Whisper
#: is less at home in it, which does no harm where the surer of two hearings is kept [s].
SHORT = 10.0
#: A lane whose speech rises less than this above its noise is a noisy one [dB].
NOISY = 20.0
#: Every lane is brought to this level, so that a quiet caller is heard like a loud one [dB].
SPEECH_LEVEL = -23.0
#: Where no language is this likely, the words count only if they are this sure: else they are what
#: Whisper makes of a language that it does not know. English must be likelier, since it is what
#: Whisper falls back on.
LIKELY, ENGLISH, SURE = 0.5, 0.6, 0.6
# Seconds of speech from which a lane's level is taken.
_LEVEL_FROM = 60.0


@dataclass(slots=True)
class Job:
    """The windows of one call, and the words heard in them."""

    recording: Recording
    sound: Sound
    language: str | None
    windows: list[Window]
    gains: list[float]
    left: int  # windows that have not been heard yet
    given: bool = False  # whether the language was told rather than heard
    likely: float = 1.0  # how likely the language is, in [0, 1]
    placed: list[Placed] = field(default_factory=list)
    doubtful: list[tuple[list[Placed], bool]] = field(default_factory=list)  # window passed?
    told: set[tuple[int, float]] = field(default_factory=set)  # pieces that a number goes through
    missed: list[Piece] = field(default_factory=list)
    unwritten: list[Piece] = field(default_factory=list)  # heard twice without a word
    removed: guard.Removed = field(default_factory=guard.Removed)
    fallbacks: list[dict[str, Any]] = field(default_factory=list)

    def read(self, lane: int, start: float, end: float) -> NDArray[np.float32]:
        """A lane's samples between two times, at the level that all lanes are heard at."""
        sound = self.recording.samples(self.recording.heard[lane], start, end)
        return sound * np.float32(self.gains[lane])

    def take(self, window: Window, hypothesis: Hypothesis, words: Sequence[Word]) -> None:
        """Adds what was heard in a window; what is doubtful is put aside for a second hearing."""
        placed = self._place(window, words)
        self.missed.extend(unheard(window, placed, UNHEARD))
        for here in _by_piece(placed):
            if guard.doubtful(here) or guard.skipped(here) or guard.doubts(hypothesis):
                self.doubtful.append((here, not guard.doubts(hypothesis)))
            else:
                self._keep(here)

    def second_hearing(self) -> list[Window]:
        """Windows of nothing but the stretches that were missed or doubtful.

        They are short, and hold one party's speech: what failed in a full window, or beside the
        other party's words, has a better chance there.
        """
        doubted = (one for here, _ in self.doubtful for one in here)
        again = [*self.missed, *(piece for one in doubted for piece in (one.piece, *one.over))]
        pieces = list({_place_of(piece): piece for piece in again}.values())
        pieces.sort(key=lambda piece: piece.start)
        lanes = ([p for p in pieces if p.lane == lane] for lane in range(len(self.sound.lanes)))
        return [window for lane in lanes for window in pack([lane], SHORT)]

    def take_again(self, window: Window, hypothesis: Hypothesis, words: Sequence[Word]) -> None:
        """Settles the stretches of a second hearing: the surer of the two, or neither."""
        again = {_place_of(here[0].piece): here for here in _by_piece(self._place(window, words))}
        before = {_place_of(here[0].piece): (here, passed) for here, passed in self.doubtful}
        for piece in window.pieces:
            first, passed = before.get(_place_of(piece), ([], False))
            # What goes on through it was kept: heard alone it would be written twice.
            told = _place_of(piece) in self.told
            second = [] if told else again.get(_place_of(piece), [])
            if not first and second and self._told_already(piece, second):
                continue
            if not first and not second and not told and piece.speech.duration >= ALONE:
                self.unwritten.append(piece)
            both = (passed, not guard.doubts(hypothesis))
            kept, dropped = guard.settle(first, second, both)
            self._keep(kept)
            self.removed.add("phantom", [one.word for one in dropped])

    def third_hearing(self) -> list[Window]:
        """A short window for each stretch that was heard twice without a word."""
        return [window for piece in self.unwritten for window in pack([[piece]], SHORT)]

    def take_alone(self, window: Window, hypothesis: Hypothesis, words: Sequence[Word]) -> None:
        """Settles a stretch that was heard alone: only words that leave no doubt count."""
        placed = self._place(window, words)
        if guard.doubts(hypothesis) or guard.doubtful(placed):
            self.removed.add("phantom", [one.word for one in placed])
        elif not self._told_already(window.pieces[0], placed):
            self._keep(placed)

    def words(self) -> list[list[Word]]:
        """Each lane's words in order of time, without echoes of the other party.

        No word where the language is in doubt and so are the words.
        """
        lanes: list[list[Word]] = [[] for _ in self.sound.lanes]
        if self.language_unknown():
            self.removed.add("language", [one.word for one in self.placed])
            return lanes
        for one in sorted(self.placed, key=lambda one: (one.word.start, one.word.end)):
            lanes[one.piece.lane].append(one.word)
        return guard.without_echoes(lanes, lambda *at: level(self.recording, *at), self.removed)

    def language_unknown(self) -> bool:
        """Whether neither the language is likely nor the words are sure."""
        least = ENGLISH if self.language == "en" else LIKELY
        return self.likely < least and guard.confidence(self.placed) < SURE

    def _place(self, window: Window, words: Sequence[Word]) -> list[Placed]:
        """The words of a window that its sound can carry, each at its time."""
        placed, astray = place(window, guard.without_endless(words, self.removed))
        self.removed.add("no sound", astray)
        return guard.plausible(placed, self.removed)

    def _keep(self, words: Sequence[Placed]) -> None:
        self.placed.extend(words)
        self.told.update(_place_of(piece) for one in words for piece in one.over)

    def _told_already(self, piece: Piece, words: Sequence[Placed]) -> bool:
        """Whether the number before a piece holds the words that were heard in it; if so, it is
        known to go on through the piece."""
        before = [
            (one.word.start, index)
            for index, one in enumerate(self.placed)
            if one.piece.lane == piece.lane and one.word.start < piece.start
        ]
        index = max(before, default=(0.0, -1))[1]
        if index < 0 or not guard.goes_on(self.placed[index], words):
            return False
        self.placed[index] = longer(self.placed[index], piece, piece.speech.end)
        return True

    def seconds_without_words(self) -> float:
        """Speech in which no word was kept: breath, noise, or a word that was not made out."""
        spoken = sum(piece.speech.duration for window in self.windows for piece in window.pieces)
        heard = {
            _place_of(piece): piece.speech.duration
            for one in self.placed
            for piece in (one.piece, *one.over)
        }
        return float(max(0.0, spoken - sum(heard.values())))


def plan(recording: Recording, sound: Sound, language: str | None) -> Job:
    """A job with windows for every lane that may hold a person's speech."""
    quietest = partial(_quietest, recording)
    lanes = [
        []
        if lane.party == MACHINE
        else cut(
            _without_strays(lane.speech), index, recording.duration, quietest, _margin(sound, lane)
        )
        for index, lane in enumerate(sound.lanes)
    ]
    # In the order of the call: the first batch hears both parties, who decide the language.
    windows = sorted(pack(lanes), key=lambda window: window.pieces[0].start)
    gains = [_gain(recording, index, pieces) for index, pieces in enumerate(lanes)]
    return Job(recording, sound, language, windows, gains, len(windows), bool(language))


def _margin(sound: Sound, lane: Lane) -> float:
    """What is kept of a lane's sound beside each stretch of speech [s]."""
    above = sound.quality.figures.get(f"{lane.party}.snr_db", NOISY)
    return WIDE_MARGIN if above < NOISY else MARGIN


def _without_strays(speech: Sequence[Interval]) -> list[Interval]:
    """Stretches of speech, in order, less the short ones far from all others."""
    long = [span for span in speech if span.duration >= STRAY]
    ends = [span.end for span in long]
    kept: list[Interval] = []
    for span in speech:
        at = bisect_right(ends, span.start - AROUND)  # the first long one that ends late enough
        if span.duration >= STRAY or (at < len(long) and long[at].start < span.end + AROUND):
            kept.append(span)
    return kept


def level(recording: Recording, lane: int, start: float, end: float) -> float:
    """Mean power of a lane between two times [dB re full scale]."""
    sound = recording.samples(recording.heard[lane], start, max(end, start + 160 / RATE))
    return float(10 * np.log10(np.mean(np.square(sound)) + 1e-12)) if len(sound) else -120.0


def _quietest(recording: Recording, lane: int, start: float, end: float) -> float:
    """The middle of the quietest 50 ms of a lane between two times [s]."""
    sound = recording.samples(recording.heard[lane], start, end)
    power = np.square(sound[: len(sound) // 160 * 160]).reshape(-1, 160).mean(axis=1)
    if len(power) < 5:
        return (start + end) / 2
    smooth = np.convolve(power, np.ones(5), "valid")
    return start + (int(np.argmin(smooth)) + 2.5) * 160 / RATE


def _gain(recording: Recording, lane: int, pieces: Sequence[Piece]) -> float:
    energy = seconds = 0.0
    for piece in pieces:
        decibels = level(recording, lane, piece.speech.start, piece.speech.end)
        energy += 10 ** (decibels / 10) * piece.speech.duration
        seconds += piece.speech.duration
        if seconds > _LEVEL_FROM:
            break
    return float((10 ** (SPEECH_LEVEL / 10) * seconds / energy) ** 0.5) if energy else 1.0


def _by_piece(placed: Sequence[Placed]) -> list[list[Placed]]:
    return [list(group) for _, group in groupby(placed, key=lambda one: one.piece)]


def _place_of(piece: Piece) -> tuple[int, float]:
    """A stretch's own place, whichever window it lies in."""
    return piece.lane, piece.start
