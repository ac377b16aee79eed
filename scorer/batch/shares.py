"""The plan handed out in shares: large ones first, smaller ones as the end comes near.

Guided self-scheduling (Polychronopoulos & Kuck 1987): a worker takes half of an even part of what
is left, so that none waits long for the last one, and asks seldom while there is much to do.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

import polars as pl

from scorer.batch.item import Item
from scorer.batch.plan import items

#: Recordings in a share. One more call in a full batch costs nothing, a share's end does.
MOST, LEAST = 32, 4


class Shares:
    """What is still to be handed out; asked by several threads at once.

    `todo` is a plan's frame in the order in which it is to be done. It is cut as it is handed out,
    so that a million recordings are not a million objects.
    """

    def __init__(self, todo: pl.DataFrame, workers: int) -> None:
        self._todo, self._workers = todo, workers
        self._at = 0
        self._again: deque[list[Item]] = deque()
        self._lock = threading.Lock()

    def next(self) -> list[Item] | None:
        """The next share, or None where nothing is left to hand out."""
        with self._lock:
            if self._again:
                return self._again.popleft()
            left = len(self._todo) - self._at
            if not left:
                return None
            even = MOST if self._workers == 1 else -(-left // (2 * self._workers))
            size = min(left, max(LEAST, min(MOST, even)))
            self._at += size
            return items(self._todo.slice(self._at - size, size))

    @property
    def left(self) -> bool:
        """Whether there is something to hand out now; what others have in hand may come back."""
        with self._lock:
            return bool(self._again) or self._at < len(self._todo)

    def again(self, share: Iterable[Item]) -> None:
        """Takes back what a worker left undone."""
        if some := list(share):
            with self._lock:
                self._again.append(some)

    def alone(self, item: Item) -> None:
        """Takes back a recording that is to be tried apart from others."""
        self.again([item])
