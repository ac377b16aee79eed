"""The speech engine: recordings and their activity in, words of every party out.

Loaded once a process. Windows of both parties, and of several calls, are heard in one batch.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from scorer.audio.frontend import log_mel
from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.speech import guard, weights
from scorer.speech.heard import Heard
from scorer.speech.job import SHORT, Job, plan
from scorer.speech.model import Hypothesis, Whisper
from scorer.speech.windows import WINDOW, Window, assemble

#: Windows heard at once: on a CPU more do not pay, on a GPU the batch fills the card.
BATCH = {"cpu": 8, "cuda": 32}

#: Frames of features in a second.
FRAMES = 100
#: Tried in order on a window that fails its checks. Fewer than Whisper's own six (Radford et al.
#: 2022, section 4.5), since what still fails is heard once more, apart.
TEMPERATURES = (0.4, 0.8)
Progress = Callable[[float], None]

T = TypeVar("T")


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
        waiting: deque[Job] = deque()
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
        waiting: deque[Job],
    ) -> Iterator[tuple[Job, Window | None]]:
        """Windows of one call after another; a call without speech passes as a single None."""
        for recording, sound in calls:
            job = plan(recording, sound, language)
            waiting.append(job)
            if not job.windows:
                yield job, None
            for window in job.windows:
                yield job, window

    def _hear(self, batch: Sequence[tuple[Job, Window]], hints: Sequence[str]) -> None:
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
        words = self._whisper.align(encoded, language, hypotheses, int(WINDOW * FRAMES))
        for (job, window), hypothesis, heard in zip(batch, hypotheses, words, strict=True):
            if doubts := guard.doubts(hypothesis):
                self._hear_again(job, window, hypothesis, doubts, hints)
            else:
                job.take(window, hypothesis, heard)

    def _features(self, job: Job, window: Window, seconds: float = WINDOW) -> NDArray[np.float32]:
        return log_mel(assemble(window, job.read, seconds), self._whisper.n_mels, padding=0)

    def _decide_languages(self, jobs: Sequence[Job], encoded: Any) -> None:
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
        job: Job,
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
            best = max(tried, key=lambda one: (not guard.loops(one), one.avg_logprob))
        (words,) = self._whisper.align(encoded, language, [best], int(WINDOW * FRAMES))
        job.fallbacks.append(
            {
                "start": window.pieces[0].start,
                "reasons": list(doubts),
                "tries": len(tried) - 1,
                "temperature": best.temperature,
                "passed": not guard.doubts(best),
            }
        )
        job.take(window, best, words)

    def _finish(self, job: Job, hints: Sequence[str]) -> Heard:
        """Settles what was missed or doubtful by a second hearing, and hands over the words."""
        second = job.second_hearing()
        language = job.language or "en"
        for batch in _batches(second, self._batch):
            features = [self._features(job, window, SHORT) for window in batch]
            encoded = self._whisper.encode(np.stack(features))
            hypotheses = self._whisper.decode(encoded, language, hints, beam=5)
            words = self._whisper.align(encoded, language, hypotheses, int(SHORT * FRAMES))
            for window, hypothesis, heard in zip(batch, hypotheses, words, strict=True):
                job.take_again(window, hypothesis, heard)
        return Heard(
            words=tuple(tuple(lane) for lane in job.words()),
            language=job.language if job.windows else None,
            provenance={
                "speech_model": self.model,
                "speech_model_sha256": self.sha256,
                "device": self._whisper.device,
                "compute_type": self._whisper.compute_type,
                "windows": len(job.windows),
                "second_hearings": len(second),
                "heard_again": job.fallbacks,
                "seconds_without_words": round(job.seconds_without_words(), 2),
                "removed_words": dict(job.removed.counts),
                "removed_examples": job.removed.examples,
            },
        )


def _batches(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(stream)
    while batch := list(islice(remaining, size)):
        yield batch
