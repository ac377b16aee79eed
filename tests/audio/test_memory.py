"""What a long recording takes: no more memory than a short one."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import wave
from pathlib import Path

import numpy as np

from tests.audio.sounds import music, placed, voice

MEASURE = """
import sys
from pathlib import Path
from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.frontend import log_mel

def front_end(path):
    recording = decode(path)
    sound = analyse(recording)
    for channel in recording.heard:
        for start in range(0, int(recording.duration), 30):
            log_mel(recording.samples(channel, start, start + 30))
    return sound

def megabytes(field):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024

front_end(sys.argv[1])  # what is loaded once is loaded
Path("/proc/self/clear_refs").write_text("5")
before = megabytes("VmRSS")
sound = front_end(sys.argv[2])
print(megabytes("VmHWM") - before, len(sound.lanes[0].speech), len(sound.lanes[0].hold))
"""


def call(path: Path, minutes: int) -> Path:
    """A minute of a call, with hold music, again and again: 16 bits at 8 kHz, two channels."""
    agent = placed(60, (2, voice(6)), (15, music(20) * 0.4), (40, voice(8, seed=3)))
    customer = placed(60, (9, voice(5, pitch=210, seed=1)), (49, voice(8, pitch=210, seed=2)))
    pcm = (np.stack([agent, customer], axis=1).clip(-1, 1) * 32767).astype("<i2").tobytes()
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8_000, 0, "NONE", ""))
        for _ in range(minutes):
            file.writeframesraw(pcm)
    return path


def added(short: Path, path: Path) -> tuple[float, int, int]:
    """Megabytes at the peak of one run in a fresh process, and how much was found."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEASURE), str(short), str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    megabytes, speech, hold = done.stdout.split()
    return float(megabytes), int(speech), int(hold)


def test_forty_minutes_take_no_more_memory_than_ten(tmp_path):
    short, long = call(tmp_path / "short.wav", 10), call(tmp_path / "long.wav", 40)
    for_short, *_ = added(short, short)
    for_long, speech, hold = added(short, long)
    # The sound alone has 30 * 60 * 8,000 * 2 * 2 bytes more: 55 MB. What stays of it is a byte a
    # channel for each 10 ms: 0.3 MB.
    assert for_long < for_short + 15
    assert hold == 40
    assert speech >= 80
