"""The engine of a Ray cluster: actors that hear, and tasks that open and score for a GPU.

An actor with cores of its own opens and scores as a worker of this machine does: tasks would take
the same cores, and load all that it has once more. A GPU waits for nobody, so there any core of the
cluster may open and score. Ray decides where each runs, runs the tasks of a lost node again, and
brings nodes where it scales by itself. What a dead actor means for its recordings is decided where
it is for every engine (`scorer.batch.engine`). The recordings and the store must be within reach of
all nodes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from scorer import paths
from scorer.batch.engine import SILENCE, LostError
from scorer.batch.events import Event
from scorer.batch.item import Item
from scorer.batch.local import GROUP
from scorer.batch.ray_tasks import Carried, at_home, finish_one, open_one
from scorer.batch.steps import DoneBefore, Ready, Setup, Unopened, failure
from scorer.batch.work import Opening, Threads, Worker
from scorer.errors import ScorerError
from scorer.heap import ENVIRONMENT
from scorer.pipeline import Scorer, Spoken
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
#: What a Ray of one machine does ten times a second, though once is enough there.
_SELDOM = (
    "raylet_report_resources_period_milliseconds",
    "raylet_check_gc_period_milliseconds",
    "object_manager_timer_freq_ms",
    "local_fs_monitor_interval_ms",
    "memory_monitor_refresh_ms",
)
#: Its reader of logs looks for new ones as often, though nobody here is told of any.
_LOGS = {"RAY_LOG_MONITOR_MANY_FILES_THRESHOLD": "0", "LOG_NAME_UPDATE_INTERVAL_S": "86400"}
#: How often Ray tries a task again whose node was lost.
_RETRIES = 3


class OnRay:
    """Workers on the cluster that `where` or RAY_ADDRESS names, or on a Ray started here."""

    def __init__(self, setup: Setup, workers: int = 0, per_gpu: int = 0, where: str = "") -> None:
        where = where or os.environ.get("RAY_ADDRESS", "")
        self._mine = not ray.is_initialized()
        if self._mine and where:
            ray.init(address=where, log_to_driver=False)
        elif self._mine:
            _start()
        setup = replace(setup, home=setup.home or paths.home(), store=address(setup.store))
        claim, count = _claim(setup.device, workers, per_gpu or 1)
        if where or not self._mine:  # its nodes were started without
            claim["runtime_env"] = {"env_vars": ENVIRONMENT}
        self._slots = [RaySlot(setup, claim) for _ in range(count)]

    def slots(self) -> Sequence[RaySlot]:
        return self._slots

    def close(self) -> None:
        for slot in self._slots:
            slot.renew()
        if self._mine:
            ray.shutdown()


def _start() -> None:
    """A Ray on this machine, for this run alone."""
    os.environ.update(_LOGS | ENVIRONMENT)  # which its processes inherit
    ray.init(
        address="local",
        num_cpus=len(os.sched_getaffinity(0)),
        object_store_memory=_OBJECTS,
        include_dashboard=False,
        log_to_driver=False,
        _system_config={
            "idle_worker_killing_time_threshold_ms": 1000 * _IDLE,
            "prestart_worker_first_driver": False,  # they would stay without a task
            "enable_worker_prestart": False,
            **dict.fromkeys(_SELDOM, 1000),
        },
    )


def _claim(device: str, workers: int, per_gpu: int) -> tuple[dict[str, Any], int]:
    """What each actor asks of Ray, and how many there are to be.

    A cluster that scales itself may have no GPU yet: `cuda` asks for them all the same.
    """
    has = ray.cluster_resources()
    cores, gpus = int(has.get("CPU", 1)), int(has.get("GPU", 0))
    if device == "cuda" or (gpus and device != "cpu"):
        return {"num_gpus": 1 / per_gpu, "num_cpus": 1}, workers or per_gpu * max(1, gpus)
    of_a_node = [int(node["Resources"].get("CPU", 1)) for node in ray.nodes() if node["Alive"]]
    count = workers or max(1, cores // GROUP)
    return {"num_cpus": max(1, min(GROUP, cores // count, *of_a_node))}, count


class RaySlot:
    """An actor, made for the first share and after each death, wherever Ray has room for it."""

    def __init__(self, setup: Setup, claim: dict[str, Any]) -> None:
        # Sound takes what cores the actors leave: a task that claimed one might wait for ever.
        threads, openers = setup.threads or claim["num_cpus"], 4 if "num_gpus" in claim else 1
        self._setup = replace(setup, threads=threads, openers=openers)
        self._claim = claim
        self._actor: Any = None
        self._alive: Any = None

    def ready(self) -> bool:
        """Waits a second for Ray to find room for the actor, and for it to load the model."""
        if self._actor is None:
            made = ray.remote(_Speech).options(**self._claim)
            self._actor = made.remote(self._setup, "num_gpus" in self._claim)
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

    def __init__(self, setup: Setup, card: bool) -> None:
        at_home(setup)
        self._worker = Worker(setup, _Tasks if card else Threads)

    def alive(self) -> bool:
        """Answers once the model is loaded."""
        return True

    def work(self, share: list[Item]) -> Iterator[Event]:
        yield from self._worker(share)


@dataclass(frozen=True, slots=True)
class _Opened(Ready):
    """A recording that a task opened: its sound lies in Ray's memory as the task's result."""

    task: Any = None


class _Tasks:
    """Hands of the cluster: a task opens, another scores and stores.

    As many threads as there may be tasks at once have them done. Ray starts a process for each task
    that waits, and each loads what it needs for either: so a few of them get all the work.
    """

    behind = 2  # the sound of each stays in Ray's memory until it is scored

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        self._setup, self.ahead = setup, setup.openers + 2
        self._by = (scorer.rubrics.sha256, scorer.model_sha256)
        # None claims a core: they use what the actors leave, and can never starve each other.
        task = ray.remote(num_cpus=0, max_retries=_RETRIES)
        self._open, self._finish = task(open_one), task(finish_one)
        self._threads = ThreadPoolExecutor(setup.openers)

    def open(self, item: Item) -> Future[Opening]:
        return self._threads.submit(self._opened, item)

    def finish(self, item: Item, one: Ready, spoken: Spoken) -> Future[Event]:
        return self._threads.submit(self._finished, item, one, spoken)

    def _opened(self, item: Item) -> Opening:
        task = self._open.remote(self._setup, item, self._by)
        try:
            found: Carried | DoneBefore | Unopened = _result(task)
        except RayError as error:  # it took its process along, several times over
            reason = f"{item.address}: opening it failed ({type(error).__name__}); try it again"
            return Unopened("", ScorerError(reason))
        if not isinstance(found, Carried):
            return found
        ready = found.ready
        return _Opened(ready.path, ready.sha256, ready.sound, task=task)

    def _finished(self, item: Item, one: Ready, spoken: Spoken) -> Event:
        assert isinstance(one, _Opened)
        try:
            event: Event = _result(self._finish.remote(self._setup, item, one.task, spoken[1]))
        except RayError as error:
            return failure(item, RuntimeError(_told(error)), one.sha256)
        return event


def _result(task: Any) -> Any:
    """What a task did. Raises what it raised, and RayError where it could not be done."""
    try:
        return ray.get(task)
    except RayTaskError as error:
        raise _cause(error) from error


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
