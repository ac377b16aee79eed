"""The speech engine: recordings and their activity in, words of every party out.

Loaded once a process. Windows of both parties, and of several calls, are heard in one batch.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from scorer.audio.frontend import log_mel
from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import Word
from scorer.speech import guard, weights
from scorer.speech.heard import Heard
from scorer.speech.job import SHORT, Job, plan
from scorer.speech.model import Encoded, Hypothesis, Whisper
from scorer.speech.windows import WINDOW, Window, assemble

#: Windows that each worker hears at once, at most: on a CPU more cost memory and gain nothing, on
#: a GPU the batch fills the card.
BATCH = {"cpu": 5, "cuda": 32}
#: A CPU's batch shrinks where the weights [bytes] times the windows would be more than this: what a
#: window takes while it is decoded grows with the model.
LARGEST = 1 << 30

#: Frames of features in a second.
FRAMES = 100
#: How many hypotheses the first search follows at once: two hear better than one, five no more.
BEAM = 2
#: Windows by which a call's language is decided; more never changed it.
VOTES = 4
#: Tried in order on a window that fails its checks. Fewer than Whisper's own six (Radford et al.
#: 2022, section 4.5), since what still fails is heard once more, apart.
TEMPERATURES = (0.4, 0.8)
Progress = Callable[[float], None]

#: A hypothesis, what had to be done to find it, and its words with their times in the window [s].
Found = tuple[Hypothesis, dict[str, Any], list[Word]]

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Item:
    """A window of a call on its way to the model."""

    job: Job
    window: Window
    features: NDArray[np.float32]  # [shape=(n_mels, frames)]


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
        self._workers = ThreadPoolExecutor(self._whisper.workers, "whisper")
        self._batch = self._whisper.workers * _at_once(self._whisper.device, folder)

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

        A recording must stay open until its words are given. Any number of calls can be streamed
        through: they are taken from `calls` one batch ahead, in a thread, so that opening a
        recording and working out its features goes on while the model runs.

        Args:
            calls: recordings with their activity.
            progress: told the share of the windows taken so far that are done, in [0, 1].
            language: ISO 639-1 code; None decides for each call on the speech of its parties.
            hints: names to expect, such as the company's and its products'.
        """
        waiting: deque[Job] = deque()
        done = 0
        for batch in _ahead(_batches(self._stream(calls, language), self._batch)):
            self._hear([one for one in batch if isinstance(one, Item)], hints)
            for one in batch:
                job = one.job if isinstance(one, Item) else one
                if not waiting or waiting[-1] is not job:
                    waiting.append(job)
                job.left -= isinstance(one, Item)
            ended: list[Job] = []
            while waiting and waiting[0].left == 0:
                ended.append(waiting.popleft())
            done += sum(len(job.windows) for job in ended)
            yield from self._finish(ended, hints)
            if progress:
                taken = done + sum(len(job.windows) for job in waiting)
                pending = sum(job.left for job in waiting)
                progress(1.0 - pending / max(taken, 1))

    def _stream(
        self, calls: Iterable[tuple[Recording, Sound]], language: str | None
    ) -> Iterator[Item | Job]:
        """The windows of one call after another; a call without speech passes as its job alone."""
        for recording, sound in calls:
            job = plan(recording, sound, language)
            if not job.windows:
                yield job
            for window in job.windows:
                yield Item(job, window, self._features(job, window))

    def _hear(self, batch: Sequence[Item], hints: Sequence[str]) -> None:
        """Hears a batch of windows for the first time and adds their words to their calls."""
        encoded = self._encode([item.features for item in batch])
        self._decide_languages([item.job for item in batch], encoded)
        for item, (hypothesis, again, words) in self._found(batch, encoded, hints):
            if again:
                item.job.fallbacks.append({"start": item.window.pieces[0].start, **again})
            item.job.take(item.window, hypothesis, words)

    def _found(
        self,
        batch: Sequence[Item],
        encoded: Sequence[Encoded],
        hints: Sequence[str],
        beam: int = BEAM,
        persist: bool = True,
    ) -> Iterator[tuple[Item, Found]]:
        """What each window was heard as, with calls of different languages apart.

        There is one language a batch but for a night of many.
        """
        languages = [item.job.language or "en" for item in batch]
        for language in dict.fromkeys(languages):
            chosen = [i for i, other in enumerate(languages) if other == language]
            found = self._decode([encoded[i] for i in chosen], language, hints, beam, persist)
            yield from zip((batch[i] for i in chosen), found, strict=True)

    def _encode(self, features: Sequence[NDArray[np.float32]]) -> list[Encoded]:
        return self._share(self._whisper.encode, features)

    def _decode(
        self,
        encoded: Sequence[Encoded],
        language: str,
        hints: Sequence[str],
        beam: int = BEAM,
        persist: bool = True,
    ) -> list[Found]:
        """What windows were heard as; where one fails its checks, `persist` searches on."""

        def work(share: Sequence[Encoded]) -> list[Found]:
            tried: list[tuple[Hypothesis, dict[str, Any]]] = []
            first = self._whisper.decode(share, language, hints, beam)
            for one, hypothesis in zip(share, first, strict=True):
                doubted = persist and guard.doubts(hypothesis)
                on = self._search_on(one, hypothesis, language, hints) if doubted else None
                tried.append(on or (hypothesis, {}))
            words = self._whisper.align(share, language, [best for best, _ in tried])
            return [(*pair, heard) for pair, heard in zip(tried, words, strict=True)]

        return self._share(work, encoded)

    def _share(self, work: Callable[[Sequence[T]], list[R]], items: Sequence[T]) -> list[R]:
        """What `work` makes of all items, which the workers share out among them evenly."""
        size = -(-len(items) // self._whisper.workers)
        shares = [items[at : at + size] for at in range(0, len(items), size)] if size else []
        return [one for share in self._workers.map(partial(_halved, work), shares) for one in share]

    def _features(self, job: Job, window: Window, seconds: float = WINDOW) -> NDArray[np.float32]:
        return log_mel(assemble(window, job.read, seconds), self._whisper.n_mels, padding=0)

    def _decide_languages(self, jobs: Sequence[Job], encoded: Sequence[Encoded]) -> None:
        """Each new call's language, by the votes of windows from all over it.

        The first 30 s alone may be a machine's prompt in another language.
        """
        undecided = list({id(job): job for job in jobs if not job.language}.values())
        if not self._whisper.multilingual:
            for job in undecided:
                job.language = "en"
            return
        voters = {
            id(job): _spread([i for i, one in enumerate(jobs) if one is job]) for job in undecided
        }
        asked = [i for some in voters.values() for i in some]
        told = self._share(self._whisper.languages, [encoded[i] for i in asked])
        likely = dict(zip(asked, told, strict=True))
        for job in undecided:
            votes: Counter[str] = Counter()
            for i in voters[id(job)]:
                votes.update(likely[i])
            job.language = max(votes, key=lambda code: votes[code])
            job.likely = votes[job.language] / len(voters[id(job)])

    def _search_on(
        self, encoded: Encoded, first: Hypothesis, language: str, hints: Sequence[str]
    ) -> tuple[Hypothesis, dict[str, Any]]:
        """A window that failed its checks: a wider search, then rising temperatures.

        The first that passes is taken; where none does, the one the model is surest of. Also
        what the call's provenance says of it.
        """
        tried = [first]
        for beam, temperature in [(5, 0.0), *((1, t) for t in TEMPERATURES)]:
            (again,) = self._whisper.decode([encoded], language, hints, beam, temperature)
            tried.append(again)
            if not guard.doubts(again):
                best = again
                break
        else:
            best = max(tried, key=lambda one: (not guard.loops(one), one.avg_logprob))
        return best, {
            "reasons": list(guard.doubts(first)),
            "tries": len(tried) - 1,
            "temperature": best.temperature,
            "passed": not guard.doubts(best),
        }

    def _finish(self, jobs: Sequence[Job], hints: Sequence[str]) -> Iterator[Heard]:
        """Settles what was missed or doubtful by further hearings, and hands over the words.

        Calls that end together are heard again together: the few windows of one would leave a GPU
        all but idle.
        """
        second = self._hear_again(jobs, Job.second_hearing, Job.take_again, hints)
        third = self._hear_again(jobs, Job.third_hearing, Job.take_alone, hints)
        for job, *again in zip(jobs, second, third, strict=True):
            yield self._heard(job, hints, *again)

    def _hear_again(
        self,
        jobs: Sequence[Job],
        windows_of: Callable[[Job], list[Window]],
        take: Callable[[Job, Window, Hypothesis, Sequence[Word]], None],
        hints: Sequence[str],
    ) -> list[int]:
        """Hears short windows of calls, and has their words taken. How many there were of each."""
        windows = [windows_of(job) for job in jobs]
        each = ((job, one) for job, some in zip(jobs, windows, strict=True) for one in some)
        items = (Item(job, one, self._features(job, one, SHORT)) for job, one in each)
        for batch in _batches(items, self._batch):
            encoded = self._encode([item.features for item in batch])
            for item, found in self._found(batch, encoded, hints, beam=5, persist=False):
                take(item.job, item.window, found[0], found[2])
        return [len(some) for some in windows]

    def _heard(self, job: Job, hints: Sequence[str], second: int, third: int) -> Heard:
        """The words of a call, and how they were come by."""
        return Heard(
            words=tuple(tuple(lane) for lane in job.words()),
            language=None if not job.windows or job.language_unknown() else job.language,
            provenance={
                "speech_model": self.model,
                "speech_model_sha256": self.sha256,
                "device": self._whisper.device,
                "compute_type": self._whisper.compute_type,
                "language": "given" if job.given else "as spoken",
                "language_likely": round(job.likely, 2),
                "language_unknown": job.language_unknown(),
                "hints": list(hints),
                "windows": len(job.windows),
                "second_hearings": second,
                "third_hearings": third,
                "heard_again": job.fallbacks,
                "seconds_without_words": round(job.seconds_without_words(), 2),
                "removed_words": dict(job.removed.counts),
                "removed_examples": job.removed.examples,
            },
        )


def _spread(windows: Sequence[int]) -> list[int]:
    """At most `VOTES` of a call's windows, from all over it."""
    return [windows[i] for i in sorted({len(windows) * vote // VOTES for vote in range(VOTES)})]


def _at_once(device: str, folder: Path) -> int:
    """How many windows one worker hears at once."""
    fit = LARGEST // (folder / "model.bin").stat().st_size if device == "cpu" else BATCH[device]
    return max(1, min(BATCH[device], fit))


def _halved(work: Callable[[Sequence[T]], list[R]], items: Sequence[T]) -> list[R]:
    """What `work` makes of the items; in halves where a smaller card cannot hold them all."""
    try:
        return work(items)
    except RuntimeError as fault:  # as CTranslate2 says it
        if "out of memory" not in str(fault) or len(items) < 2:
            raise
    half = len(items) // 2
    return _halved(work, items[:half]) + _halved(work, items[half:])


def _ahead(stream: Iterator[T]) -> Iterator[T]:
    """The same, each taken in a thread while the one before it is worked on."""
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(next, stream, None)
        while (one := coming.result()) is not None:
            coming = thread.submit(next, stream, None)
            yield one


def _batches(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(stream)
    while batch := list(islice(remaining, size)):
        yield batch
