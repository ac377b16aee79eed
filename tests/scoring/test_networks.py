"""The networks of `verdicts`: their sums by a slow reference, and what they may not depend on."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorer.scoring import networks
from scorer.scoring.networks import EDGE, REACH, Lines, by_block, by_call

WIDTH, HEADS, LAYERS, FEATURES, OUTPUTS = 6, 2, 2, 5, 3


def drawn(seed=0):
    """A small network of calls, all of it by chance."""
    by_chance = np.random.RandomState(seed)
    shapes = {
        "mean": (4, 384), "scale": (4, 384), "vectors": (4 * 384, WIDTH), "vectors_base": (WIDTH,),
        "points": (FEATURES, WIDTH), "side": (2, WIDTH), "edge": (4, WIDTH),
        "begin": (EDGE, WIDTH), "end": (EDGE, WIDTH), "near": (LAYERS, HEADS, 2 * REACH + 1),
        "level_asked": (LAYERS, WIDTH), "asked": (LAYERS, WIDTH, 3 * WIDTH),
        "answered": (LAYERS, WIDTH, WIDTH), "level_wide": (LAYERS, WIDTH),
        "wide": (LAYERS, WIDTH, 4 * WIDTH), "wide_base": (LAYERS, 4 * WIDTH),
        "narrow": (LAYERS, 4 * WIDTH, WIDTH), "level": (WIDTH,), "first": (2 * WIDTH, WIDTH),
        "first_base": (WIDTH,), "second": (3 * WIDTH, OUTPUTS), "base": (OUTPUTS,),
    }  # fmt: skip
    return {name: by_chance.randn(*shape).astype(np.float32) for name, shape in shapes.items()}


def a_call(block, blocks, seed=1):
    """Sentences of a call and its blocks' points, by chance."""
    by_chance = np.random.RandomState(seed)
    vectors = by_chance.randn(len(block), 4, 384).astype(np.float32)
    of_agent = by_chance.rand(blocks) < 0.5
    lines = Lines(np.arange(len(block)), np.array(block, np.int64), of_agent, vectors)
    return lines, by_chance.randn(blocks, FEATURES).astype(np.float32)


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def level(x, scale):
    return (x - x.mean()) / np.sqrt(((x - x.mean()) ** 2).mean() + 1e-5) * scale


def slowly(kept, lines, points):
    """The sums of a call, a sentence and a head at a time, in double precision."""
    kept = {name: value.astype(np.float64) for name, value in kept.items()}
    many, blocks = len(lines.block), len(points)
    states = []
    for n, (vector, block) in enumerate(zip(lines.vectors, lines.block, strict=True)):
        opens = n == 0 or lines.block[n - 1] != block
        closes = n == many - 1 or lines.block[n + 1] != block
        read = np.clip((vector - kept["mean"]) * kept["scale"], -6, 6).reshape(-1)
        states.append(
            read @ kept["vectors"]
            + kept["vectors_base"]
            + points[block] @ kept["points"]
            + kept["side"][0 if lines.of_agent[block] else 1]
            + kept["edge"][opens + 2 * closes]
            + kept["begin"][min(block, EDGE - 1)]
            + kept["end"][min(blocks - 1 - block, EDGE - 1)]
        )
    for layer in range(LAYERS):
        of = {name: kept[name][layer] for name in networks.OF_LAYER}
        asked = [level(state, of["level_asked"]) @ of["asked"] for state in states]
        asks, has, says = ([one[at * WIDTH :][:WIDTH] for one in asked] for at in range(3))
        answered = []
        for n in range(many):
            answer = np.zeros(WIDTH)
            for head in range(HEADS):
                own = slice(head * WIDTH // HEADS, (head + 1) * WIDTH // HEADS)
                apart = lines.block[n] - lines.block
                fits = {
                    m: asks[n][own] @ has[m][own] / np.sqrt(WIDTH // HEADS)
                    + of["near"][head, apart[m] + REACH]
                    for m in range(many)
                    if abs(apart[m]) <= REACH
                }
                whole = sum(np.exp(fit) for fit in fits.values())
                for m, fit in fits.items():
                    answer[own] += np.exp(fit) / whole * says[m][own]
            answered.append(states[n] + answer @ of["answered"])
        states = [
            one + gelu(level(one, of["level_wide"]) @ of["wide"] + of["wide_base"]) @ of["narrow"]
            for one in answered
        ]
    sums = []
    for block in range(blocks):
        own = [level(states[n], kept["level"]) for n in range(many) if lines.block[n] == block]
        both = np.concatenate([np.mean(own, 0), np.max(own, 0)] if own else [np.zeros(2 * WIDTH)])
        hidden = gelu(both @ kept["first"] + kept["first_base"])
        sums.append(np.concatenate([both, hidden]) @ kept["second"] + kept["base"])
    return np.array(sums)


@pytest.mark.parametrize(
    ("block", "blocks"),
    [
        ([0], 1),
        ([0, 0, 1, 3, 3, 3, 4], 6),  # blocks without a sentence, amid and at the end
        (sorted([*range(30), 4, 4, 17]), 30),  # further apart than a sentence is looked at
    ],
)
def test_a_call_is_told_as_sentence_by_sentence(block, blocks) -> None:
    kept = drawn()
    lines, points = a_call(block, blocks)
    told, alone = by_call(kept, lines, points)
    assert told.shape == (blocks, OUTPUTS)
    np.testing.assert_allclose(told, slowly(kept, lines, points), rtol=2e-3, atol=2e-3)
    for sentence, of_block in zip(alone, block, strict=True):
        if block.count(of_block) == 1:
            np.testing.assert_allclose(sentence, told[of_block], rtol=1e-4, atol=1e-4)


@given(st.lists(st.integers(0, 89), min_size=1, max_size=120), st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_some_blocks_at_a_time_are_told_as_all_of_them(block, at_once) -> None:
    lines, points = a_call(sorted(block), 90)
    kept = drawn()
    told = []
    for together in (at_once, 90):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(networks, "_TOGETHER", together)
            told.append(np.concatenate(by_call(kept, lines, points)))
    np.testing.assert_allclose(*told, rtol=1e-3, atol=1e-3)


def test_what_is_out_of_reach_changes_nothing() -> None:
    kept = drawn()
    blocks = LAYERS * REACH + 2
    lines, points = a_call(range(blocks), blocks)
    told, _ = by_call(kept, lines, points)
    vectors = lines.vectors.copy()
    vectors[-1] += 3
    changed, _ = by_call(kept, replace(lines, vectors=vectors), points)
    np.testing.assert_allclose(changed[0], told[0], rtol=1e-5)
    assert np.abs(changed[1] - told[1]).max() > 1e-4


def test_a_call_without_a_sentence_is_told_too() -> None:
    lines, points = a_call([], 3)
    told, alone = by_call(drawn(), lines, points)
    assert alone.shape == (0, OUTPUTS)
    assert np.ptp(told, axis=0).max() == 0


def test_a_block_is_told_by_its_two_layers() -> None:
    by_chance = np.random.RandomState(3)
    shapes = {
        "first": (FEATURES, WIDTH), "first_base": (WIDTH,), "second": (WIDTH, OUTPUTS),
        "direct": (FEATURES, OUTPUTS), "base": (OUTPUTS,),
    }  # fmt: skip
    kept = {name: by_chance.randn(*shape).astype(np.float32) for name, shape in shapes.items()}
    points = by_chance.randn(4, FEATURES).astype(np.float32)
    hidden = gelu(points.astype(np.float64) @ kept["first"] + kept["first_base"])
    sums = hidden @ kept["second"] + points @ kept["direct"] + kept["base"]
    np.testing.assert_allclose(by_block(kept, points), sums, rtol=1e-4, atol=1e-4)


def test_who_never_stops_is_read_as_any_other(monkeypatch):
    kept, (lines, points) = drawn(), a_call([0] * 3 + [1] * 20 + [2], 3)
    at_once = by_call(kept, lines, points)
    monkeypatch.setattr(networks, "_LOOKING", 7)
    for one, other in zip(by_call(kept, lines, points), at_once, strict=True):
        assert one == pytest.approx(other, abs=1e-5)
