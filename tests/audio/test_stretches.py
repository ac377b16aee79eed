"""Stretches of frames, against a loop that does the same one stretch at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.audio import stretches

masks = st.lists(st.booleans(), max_size=60).map(lambda bits: np.array(bits, bool))


@given(masks)
def test_a_mask_and_its_stretches_say_the_same(mask):
    found = stretches.runs(mask)
    assert (stretches.filled(found, len(mask)) == mask).all()
    assert all(mask[start:end].all() and end > start for start, end in found)


def test_stretches_may_overlap_and_reach_beyond_the_frames():
    found = np.array([[-3, 2], [1, 4], [6, 99]])
    assert stretches.filled(found, 8).tolist() == [True] * 4 + [False] * 2 + [True] * 2


@given(masks, st.integers(0, 5))
def test_bridging_fills_short_gaps_alone(mask, gap):
    text = "".join("x" if bit else "." for bit in mask)
    inside = text.strip(".")
    for length in range(1, gap + 1):
        inside = inside.replace(f"x{'.' * length}x", f"x{'x' * length}x")
        inside = inside.replace(f"x{'.' * length}x", f"x{'x' * length}x")  # those side by side
    expected = text.replace(text.strip("."), inside) if inside else text
    got = stretches.bridged(mask, gap)
    assert "".join("x" if bit else "." for bit in got) == expected


@given(masks, st.integers(0, 5))
def test_what_is_too_short_goes(mask, least):
    found = stretches.runs(stretches.lasting(mask, least))
    kept = [(start, end) for start, end in stretches.runs(mask) if end - start >= least]
    assert [tuple(one) for one in found] == kept


@given(masks, st.integers(0, 2**32 - 1), st.integers(0, 100))
def test_figures_of_each_stretch(mask, seed, percent):
    values = np.random.default_rng(seed).normal(size=len(mask)).astype(np.float32)
    found = stretches.runs(mask)
    parts = [values[start:end] for start, end in found]
    assert stretches.means(values, found) == pytest.approx(
        [part.mean() for part in parts], abs=1e-6
    )
    assert stretches.greatest(values, found).tolist() == [part.max() for part in parts]
    expected = [np.percentile(part, percent) for part in parts]
    assert stretches.percentiles(values, found, percent) == pytest.approx(expected, abs=1e-5)
