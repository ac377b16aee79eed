"""The verdict on a line, and the words it is given in."""

from __future__ import annotations

import numpy as np
import pytest

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.quality import tally
from scorer.audio.sound import State
from tests.audio.sounds import noise, placed, voice, write

AGENT = placed(20, (1, voice(5)), (12, voice(5, seed=3)))
CUSTOMER = placed(20, (6.5, voice(5, pitch=210, seed=1)), (17.5, voice(2, pitch=210, seed=2)))


def verdict(path, *channels):
    return analyse(decode(write(path / "call.wav", *channels))).quality


def test_a_good_line_needs_no_words(tmp_path):
    quality = verdict(tmp_path, AGENT * 0.5, CUSTOMER * 0.5)
    assert (quality.verdict, quality.reasons) == ("good", ())
    assert quality.figures["agent.snr_db"] > 30
    assert quality.figures["customer.dropped"] == 0


@pytest.mark.parametrize(
    ("fault", "words", "expected"),
    [
        (lambda x: x * 10 ** (-35 / 20), "very quiet", {"fair", "poor"}),
        (lambda x: x / 2 + noise(20, -26, seed=9), "noisy", {"fair", "poor"}),
        (lambda x: (x * 8).clip(-1, 1), "too loud", {"poor"}),
        (lambda x: x / 2 + 0.15, "off centre", {"poor"}),
        (lambda x: np.zeros_like(x) + noise(20, -60), "nobody speaks", {"fair"}),
    ],
)
def test_what_is_wrong_is_said_of_the_right_channel(tmp_path, fault, words, expected):
    quality = verdict(tmp_path, AGENT * 0.5, fault(CUSTOMER))
    assert quality.verdict in expected
    assert any(words in reason and "the customer's" in reason for reason in quality.reasons)
    assert not any("the agent's" in reason for reason in quality.reasons)


def test_lost_packets_are_counted(tmp_path):
    # 5 of 100 packets of 20 ms: 5 % of the time.
    lossy = AGENT * 0.5
    for packet in np.random.default_rng(0).choice(np.arange(1, 999, 2), 50, replace=False):
        lossy[packet * 160 : (packet + 1) * 160] = 0
    quality = verdict(tmp_path, lossy, CUSTOMER * 0.5)
    assert quality.figures["agent.dropped"] == pytest.approx(0.05, abs=0.025)
    assert any("gaps" in reason and "the agent's" in reason for reason in quality.reasons)


def test_a_line_switched_off_in_the_pauses_has_no_gaps(tmp_path):
    """A noise gate fades out within some frames; a lost packet is cut out of the loud."""
    steps = np.arange(round(0.15 * 8_000))
    fade = 10 ** (-60 * steps / len(steps) / 20)
    hum = np.sin(2 * np.pi * 200 * np.arange(8_000) / 8_000) * 0.5
    gated = np.concatenate([hum, hum[: len(fade)] * fade, np.zeros(1_600), hum])
    lost = np.concatenate([hum, np.zeros(1_600), hum])
    for sound, frames in [(gated, 0), (lost, 20)]:
        recording = decode(write(tmp_path / "a.wav", sound))
        spoken = np.full(len(sound) // 80, State.SPEECH, np.uint8)
        assert tally(recording, 0, spoken).lost()[0] == frames


def test_a_recording_that_breaks_off_is_not_good(tmp_path):
    path = write(tmp_path / "call.wav", AGENT * 0.5, CUSTOMER * 0.5)
    path.write_bytes(path.read_bytes()[:500_000])
    quality = analyse(decode(path)).quality
    assert quality.verdict == "fair"
    assert any("breaks off" in reason for reason in quality.reasons)
