"""What of a call is worth listening to."""

from pathlib import Path

import pytest

from scorer.audio.decode import decode
from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Quality, Word
from scorer.speech.job import Job, plan
from scorer.speech.model import Hypothesis
from scorer.speech.placing import Placed
from scorer.speech.windows import MARGIN, WIDE_MARGIN

SAMPLES = Path(__file__).parents[1] / "samples"


def test_short_sounds_far_from_all_speech_are_not_listened_to() -> None:
    recording = decode(SAMPLES / "delivery_calm.wav")
    spoken = (
        Interval(1.0, 1.1),  # 4.9 s before any speech: a click
        Interval(6.0, 8.0),
        Interval(9.0, 9.1),  # 1 s after speech: a syllable
        Interval(30.0, 30.3),  # long enough for a word
        Interval(40.0, 40.1),  # clicks in a row are no speech around each other
        Interval(40.5, 40.6),
    )
    sound = Sound((Lane("agent", spoken), Lane("customer")), Quality("good"))
    pieces = [piece for window in plan(recording, sound, "en").windows for piece in window.pieces]
    assert [piece.speech.start for piece in pieces] == [6.0, 9.0, 30.0]


@pytest.mark.parametrize(("snr", "margin"), [(10.0, WIDE_MARGIN), (35.0, MARGIN)])
def test_more_sound_is_kept_beside_speech_that_noise_hides(snr: float, margin: float) -> None:
    lanes = Lane("agent", (Interval(5.0, 6.0),)), Lane("customer", (Interval(8.0, 9.0),))
    sound = Sound(lanes, Quality("fair", figures={"agent.snr_db": snr, "customer.snr_db": 40.0}))
    (window,) = plan(decode(SAMPLES / "delivery_calm.wav"), sound, "en").windows
    assert [piece.start for piece in window.pieces] == pytest.approx([5.0 - margin, 8.0 - MARGIN])


def heard_once(likely: float, sure: float, language: str) -> Job:
    sound = Sound((Lane("agent", (Interval(1.0, 2.0),)), Lane("customer")), Quality("good"))
    job = plan(decode(SAMPLES / "delivery_calm.wav"), sound, None)
    piece = job.windows[0].pieces[0]
    job.placed = [Placed(Word("hook", 1.0, 1.5, sure), piece)]
    job.likely, job.language = likely, language
    return job


@pytest.mark.parametrize(
    ("likely", "sure", "language", "kept"),
    [
        (0.38, 0.4, "de", 0),
        (0.38, 0.9, "de", 1),
        (0.55, 0.4, "de", 1),
        (0.55, 0.4, "en", 0),  # which Whisper falls back on
        (0.95, 0.4, "en", 1),
    ],
)
def test_unsure_words_in_a_language_that_is_in_doubt_are_not_kept(
    likely: float, sure: float, language: str, kept: int
) -> None:
    job = heard_once(likely, sure, language)
    assert len(job.words()[0]) == kept
    assert job.removed.counts["language"] == 1 - kept


def missed_twice(seconds: float) -> Job:
    """A call of one stretch, in which neither of two hearings found a word."""
    sound = Sound(
        (Lane("agent", (Interval(1.0, 1.0 + seconds),)), Lane("customer")), Quality("good")
    )
    job = plan(decode(SAMPLES / "delivery_calm.wav"), sound, "en")
    nothing = Hypothesis((), "", -0.2)
    job.take(job.windows[0], nothing, [])
    (again,) = job.second_hearing()
    job.take_again(again, nothing, [])
    return job


@pytest.mark.parametrize(("sure", "kept"), [(0.6, 1), (0.3, 0)])
def test_what_is_heard_twice_without_a_word_is_heard_alone_and_must_be_sure(
    sure: float, kept: int
) -> None:
    job = missed_twice(2.0)
    (alone,) = job.third_hearing()
    job.take_alone(alone, Hypothesis((1,), "hook", -0.2), [Word("hook", 0.5, 1.0, sure)])
    assert [len(words) for words in job.words()] == [kept, 0]
    assert job.removed.counts["phantom"] == 1 - kept


def test_a_breath_without_words_is_not_heard_a_third_time() -> None:
    assert missed_twice(0.5).third_hearing() == []
