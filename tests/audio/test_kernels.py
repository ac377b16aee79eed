"""One suite for the kernels and their specification."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.audio import frontend, kernels, reference

#: In log10 units; features are a quarter of that.
TOLERANCE = 1e-4
compiled = pytest.mark.skipif(not kernels.COMPILED, reason="the kernels are not compiled")


def both(family):
    """The reference and the kernel of one family, under its name."""
    kernel = pytest.param(getattr(kernels, family), id="compiled", marks=compiled)
    return pytest.mark.parametrize(family, [pytest.param(reference, id="reference"), kernel])


def features(spectrum, samples, n_mels=80, padding=160):
    out = np.full((n_mels, (len(samples) + padding) // 160), np.nan, np.float32)
    spectrum.log_mel(samples, frontend.mel_filters(n_mels), 160, padding, out)
    return out


def speechlike(length, seed=0):
    """Noise that swells and fades over 60 dB."""
    rng = np.random.default_rng(seed)
    swell = 10 ** (-3 * np.abs(np.sin(np.arange(length) / 7000)))
    return (rng.standard_normal(length) * swell * 0.3).astype(np.float32)


@both("spectrum")
@pytest.mark.parametrize("n_mels", [80, 128])
@pytest.mark.parametrize("length", [0, 1, 40, 41, 159, 160, 161, 401, 16_000, 16_001, 48_123])
def test_features_are_whispers_own(spectrum, n_mels, length):
    samples = speechlike(length)
    expected = FeatureExtractor(n_mels)(samples)
    found = features(spectrum, samples, n_mels)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, atol=TOLERANCE / 4)


@both("spectrum")
def test_features_without_padding_are_whispers_own(spectrum):
    samples = speechlike(16_000)
    expected = FeatureExtractor(80)(samples, padding=0)
    np.testing.assert_allclose(features(spectrum, samples, padding=0), expected, atol=TOLERANCE / 4)


@both("spectrum")
def test_silence_lies_at_the_floor(spectrum):
    # log10(1e-10) = -10, and (-10 + 4) / 4 = -1.5
    found = features(spectrum, np.zeros(16_000, np.float32))
    np.testing.assert_allclose(found, -1.5, atol=1e-6)


@both("spectrum")
def test_a_tone_stands_in_its_own_band(spectrum):
    t = np.arange(16_000) / 16_000
    tone = np.sin(2 * np.pi * 1000 * t).astype(np.float32)
    middle = features(spectrum, tone)[:, 50]
    filters = frontend.mel_filters(80)
    # 1000 Hz is bin 25 of 40 Hz: under a Hann window of 400 samples (sum 200) its power is
    # (200 / 2)^2 there and a quarter of that in the bins beside it.
    power = 100**2 * (filters[:, 25] + (filters[:, 24] + filters[:, 26]) / 4)
    band = int(power.argmax())
    assert int(middle.argmax()) == band
    assert middle[band] * 4 - 4 == pytest.approx(np.log10(power[band]), abs=1e-4)


@given(length=st.integers(0, 5_000), seed=st.integers(0, 99), gain=st.floats(1e-4, 1))
@settings(max_examples=50, deadline=None)
@compiled
def test_compiled_features_equal_the_reference(length, seed, gain):
    samples = speechlike(length, seed) * np.float32(gain)
    found, expected = features(kernels.spectrum, samples), features(reference, samples)
    # Single precision knows a bin to 2e-7 of the strongest one: in a null far below it the
    # logarithm is known less well, by 2 / ln(10) of the relative error.
    depth = 10 ** (2 * (expected.max() - expected))  # amplitudes: half of 4 units a decade of power
    allowed = TOLERANCE + 2 / np.log(10) * 2e-7 * depth
    assert np.all(np.abs(found - expected) * 4 <= allowed)


@compiled
@pytest.mark.parametrize(
    ("n", "hop"), [(200, 80), (400, 160), (512, 256), (360, 7), (12, 4), (4, 1)]
)
def test_band_levels_equal_the_reference(n, hop):
    rng = np.random.default_rng(n)
    filters = np.abs(rng.standard_normal((11, n // 2 + 1))).astype(np.float32)
    filters[3] = 0  # a band with nothing in it
    samples = speechlike(n + 20 * hop)
    found, expected = (np.empty((11, 21), np.float32) for _ in range(2))
    kernels.spectrum.band_levels(samples, filters, hop, found)
    reference.band_levels(samples, filters, hop, expected)
    np.testing.assert_allclose(found, expected, atol=TOLERANCE)


@both("spectrum")
def test_features_go_into_a_part_of_a_larger_buffer(spectrum):
    samples = speechlike(3_200)
    buffer = np.zeros((80, 100), np.float32)
    spectrum.log_mel(samples, frontend.mel_filters(80), 160, 160, buffer[:, 30:51])
    np.testing.assert_array_equal(buffer[:, 30:51], features(spectrum, samples))
    assert not buffer[:, :30].any()
    assert not buffer[:, 51:].any()


@both("spectrum")
def test_a_buffer_of_the_wrong_shape_is_refused(spectrum):
    with pytest.raises(ValueError, match=r"\[80, 9\]"):
        spectrum.log_mel(
            np.zeros(1600, np.float32), frontend.mel_filters(80), 160, 160, np.empty((80, 9), "f4")
        )
    with pytest.raises(ValueError, match="samples"):
        spectrum.band_levels(
            np.zeros(99, np.float32), np.ones((1, 101), "f4"), 80, np.empty((1, 1), "f4")
        )


@both("level")
def test_levels_of_the_wrong_shape_are_refused(level):
    with pytest.raises(ValueError, match="samples"):
        level.levels(np.zeros(100, np.int16), 10, np.empty((4, 11), "f4"))
    with pytest.raises(ValueError, match="samples"):
        level.extremes(np.zeros(5, np.int16), np.empty((2, 6), np.int16))


@both("level")
def test_levels_of_a_square_wave(level):
    # +-8192 is a quarter of full scale: power 1/16, peak 1/4, mean 0. Then 32000 is full scale.
    pcm = np.array([8192, -8192] * 5 + [32_000] * 10 + [-32_768] * 10 + [1, 2, 3], np.int16)
    out = np.empty((4, 3), np.float32)
    level.levels(pcm, 10, out)
    full = 32_000 / 32_768
    np.testing.assert_allclose(out[0], [1 / 16, full**2, 1], rtol=1e-6)
    np.testing.assert_allclose(out[1], [1 / 4, full, 1], rtol=1e-6)
    np.testing.assert_allclose(out[2], [0, full, -1], rtol=1e-6)
    np.testing.assert_array_equal(out[3], [0, 10, 10])


@both("level")
def test_extremes_cover_every_sample_once(level):
    pcm = np.arange(-500, 503, dtype=np.int16)
    out = np.empty((2, 10), np.int16)
    level.extremes(pcm, out)
    assert out[0, 0] == -500
    assert out[1, -1] == 502
    np.testing.assert_array_equal(out[1, :-1] + 1, out[0, 1:])


@both("level")
def test_one_channel_of_interleaved_sound_can_be_read(level):
    both = np.stack([np.full(100, 16384), np.zeros(100)], axis=1).astype(np.int16)
    out = np.empty((4, 10), np.float32)
    level.levels(both.T[0], 10, out)
    np.testing.assert_allclose(out[0], 0.25)


@compiled
@pytest.mark.parametrize(
    ("family", "name"),
    [
        ("spectrum", "log_mel"),
        ("spectrum", "band_levels"),
        ("level", "levels"),
        ("level", "extremes"),
    ],
)
def test_kernels_take_the_arguments_of_the_reference(family, name):
    kernel = inspect.signature(getattr(getattr(kernels, family), name))
    assert list(kernel.parameters) == list(inspect.signature(getattr(reference, name)).parameters)


def test_log_mel_takes_one_channel():
    with pytest.raises(ValueError, match="one channel"):
        frontend.log_mel(np.zeros((2, 100), np.float32))
