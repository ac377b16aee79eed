"""The engine of this machine: one process for each GPU, or for each group of cores."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scorer.batch.engine import SILENCE, LostError
from scorer.batch.events import Event
from scorer.batch.item import Item
from scorer.batch.steps import Setup
from scorer.child import Child, DiedError, Serve
from scorer.heap import ENVIRONMENT

#: Cores that one process uses well. The work of a window spreads over few; more of them are
#: better spent on another process with windows of its own.
GROUP = 4


@dataclass(frozen=True, slots=True)
class Place:
    """What one worker has to itself."""

    cores: tuple[int, ...]
    gpu: int | None = None


def places(workers: int = 0, device: str = "auto") -> list[Place]:
    """This machine divided among workers; 0 decides how many.

    Each GPU is one place with its part of the cores; without one, every `GROUP` cores are.
    """
    gpus = _gpus() if device != "cpu" else 0
    cores = sorted(os.sched_getaffinity(0))
    count = workers or gpus or max(1, len(cores) // GROUP)
    groups = [tuple(cores[n::count]) or (cores[n % len(cores)],) for n in range(count)]
    return [Place(group, n % gpus if gpus else None) for n, group in enumerate(groups)]


class LocalSlot:
    """A worker in a process of its own, spawned for the first share and after each death."""

    def __init__(self, setup: Setup, place: Place) -> None:
        self._setup, self._place = setup, place
        self._child: Child | None = None

    def ready(self) -> bool:
        return True

    def work(self, share: Sequence[Item]) -> Iterator[Event]:
        self._child = self._child or Child(_start, self._setup, self._place)
        try:
            yield from self._child.ask(share, SILENCE)
        except DiedError as death:
            self._child = None
            raise LostError(death.how) from death
        except RuntimeError:  # a fault in it: what it still holds is not known
            self.renew()
            raise

    def renew(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    @property
    def pid(self) -> int | None:
        """The process at work, for whoever watches it."""
        return self._child.pid if self._child else None


class Local:
    """This machine's workers."""

    def __init__(self, setup: Setup, workers: int = 0) -> None:
        os.environ.update(ENVIRONMENT)  # which the workers inherit
        self._slots = [LocalSlot(setup, place) for place in places(workers, setup.device)]

    def slots(self) -> Sequence[LocalSlot]:
        return self._slots

    def close(self) -> None:
        for slot in self._slots:
            slot.renew()


def _start(setup: Setup, place: Place) -> Serve:
    """In the child, before anything has looked for a GPU or counted the cores."""
    os.sched_setaffinity(0, place.cores)
    if place.gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = _visible(place.gpu)
        setup = replace(setup, openers=max(1, min(4, len(place.cores) - 1)))
    from scorer.batch.work import Worker

    return Worker(setup)


def _visible(gpu: int) -> str:
    """The system's name for one of the GPUs that this run may use."""
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    return allowed.split(",")[gpu].strip() if allowed else str(gpu)


def _gpus() -> int:
    import ctranslate2

    try:
        return int(ctranslate2.get_cuda_device_count())
    except (RuntimeError, ValueError):  # a driver without a card
        return 0
