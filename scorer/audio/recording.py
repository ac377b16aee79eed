"""The noun of the first room: a decoded recording, whose sound lies on disk, not in memory."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from math import gcd
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt
import soxr

#: The rate of Whisper's features, and of every sample that leaves this room.
RATE = 16_000

Shorts = npt.NDArray[np.int16]
Layout = Literal["stereo", "mono", "identical"]

#: Sound on each side of a stretch that is resampled with it, so that stretches join without a seam.
_MARGIN_S = 0.05


class Store:
    """Interleaved 16-bit samples in a file without a name, which vanishes with the last reader.

    It is read, not mapped: what was read before is the system's to keep or drop, and several
    threads may read at once.
    """

    def __init__(self, file: IO[bytes], channels: int, length: int) -> None:
        self._file, self._channels, self.length = file, channels, length

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process of this machine goes the open file itself, not the sound in it."""
        return _received, (DupFd(self._file.fileno()), self._channels, self.length)

    def read(self, channel: int, first: int, last: int) -> Shorts:
        """Samples `first` to `last` of a channel; only those that there are."""
        first, last = max(first, 0), min(last, self.length)
        both = np.empty((max(last - first, 0), self._channels), np.int16)
        view, at = both.reshape(-1).view(np.uint8).data, first * 2 * self._channels
        while view:
            count = os.preadv(self._file.fileno(), [view], at)
            if not count:
                raise OSError(f"the sound's temporary file ends at byte {at}")
            view, at = view[count:], at + count
        return both[:, channel]


@dataclass(frozen=True, slots=True)
class Recording:
    """A file with channels, as `scorer.audio.decode.decode` found it.

    `layout` says how the parties lie: "stereo" has one on each channel; in "mono" and "identical"
    (two copies of one mix) they cannot be told apart. `heard` are the channels worth listening to:
    (0, 1) for stereo, one channel otherwise. `notes` are plain sentences about what was odd.
    """

    id: str  # the file's name
    path: Path
    sha256: str  # of the file's bytes
    duration: float  # seconds
    sample_rate: int  # Hz, as recorded
    channels: int  # as recorded
    layout: Layout
    heard: tuple[int, ...]
    codec: str = ""  # the decoder's name for it: "pcm_mulaw", "mp3", ...
    truncated: bool = False
    notes: tuple[str, ...] = ()
    store: Store | None = field(default=None, repr=False, compare=False)

    def samples(
        self, channel: int, start_s: float = 0.0, end_s: float | None = None
    ) -> npt.NDArray[np.float32]:
        """One channel's sound at 16 kHz, float32 in [-1, 1], from `start_s` to `end_s` (seconds).

        Stretches that touch join to the same samples as one long stretch, to within rounding.
        Nothing outside the recording is given, so the answer may be shorter than asked for.
        """
        total = round(self.duration * RATE)
        first = min(max(round(start_s * RATE), 0), total)
        last = total if end_s is None else min(max(round(end_s * RATE), first), total)
        return self.sound(channel, first, last, RATE)

    def sound(self, channel: int, first: int, last: int, rate: int) -> npt.NDArray[np.float32]:
        """Samples `first` to `last` of a channel, counted at `rate`; zeros beyond the recording."""
        before = max(-first, 0)
        if self.sample_rate == rate:
            sound = _floats(self.raw(channel, first, last))
        else:
            # Whole periods of the two rates keep the grid where one run over it all would put it.
            shared = gcd(self.sample_rate, rate)
            native, out = self.sample_rate // shared, rate // shared
            margin = round(_MARGIN_S * rate)
            begin, end = max(first - margin, 0) // out, -(-max(last + margin, 0) // out)
            stretch = _floats(self.raw(channel, begin * native, end * native))
            sound = soxr.resample(stretch, self.sample_rate, rate)
            sound = sound[max(first, 0) - begin * out : max(last, 0) - begin * out]
        after = last - first - before - len(sound)
        return np.pad(sound, (before, after)) if before or after else sound

    def raw(self, channel: int, first: int, last: int) -> Shorts:
        """Samples `first` to `last` of a channel as recorded, 16 bits, at `sample_rate`."""
        return self.store.read(channel, first, last) if self.store else np.zeros(0, np.int16)


def _received(handle: Any, channels: int, length: int) -> Store:
    return Store(os.fdopen(handle.detach(), "rb"), channels, length)


def _floats(pcm: Shorts) -> npt.NDArray[np.float32]:
    return np.multiply(pcm, np.float32(1 / 32768), dtype=np.float32)
