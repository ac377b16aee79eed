"""A nightly run from start to end: the plan, the crew, and what is told and kept of it."""

from __future__ import annotations

import fcntl
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scorer import paths
from scorer.batch import retention
from scorer.batch.engine import Crew, Engine
from scorer.batch.events import Event
from scorer.batch.plan import Plan, Wanted, plan
from scorer.batch.shares import Shares
from scorer.batch.source import recordings
from scorer.batch.steps import Setup, patiently
from scorer.batch.tally import Tally
from scorer.batch.watch import Every, Watcher
from scorer.errors import ScorerError, UnavailableError
from scorer.store.runs import RunState
from scorer.store.sources import Found
from scorer.store.store import Store

#: What the command's exit status says; click itself uses 2 for a command line that is wrong.
ALL_SCORED, SOME_FAILED, STOPPED, AT_WORK, INTERRUPTED = 0, 1, 3, 4, 130

#: How often the store learns how far the run is [s], and how many finds are written at once.
_REPORT_EVERY, _FINDS = 30.0, 200


class AtWorkError(ScorerError):
    """Another run works on the same store."""


class InterruptedRunError(ScorerError):
    """Somebody stopped the run, by Ctrl-C or SIGTERM."""


@dataclass(slots=True)
class Run:
    """One run over one source: who works how, what was wanted, and what that comes to.

    `number` is the store's, None until the run has begun there.
    """

    setup: Setup
    wanted: Wanted
    store: Store
    plan: Plan
    options: dict[str, Any] = field(default_factory=dict)
    number: int | None = None

    def work(self, engine: Engine, watchers: Callable[[int], Iterable[Watcher]]) -> Tally:
        """Scores what is left to do; the figures of that.

        `watchers` are made for the number of the run. Raises ScorerError where the run had to stop
        or one of them cannot be made; the store then holds a run that failed, and what was scored
        stays scored.
        """
        todo = self.plan.todo
        tally = Tally(self.plan.counts, int(todo["size"].sum()))
        number: int = self._patiently(lambda: self.store.run_started(self.options))
        self.number = number
        finds = _Finds(self.store)
        reporter = Every(_REPORT_EVERY, lambda state, tally: self._report(number, state, tally))
        looking: list[Watcher] = [finds, reporter]
        state: RunState = "failed"
        try:
            with _interruptible():
                for one in watchers(number):  # those that are there are told of one that is not
                    looking.append(one)
                self._put_away(tally)
                slots = engine.slots()
                crew = Crew(engine, Shares(todo, len(slots)), slots)
                for event in crew.work():
                    self._count(event, tally)
                    for one in looking:
                        with suppress(OSError):  # a terminal that was closed, say
                            one.see(event, tally)
            state = "finished"
        finally:
            for one in looking:
                with suppress(OSError):
                    one.end(state, tally)
        return tally

    def _count(self, event: Event, tally: Tally) -> None:
        tally.add(event)
        if event.kind in ("failed", "fault"):
            by = (self.wanted.rubrics_sha256, self.wanted.model)
            source = event.sha256 or event.address
            failure = self._patiently(lambda: self.store.failed(source, *by, event.reason))
            tally.fail(event, failure.tries, failure.set_aside)

    def _put_away(self, tally: Tally) -> None:
        """What was scored by a run that ended before it had deleted or archived it."""
        if self.setup.after == "keep":
            return
        for address, sha256 in self.plan.done.select("address", "sha256").iter_rows():
            try:
                setup = self.setup
                retention.apply(setup.after, address, sha256, setup.source, setup.archive)
            except UnavailableError as error:
                tally.leave(address, str(error))

    def _report(self, number: int, state: RunState, tally: Tally) -> None:
        ended = state != "running"
        with suppress(*() if ended else (UnavailableError,)):
            patiently(
                lambda: self.store.run_report(number, tally.report(), state),
                self.setup.patience if ended else 0.0,
            )

    def _patiently(self, work: Callable[[], Any]) -> Any:
        return patiently(work, self.setup.patience)


def planned(setup: Setup, wanted: Wanted, store: Store, source: str) -> Plan:
    """What is to be done of a source. ScorerError where it cannot be read."""
    return patiently(lambda: plan(recordings(source), store, wanted), setup.patience)


@contextmanager
def alone(home: Path | None) -> Iterator[Path]:
    """Holds the lock of a store's runs, with a folder for what is fetched meanwhile.

    Two runs at once would do no harm, since the store takes each scorecard once. They would do
    the same work twice. The folder goes when the run does; that of a run that was killed, which
    the lock's file names, goes here. Raises AtWorkError where another run has the lock.
    """
    folder = home or paths.home()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "batch.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AtWorkError(
                f"another run is at work ({folder / 'batch.lock'} is held); wait for its end"
            ) from None
        handle.seek(0)
        if left := handle.read():
            shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(prefix="scorer-", ignore_cleanup_errors=True) as fetched:
            handle.truncate(0)
            handle.write(fetched)
            handle.flush()
            yield Path(fetched)


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: workers are stopped, and the store is told."""

    def stop(number: int, _frame: object) -> None:
        raise InterruptedRunError(
            f"stopped by {signal.Signals(number).name}; run the same command again to go on"
        )

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Finds:
    """Remembers what was found at each address, some hundred at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._some: list[Found] = []

    def see(self, event: Event, tally: Tally) -> None:
        del tally
        if event.stamp and event.sha256 and event.kind not in ("begun", "busy"):
            self._some.append((event.address, event.stamp, event.sha256))
        if len(self._some) >= _FINDS:
            self._write()

    def end(self, state: str, tally: Tally) -> None:
        del state, tally
        self._write()

    def _write(self) -> None:
        some, self._some = self._some, []
        with suppress(UnavailableError):  # then they are read once more by the next run
            self._store.found(some)
