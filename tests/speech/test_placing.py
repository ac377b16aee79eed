"""Words go back to the sound they were heard in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.call import Interval, Word
from scorer.speech.placing import LONGEST, place, unheard
from scorer.speech.windows import LEAD, MARGIN, Window, cut, pack


def window(*spans: tuple[float, float]) -> Window:
    (only,) = pack([cut([Interval(*span) for span in spans], 0, 100.0)])
    return only


def test_a_word_returns_to_its_time_in_the_recording() -> None:
    # The piece starts at 9.8 and lies at 0.1: window time 0.5 is 10.2 of the recording.
    (placed,), astray = place(window((10.0, 12.0)), [Word("hello", 0.5, 1.0, 0.9)])
    shift = 10.0 - MARGIN - LEAD
    assert (placed.word.start, placed.word.end) == pytest.approx((0.5 + shift, 1.0 + shift))
    assert (placed.word.text, placed.word.confidence) == ("hello", 0.9)
    assert astray == []


def test_a_word_never_leaves_the_activity_of_its_lane() -> None:
    (placed,), _ = place(window((10.0, 11.0)), [Word("hello", 0.0, 9.0, 0.9)])
    assert (placed.word.start, placed.word.end) == (10.0, 11.0)


def test_a_word_stretched_over_music_keeps_to_the_end_where_it_was_said() -> None:
    # Speech lies at 0.3-4.3 of the window.
    music = window((10.0, 14.0))
    (ends,), _ = place(music, [Word("Ortiz.", 0.3, 3.3, 0.9)])
    (begins,), _ = place(music, [Word("thank", 0.3, 3.3, 0.9)])
    assert (ends.word.start, ends.word.end) == pytest.approx((10.0, 10.0 + LONGEST))
    assert (begins.word.start, begins.word.end) == pytest.approx((13.0 - LONGEST, 13.0))


def test_a_word_across_a_pause_stays_before_it_when_it_ends_a_clause_and_goes_after_it_when_not():
    # Speech lies at 0.3-1.3 and, 0.6 s later, at 1.9-2.9 of the window.
    both = window((10.0, 11.0), (20.0, 21.0))
    (ends,), _ = place(both, [Word("done.", 1.0, 2.1, 0.9)])
    (begins,), _ = place(both, [Word("so", 1.0, 2.1, 0.9)])
    assert ends.piece.speech == Interval(10.0, 11.0)
    assert begins.piece.speech == Interval(20.0, 21.0)


def test_a_word_far_from_any_sound_is_astray() -> None:
    word = Word("phantom", 8.0, 9.0, 0.9)
    assert place(window((10.0, 12.0)), [word]) == ([], [word])


def test_speech_without_a_word_is_reported_when_it_is_long_enough_to_hold_one() -> None:
    three = window((10.0, 12.0), (20.0, 21.0), (30.0, 30.3))
    placed, _ = place(three, [Word("hello", 0.5, 1.0, 0.9)])
    assert [piece.speech for piece in unheard(three, placed, 0.8)] == [Interval(20.0, 21.0)]


def test_a_clause_of_one_word_stands_where_most_of_it_lies() -> None:
    # Speech lies at 0.3-1.3 and 1.9-2.9 of the window; the word covers 0.2 s and 0.5 s of them.
    both = window((10.0, 11.0), (20.0, 21.0))
    said = [Word("Right.", 0.3, 1.1, 0.9), Word("Okay.", 1.1, 2.4, 0.9)]
    placed, _ = place(both, said)
    assert [one.piece.speech.start for one in placed] == [10.0, 20.0]


def test_a_number_told_with_pauses_goes_through_all_its_pieces() -> None:
    # Speech lies at 0.3-1.3, 1.9-2.5 and 3.1-4.1 of the window: eight figures take some 3 s.
    three = window((10.0, 11.0), (20.0, 20.6), (30.0, 31.0))
    (placed,), _ = place(three, [Word("77429813.", 0.3, 4.1, 0.9)])
    assert (placed.word.start, placed.word.end) == pytest.approx((10.0, 31.0))
    assert unheard(three, [placed], 0.25) == []


def test_a_name_that_is_spelled_stands_where_its_letters_were_told() -> None:
    # Attention begins at the end of what was said before: seven letters take some 3 s.
    three = window((10.0, 12.0), (15.0, 16.4), (17.0, 18.0))
    said = [Word("Bakerly,", 0.3, 2.0, 0.9), Word("B-A-K-E-R-L-Y.", 2.0, 5.9, 0.9)]
    (_, spelled), _ = place(three, said)
    assert (spelled.word.start, spelled.word.end) == pytest.approx((15.0, 18.0))


def test_a_number_that_fits_its_own_piece_hides_nothing_after_it() -> None:
    # "$264" is told in 1.4 s; attention only stays on it over the word that was missed after it.
    both = window((10.0, 11.4), (20.0, 20.4))
    (placed,), _ = place(both, [Word("$264.", 0.3, 2.7, 0.9)])
    assert [piece.speech.start for piece in unheard(both, [placed], 0.25)] == [20.0]


@given(
    st.lists(st.tuples(st.floats(0.1, 2.0), st.sampled_from(["so", "Yes.", "4111"])), max_size=9)
)
def test_words_keep_the_order_in_which_they_were_heard(said: list[tuple[float, str]]) -> None:
    ends = np.cumsum([length for length, _ in said])
    words = [
        Word(text, float(end) - length, float(end), 0.9)
        for end, (length, text) in zip(ends, said, strict=True)
    ]
    placed, _ = place(window((1, 3), (5, 5.5), (9, 11), (13, 14)), words)
    starts = [one.word.start for one in placed]
    assert starts == sorted(starts)
