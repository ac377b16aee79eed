"""A recording that a browser can play: not all know mu-law, AMR or GSM, but all play PCM."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import IO

import av
from av.error import FFmpegError

from scorer.disk import whole
from scorer.errors import ScorerError

#: Beside the recording, so that removing the call removes it too.
PLAYABLE = "sound.wav"


def playable(recording: Path) -> Path:
    """A 16-bit PCM WAV of the recording with its channels and rate kept.

    The recording itself when it already is one; else a copy made once and kept beside it. WAV
    rather than a compressed form because a jump to a time is exact in every browser.

    Raises ScorerError when the recording cannot be decoded.
    """
    if _is_pcm_wav(recording):
        return recording
    copy = recording.with_name(PLAYABLE)
    if not copy.exists():
        try:
            with whole(copy) as out:
                _transcode(recording, out)
        except (FFmpegError, OSError, IndexError, ValueError) as error:
            raise ScorerError(
                f"{recording.name}: cannot be made to play ({error}); score the file again"
            ) from error
    return copy


def _is_pcm_wav(path: Path) -> bool:
    try:
        with wave.open(str(path), "rb") as sound:
            return sound.getsampwidth() == 2 and sound.getnframes() > 0
    except (wave.Error, EOFError, OSError):
        return False


def _transcode(source: Path, target: IO[bytes]) -> None:
    """Frame by frame, so that a recording of hours needs no more memory than one of seconds."""
    with av.open(str(source)) as container, wave.open(target, "wb") as out:
        stream = container.streams.audio[0]
        layout = "stereo" if stream.codec_context.channels >= 2 else "mono"
        out.setnchannels(2 if layout == "stereo" else 1)
        out.setsampwidth(2)
        out.setframerate(stream.codec_context.sample_rate)
        resampler = av.AudioResampler("s16", layout, stream.codec_context.sample_rate)
        for frame in container.decode(stream):
            frame.pts = None  # gaps in the stamps would be refused; the samples are what counts
            for piece in resampler.resample(frame):
                out.writeframes(piece.to_ndarray().tobytes())
        for piece in resampler.resample(None):
            out.writeframes(piece.to_ndarray().tobytes())
