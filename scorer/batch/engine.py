"""Who does the work: the interface of an engine, and the crew that works through a plan on any.

An engine gives slots. A slot holds a worker and works on one share at a time; when the worker dies,
the slot says so and has a new one for the next share. What that means for the recordings is decided
here, once for all engines: those that the dead worker had in hand are tried again apart, so that
the one that kills workers is found and the others go on.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from scorer.batch.events import Event
from scorer.batch.item import Item
from scorer.batch.shares import Shares
from scorer.errors import ScorerError, UnavailableError
from scorer.store.runs import MAX_TRIES

#: A worker from which nothing was heard for so long hangs [s]. Longer than any step may take.
SILENCE = 1800.0
#: Workers of one slot that may die one after the other without having finished anything.
DEATHS = 3


class LostError(Exception):
    """The worker of a slot died. The message says how, as "by SIGKILL"."""


class Slot(Protocol):
    """A place for one worker."""

    def ready(self) -> bool:
        """Whether a worker is there or can be had at once; waits a moment for one, no longer.

        A share is taken only then: one that is taken is nobody else's.
        """
        ...

    def work(self, share: Sequence[Item]) -> Iterator[Event]:
        """Has a share worked through. Raises LostError when the worker dies on it.

        Raises ScorerError where a worker cannot be had at all, or the store stays out of reach.
        """
        ...

    def renew(self) -> None:
        """Ends the worker; the next share gets a fresh one."""
        ...


class Engine(Protocol):
    """Workers on this machine, or on many."""

    def slots(self) -> Sequence[Slot]:
        """The places for workers, as many as work at once."""
        ...

    def close(self) -> None:
        """Ends all workers, whatever they are at."""
        ...


class Crew:
    """All slots of an engine at work on one plan."""

    def __init__(self, engine: Engine, shares: Shares, slots: Sequence[Slot]) -> None:
        self._engine, self._shares, self._slots = engine, shares, slots
        self._told: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
        self._tries: Counter[str] = Counter()
        self._over = threading.Event()

    def work(self) -> Iterator[Event]:
        """Works until nothing is left, and tells what happens.

        A recording that failed with the program comes back as one "fault" for each try. Raises
        ScorerError where the work cannot go on; what was told as scored stays scored.
        """
        threads = [
            threading.Thread(target=self._man, args=(slot,), daemon=True) for slot in self._slots
        ]
        for thread in threads:
            thread.start()
        try:
            at_work = len(threads)
            while at_work:
                event = self._told.get()
                if event is None:
                    at_work -= 1
                elif isinstance(event, BaseException):
                    raise event
                else:
                    yield event
            if self._shares.left:
                raise UnavailableError("no worker found room to work; look into the cluster")
        finally:
            self._over.set()
            self._engine.close()
            for thread in threads:
                thread.join()

    def _man(self, slot: Slot) -> None:
        """One slot, from the first share to the last."""
        try:
            deaths, since = 0, time.monotonic()
            while not self._over.is_set() and self._shares.left:
                try:
                    if not slot.ready():
                        if time.monotonic() - since > SILENCE:
                            break  # others may have room
                        continue
                    how = self._do(slot, share) if (share := self._shares.next()) else ""
                except LostError as lost:
                    how = str(lost)
                deaths, since = deaths + 1 if how else 0, time.monotonic()
                if deaths == DEATHS:
                    raise UnavailableError(
                        f"{DEATHS} workers died one after the other, the last {how}; "
                        "give fewer of them (--workers), or look into the system's log"
                    )
            slot.renew()  # a slot whose worker died with work in hand may wait for its room
            self._told.put(None)
        except BaseException as error:  # raised where what it told is read
            self._told.put(error)

    def _do(self, slot: Slot, share: Sequence[Item]) -> str:
        """Has a share done. How the worker died where it did so without finishing anything."""
        left = {item.address: item for item in share}
        begun: dict[str, Item] = {}
        doubtful = False
        try:
            for event in slot.work(share):
                if event.kind == "begun":
                    begun[event.address] = left[event.address]
                elif event.kind != "busy":
                    begun.pop(event.address, None)
                    item = left.pop(event.address)
                    if event.kind == "fault":
                        doubtful = True
                        self._once_more(item)
                self._told.put(event)
        except ScorerError:
            raise
        except Exception as error:  # whatever it was, the share is lost and tried again
            if self._over.is_set():
                return ""
            return self._lost(share, left, begun, error)
        if doubtful:
            slot.renew()  # a program that failed is not trusted with other recordings
        return ""

    def _lost(
        self,
        share: Sequence[Item],
        left: dict[str, Item],
        begun: dict[str, Item],
        error: Exception,
    ) -> str:
        """The worker is gone: what it had in hand is tried apart, the rest as before."""
        how = str(error).strip().splitlines()[-1]
        if len(begun) == 1 and len(share) == 1:
            ((address, item),) = begun.items()
            told = f"{item.name}: the worker died on it ({how})"
            known = item.sha256 or ""
            self._told.put(Event("fault", address, item.group, item.stamp, known, told))
            self._once_more(item)
            return ""
        for item in begun.values():
            self._shares.alone(item)
        self._shares.again(item for address, item in left.items() if address not in begun)
        return "" if begun or len(left) < len(share) else how

    def _once_more(self, item: Item) -> None:
        self._tries[item.address] += 1
        if self._tries[item.address] < MAX_TRIES:
            self._shares.alone(item)
