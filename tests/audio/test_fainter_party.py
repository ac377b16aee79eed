"""Two parties share one channel at levels far apart: the fainter one is heard too."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.sound import State

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.mark.parametrize("name", ["billing_recovered", "delivery_calm"])
def test_a_party_25_db_fainter_than_the_other_is_heard_on_their_common_channel(
    tmp_path: Path, name: str
) -> None:
    call = decode(SAMPLES / f"{name}.wav")
    faint, loud = call.samples(0) * 10 ** (-25 / 20), call.samples(1)
    path = tmp_path / "mono.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(((faint + loud) * 0.7 * 32767).astype("<i2").tobytes())
    heard = analyse(decode(path)).states[0] == State.SPEECH

    said, anyone = np.zeros_like(heard), np.zeros_like(heard)
    for turn in json.loads((SAMPLES / f"{name}.json").read_text())["turns"]:
        for start, end in turn["speech_spans"]:
            anyone[int(start * 100) : int(end * 100)] = True
            if turn["channel"] == 0:
                said[int(start * 100) : int(end * 100)] = True
    # Its hiss is as far below it as on a bad line: not all of it can be told.
    assert heard[said].mean() > 0.7
    around = np.convolve(anyone, np.ones(31), "same") > 0
    assert heard[~around].mean() < 0.01
