"""What came of a run, counted as it goes: the report that is kept, shown and sent."""

from __future__ import annotations

import heapq
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from scorer.batch.events import Event

#: Failures, and recordings left behind, told one by one; more of them are counted, and
#: `scorer runs failures` has all of the former.
_TOLD = 500
_SLOWEST = 10


@dataclass(slots=True)
class Failed:
    """A recording that could not be scored in this run."""

    address: str
    reason: str
    tries: int
    last: bool  # it is set aside


@dataclass(slots=True)
class Tally:
    """The figures of a run. `planned` is what the plan said, by state."""

    planned: dict[str, int]
    bytes: int = 0  # of what was to be scored
    bytes_done: int = 0
    began: float = field(default_factory=time.monotonic)
    scored: int = 0
    done: int = 0  # found to be scored before only when they were read
    sound: float = 0.0  # seconds
    keeping: float = 0.0  # seconds in the store, of all workers
    memory: int = 0  # the most bytes that a worker held
    failures: dict[str, Failed] = field(default_factory=dict)
    more: Counter[bool] = field(default_factory=Counter)  # failures that are not told; set aside?
    left_behind: int = 0  # scored, but not put away
    not_put_away: dict[str, str] = field(default_factory=dict)  # the first of them, and why
    _begun: dict[str, float] = field(default_factory=dict)
    _slowest: list[tuple[float, str]] = field(default_factory=list)
    _groups: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, event: Event) -> None:
        """Counts an event. Failures come in by `fail`, with what the store knows of them."""
        self.bytes_done += event.size
        if event.kind == "begun":
            self._begun[event.address] = time.monotonic()
        elif event.kind == "done":
            self.done += 1
        elif event.kind == "scored":
            self._scored(event)

    def _scored(self, event: Event) -> None:
        self.scored += 1
        self.sound += event.sound
        self.keeping += event.keeping
        self.memory = max(self.memory, event.memory)
        self.failures.pop(event.address, None)  # it was the other recordings' fault, or the day's
        took = time.monotonic() - self._begun.pop(event.address, time.monotonic())
        heapq.heappush(self._slowest, (took, event.address))
        if len(self._slowest) > _SLOWEST:
            heapq.heappop(self._slowest)
        if event.quality not in ("", "good"):
            self._groups[event.group].update(event.quality_reasons or [event.quality])
        if event.reason:
            self.leave(event.address, event.reason)

    def leave(self, address: str, reason: str) -> None:
        """A recording that is scored, but could not be deleted or archived."""
        self.left_behind += 1
        if len(self.not_put_away) < _TOLD:
            self.not_put_away[address] = reason

    def fail(self, event: Event, tries: int, set_aside: bool) -> None:
        """A try that failed, the how-many-th in all runs, and whether it was the last."""
        self._begun.pop(event.address, None)
        if event.kind == "fault" or len(self.failures) < _TOLD or event.address in self.failures:
            self.failures[event.address] = Failed(event.address, event.reason, tries, set_aside)
        else:
            self.more[set_aside] += 1

    @property
    def failed(self) -> int:
        """Recordings that could not be scored."""
        return len(self.failures) + self.more.total()

    @property
    def seconds(self) -> float:
        """Since the work began."""
        return time.monotonic() - self.began

    @property
    def speed(self) -> float:
        """Seconds of sound a second."""
        return self.sound / max(self.seconds, 1e-9)

    @property
    def left(self) -> float | None:
        """Seconds of work that are left by the size of what is done; None at the beginning."""
        if not 0 < self.bytes_done <= self.bytes:
            return None
        return self.seconds * (self.bytes / self.bytes_done - 1)

    def counts(self) -> dict[str, float]:
        """The figures alone: no name, no address."""
        return {
            "planned": self.planned.get("to do", 0),
            "scored": self.scored,
            "done_before": self.planned.get("done", 0) + self.done,
            "failed": self.failed,
            "set_aside": self.planned.get("set aside", 0)
            + sum(one.last for one in self.failures.values())
            + self.more[True],
            "without_consent": self.planned.get("no consent", 0),
            "left_behind": self.left_behind,
            "sound_hours": round(self.sound / 3600, 3),
            "seconds": round(self.seconds, 1),
            "seconds_left": round(self.left or 0.0),
            "times_real_time": round(self.speed, 2),
        }

    def report(self) -> dict[str, Any]:
        """What the store keeps of the run. No word of any call."""
        return {
            **self.counts(),
            "failures": [
                {"recording": f.address, "why": f.reason, "tries": f.tries, "set_aside": f.last}
                for f in self.failures.values()
            ],
            "not_put_away": self.not_put_away,
            "slowest": [
                {"recording": address, "seconds": round(took, 1)}
                for took, address in sorted(self._slowest, reverse=True)
            ],
            "quality": {
                group: dict(reasons.most_common(5))
                for group, reasons in sorted(self._groups.items())
            },
            "most_memory_mb": round(self.memory / 1e6),
            "store_seconds": round(self.keeping, 2),
        }
