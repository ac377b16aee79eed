"""The engine of a Ray cluster: actors that hear, tasks that open and score.

Ray decides where each runs, runs the tasks of a lost node again, and brings nodes where it scales
by itself. What a dead actor means for its recordings is decided where it is for every engine
(`scorer.batch.engine`). The recordings and the store must be within reach of all nodes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from scorer import paths
from scorer.audio.apart import Apart
from scorer.audio.recording import Shorts, Store
from scorer.batch.engine import SILENCE, LostError
from scorer.batch.events import Event
from scorer.batch.local import GROUP
from scorer.batch.plan import Item
from scorer.batch.steps import DoneBefore, Ready, Setup, Unopened, finish, make_ready
from scorer.batch.work import Opening, Worker
from scorer.errors import ScorerError
from scorer.pipeline import Scorer, Spoken
from scorer.speech.heard import Heard
from scorer.store.database import address

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the machines

try:
    import ray
    from ray.exceptions import RayError, RayTaskError
except ModuleNotFoundError as missing:
    raise ScorerError(
        "--engine ray needs Ray; run pip install 'call-quality-scorer[ray]'"
    ) from missing

#: Memory that a Ray started here sets aside for sound on its way; a cluster has its own [bytes].
_OBJECTS = 256 << 20
#: How long a process without a task stays [s]. Ray ends those beyond one a core after a second, and
#: each new one takes seconds to load what it needs: on two cores twice the work of hearing.
_IDLE = 600
#: How often Ray tries a task again whose node was lost.
_RETRIES = 3


class Carried(Store):
    """The sound of a recording in Ray's object store, shared by all processes of a node."""

    def __init__(self, both: Shorts) -> None:
        self._both, self.length = both, len(both)

    def __reduce__(self) -> tuple[Any, ...]:
        return Carried, (self._both,)

    def read(self, channel: int, first: int, last: int) -> Shorts:
        return self._both[max(first, 0) : min(last, self.length), channel]


@dataclass(frozen=True, slots=True)
class _Carried:
    """An opened recording on its way between nodes; with its bytes where it had to be fetched."""

    ready: Ready
    content: bytes | None


class OnRay:
    """Workers on the cluster that `where` or RAY_ADDRESS names, or on a Ray started here."""

    def __init__(self, setup: Setup, workers: int = 0, where: str = "") -> None:
        where = where or os.environ.get("RAY_ADDRESS", "")
        self._mine = not ray.is_initialized()
        if self._mine and where:
            ray.init(address=where, log_to_driver=False)
        elif self._mine:
            ray.init(
                address="local",
                num_cpus=len(os.sched_getaffinity(0)),
                object_store_memory=_OBJECTS,
                include_dashboard=False,
                log_to_driver=False,
                _system_config={"idle_worker_killing_time_threshold_ms": 1000 * _IDLE},
            )
        setup = replace(setup, home=setup.home or paths.home(), store=address(setup.store))
        claim, count = _claim(setup.device, workers)
        self._slots = [RaySlot(setup, claim) for _ in range(count)]

    def slots(self) -> Sequence[RaySlot]:
        return self._slots

    def close(self) -> None:
        for slot in self._slots:
            slot.renew()
        if self._mine:
            ray.shutdown()


def _claim(device: str, workers: int) -> tuple[dict[str, int], int]:
    """What each actor asks of Ray, and how many there are to be.

    A cluster that scales itself may have no GPU yet: `cuda` asks for them all the same.
    """
    has = ray.cluster_resources()
    cores, gpus = int(has.get("CPU", 1)), int(has.get("GPU", 0))
    if device == "cuda" or (gpus and device != "cpu"):
        return {"num_gpus": 1, "num_cpus": 1}, workers or max(1, gpus)
    of_a_node = [int(node["Resources"].get("CPU", 1)) for node in ray.nodes() if node["Alive"]]
    count = workers or max(1, cores // GROUP)
    return {"num_cpus": max(1, min(GROUP, cores // count, *of_a_node))}, count


class RaySlot:
    """An actor, made for the first share and after each death, wherever Ray has room for it."""

    def __init__(self, setup: Setup, claim: dict[str, int]) -> None:
        # Sound takes what cores the actors leave: a task that claimed one might wait for ever.
        threads, openers = setup.threads or claim["num_cpus"], 4 if "num_gpus" in claim else 1
        self._setup = replace(setup, threads=threads, openers=openers)
        self._claim = claim
        self._actor: Any = None
        self._alive: Any = None

    def ready(self) -> bool:
        """Waits a second for Ray to find room for the actor, and for it to load the model."""
        if self._actor is None:
            self._actor = ray.remote(_Speech).options(**self._claim).remote(self._setup)
            self._alive = self._actor.alive.remote()
        found, _ = ray.wait([self._alive], timeout=1.0)
        if not found:
            return False
        try:
            return bool(ray.get(found[0]))
        except RayError as error:
            self.renew()
            raise LostError(_told(error)) from error

    def work(self, share: Sequence[Item]) -> Iterator[Event]:
        try:
            events = self._actor.work.options(num_returns="streaming").remote(list(share))
            while True:
                ready, _ = ray.wait([events], timeout=SILENCE)
                if not ready:
                    self.renew()
                    raise LostError(f"silent for {SILENCE:.0f} s")
                try:
                    yield ray.get(next(events))
                except StopIteration:
                    return
        except RayTaskError as error:
            self.renew()
            raise _cause(error) from error
        except RayError as error:
            self.renew()
            raise LostError(_told(error)) from error

    def renew(self) -> None:
        actor, self._actor = self._actor, None
        if actor is not None:
            with suppress(RayError):
                ray.kill(actor)


class _Speech:
    """The speech model on one node: an actor, one share at a time, never restarted by Ray."""

    def __init__(self, setup: Setup) -> None:
        _at_home(setup)
        self._worker = Worker(setup, _Tasks)

    def alive(self) -> bool:
        """Answers once the model is loaded."""
        return True

    def work(self, share: list[Item]) -> Iterator[Event]:
        yield from self._worker(share)


class _Tasks:
    """Hands of the cluster: a task opens, another scores and stores."""

    behind = 1  # each may be a process

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        self._setup = setup
        self._by = (scorer.rubrics.sha256, scorer.model_sha256)
        self._carried: dict[str, Any] = {}
        # None claims a core: they use what the actors leave, and can never starve each other.
        task = ray.remote(num_cpus=0, max_retries=_RETRIES)
        self._open, self._finish, self.ahead = task(_open), task(_finish), setup.openers + 2

    def open(self, item: Item) -> _Result:
        self._carried[item.address] = self._open.remote(self._setup, item, self._by)
        return _Result(self._carried[item.address], item)

    def finish(self, item: Item, one: Ready, spoken: Spoken) -> _Result:
        del one
        carried = self._carried.pop(item.address)
        return _Result(self._finish.remote(self._setup, item, carried, spoken[1]), item)


@dataclass(frozen=True, slots=True)
class _Result:
    """What a task will have done."""

    task: Any
    item: Item

    def result(self) -> Any:
        try:
            found = ray.get(self.task)
        except RayTaskError as error:
            raise _cause(error) from error
        except RayError as error:  # it took its process along, several times over
            reason = (
                f"{self.item.address}: opening it failed ({type(error).__name__}); try it again"
            )
            return Unopened("", ScorerError(reason))
        return found.ready if isinstance(found, _Carried) else found


def _open(setup: Setup, item: Item, by: tuple[str, str]) -> Opening | _Carried:
    """See `steps.make_ready`. The sound leaves its file: the next to need it may be elsewhere."""
    _at_home(setup)
    ready = make_ready(item, _apart(setup), _store(setup), by, setup.patience)
    if isinstance(ready, DoneBefore | Unopened):
        return ready
    try:
        recording, sound = ready.sound
        assert recording.store is not None
        kept = range(min(recording.channels, 2) if recording.channels <= 2 else 1)
        both = np.stack([recording.store.read(c, 0, recording.store.length) for c in kept], axis=1)
        carried = replace(recording, store=Carried(both))
        content = ready.path.read_bytes() if ready.fetched else None
        return _Carried(replace(ready, sound=(carried, sound), fetched=None), content)
    finally:
        ready.close()


def _finish(setup: Setup, item: Item, carried: _Carried, words: Heard) -> Event:
    """See `steps.finish`. Run twice, it puts the card in once."""
    _at_home(setup)
    ready, fetched = carried.ready, None
    if carried.content is not None:
        fetched = ready.path.parent
        fetched.mkdir(exist_ok=True)
        ready.path.write_bytes(carried.content)
    try:
        return finish(item, ready, (ready.sound, words), _scorer(setup), _store(setup), setup)
    finally:
        replace(ready, fetched=fetched).close()


def _at_home(setup: Setup) -> None:
    """A node looks for models and settings where the run's own machine does, unless told other."""
    os.environ.setdefault("SCORER_HOME", str(setup.home))


@cache
def _apart(setup: Setup) -> Apart:
    return Apart(setup.limits, setup.open)


@cache
def _scorer(setup: Setup) -> Scorer:
    return setup.scorer()


@cache
def _store(setup: Setup) -> Any:
    return setup.opened_store()


def _told(error: RayError) -> str:
    """What Ray says of a death, in a line: its last one names the cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1]}" if lines else type(error).__name__


def _cause(error: RayTaskError) -> Exception:
    """What a task raised, without the wrapping of each process that it came through."""
    cause: Any = error
    while isinstance(cause, RayTaskError):
        cause = cause.cause
    return cause if isinstance(cause, ScorerError) else RuntimeError(str(cause))
