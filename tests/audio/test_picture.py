"""The picture shows what was found, where it was found."""

from __future__ import annotations

import pytest
from PIL import Image, ImageColor

from scorer.audio import picture
from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.call import AGENT, CUSTOMER
from tests.audio.sounds import music, noise, placed, voice, write

TOP = picture.HEAD + picture.LINE  # of the first lane, where the reasons take one line


def drawn(folder, *channels):
    """The picture of a recording, and a function that reads a pixel at a second and a height."""
    recording = decode(write(folder / "call.wav", *channels))
    picture.draw(recording, analyse(recording), folder / "call.png")
    image = Image.open(folder / "call.png").convert("RGB")
    scale = (picture.WIDTH - 2 * picture.EDGE) / recording.duration
    return image, lambda second, y: image.getpixel((round(picture.EDGE + second * scale), y))


def ground(colour):
    return ImageColor.getrgb(picture.tint(colour, 0.13))


def test_the_picture_shows_speech_and_overlap_where_they_are(tmp_path):
    agent = placed(20, (2, voice(8)))
    customer = placed(20, (9, voice(6, pitch=210, seed=1)))
    _, at = drawn(tmp_path, agent, customer)
    both = ImageColor.getrgb(picture.tint(picture.OVERLAP, 0.45))
    paper = ImageColor.getrgb(picture.PAPER)
    blue, purple = (ground(picture.PARTIES[party]) for party in (AGENT, CUSTOMER))
    first, second = TOP + 4, TOP + picture.LANE + picture.GAP + 4
    assert [at(s, first) for s in (1.9, 5, 9.5, 12)] == [paper, blue, both, paper]
    assert [at(s, second) for s in (5, 9.5, 12, 16)] == [paper, both, purple, paper]


def test_hold_music_has_its_own_colour(tmp_path):
    agent = placed(40, (2, voice(5)), (10, music(20) * 0.4), (33, voice(4)))
    _, at = drawn(tmp_path, agent, placed(40, (36, voice(3, pitch=210))))
    assert at(20, TOP + 4) == ground(picture.KINDS["hold"])
    middle = TOP + picture.LANE // 2
    assert at(20, middle) == ImageColor.getrgb(picture.KINDS["hold"])
    assert at(5, middle) == ImageColor.getrgb(picture.PARTIES[AGENT])


@pytest.mark.parametrize("seconds", [0.02, 5, 4_000])
def test_a_mono_recording_has_one_lane_however_long(tmp_path, seconds):
    sound = noise(seconds, -30, rate=1_000) if seconds > 1_000 else noise(seconds, -30)
    image, _ = drawn(tmp_path, sound)
    assert image.width == picture.WIDTH
    assert TOP + picture.LANE + picture.FOOT <= image.height <= TOP + 260
