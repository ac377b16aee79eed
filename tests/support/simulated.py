"""Workers that are pure arithmetic: what a night does at sizes that no machine here can hear.

The plan, the shares and the crew are the real ones; only the hearing is made of numbers. A crew of
threads learns in real time, a `clock` of events in none at all.
"""

import heapq
from dataclasses import dataclass, field

from scorer.batch.engine import LostError
from scorer.batch.events import Event


@dataclass
class Slot:
    """Hears at once whatever it is given, and dies when `dies` says so of a recording."""

    dies: object = None
    ends: list = field(default_factory=list)

    def ready(self):
        return True

    def work(self, share):
        for item in share:
            yield Event("begun", item.address)
            if self.dies and self.dies(item, share):
                raise LostError("by SIGKILL")
        for item in share:
            self.ends.append(item.address)
            yield Event("scored", item.address, sound=1.0)

    def renew(self):
        pass


@dataclass
class Engine:
    """So many slots that share one rule of dying."""

    count: int = 1
    dies: object = None

    def __post_init__(self):
        self.made = [Slot(self.dies) for _ in range(self.count)]

    def slots(self):
        return self.made

    def close(self):
        pass


def clock(shares, workers, cost, between=0.0):
    """When each worker comes to its end, if a recording costs `cost(item)` seconds and a share
    `between` more; by discrete events, with the real order of handing out."""
    at, ends = [(0.0, number) for number in range(workers)], [0.0] * workers
    handed = 0
    while at:
        now, number = heapq.heappop(at)
        share = shares.next()
        if share is None:
            ends[number] = now
            continue
        handed += 1
        heapq.heappush(at, (now + between + sum(map(cost, share)), number))
    return ends, handed
