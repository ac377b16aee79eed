"""Recordings opened apart: in a child with limits on memory and time, where a hostile file harms
nobody.

A recording comes from outside, and the decoders that read it are written in C. One that crashes
them, claims days of sound or eats memory costs the child's life and one clear line. The sound
itself comes back as the temporary file that it lies in, not through memory.
"""

from __future__ import annotations

import errno
import resource
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.child import Child, DiedError
from scorer.errors import ScorerError
from scorer.heap import keep_large_blocks

Opened = tuple[Recording, Sound]
Open = Callable[[Path], Opened]


def opened(path: Path) -> Opened:
    """The recording and what its channels do. Errors as in `scorer.audio.decode.decode`."""
    recording = decode(path)
    return recording, analyse(recording)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one recording may take. Eight hours of two channels need 150 MB and half a minute."""

    memory: int = 1 << 30  # bytes beside what the process holds before
    cpu: int = 300  # seconds
    seconds: int = 900  # by the clock
    disk: int = 16 << 30  # bytes of decoded sound


class Apart:
    """Opens recordings in a child, which is started at the first and again after each death.

    Args:
        limits: what one recording may take.
        open: what opens it there; a function of a module.
    """

    def __init__(self, limits: Limits | None = None, open: Open = opened) -> None:
        self._limits, self._open = limits or Limits(), open
        self._child: Child | None = None

    def __call__(self, path: Path) -> Opened:
        """As `opened`; what breaks a limit, the decoder or our own code is a ScorerError too."""
        self._child = self._child or Child(_within, self._limits, self._open)
        try:
            (found,) = self._child.ask(path)
        except DiedError as death:
            self._child = None
            raise ScorerError(f"{path}: {self._reason(death)}") from death
        except RuntimeError as fault:  # as a child tells it, its traceback
            self.close()
            told = str(fault).strip().splitlines()[-1]
            raise ScorerError(f"{path}: a fault in the program ({told})") from fault
        recording, sound = found
        return recording, sound

    def close(self) -> None:
        """Ends the child."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def _reason(self, death: DiedError) -> str:
        if death.signal in (signal.SIGXCPU, signal.SIGALRM):
            return "took too long to open; check that it is a recording of one call"
        if death.signal == signal.SIGKILL:
            return "opening it was stopped from outside, perhaps for want of memory; try it again"
        return f"crashed the decoder ({death.how}); check that it plays, or export it again"


def _within(limits: Limits, open: Open) -> Callable[[Path], Iterator[Opened]]:
    """What the child does: each recording within its limits, which the system itself enforces."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.disk, limits.disk))
    keep_large_blocks()

    def answer(path: Path) -> Iterator[Opened]:
        _limit(resource.RLIMIT_AS, _address_space() + limits.memory)
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + limits.cpu)
        signal.alarm(limits.seconds)
        try:
            yield open(path)
        except MemoryError:
            raise ScorerError(
                f"{path}: needs more memory to open than a call should; export it again"
            ) from None
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise
            raise ScorerError(
                f"{path}: holds more sound than a call could; check that it is one call"
            ) from None
        finally:
            signal.alarm(0)

    return answer


def _limit(which: int, value: int) -> None:
    """The soft limit alone, so that the next recording's can be higher again."""
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (value if hard < 0 else min(value, hard), hard))


def _address_space() -> int:
    """Bytes that this process has mapped now [Linux]."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
