"""Numpy's sums and products on one thread, for work that is too small to share out."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from threading import Lock
from types import TracebackType
from typing import Any

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[None]:
    """Keeps numpy's libraries on one thread meanwhile: several wait longer than they work."""
    return _ONE


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
