"""Words go back to the sound they were heard in."""

import pytest

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
