"""What of a call is worth listening to."""

from pathlib import Path

import pytest

from scorer.audio.decode import decode
from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Quality, Word
from scorer.speech.job import Job, plan
from scorer.speech.placing import Placed

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
