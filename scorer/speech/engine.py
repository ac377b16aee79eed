"""The speech engine: recordings and their activity in, words of every party out.

Loaded once a process. Windows of both parties, and of several calls, are heard in one batch.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.audio.frontend import log_mel
from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import MACHINE, Word
from scorer.speech import guard, weights
from scorer.speech.heard import Heard
from scorer.speech.model import Hypothesis, Whisper
from scorer.speech.placing import Placed, place, unheard
from scorer.speech.windows import RATE, WINDOW, Piece, Window, assemble, cut, pack

#: Windows heard at once: on a CPU more do not pay, on a GPU the batch fills the card.
BATCH = {"cpu": 8, "cuda": 32}

FRAMES = int(WINDOW * 100)
#: Tried in order on a window that fails its checks (Radford et al. 2022, section 4.5).
TEMPERATURES = (0.2, 0.4, 0.6, 0.8)
#: Speech of at least this length without a word is listened to once more [s].
UNHEARD = 0.8
#: Every lane is brought to this level, so that a quiet caller is heard like a loud one [dB].
SPEECH_LEVEL = -23.0
#: Seconds of speech from which a lane's level is taken.
_LEVEL_FROM = 60.0

Progress = Callable[[float], None]


@dataclass(slots=True)
class _Job:
    """One call on its way: what is to be heard, and what has been so far."""

    recording: Recording
    sound: Sound
    windows: list[Window]
    gains: list[float]
    left: int
    language: str | None
    votes: dict[str, float] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)
    missed: list[Piece] = field(default_factory=list)
    removed: guard.Removed = field(default_factory=guard.Removed)
    fallbacks: list[dict[str, Any]] = field(default_factory=list)

    def read(self, lane: int, start: float, end: float) -> NDArray[np.float32]:
        channel = self.recording.heard[lane]
        sound = self.recording.samples(channel, start, end)
        return sound * np.float32(self.gains[lane])


class Engine:
    """A loaded Whisper model.

    Args:
        model: a folder, a size (`base`, `large-v3-turbo`) or a hub id; see `weights.resolve`.
        device: "auto" takes a GPU where CTranslate2 finds one; or "cpu", "cuda".
        compute_type: CTranslate2's; "default" is int8 on a CPU and float16 on a GPU.
        threads: CPU threads; 0 takes as many as this process may use.

    Raises:
        ScorerError: the model is nowhere to be had, damaged, or does not load on this device.
    """

    def __init__(
        self,
        model: str = "base",
        device: str = "auto",
        compute_type: str = "default",
        threads: int = 0,
    ) -> None:
        folder = weights.resolve(model)
        self.model = model
        self.sha256 = weights.fingerprint(folder)
        threads = threads or len(os.sched_getaffinity(0))
        self._whisper = Whisper(folder, device, compute_type, threads)
        self._batch = BATCH[self._whisper.device]

    def transcribe(
        self,
        recording: Recording,
        sound: Sound,
        progress: Progress | None = None,
        language: str | None = None,
        hints: Sequence[str] = (),
    ) -> Heard:
        """The words of one recording. `transcribe_many` with one call; see there."""
        (heard,) = self.transcribe_many([(recording, sound)], progress, language, hints)
        return heard

    def transcribe_many(
        self,
        calls: Iterable[tuple[Recording, Sound]],
        progress: Progress | None = None,
        language: str | None = None,
        hints: Sequence[str] = (),
    ) -> Iterator[Heard]:
        """The words of each call, in the order given, with windows of several calls in one batch.

        A recording must stay open until its words are given. Calls are taken from `calls` only as
        the batch needs them, so that any number can be streamed through.

        Args:
            calls: recordings with their activity.
            progress: told the share of the windows taken so far that are done, in [0, 1].
            language: ISO 639-1 code; None decides for each call on the speech of its parties.
            hints: names to expect, such as the company's and its products'.
        """
        waiting: deque[_Job] = deque()
        taken = done = 0
        for batch in _batches(self._stream(calls, language, waiting), self._batch):
            self._hear([(job, window) for job, window in batch if window], hints)
            taken = sum(len(job.windows) for job in waiting) + done
            for job, window in batch:
                if window:
                    job.left -= 1
            while waiting and waiting[0].left == 0:
                job = waiting.popleft()
                done += len(job.windows)
                yield self._finish(job, hints)
            if progress:
                pending = sum(job.left for job in waiting)
                progress(1.0 - pending / max(taken, 1))

    def _stream(
        self,
        calls: Iterable[tuple[Recording, Sound]],
        language: str | None,
        waiting: deque[_Job],
    ) -> Iterator[tuple[_Job, Window | None]]:
        """Windows of one call after another; a call without speech passes as a single None."""
        for recording, sound in calls:
            job = _plan(recording, sound, language)
            waiting.append(job)
            if not job.windows:
                yield job, None
            for window in job.windows:
                yield job, window

    def _hear(self, batch: Sequence[tuple[_Job, Window]], hints: Sequence[str]) -> None:
        """Hears a batch of windows and adds their words to their calls."""
        if not batch:
            return
        encoded = self._whisper.encode(np.stack([self._features(*one) for one in batch]))
        self._decide_languages([job for job, _ in batch], encoded)
        # One language a batch but for a night of many: then each is decoded on its own.
        languages = {job.language or "en" for job, _ in batch}
        if len(languages) > 1:
            for language in languages:
                self._hear([one for one in batch if (one[0].language or "en") == language], hints)
            return
        (language,) = languages
        hypotheses = self._whisper.decode(encoded, language, hints)
        words = self._whisper.align(encoded, language, hypotheses, FRAMES)
        for (job, window), hypothesis, heard in zip(batch, hypotheses, words, strict=True):
            if doubts := guard.doubts(hypothesis):
                self._hear_again(job, window, hypothesis, doubts, hints)
            else:
                _take(job, window, hypothesis, heard)

    def _features(self, job: _Job, window: Window) -> NDArray[np.float32]:
        return log_mel(assemble(window, job.read), self._whisper.n_mels, padding=0)

    def _decide_languages(self, jobs: Sequence[_Job], encoded: Any) -> None:
        """Each new call's language, by the votes of all its windows in this batch.

        The first 30 s alone may be a machine's prompt in another language.
        """
        if all(job.language for job in jobs):
            return
        if not self._whisper.multilingual:
            for job in jobs:
                job.language = "en"
            return
        for job, likely in zip(jobs, self._whisper.languages(encoded), strict=True):
            for code, probability in likely.items():
                job.votes[code] = job.votes.get(code, 0.0) + probability
        for job in jobs:
            job.language = job.language or max(job.votes, key=lambda code: job.votes[code])

    def _hear_again(
        self,
        job: _Job,
        window: Window,
        first: Hypothesis,
        doubts: Sequence[str],
        hints: Sequence[str],
    ) -> None:
        """A window that failed its checks: a wider search, then rising temperatures.

        The first that passes is taken; where none does, the one the model is surest of.
        """
        language = job.language or "en"
        encoded = self._whisper.encode(self._features(job, window)[None])
        tried = [first]
        for beam, temperature in [(5, 0.0), *((1, t) for t in TEMPERATURES)]:
            (again,) = self._whisper.decode(encoded, language, hints, beam, temperature)
            tried.append(again)
            if not guard.doubts(again):
                best = again
                break
        else:
            best = max(tried, key=lambda one: (not one.cut_off, one.avg_logprob))
        (words,) = self._whisper.align(encoded, language, [best], FRAMES)
        job.fallbacks.append(
            {
                "start": window.pieces[0].start,
                "reasons": list(doubts),
                "tries": len(tried) - 1,
                "temperature": best.temperature,
                "passed": not guard.doubts(best),
            }
        )
        _take(job, window, best, words)

    def _finish(self, job: _Job, hints: Sequence[str]) -> Heard:
        """Listens once more to speech in which no word was heard, then clears echoes."""
        if missed := job.missed:
            job.missed = []
            by_lane = [[p for p in missed if p.lane == lane] for lane in range(len(job.gains))]
            for window in pack(by_lane):
                self._hear([(job, window)], hints)
        silent = sum(piece.speech.duration for piece in job.missed)
        lanes: list[list[Word]] = [[] for _ in job.sound.lanes]
        for one in sorted(job.placed, key=lambda one: (one.word.start, one.word.end)):
            lanes[one.piece.lane].append(one.word)
        lanes = guard.without_echoes(lanes, lambda *at: _level(job.recording, *at), job.removed)
        return Heard(
            words=tuple(tuple(lane) for lane in lanes),
            language=job.language if job.windows else None,
            provenance={
                "speech_model": self.model,
                "speech_model_sha256": self.sha256,
                "device": self._whisper.device,
                "compute_type": self._whisper.compute_type,
                "windows": len(job.windows),
                "heard_again": job.fallbacks,
                "seconds_without_words": round(silent, 2),
                "removed_words": dict(job.removed.counts),
                "removed_examples": job.removed.examples,
            },
        )


def _plan(recording: Recording, sound: Sound, language: str | None) -> _Job:
    """Windows for every lane that may hold a person's speech."""
    pieces = [
        [] if lane.party == MACHINE else cut(lane.speech, index, recording.duration)
        for index, lane in enumerate(sound.lanes)
    ]
    windows = pack(pieces)
    gains = [_gain(recording, index, lane) for index, lane in enumerate(pieces)]
    return _Job(recording, sound, windows, gains, len(windows), language)


def _gain(recording: Recording, lane: int, pieces: Sequence[Piece]) -> float:
    power = seconds = 0.0
    for piece in pieces:
        level = 10 ** (_level(recording, lane, piece.speech.start, piece.speech.end) / 10)
        power += level * piece.speech.duration
        seconds += piece.speech.duration
        if seconds > _LEVEL_FROM:
            break
    if not power:
        return 1.0
    return float((10 ** (SPEECH_LEVEL / 10) * seconds / power) ** 0.5)


def _level(recording: Recording, lane: int, start: float, end: float) -> float:
    """Mean power of a lane between two times [dB re full scale]."""
    sound = recording.samples(recording.heard[lane], start, max(end, start + 1 / RATE * 160))
    return float(10 * np.log10(np.mean(np.square(sound)) + 1e-12)) if len(sound) else -120.0


def _take(job: _Job, window: Window, hypothesis: Hypothesis, words: Sequence[Word]) -> None:
    placed, astray = place(window, words)
    job.removed.add("no sound", astray)
    job.placed.extend(guard.keep_said(placed, hypothesis, job.removed))
    job.missed.extend(unheard(window, placed, UNHEARD))


def _batches(
    stream: Iterable[tuple[_Job, Window | None]], size: int
) -> Iterator[list[tuple[_Job, Window | None]]]:
    batch: list[tuple[_Job, Window | None]] = []
    for one in stream:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
