"""Numpy's sums and products on one thread, where they are too small to share out; and work in
pieces, where the pieces can be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import cache
from threading import Lock
from types import TracebackType
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController
from tqdm import tqdm

Piece = TypeVar("Piece")
Made = TypeVar("Made")
_MOST = 4  # threads: each holds what it works on


def one_thread() -> AbstractContextManager[None]:
    """Keeps numpy's libraries on one thread meanwhile: several wait longer than they work."""
    return _ONE


def shared_out(
    work: Callable[[Piece], Made], pieces: Sequence[Piece], doing: str
) -> Iterator[Made]:
    """What `work` makes of each piece, in their order, with a bar on a terminal that says what is
    being done. For work that leaves Python to others while it lasts, as numpy's and onnxruntime's
    does."""
    with one_thread(), ThreadPoolExecutor(min(_MOST, os.cpu_count() or 1)) as threads:
        made = threads.map(work, pieces)
        yield from tqdm(made, desc=doing, total=len(pieces), leave=False, disable=None)


class _OneThread(AbstractContextManager[None]):
    """How many threads a library takes is one number for the process: who comes first sets it, and
    who leaves last sets it back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._within = 0
        self._limits: Any = None

    def __enter__(self) -> None:
        with self._lock:
            if not self._within:
                self._limits = _libraries().limit(limits=1, user_api="blas")
            self._within += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._within -= 1
            if not self._within:
                self._limits.restore_original_limits()


_ONE = _OneThread()


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()  # it looks through all that is loaded: once will do
