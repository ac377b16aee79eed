"""A sample call as its truth tells it, in place of what the ears would find."""

import json
from dataclasses import replace
from pathlib import Path

from scorer.audio.decode import decode
from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Quality, Word
from scorer.speech.heard import Heard

SAMPLES = Path(__file__).parents[1] / "samples"


def as_told(name: str) -> tuple[Recording, Sound, Heard, dict]:
    """A sample call with its true activity and words."""
    truth = json.loads((SAMPLES / f"{name}.json").read_text())
    sides = {"agent": 0, "customer": 1}
    speech: list[list[Interval]] = [[], []]
    words: list[list[Word]] = [[], []]
    for turn in truth["turns"]:
        side = sides[turn["speaker"].rstrip("2")]
        speech[side] += [Interval(*span) for span in turn["speech_spans"]]
        words[side] += [Word(w["w"], w["start"], w["end"], 0.9) for w in turn["words"]]
    hold = tuple(Interval(span["start"], span["end"]) for span in truth["holds"])
    lanes = tuple(
        Lane(party, tuple(sorted(speech[side], key=lambda span: span.start)))
        for party, side in sides.items()
    )
    sound = Sound((replace(lanes[0], hold=hold), lanes[1]), Quality("good"))
    heard = Heard(tuple(tuple(sorted(lane, key=lambda w: w.start)) for lane in words), "en")
    return decode(SAMPLES / f"{name}.wav"), sound, heard, truth
