"""One channel, two parties: told apart by voice, named by what they say, or not at all."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.call import Word
from scorer.conversation.turns import build
from scorer.speech import speakers, voices
from scorer.speech.heard import Heard
from scorer.speech.phrases import Phrase
from scorer.speech.roles import which_is_agent
from scorer.speech.speakers import _two_voices

SAMPLES = Path(__file__).parents[1] / "samples"


def phrase(seconds: float, fresh: bool = True, start: float = 0.0) -> Phrase:
    return Phrase((Word("words.", start, start + seconds, 0.9),), fresh)


def unit(*numbers: float) -> np.ndarray:
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


def test_two_voices_are_told_apart_and_a_short_reply_goes_to_the_nearer() -> None:
    a, b = unit(1, 0.2, 0), unit(0.2, 1, 0)
    vectors = np.stack([a, b, a, b, a, unit(0.4, 1, 0.3)])
    phrases = [phrase(2)] * 5 + [phrase(0.5)]
    path = _two_voices(vectors, phrases)
    assert path is not None
    assert path[0] == path[2] == path[4]
    assert path[1] == path[3] == path[5] != path[0]


def test_a_change_of_speaker_within_a_sentence_needs_more_than_a_doubtful_phrase() -> None:
    a, b = unit(1, 0, 0), unit(0, 1, 0)
    between = unit(1, 1.1, 0)
    vectors = np.stack([a, b, a, between, a, b, b, a])
    phrases = [phrase(2), phrase(2), phrase(2), phrase(0.6, fresh=False), *[phrase(2)] * 4]
    path = _two_voices(vectors, phrases)
    assert path is not None
    assert path[3] == path[2]


def test_one_voice_is_not_made_into_two() -> None:
    rng = np.random.default_rng(3)
    vectors = np.stack([unit(*(np.array([1, 1, 1]) + rng.normal(0, 0.05, 3))) for _ in range(12)])
    assert _two_voices(vectors, [phrase(2)] * 12) is None


@pytest.mark.parametrize(
    ("spoken", "first", "agent"),
    [
        (["Thank you for calling, how can I help?", "My bill is wrong."], 0, 0),
        (["I'm calling because my order is late.", "Can I have your name?"], 1, 1),
        (["Hello.", "Hello, who is this?"], 0, None),
    ],
)
def test_roles_follow_from_what_is_said(spoken: list[str], first: int, agent: int | None) -> None:
    assert which_is_agent(spoken, first) == agent


def test_the_encoder_computes_an_lstm() -> None:
    """Against the equations of an LSTM cell, written out for one step at a time."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(5, 2, 3)).astype(np.float32)
    w_in, w_rec = (rng.normal(size=(16, n)).astype(np.float32) for n in (3, 4))
    b_in, b_rec = (rng.normal(size=16).astype(np.float32) for _ in range(2))
    for item in range(2):
        h = c = np.zeros(4)
        for step in range(5):
            gates = w_in @ inputs[step, item] + b_in + w_rec @ h + b_rec
            i, f, g, o = np.split(gates, 4)
            c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
            h = np.tanh(c) / (1 + np.exp(-o))
        assert voices._lstm(inputs, w_in, w_rec, b_in, b_rec)[-1, item] == pytest.approx(
            h, abs=1e-5
        )


def test_a_mono_mix_of_a_call_is_parted_into_its_two_parties(tmp_path: Path) -> None:
    name = "billing_recovered"
    stereo = decode(SAMPLES / f"{name}.wav")
    truth = json.loads((SAMPLES / f"{name}.json").read_text())
    mix = (stereo.samples(0) + stereo.samples(1)) / 2
    path = tmp_path / "mono.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((mix * 32767).astype("<i2").tobytes())
    recording = decode(path)
    said = sorted(
        (word["start"], word["end"], word["w"], turn["speaker"][:5] == "agent")
        for turn in truth["turns"]
        if turn["kind"] != "backchannel"
        for word in turn["words"]
    )
    words = tuple(Word(text, start, end, 0.9) for start, end, text, _ in said)
    parted = speakers.separate(recording, analyse(recording), Heard((words,), "en"))

    assert parted is not None
    heard, sound = parted
    assert [lane.party for lane in sound.lanes] == ["agent", "customer"]
    by_agent = {(start, text): agent for start, _, text, agent in said}
    right = sum(
        by_agent[word.start, word.text] is (lane == 0)
        for lane, words in enumerate(heard.words)
        for word in words
    )
    assert right / len(said) > 0.95
    assert {turn.speaker for turn in build(heard, sound)} == {"agent", "customer"}


def test_voices_are_the_same_however_many_are_looked_at() -> None:
    rng = np.random.default_rng(1)
    stretches = [
        rng.normal(0, 0.1, int(length)).astype(np.float32)
        for length in rng.uniform(8_000, 40_000, voices.AT_ONCE + 3)
    ]
    together = voices.embed(iter(stretches))
    assert together.shape == (len(stretches), 256)
    assert together[-1] == pytest.approx(voices.embed(stretches[-1:])[0], abs=1e-4)
    assert voices.embed([]).shape == (0, 256)
