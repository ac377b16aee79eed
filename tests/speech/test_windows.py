"""Packing keeps every stretch whole, apart and findable, in as few windows as will hold them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.call import Interval
from scorer.speech.windows import (
    LEAD,
    MARGIN,
    PARTING,
    PAUSE,
    RATE,
    TAIL,
    WINDOW,
    assemble,
    cut,
    pack,
)


@st.composite
def speech(draw: st.DrawFn) -> list[Interval]:
    """Stretches of speech in order and apart, some longer than a window."""
    spans, at = [], 0.0
    for pause, length in draw(
        st.lists(st.tuples(st.floats(0.2, 20.0), st.floats(0.1, 70.0)), max_size=30)
    ):
        spans.append(Interval(at + pause, at + pause + length))
        at = spans[-1].end
    return spans


def end_of(spans: list[Interval]) -> float:
    return spans[-1].end + 1.0 if spans else 1.0


def test_a_stretch_is_cut_with_a_margin_on_either_side() -> None:
    (piece,) = cut([Interval(2.0, 3.0)], 0, 10.0)
    assert (piece.start, piece.end) == (2.0 - MARGIN, 3.0 + MARGIN)
    assert piece.speech == Interval(2.0, 3.0)


def test_margins_stop_at_the_ends_of_the_recording_and_halfway_to_a_neighbour() -> None:
    first, second = cut([Interval(0.05, 1.0), Interval(1.1, 1.95)], 0, 2.0)
    assert first.start == 0.0
    assert first.end == pytest.approx(1.05) == second.start
    assert second.end == 2.0


def test_long_pauses_are_shortened_and_short_ones_kept() -> None:
    pieces = cut([Interval(1, 2), Interval(2.3, 3), Interval(13, 14)], 0, 20.0)
    (window,) = pack([pieces])
    speech_at = [piece.at + piece.speech.start - piece.start for piece in window.pieces]
    assert speech_at[1] - speech_at[0] == pytest.approx(1.3)
    assert speech_at[2] - speech_at[1] == pytest.approx(0.7 + PAUSE)


def test_windows_break_at_the_longest_pause_that_costs_no_window_more() -> None:
    # 16 x 4 s of speech need three windows. The first may hold 5, 6 or 7 and the second as many as
    # leave the third 3: the long pause after the sixth decides.
    starts = [0.5 + 4.2 * place + (10.0 if place > 5 else 0.0) for place in range(16)]
    spans = [Interval(start, start + 4) for start in starts]
    windows = pack([cut(spans, 0, 90.0)])
    assert [len(window.pieces) for window in windows] == [6, 7, 3]


def test_a_long_stretch_is_cut_where_it_is_quietest_and_its_parts_touch() -> None:
    first, second = cut([Interval(2.0, 8.0)], 0, 20.0, lambda *_: 4.5)
    assert (first.speech, second.speech) == (Interval(2.0, 4.5), Interval(4.5, 8.0))
    assert first.end == second.start == 4.5
    (window,) = pack([[first, second]])
    assert window.pieces[1].at == pytest.approx(window.pieces[0].at + first.duration)


def test_only_what_is_left_over_of_two_parties_shares_a_window_well_apart() -> None:
    agent = cut([Interval(0, 25), Interval(40, 45)], 0, 60.0)
    customer = cut([Interval(30, 35)], 1, 60.0)
    full, shared = pack([agent, customer])
    assert full.lanes == (0,)
    assert set(shared.lanes) == {0, 1}
    apart = [b.at - a.at - a.duration for a, b in pairwise(shared.pieces) if a.lane != b.lane]
    assert apart == pytest.approx([PARTING])


def test_no_speech_needs_no_window() -> None:
    assert pack([[], []]) == []


@given(st.lists(speech(), min_size=1, max_size=2))
def test_every_stretch_is_in_some_window_whole_and_apart(lanes: list[list[Interval]]) -> None:
    windows = pack([cut(spans, lane, end_of(spans)) for lane, spans in enumerate(lanes)])
    for window in windows:
        assert window.pieces[0].at >= LEAD
        assert window.duration <= WINDOW - TAIL + 1e-6
        for before, after in pairwise(window.pieces):
            assert after.at >= before.at + before.duration - 1e-6
    laid = [
        sum(p.speech.duration for w in windows for p in w.pieces if p.lane == lane)
        for lane in range(len(lanes))
    ]
    spoken = [sum(span.duration for span in spans) for spans in lanes]
    assert laid == pytest.approx(spoken, abs=1e-3)


@given(speech(), st.floats(0.0, 1.0))
def test_a_time_in_a_window_is_found_in_the_piece_that_lies_there(
    spans: list[Interval], share: float
) -> None:
    for window in pack([cut(spans, 0, end_of(spans))]):
        for piece in window.pieces:
            within = piece.at + piece.duration * (0.01 + 0.98 * share)
            assert window.piece_at(within) is piece


def test_the_sound_of_a_window_is_the_recording_at_each_piece_and_silence_between() -> None:
    channel = np.arange(20 * RATE, dtype=np.float32)
    (window,) = pack([cut([Interval(2, 3), Interval(12, 13)], 0, 20.0)])
    sound = assemble(window, lambda _, start, end: channel[round(start * RATE) : round(end * RATE)])
    assert len(sound) == WINDOW * RATE
    for piece in window.pieces:
        at = int(piece.at * RATE)
        assert sound[at + 10] == pytest.approx(piece.start * RATE + 10, abs=1)
    laid = sum(piece.duration for piece in window.pieces)
    assert np.count_nonzero(sound) <= laid * RATE + 1
