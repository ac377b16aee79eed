"""A process of our own that answers one question after another, and whose death is told precisely.

It is spawned, never forked, and speaks through a pipe that nobody else holds. So when a child is
killed, whatever killed it, only its own question is lost, and the asker learns at once and how. The
pools of the standard library and of joblib cannot tell: one death breaks the pool with the work of
every other worker in it (BrokenProcessPool), or is waited for without end (multiprocessing.Pool).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from scorer.errors import ScorerError

#: Answers a question with any number of answers; made in the child, where it may load what it uses.
Serve = Callable[[Any], Iterable[Any]]

#: Seconds that a child gets to end by itself when it is no longer needed.
GRACE = 5.0


class DiedError(Exception):
    """The child died on a question. `signal` is what killed it, None when it left by itself."""

    def __init__(self, exitcode: int | None) -> None:
        self.signal = signal.Signals(-exitcode) if exitcode and exitcode < 0 else None
        self.how = f"by {self.signal.name}" if self.signal else f"with exit status {exitcode}"
        super().__init__(f"the process ended {self.how}")


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception


@dataclass(frozen=True, slots=True)
class _End:
    """No more answers to this question."""


class Child:
    """A spawned process. It lives until `close`, until it dies, or until its parent does.

    Args:
        start: a function of a module; called in the child with `arguments`, it returns the
            function that answers.
    """

    def __init__(self, start: Callable[..., Serve], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_live, args=(theirs, start, arguments))
        self._process.start()
        theirs.close()  # so that the child's end of the pipe ends with the child
        # A program that ends does not wait for a child that waits for its questions.
        weakref.finalize(self, self._process.kill)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def ask(self, question: Any, patience: float | None = None) -> Iterator[Any]:
        """The child's answers as they come.

        Raises what the child raised, and DiedError when it died or, being silent for `patience`
        seconds, was killed. A child that died answers nothing more.
        """
        try:
            self._pipe.send(question)
            while self._pipe.poll(patience):
                answer = self._pipe.recv()
                if isinstance(answer, _End):
                    return
                if isinstance(answer, _Raised):
                    raise answer.error
                yield answer
        except (EOFError, ConnectionError):
            pass
        self.kill()
        raise DiedError(self._process.exitcode)

    def kill(self) -> None:
        """Ends the child at once."""
        self._process.join(0 if self._process.is_alive() else GRACE)
        self._process.kill()
        self._process.join()

    def close(self) -> None:
        """Lets the child end by itself, or ends it where it does not."""
        self._pipe.close()
        self._process.join(GRACE)
        self.kill()


def _live(pipe: Connection, start: Callable[..., Serve], arguments: tuple[Any, ...]) -> None:
    """The child's whole life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        answer = None
        while True:
            question = pipe.recv()
            try:
                answer = answer or start(*arguments)
                for one in answer(question):
                    pipe.send(one)
            except Exception as error:  # raised where the question was asked
                pipe.send(_Raised(_portable(error)))
            else:
                pipe.send(_End())
    except (EOFError, ConnectionError):
        pass  # nobody asks any more


def _die_with_parent() -> None:
    """A parent that was killed cannot say so; what its child does then is nobody's any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _portable(error: Exception) -> Exception:
    """An error that can be sent: one of ours as it is, any other with its traceback as text."""
    if isinstance(error, ScorerError):
        return error
    return RuntimeError("".join(traceback.format_exception(error)))
