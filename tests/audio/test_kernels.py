"""One suite for the kernels and their specification."""

from __future__ import annotations

import inspect

import librosa
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
@settings(max_examples=50)
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


@both("level")
def test_the_census_of_two_channels(level):
    # 3 * 3 + 4 * 4 = 25, 1 * 1 + 2 * 2 = 5, and 3 * 1 + 4 * -2 = -5 between them. Louder than 1
    # are 3 and 4, and in the second channel -2.
    pcm = np.array([[3, 1], [4, -2]], np.int16)
    products, loud = np.ones((2, 2)), np.array([10, 20], np.int64)
    level.census(pcm, 1, products, loud)
    np.testing.assert_array_equal(products, [[26, -4], [-4, 6]])
    np.testing.assert_array_equal(loud, [12, 21])


@both("level")
@pytest.mark.parametrize("length", [0, 1, 511, 513, 2_000])
def test_a_census_is_exact_at_full_scale(level, length):
    pcm = np.full((length, 2), -32_768, np.int16)
    products, loud = np.zeros((2, 2)), np.zeros(2, np.int64)
    level.census(pcm, 32_767, products, loud)
    np.testing.assert_array_equal(products, length * 2.0**30)
    np.testing.assert_array_equal(loud, length)


@both("level")
def test_what_is_low_in_a_stretch(level):
    # 0 ... 9 in any order: the third least is 2. The last stretch holds 7 and 5, drawn out to
    # 7, 5, 5, 5, 5, 5, 5, 5, 5, 5, whose third least is 5.
    levels = np.array([[3, 9, 0, 8, 1, 4, 6, 2, 7, 5, 7, 5]], np.float32)
    out = np.empty((1, 2), np.float32)
    level.lows(levels, 10, 2, out)
    np.testing.assert_array_equal(out, [[2, 5]])


@given(frames=st.integers(0, 1_000), seed=st.integers(0, 99), rank=st.integers(0, 9))
@settings(max_examples=30)
@compiled
def test_compiled_lows_equal_the_reference(frames, seed, rank):
    levels = np.random.default_rng(seed).normal(-60, 9, (3, frames)).astype(np.float32)
    found, expected = (np.empty((3, -(-frames // 10)), np.float32) for _ in range(2))
    kernels.level.lows(levels, 10, rank, found)
    reference.lows(levels, 10, rank, expected)
    np.testing.assert_array_equal(found, expected)


@both("level")
def test_how_far_a_frame_rises(level):
    # Above a floor of -60 by 0, 5, 13 and 40 dB, less 3 and at most 15: 0, 2, 10 and 15; mean 27/4.
    levels = np.array([[-60], [-55], [-47], [-20]], np.float32)
    out = np.empty(1, np.float32)
    level.rise(levels, np.full((4, 1), -60, np.float32), 3, 15, out)
    assert out[0] == pytest.approx(6.75)


@compiled
@pytest.mark.parametrize("frames", [0, 1, 7, 511, 512, 513, 3_000])
def test_compiled_rise_equals_the_reference(frames):
    rng = np.random.default_rng(frames)
    levels, floor = (rng.normal(-60, 9, (24, frames + 5)).astype(np.float32) for _ in range(2))
    found, expected = (np.empty(frames, np.float32) for _ in range(2))
    for family, out in ((kernels.level, found), (reference, expected)):
        family.rise(levels[:, 5:], floor[:, :frames], 3, 15, out)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def strongest(spectrum, samples, n=512, hop=160):
    frames = (len(samples) - n) // hop + 1
    low, high = np.empty(frames, np.intc), np.empty(frames, np.intc)
    share, total = np.empty(frames, np.float32), np.empty(frames, np.float32)
    spectrum.lines(samples, n, hop, low, high, share, total)
    return low, high, share, total


@both("spectrum")
def test_two_lines_of_a_key_are_found(spectrum):
    t = np.arange(8_000) / 8_000
    # On the grid of 15.625 Hz: bins 48 and 80, a half and a quarter of full scale.
    sound = 0.5 * np.sin(2 * np.pi * 750 * t) + 0.25 * np.sin(2 * np.pi * 1250 * t)
    low, high, share, total = strongest(spectrum, sound.astype(np.float32))
    assert set(low) == {48}
    assert set(high) == {80}
    np.testing.assert_allclose(share, 1, atol=1e-5)
    # A full-scale sine has 1 in its own bin and a quarter in each of the two beside it.
    np.testing.assert_allclose(total, 1.5 * (1 / 4 + 1 / 16), rtol=1e-4)


@both("spectrum")
def test_one_line_alone_is_both(spectrum):
    tone = np.sin(2 * np.pi * 1000 * np.arange(4_000) / 8_000).astype(np.float32)
    low, high, _, _ = strongest(spectrum, tone)
    assert set(low) == set(high) == {64}


@compiled
@pytest.mark.parametrize(("n", "hop", "frames"), [(512, 160, 1), (512, 160, 9), (360, 7, 21)])
def test_compiled_lines_equal_the_reference(n, hop, frames):
    samples = speechlike(n + (frames - 1) * hop, seed=n)
    found, expected = (strongest(s, samples, n, hop) for s in (kernels.spectrum, reference))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4)


def likely(network, frames, seed=0, **wrong):
    """Likelihoods of made-up levels, with made-up weights."""
    rng = np.random.default_rng(seed)
    shapes = ((9, 32, 48), (32,), (32, 128), (32,), (4, 96), (4,))
    weights = [rng.normal(0, 1 / np.sqrt(shape[-1]), shape).astype(np.float32) for shape in shapes]
    levels = rng.normal(-50, 12, (24, frames)).astype(np.float32)
    floor, loud = levels - 9, levels.max(axis=0) + 3
    out = np.full((4, wrong.get("out", frames)), np.nan, np.float32)
    network.likelihoods(levels, floor, loud, *weights, out)
    return out


@both("network")
@pytest.mark.parametrize("frames", [0, 1, 2, 127, 128, 129, 503])
def test_likelihoods_sum_to_one(network, frames):
    out = likely(network, frames)
    assert np.all(out >= 0)
    np.testing.assert_allclose(out.sum(axis=0), 1, atol=1e-5)


@given(frames=st.integers(0, 900), seed=st.integers(0, 99))
@settings(max_examples=25)
@compiled
def test_compiled_likelihoods_equal_the_reference(frames, seed):
    found, expected = (likely(n, frames, seed) for n in (kernels.network, reference))
    np.testing.assert_allclose(found, expected, atol=1e-4)


@compiled
def test_likelihoods_of_a_long_sound_equal_the_reference():
    found, expected = (likely(n, 120_000) for n in (kernels.network, reference))
    np.testing.assert_allclose(found, expected, atol=1e-4)


@both("network")
def test_likelihoods_of_another_length_are_refused(network):
    with pytest.raises(ValueError, match="frames"):
        likely(network, 10, out=11)


@both("level")
def test_sums_of_another_shape_are_refused(level):
    with pytest.raises(ValueError, match="frames"):
        level.lows(np.zeros((2, 30), "f4"), 10, 2, np.zeros((2, 4), "f4"))
    with pytest.raises(ValueError, match="frames"):
        level.rise(np.zeros((2, 3), "f4"), np.zeros((2, 4), "f4"), 0, 1, np.zeros(3, "f4"))
    with pytest.raises(ValueError, match="channels"):
        level.census(np.zeros((9, 2), np.int16), 0, np.zeros((1, 1)), np.zeros(1, np.int64))


@both("spectrum")
def test_lines_of_another_length_are_refused(spectrum):
    some = [np.zeros(3, np.intc), np.zeros(3, np.intc), np.zeros(3, "f4"), np.zeros(3, "f4")]
    with pytest.raises(ValueError, match="samples"):
        spectrum.lines(np.zeros(831, np.float32), 512, 160, *some)
    with pytest.raises(ValueError, match="lengths"):
        spectrum.lines(np.zeros(832, np.float32), 512, 160, *some[:3], np.zeros(2, "f4"))


@compiled
@pytest.mark.parametrize(
    ("family", "name"),
    [(family, name) for family, names in kernels.FAMILIES.items() for name in names],
)
def test_kernels_take_the_arguments_of_the_reference(family, name):
    kernel = inspect.signature(getattr(getattr(kernels, family), name))
    assert list(kernel.parameters) == list(inspect.signature(getattr(reference, name)).parameters)


@pytest.mark.parametrize("n_mels", [40, 64, 80, 128])
def test_mel_filters_are_librosas(n_mels):
    expected = librosa.filters.mel(sr=16_000, n_fft=400, n_mels=n_mels)
    np.testing.assert_array_equal(frontend.mel_filters(n_mels), expected)


def test_log_mel_takes_one_channel():
    with pytest.raises(ValueError, match="one channel"):
        frontend.log_mel(np.zeros((2, 100), np.float32))
