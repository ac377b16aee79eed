"""Channels that seem to be swapped are remarked on, and only those."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.sound import Sound
from scorer.call import Word
from scorer.speech.heard import Heard
from scorer.speech.parties import tell_apart
from scorer.speech.roles import seem_swapped
from tests.audio.sounds import music, placed, voice, write

SAMPLES = Path(__file__).parent.parent / "samples"
AGENT = "Thank you for calling Marston, this is Sofia, how can I help you?"
CUSTOMER = "Hi. I'm calling because my order has not come."


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(w, 2 + i / 4, 2.2 + i / 4, 0.9) for i, w in enumerate(text.split()))


def reasons(folder: Path, first: str, second: str) -> tuple[str, ...]:
    """The remarks on a call with some words on its first and on its second channel."""
    path = write(folder / "a.wav", placed(14, (1, voice(5))), placed(14, (7, voice(5, pitch=210))))
    recording = decode(path)
    sound: Sound = analyse(recording)
    _, remarked, known = tell_apart(recording, sound, Heard((words(first), words(second)), "en"))
    assert known
    assert remarked.quality.verdict == sound.quality.verdict
    return remarked.quality.reasons


def test_swapped_channels_are_remarked_on(tmp_path: Path) -> None:
    assert any("swapped" in reason for reason in reasons(tmp_path, CUSTOMER, AGENT))
    assert not any("swapped" in reason for reason in reasons(tmp_path, AGENT, CUSTOMER))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_the_samples_are_not_suspected(path: Path) -> None:
    turns = json.loads(path.read_text())["turns"]
    said = {
        party: " ".join(t["text"] for t in turns if t["speaker"].startswith(party))
        for party in ("agent", "customer")
    }
    assert not seem_swapped(said["agent"], said["customer"])


def test_who_says_nothing_telling_is_not_suspected() -> None:
    assert not seem_swapped("", "")
    assert not seem_swapped("Yes.", "Can I have your name?")


def test_hold_music_on_the_customers_channel_counts(tmp_path: Path) -> None:
    assert not seem_swapped("Yes.", "Thank you for calling.", held=-1)
    assert seem_swapped("Yes.", "Thank you for calling.", held=1)
    customer = placed(40, (2, voice(4)), (10, music(20) * 0.4))
    path = write(tmp_path / "a.wav", placed(40, (32, voice(5, pitch=210))), customer)
    recording = decode(path)
    heard = Heard((words("Yes."), words("Thank you for calling.")), "en")
    _, sound, _ = tell_apart(recording, analyse(recording), heard)
    assert "swapped" in sound.quality.reasons[0]


AGENT_IN_FULL = AGENT + " May I have your order number? Let me check that. You're welcome."


def test_channels_are_exchanged_where_each_says_what_belongs_on_the_other(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.wav", placed(14, (1, voice(5))), placed(14, (7, voice(5, pitch=210)))
    )
    recording = decode(path)
    sound = analyse(recording)
    heard, turned, _ = tell_apart(
        recording, sound, Heard((words(CUSTOMER), words(AGENT_IN_FULL)), "en")
    )
    assert [lane.party for lane in turned.lanes] == ["customer", "agent"]
    assert [lane.speech for lane in turned.lanes] == [lane.speech for lane in sound.lanes]
    assert "swapped" in heard.provenance["parties"]
    assert turned.quality.figures["agent.speech_db"] == sound.quality.figures["customer.speech_db"]
    # The right way round they stay, and so they do where a caller says two things that agents say.
    for first, second in [(AGENT_IN_FULL, CUSTOMER), ("Yes.", "Let me check. Have a good day!")]:
        _, same, _ = tell_apart(recording, sound, Heard((words(first), words(second)), "en"))
        assert [lane.party for lane in same.lanes] == ["agent", "customer"]
