"""The engine of this machine: one process for each GPU, or for each group of cores."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scorer.batch import cards
from scorer.batch.engine import SILENCE, LostError
from scorer.batch.events import Event
from scorer.batch.item import Item
from scorer.batch.steps import Setup
from scorer.child import Child, DiedError, Serve
from scorer.heap import ENVIRONMENT
from scorer.speech.weights import resolve

#: Cores that one process uses well. The work of a window spreads over few; more of them are
#: better spent on another process with windows of its own.
GROUP = 4
#: Recordings that a worker with a GPU opens at once: it hears them faster than one is opened.
OPENERS = 2


@dataclass(frozen=True, slots=True)
class Place:
    """What one worker has to itself, or shares with the others of its GPU."""

    cores: tuple[int, ...]
    gpu: int | None = None


def places(model: str, workers: int = 0, per_gpu: int = 0, device: str = "auto") -> list[Place]:
    """This machine divided among workers; 0 decides how many.

    Each GPU has its part of the cores, and the workers that share it share those. Without one,
    every `GROUP` cores are a place.
    """
    cores, gpus = sorted(os.sched_getaffinity(0)), cards.count() if device != "cpu" else 0
    if not gpus:
        return [Place(group) for group in _groups(cores, workers or max(1, len(cores) // GROUP))]
    groups = _groups(cores, gpus)
    weights = resolve(model)
    each = [per_gpu or cards.sharing(gpu, len(own), weights) for gpu, own in enumerate(groups)]
    # The first of every card, then the second, so that few workers have a card each.
    turns = [gpu for turn in range(max(each)) for gpu in range(gpus) if turn < each[gpu]]
    chosen = [turns[n % len(turns)] for n in range(workers or len(turns))]
    return [Place(groups[gpu], gpu) for gpu in chosen]


def _groups(cores: Sequence[int], count: int) -> list[tuple[int, ...]]:
    """The cores in so many groups; some are in several where there are fewer cores."""
    return [tuple(cores[n::count]) or (cores[n % len(cores)],) for n in range(count)]


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

    def __init__(self, setup: Setup, workers: int = 0, per_gpu: int = 0) -> None:
        os.environ.update(ENVIRONMENT)  # which the workers inherit
        divided = places(setup.model, workers, per_gpu, setup.device)
        self._slots = [LocalSlot(setup, place) for place in divided]

    def slots(self) -> Sequence[LocalSlot]:
        return self._slots

    def close(self) -> None:
        for slot in self._slots:
            slot.renew()


def _start(setup: Setup, place: Place) -> Serve:
    """In the child, before anything has looked for a GPU or counted the cores."""
    os.sched_setaffinity(0, place.cores)
    if place.gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = cards.name(place.gpu)
        setup = replace(setup, openers=OPENERS)
    from scorer.batch.work import Worker

    return Worker(setup)
