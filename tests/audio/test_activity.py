"""What channels do when, against sounds whose truth is known to the sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.sound import State
from scorer.audio.voice import faded, spoken
from tests.audio.sounds import keys, music, noise, placed, tone, voice, write

SAMPLES = Path(__file__).parents[1] / "samples"
AGENT = placed(30, (2, voice(5)), (14, voice(6, seed=3)), (27, voice(2, seed=5)))
CUSTOMER = placed(30, (8, voice(5, pitch=210, seed=1)), (19, voice(4, pitch=210, seed=2)))


def analysed(path, *channels):
    return analyse(decode(write(path / "call.wav", *channels)))


def share(states, state, start, end):
    """Share of the frames from `start` to `end` (s) that are in a state."""
    return float((states[round(start * 100) : round(end * 100)] == state).mean())


@pytest.mark.parametrize("db", [0, -20, -40])
def test_speech_is_found_whatever_the_level_of_the_line(tmp_path, db):
    gain = 10 ** (db / 20)
    sound = analysed(tmp_path, AGENT * gain, CUSTOMER * gain)
    agent, customer = sound.lanes
    assert [lane.party for lane in sound.lanes] == ["agent", "customer"]
    assert [(i.start, i.end) for i in agent.speech] == [
        pytest.approx(span, abs=0.1) for span in [(2, 7), (14, 20), (27, 29)]
    ]
    assert [(i.start, i.end) for i in customer.speech] == [
        pytest.approx(span, abs=0.1) for span in [(8, 13), (19, 23)]
    ]
    assert [(i.start, i.end) for i in sound.overlap] == [pytest.approx((19, 20), abs=0.1)]


def test_the_other_partys_leak_is_no_speech(tmp_path):
    gain = 10 ** (-25 / 20)
    sound = analysed(tmp_path, AGENT + CUSTOMER * gain, CUSTOMER + AGENT * gain)
    assert share(sound.states[0], State.SPEECH, 8, 13) == 0
    assert share(sound.states[0], State.LEAKED, 8, 13) > 0.9
    assert share(sound.states[1], State.SPEECH, 2, 7) == 0
    assert share(sound.states[1], State.SPEECH, 19.1, 22.9) > 0.95
    assert [(i.start, i.end) for i in sound.overlap] == [pytest.approx((19, 20), abs=0.1)]


@pytest.mark.parametrize("delay", [0.02, 0.15, 0.4])
def test_a_late_echo_is_no_speech(tmp_path, delay):
    """The customer's handset gives the agent's voice back."""
    late = round(delay * 8_000)
    echo = np.concatenate([np.zeros(late), AGENT[:-late]]) * 10 ** (-25 / 20)
    sound = analysed(tmp_path, AGENT, CUSTOMER + echo)
    assert share(sound.states[1], State.SPEECH, 2, 7.5) < 0.02
    assert share(sound.states[1], State.SPEECH, 8.1, 12.9) > 0.95


def test_steady_noise_is_no_speech(tmp_path):
    sound = analysed(tmp_path, noise(20, -30), CUSTOMER[: 20 * 8_000] + noise(20, -50, seed=4))
    assert share(sound.states[0], State.SPEECH, 0, 20) == 0
    assert share(sound.states[1], State.SPEECH, 8.1, 12.9) > 0.95


def test_a_noise_on_both_lines_is_not_taken_for_the_other_partys_leak(tmp_path):
    """White noise hides a part of a voice, but what it hides has not leaked in."""
    heard = decode(SAMPLES / "billing_recovered.wav")
    quiet = analyse(heard).states
    lines = [heard.sound(channel, 0, 30 * 8_000, 8_000) for channel in (0, 1)]
    noisy = [
        line + noise(30, 10 * np.log10(np.mean(line[np.abs(line) > 0.01] ** 2)) - 10, seed=channel)
        for channel, line in enumerate(lines)
    ]
    sound = analysed(tmp_path, *noisy)
    for before, after in zip(quiet, sound.states, strict=True):
        spoke = before[:3_000] == State.SPEECH
        assert np.mean(after[spoke] == State.LEAKED) < 0.15
        assert np.mean(after[spoke] == State.SPEECH) > 0.6
        assert np.mean(after[~spoke] == State.SPEECH) < 0.02


@pytest.mark.parametrize(
    ("seconds", "away", "told"), [(0.4, 5, True), (0.4, 15, False), (3, 5, False)]
)
def test_a_brief_clear_sound_beside_speech_is_a_word_though_it_may_be_music(seconds, away, told):
    """ "Sure." is one drawn-out vowel. What lasts is music, and alone it is a tone or a jingle."""
    above, likely, musical = np.zeros((3, 4_000), np.float32)
    speech, word = slice(500, 700), slice(700 + away * 100, 700 + round((away + seconds) * 100))
    above[speech], likely[speech] = 10, 0.95
    above[word], likely[word], musical[word] = 13, 0.15, 0.7
    found = spoken(above, likely, musical)
    assert found[speech].all()
    assert found[word].mean() == told


@pytest.mark.parametrize(
    ("noise_db", "likely_until", "end"),
    [(-40, 205, 205), (-40, 300, 208), (-60, 300, 200)],  # the line is at -20 dB
)
def test_the_end_of_a_word_fades_into_noise_for_80_ms_at_most(noise_db, likely_until, end):
    frames = np.arange(400)
    likely = np.where(frames < likely_until, 0.9, 0.1).astype(np.float32)
    noise_levels = np.full((24, 400), noise_db, np.float32)
    loud = np.full(400, -20, np.float32)
    found = faded((frames >= 100) & (frames < 200), likely, noise_levels, loud)
    assert np.array_equal(np.flatnonzero(found), np.arange(100, end))


def test_what_rustles_far_below_a_partys_voice_is_no_speech(tmp_path):
    """While the agent listens for a minute, the line is all there is to hear on their channel."""
    faint = 10 ** (-45 / 20)
    rustling = [(at, voice(0.8, seed=at) * faint) for at in range(12, 60, 4)]
    agent = placed(70, (2, voice(6) * 0.5), *rustling, (62, voice(5, seed=3) * 0.5), floor=-85)
    customer = placed(70, (10, voice(50, pitch=210, seed=1) * 0.5))
    sound = analysed(tmp_path, agent, customer)
    assert [(i.start, i.end) for i in sound.lanes[0].speech] == [
        pytest.approx(span, abs=0.2) for span in [(2, 8), (62, 67)]
    ]
    assert sound.overlap == ()


def test_loud_typing_is_no_speech(tmp_path):
    """Clicks of 20 ms, five a second, as loud as the voice."""
    click = noise(0.02, -9, seed=3) * np.exp(-np.arange(160) / 40)
    keyboard = [(9 + i / 5 + i % 3 / 50, click) for i in range(150)]
    agent = placed(50, (2, voice(6) * 0.5), *keyboard, (42, voice(5, seed=3) * 0.5))
    customer = placed(50, (10, voice(20, pitch=210, seed=1) * 0.5))
    sound = analysed(tmp_path, agent, customer)
    assert share(sound.states[0], State.SPEECH, 9, 41) < 0.01
    assert share(sound.states[0], State.SPEECH, 2.1, 7.9) > 0.95
    assert share(sound.states[0], State.SPEECH, 42.1, 46.9) > 0.95


def test_hold_music_is_hold_and_not_speech(tmp_path):
    agent = placed(60, (2, voice(5) * 0.5), (12, music(30) * 0.4), (46, voice(6, seed=3) * 0.5))
    customer = placed(60, (8, voice(3, pitch=210, seed=1) * 0.5))
    lane = analysed(tmp_path, agent, customer).lanes[0]
    assert [(i.start, i.end) for i in lane.hold] == [pytest.approx((12, 42), abs=1.5)]
    assert [(i.start, i.end) for i in lane.speech] == [
        pytest.approx(span, abs=0.2) for span in [(2, 7), (46, 52)]
    ]


@pytest.mark.parametrize("db", [-3, -12])
def test_tones_are_neither_speech_nor_hold(tmp_path, db):
    gain = 10 ** (db / 20)
    ringing = np.concatenate([(tone(2, 440) + tone(2, 480)) / 2, np.zeros(4 * 8_000)] * 2)
    agent = placed(40, (1, ringing * gain), (16, voice(6) * 0.5), (26, keys(12) * gain))
    customer = placed(40, (32, voice(5, pitch=210) * 0.5))
    states = analysed(tmp_path, agent, customer).states[0]
    assert share(states, State.TONE, 1.1, 2.9) > 0.9
    assert share(states, State.SPEECH, 0, 15.5) == 0
    assert share(states, State.SPEECH, 24, 40) < 0.01
    assert share(states, State.HOLD, 0, 40) == 0
    assert share(states, State.TONE, 26, 28.8) > 0.35  # half of the time a key is down


def test_a_mono_recording_has_one_lane_of_unknown(tmp_path):
    sound = analysed(tmp_path, AGENT + CUSTOMER)
    assert [lane.party for lane in sound.lanes] == ["unknown"]
    assert sound.overlap == ()


def test_the_agent_is_on_the_first_channel(tmp_path):
    sound = analysed(tmp_path, AGENT, CUSTOMER)
    assert [lane.party for lane in sound.lanes] == ["agent", "customer"]


def test_peaks_draw_the_whole_waveform(tmp_path):
    sound = analysed(tmp_path, AGENT, CUSTOMER)
    for peaks, channel in zip(sound.peaks, (AGENT, CUSTOMER), strict=True):
        assert peaks.shape == (2, 2000)
        assert peaks.max() == pytest.approx(channel.clip(-1, 1).max() * 32767, abs=2)
        assert peaks.min() == pytest.approx(channel.clip(-1, 1).min() * 32767, abs=2)


@pytest.mark.parametrize("samples", [1, 79, 80, 81, 799, 8_001])
def test_a_very_short_recording_is_analysed(tmp_path, samples):
    sound = analysed(
        tmp_path, np.full(samples, 0.5), np.full(samples, -0.25) * np.arange(samples) % 1
    )
    assert all(len(states) == samples // 80 for states in sound.states)


def test_a_long_recording_is_judged_as_a_short_one(tmp_path, monkeypatch):
    """Cut into stretches of 12 s it comes out as in one piece, but for a few frames."""
    from scorer.audio import activity

    whole = analysed(tmp_path, AGENT, CUSTOMER)
    monkeypatch.setattr(activity, "STRETCH", 1_200)
    parts = analysed(tmp_path, AGENT, CUSTOMER)
    for one, other in zip(whole.states, parts.states, strict=True):
        assert (one != other).mean() < 0.01
