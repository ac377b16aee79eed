"""What becomes of a file: every format, every fault."""

from __future__ import annotations

import errno
import os
import tempfile

import av
import numpy as np
import pytest

from scorer.audio.decode import decode
from scorer.errors import ScorerError
from tests.audio.sounds import noise, placed, tone, voice, write


def encoded(path, channels, *, codec, rate=8_000, layout=None):
    """A file of any codec that PyAV can write."""
    pcm = (np.stack(channels).clip(-1, 1) * 32767).astype(np.int16)
    layout = layout or ("stereo" if len(channels) == 2 else "mono")
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(pcm.T.reshape(1, -1).copy(), "s16", layout)
        frame.sample_rate = rate
        shape = av.AudioResampler(stream.format.name, layout, rate, stream.frame_size or None)
        for part in [*shape.resample(frame), *shape.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


AGENT, CUSTOMER = placed(4, (0.5, voice(1.5))), placed(4, (2.2, voice(1.5, pitch=200)))


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("call.wav", "pcm_mulaw", 8_000),
        ("call.wav", "pcm_alaw", 8_000),
        ("call.wav", "pcm_u8", 8_000),
        ("call.wav", "pcm_s24le", 44_100),
        ("call.flac", "flac", 16_000),
        ("call.mp3", "libmp3lame", 16_000),
        ("call.opus", "libopus", 48_000),
        ("call.m4a", "aac", 48_000),
        ("call.mka", "pcm_s16le", 22_050),
        ("call.wav", "adpcm_ima_wav", 8_000),
        ("call.mp3", "libmp3lame", 48_000),
    ],
)
def test_any_format_comes_out_as_the_same_sound(tmp_path, name, codec, rate):
    channels = [placed(2, (0.5, tone(1, 700, rate) / 2), rate=rate), noise(2, -30, rate)]
    recording = decode(encoded(tmp_path / name, channels, codec=codec, rate=rate))
    assert (recording.id, recording.layout, recording.channels) == (name, "stereo", 2)
    assert recording.sample_rate == rate
    assert recording.heard == (0, 1)
    assert not recording.truncated
    # A codec may add its own lead-in, some tens of milliseconds.
    assert recording.duration == pytest.approx(2, abs=0.1)
    middle = recording.samples(0, 0.8, 1.3)
    assert middle.dtype == np.float32
    assert len(middle) == 8_000
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(8_000)))
    assert spectrum.argmax() / 0.5 == pytest.approx(700, abs=2)
    assert np.sqrt((middle**2).mean()) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)


def test_stretches_join_without_a_seam(tmp_path):
    path = write(tmp_path / "a.wav", noise(3, -20, 44_100), noise(3, -20, 44_100, 2), rate=44_100)
    recording = decode(path)
    whole = recording.samples(1)
    parts = [recording.samples(1, a / 7, (a + 1) / 7) for a in range(21)]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-4)
    assert len(whole) == 48_000


def test_a_stretch_beyond_the_end_is_empty(tmp_path):
    recording = decode(write(tmp_path / "a.wav", AGENT, CUSTOMER))
    assert len(recording.samples(0, 3.5, 99)) == 8_000
    assert len(recording.samples(0, 50, 99)) == 0


def test_the_digest_is_of_the_file(tmp_path):
    # sha256 of the bytes, as sha256sum prints it
    import hashlib

    path = write(tmp_path / "a.wav", AGENT)
    assert decode(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("gain", [1.0, 0.5, -1.0])
def test_two_copies_of_one_mix_are_recognised(tmp_path, gain):
    mix = AGENT + CUSTOMER
    recording = decode(write(tmp_path / "a.wav", mix, mix * gain))
    assert (recording.layout, recording.heard) == ("identical", (0,))
    assert "same sound" in recording.notes[0]


def test_copies_are_recognised_through_a_codec(tmp_path):
    mix = AGENT + CUSTOMER
    path = encoded(tmp_path / "a.mp3", [mix, mix * 0.98], codec="libmp3lame", rate=8_000)
    assert decode(path).layout == "identical"


def test_a_leak_is_not_a_copy(tmp_path):
    """One party alone, faintly on the other's channel too: still one party on each channel."""
    recording = decode(write(tmp_path / "a.wav", AGENT, AGENT * 10 ** (-25 / 20)))
    assert recording.layout == "stereo"


@pytest.mark.parametrize("dead", [0, 1])
def test_a_silent_channel_is_left_out(tmp_path, dead):
    channels = [AGENT + CUSTOMER, AGENT + CUSTOMER]
    channels[dead] = np.full(len(AGENT), 8 / 32768)  # the idle pattern of mu-law
    recording = decode(write(tmp_path / "a.wav", *channels))
    assert (recording.layout, recording.heard) == ("mono", (1 - dead,))
    assert f"channel {dead + 1} is silent" in recording.notes[0]


def test_mono_is_mono(tmp_path):
    recording = decode(write(tmp_path / "a.wav", AGENT + CUSTOMER))
    assert (recording.layout, recording.channels, recording.heard) == ("mono", 1, (0,))


def test_a_very_quiet_line_is_not_silent(tmp_path):
    recording = decode(write(tmp_path / "a.wav", AGENT / 100, CUSTOMER / 100))
    assert recording.layout == "stereo"


def test_more_channels_are_mixed_into_one_and_said(tmp_path):
    recording = decode(write(tmp_path / "a.wav", AGENT, CUSTOMER, AGENT))
    assert (recording.layout, recording.channels) == ("mono", 3)
    assert "3 channels" in recording.notes[0]
    assert recording.samples(0).any()


def test_the_sound_of_a_video_is_read(tmp_path):
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        video.width = video.height = 32
        audio = container.add_stream("aac", rate=16_000, layout="mono")
        for _ in range(10):
            image = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            container.mux(video.encode(image))
        pcm = (tone(1, 500, 16_000) * 9_000).astype(np.int16)
        for at in range(0, 15 * 1024, 1024):
            frame = av.AudioFrame.from_ndarray(
                (pcm[at : at + 1024] / 32768).astype(np.float32)[None], "fltp", "mono"
            )
            frame.sample_rate = 16_000
            frame.pts = at
            container.mux(audio.encode(frame))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    assert decode(path).duration == pytest.approx(0.96, abs=0.1)


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_mulaw"), ("a.flac", "flac")])
def test_a_recording_that_breaks_off_keeps_what_was_read(tmp_path, name, codec):
    path = encoded(tmp_path / name, [AGENT, CUSTOMER], codec=codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    recording = decode(path)
    assert recording.truncated
    assert 1.5 < recording.duration < 3
    assert "breaks off after" in recording.notes[0]


def test_damage_in_the_middle_keeps_the_rest(tmp_path):
    path = encoded(tmp_path / "a.flac", [AGENT, CUSTOMER], codec="flac")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200] = os.urandom(200)
    path.write_bytes(data)
    recording = decode(path)
    assert recording.duration > 2


def test_faults_are_told_in_one_line(tmp_path):
    empty = tmp_path / "empty.wav"
    empty.touch()
    text = tmp_path / "text.wav"
    text.write_text("Good morning, how can I help you?\n" * 50)
    silent = write(tmp_path / "silent.wav", np.zeros(80_000), np.zeros(80_000))
    header = tmp_path / "header.wav"
    header.write_bytes(write(tmp_path / "a.wav", AGENT).read_bytes()[:44])
    for path, words in [
        (empty, "is empty"),
        (text, "is not a recording"),
        (silent, "is silent from start to end"),
        (header, "no sound could be read"),
        (tmp_path / "none.wav", "no such file"),
        (tmp_path, "is a folder"),
    ]:
        with pytest.raises(ScorerError, match=words) as fault:
            decode(path)
        assert str(path) in str(fault.value)
        assert "\n" not in str(fault.value)


@pytest.mark.parametrize("channels", [0])
def test_a_header_without_channels_is_told(tmp_path, channels):
    path = write(tmp_path / "a.wav", AGENT)
    data = bytearray(path.read_bytes())
    data[22:24] = channels.to_bytes(2, "little")
    path.write_bytes(data)
    with pytest.raises(ScorerError):
        decode(path)


def test_a_film_without_sound_is_told(tmp_path):
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        video.width = video.height = 32
        image = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(video.encode(image))
        container.mux(video.encode(None))
    with pytest.raises(ScorerError, match="holds no audio"):
        decode(path)


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", AGENT)

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)  # root may read everything
    with pytest.raises(ScorerError, match="may not be read"):
        decode(path)


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", AGENT)

    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full())
    with pytest.raises(ScorerError, match="disk is full"):
        decode(path)


def test_nothing_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    recording = decode(write(tmp_path / "a.wav", AGENT, CUSTOMER))
    assert recording.samples(0).any()
    del recording
    assert not list((tmp_path / "t").iterdir())
