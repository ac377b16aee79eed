"""From a file to a `Recording`, in blocks: eight hours take no more memory than a minute."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from scorer import disk
from scorer.audio import kernels
from scorer.audio.recording import Layout, Recording, Store
from scorer.errors import ScorerError, UnavailableError

#: No louder than this (16-bit steps) is silence: the idle pattern of mu-law and A-law is +-8.
IDLE = 16
#: Share of samples that may be louder in a channel that still counts as silent: clicks.
CLICKS = 1e-4
#: Correlation at which two channels are one sound twice, whatever a codec did to them.
SAME = 0.97
#: ... unless one is this many times stronger than the other: then it is a leak, not a copy.
SAME_POWER = 16.0

_PACKET = 1 << 18  # bytes of WAV read at once
_BLOCK = 1 << 16  # samples a channel gathered before they are written

Block = npt.NDArray[np.int16]


def decode(path: str | Path) -> Recording:
    """Reads a recording in any format that PyAV knows, from mu-law WAV to the sound of a video.

    The sound is kept at its own rate in a temporary file that vanishes with the recording. A file
    that breaks off or is damaged keeps what could be read (`truncated`). More than two channels are
    mixed into one, since nothing says which party is on which.

    Raises:
        ScorerError: the file is missing, empty, unreadable, holds no audio or no sound, or the disk
            is full; the message says what to do.
    """
    path = Path(path)
    digest = _sha256(path)
    with _opened(path) as container:
        if not container.streams.audio:
            raise ScorerError(f"{path}: holds no audio; give a recording with sound in it")
        stream = container.streams.audio[0]
        native = stream.codec_context.channels
        kept = native if native <= 2 else 1
        if not native or not stream.codec_context.sample_rate:
            raise ScorerError(f"{path}: has no audio channel; export it again with one or two")
        reader = _Reader(container, stream, kept)
        store = _Intake(kept)
        store.fill(reader.blocks())
        broken = reader.damaged or _stops_short(path, container, stream, store.length)
    rate = reader.rate
    if not store.length:
        raise ScorerError(f"{path}: no sound could be read from it; check that the file is whole")
    if all(store.silent):
        raise ScorerError(f"{path}: is silent from start to end; check how it was recorded")
    layout, heard, notes = store.layout()
    if native > 2:
        notes += (
            f"its {native} channels were mixed into one, so the parties cannot be told apart",
        )
    if broken:
        notes += (f"it is damaged or breaks off after {store.length / rate:.1f} s",)
    return Recording(
        id=path.name,
        path=path,
        sha256=digest,
        duration=store.length / rate,
        sample_rate=rate,
        channels=native,
        layout=layout,
        heard=heard,
        codec=reader.codec,
        truncated=broken,
        notes=notes,
        store=Store(store.file, kept, store.length),
    )


def _sha256(path: Path) -> str:
    """The digest of the file's bytes; as the first touch it also explains what cannot be read."""
    try:
        with path.open("rb") as file:
            digest = disk.sha256(file)
            if not file.tell():
                raise ScorerError(f"{path}: is empty; export the recording again")
    except FileNotFoundError:
        raise ScorerError(f"{path}: no such file; check the name") from None
    except IsADirectoryError:
        raise ScorerError(f"{path}: is a folder; name the recordings in it") from None
    except PermissionError:
        raise ScorerError(f"{path}: may not be read; ask for permission to it") from None
    except OSError as fault:
        raise ScorerError(f"{path}: cannot be read ({fault.strerror})") from None
    return digest


def _opened(path: Path) -> Any:
    try:
        # `file:` keeps a name with a colon from being taken for a protocol. WAV comes in packets of
        # 512 samples unless told otherwise, and every packet costs the same.
        options = {"max_size": str(_PACKET)}
        return av.open(f"file:{path}", metadata_errors="ignore", options=options)
    except (av.FFmpegError, ValueError):
        raise ScorerError(
            f"{path}: is not a recording that can be read; give WAV, FLAC, MP3, Opus or M4A"
        ) from None


def _stops_short(path: Path, container: Any, stream: Any, length: int) -> bool:
    """Whether fewer samples came than the file's own header promised.

    MP3 and raw AAC carry no promise, only a guess from the bit rate. FFmpeg takes a WAV's from the
    file that is there, so its header is asked.
    """
    if container.format.name == "wav":
        return _riff_stops_short(path)
    if stream.duration is None or container.format.name in ("mp3", "aac"):
        return False
    promised = float(stream.duration * stream.time_base)
    missing = promised - length / float(stream.codec_context.sample_rate)
    return missing > max(0.1, 0.005 * promised)


def _riff_stops_short(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(8)
    promised = int.from_bytes(head[4:8], "little") + 8
    # A writer to a pipe leaves the greatest number, or none: no promise.
    return head[:4] == b"RIFF" and path.stat().st_size + 1 < promised < 0x7FFF_0000


class _Reader:
    """The samples of one stream; afterwards `damaged` says whether a part could not be decoded."""

    def __init__(self, container: Any, stream: Any, channels: int) -> None:
        self.rate = int(stream.codec_context.sample_rate)
        self.codec = str(stream.codec_context.name)
        self.damaged = False
        self._container, self._stream, self._channels = container, stream, channels
        layout = "stereo" if channels == 2 else "mono"
        self._shape = av.AudioResampler(format="s16", layout=layout, rate=self.rate)

    def blocks(self) -> Iterator[Block]:
        """Interleaved int16 `[n, channels]`.

        Frames are often tiny; gathered, each step costs less.
        """
        waiting: list[Block] = []
        size = 0
        for frame in self._frames():
            block = frame.to_ndarray().reshape(-1, self._channels)
            waiting.append(block)
            size += len(block)
            if size >= _BLOCK:
                yield np.concatenate(waiting)
                waiting, size = [], 0
        if waiting:
            yield np.concatenate(waiting)

    def _frames(self) -> Iterator[Any]:
        """Frames of int16 in the wanted layout; what cannot be decoded is left out."""
        try:
            for packet in self._container.demux(self._stream):
                try:
                    for frame in packet.decode():
                        ready = frame.format.name == "s16" and (
                            frame.layout.nb_channels == self._channels
                            and frame.sample_rate == self.rate
                        )
                        yield from [frame] if ready else self._shape.resample(frame)
                except (av.FFmpegError, ValueError):  # ValueError: the layout changed on the way
                    self.damaged = True
        except av.FFmpegError:
            self.damaged = True


class _Intake:
    """Samples on disk, and the sums that tell copies and silent channels apart."""

    def __init__(self, channels: int) -> None:
        # Unlinked at once where the system allows it: nothing stays behind, even after a crash.
        self.file = tempfile.TemporaryFile(prefix="scorer-")  # noqa: SIM115  it outlives this call
        self.channels = channels
        self.length = 0
        self._loud = np.zeros(channels, np.int64)
        self._products = np.zeros((channels, channels))

    def fill(self, blocks: Iterator[Block]) -> None:
        try:
            for block in blocks:
                self.file.write(block.data)
                self.length += len(block)
                kernels.level.census(block, IDLE, self._products, self._loud)
            self.file.flush()
        except OSError as fault:
            if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            folder = tempfile.gettempdir()
            raise UnavailableError(
                f"the disk is full in {folder}; free some space or set TMPDIR to another folder"
            ) from None

    @property
    def silent(self) -> list[bool]:
        return [bool(loud <= CLICKS * self.length) for loud in self._loud]

    def layout(self) -> tuple[Layout, tuple[int, ...], tuple[str, ...]]:
        """How the parties lie, which channels to listen to, and what to say about it."""
        if self.channels == 1:
            return "mono", (0,), ()
        for channel, silent in enumerate(self.silent):
            if silent:
                note = f"channel {channel + 1} is silent, so the parties cannot be told apart"
                return "mono", (1 - channel,), (note,)
        first, second, both = self._products[0, 0], self._products[1, 1], self._products[0, 1]
        alike = abs(both) >= SAME * (first * second) ** 0.5
        if alike and max(first, second) <= SAME_POWER * min(first, second):
            note = "both channels hold the same sound, so the parties cannot be told apart"
            return "identical", (0,), (note,)
        return "stereo", (0, 1), ()
