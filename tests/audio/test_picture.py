"""The picture shows what was found, where it was found."""

from __future__ import annotations

from PIL import Image, ImageColor

from scorer.audio import picture
from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from tests.audio.sounds import placed, voice, write


def test_the_picture_shows_speech_and_overlap_where_they_are(tmp_path):
    agent = placed(20, (2, voice(8)))
    customer = placed(20, (9, voice(6, pitch=210, seed=1)))
    recording = decode(write(tmp_path / "call.wav", agent, customer))
    picture.draw(recording, analyse(recording), tmp_path / "call.png")
    image = Image.open(tmp_path / "call.png").convert("RGB")
    scale = (picture.WIDTH - 2 * picture.EDGE) / 20

    def at(second, y):
        return image.getpixel((round(picture.EDGE + second * scale), y))

    ground = ImageColor.getrgb(picture.COLOURS["speech"][1])
    first = picture._HEAD + 12
    second = picture._HEAD + picture.LANE + picture.STRIP + 12
    between = picture._HEAD + picture.LANE + picture.STRIP // 2
    assert [at(s, first) == ground for s in (1.5, 5, 9.5, 12)] == [False, True, True, False]
    assert [at(s, second) == ground for s in (5, 9.5, 12, 16)] == [False, True, True, False]
    overlap = ImageColor.getrgb(picture.OVERLAP)
    assert [at(s, between) == overlap for s in (5, 9.5, 12)] == [False, True, False]


def test_a_mono_recording_has_one_lane(tmp_path):
    recording = decode(write(tmp_path / "call.wav", placed(5, (1, voice(2)))))
    picture.draw(recording, analyse(recording), tmp_path / "call.png")
    height = picture._HEAD + picture.LANE + picture._FOOT
    assert Image.open(tmp_path / "call.png").size == (picture.WIDTH, height)
