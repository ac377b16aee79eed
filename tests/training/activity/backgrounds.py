"""All that is no speech: noises of rooms and lines, music of many kinds, a telephone's tones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

RATE = 8_000
Floats = npt.NDArray[np.float32]
Rng = np.random.Generator


def shaped(rng: Rng, sound: npt.NDArray[np.floating], steps: int = 9, db: float = 12.0) -> Floats:
    """`sound` through a filter of random gains, as a room, a handset or a noise's own colour."""
    spectrum = np.fft.rfft(sound)
    gains = rng.normal(0, db, steps)
    spectrum *= 10 ** (
        np.interp(np.linspace(0, steps - 1, len(spectrum)), range(steps), gains) / 20
    )
    return unit(np.fft.irfft(spectrum, len(sound)))


def unit(sound: npt.NDArray[np.floating]) -> Floats:
    """Scaled to an RMS of 1."""
    return (sound / max(float(np.sqrt((sound**2).mean())), 1e-9)).astype(np.float32)


def swell(rng: Rng, n: int, per_s: float, db: float) -> Floats:
    """A gain that wanders by `db` with about `per_s` turns a second."""
    points = max(int(n / RATE * per_s) + 2, 4)
    levels = rng.normal(0, db, points)
    return (10 ** (np.interp(np.linspace(0, points - 1, n), range(points), levels) / 20)).astype(
        "f4"
    )


def noise(rng: Rng, n: int, speech: Sequence[Floats]) -> Floats:
    """One of many noises, `n` samples, RMS 1."""
    kind = rng.choice(
        ["steady", "wavering", "babble", "bursts", "gusts", "hum", "mixed", "rumble", "keyboard"]
    )
    if kind == "steady":
        return shaped(rng, rng.standard_normal(n))
    if kind == "wavering":
        return unit(shaped(rng, rng.standard_normal(n)) * swell(rng, n, rng.uniform(0.3, 8), 6))
    if kind == "rumble":
        low = np.cumsum(rng.standard_normal(n))
        low -= np.convolve(low, np.full(200, 1 / 200), "same")
        return unit(shaped(rng, low) * swell(rng, n, rng.uniform(1, 12), rng.uniform(3, 9)))
    if kind == "babble":
        return babble(rng, n, speech)
    if kind == "bursts":
        return unit(bursts(rng, n) + 0.1 * shaped(rng, rng.standard_normal(n)))
    if kind == "gusts":
        return unit(gusts(rng, n) + 10 ** rng.uniform(-2.5, -0.5) * shaped(rng, _white(rng, n)))
    if kind == "keyboard":
        return unit(keyboard(rng, n) + 10 ** rng.uniform(-2.5, -1) * shaped(rng, _white(rng, n)))
    if kind == "hum":
        t = np.arange(n) / RATE
        base = rng.choice([50, 60, 100, 120, 400])
        hum = sum(rng.exponential() * np.sin(2 * np.pi * base * k * t) for k in range(1, 20))
        return unit(unit(hum) + rng.uniform(0.05, 1) * shaped(rng, rng.standard_normal(n)))
    parts = [bursts(rng, n), babble(rng, n, speech), shaped(rng, rng.standard_normal(n))]
    return unit(sum(rng.uniform(0, 1) * part for part in parts))


def changing(rng: Rng, n: int, speech: Sequence[Floats]) -> Floats:
    """Noise that stays as it is, or gives way to another of another level every few seconds."""
    if rng.random() < 0.4:
        return noise(rng, n, speech)
    parts, at = [], 0
    while at < n:
        m = max(int(rng.uniform(2, 14) * RATE), RATE)
        parts.append(noise(rng, m, speech) * 10 ** (rng.normal(0, 7) / 20))
        at += m
    return unit(np.concatenate(parts)[:n])


def babble(rng: Rng, n: int, speech: Sequence[Floats]) -> Floats:
    """A room of voices, none of them to be understood."""
    total = np.zeros(n, np.float32)
    for _ in range(int(rng.integers(4, 14))):
        at = -int(rng.integers(0, RATE * 3))
        while at < n:
            voice = unit(speech[rng.integers(len(speech))]) * rng.uniform(0.4, 1)
            first, last = max(at, 0), min(at + len(voice), n)
            if last > first:
                total[first:last] += voice[first - at : last - at]
            at += len(voice) + int(rng.integers(0, RATE))
    return shaped(rng, total, db=5)


def bursts(rng: Rng, n: int) -> Floats:
    """Keys, clicks, knocks, rustling, breath: short noises with a fast start and a slower end."""
    total = np.zeros(n, np.float32)
    length_s = 10 ** rng.uniform(-2.5, -0.3)
    for _ in range(int(n / RATE * rng.uniform(0.3, 6)) + 1):
        m = int(RATE * length_s * rng.uniform(0.5, 2)) + 8
        burst = shaped(rng, rng.standard_normal(m))
        fall = np.exp(-np.arange(m) / (m * rng.uniform(0.1, 0.6)))
        rise = np.minimum(np.arange(m) / (m * rng.uniform(0.01, 0.5) + 1), 1)
        at = int(rng.integers(0, max(n - m, 1)))
        part = (burst * fall * rise * 10 ** (rng.normal(0, 6) / 20)).astype("f4")
        total[at : at + m] += part[: n - at]
    return unit(total)


def gusts(rng: Rng, n: int) -> Floats:
    """Wind on a microphone, paper, a chair, a passing car, coughs: noises as long as words."""
    total = np.zeros(n, np.float32)
    at = int(rng.exponential(1) * RATE)
    while at < n:
        for _ in range(int(rng.integers(1, 5)) if rng.random() < 0.3 else 1):
            m = int(RATE * 10 ** rng.uniform(-1.1, 0.2))
            gust = shaped(rng, _white(rng, m)) * np.sin(np.pi * np.arange(m) / m) ** rng.uniform(
                0.3, 4
            )
            if rng.random() < 0.5:
                gust = gust * swell(rng, m, rng.uniform(3, 15), rng.uniform(3, 8))
            gust = gust / np.abs(gust).max() * 10 ** (rng.normal(0, 4) / 20)
            total[at : at + m] += gust[: max(n - at, 0)].astype("f4")
            at += m + int(RATE * rng.uniform(0, 0.2))
        at += int(rng.exponential(rng.choice([0.3, 2.0])) * RATE)
    return unit(total + 1e-9)


def keyboard(rng: Rng, n: int) -> Floats:
    """Somebody types: a press and a fainter release, in bouts."""
    total = np.zeros(n, np.float32)
    pace, at = rng.uniform(0.09, 0.3), 0
    colour = int(rng.integers(1 << 30))
    while at < n:
        if rng.random() < 0.07:
            at += int(rng.uniform(0.4, 4) * RATE)
        for later, gain in ((0.0, 1.0), (rng.uniform(0.05, 0.1), rng.uniform(0.1, 0.7))):
            m = int(rng.uniform(0.008, 0.04) * RATE)
            click = shaped(np.random.default_rng(colour), _white(rng, m), db=8)
            click = (
                click * np.exp(-np.arange(m) / (m * 0.25)) * gain * 10 ** (rng.normal(0, 3) / 20)
            )
            first = at + int(later * RATE)
            total[first : first + m] += click[: max(n - first, 0)].astype("f4")
        at += int(pace * rng.uniform(0.6, 1.6) * RATE)
    return unit(total + 1e-9)


def _white(rng: Rng, n: int) -> npt.NDArray[np.float64]:
    return rng.standard_normal(n)


def music(rng: Rng, n: int) -> Floats:
    """Hold music: chords, a melody, a bass and drums, each there or not, RMS 1.

    Now and then somebody sings the melody, or seems to.
    """
    beat = 60 / rng.uniform(60, 160)
    key, minor = rng.uniform(100, 220), rng.random() < 0.4
    scale = np.array([0, 2, 3, 5, 7, 8, 10] if minor else [0, 2, 4, 5, 7, 9, 11])
    total = np.zeros(n + RATE * 4, np.float32)
    chords = rng.integers(0, 7, 4)
    layers = rng.random(4) < [0.75, 0.7, 0.5, 0.45]
    layers[rng.integers(2)] = True
    timbres = [timbre(rng) for _ in range(3)]
    if rng.random() < 0.25:
        timbres[1] = singer(rng)
    gains = 10 ** (rng.normal(0, 4, 4) / 20)
    sub = rng.choice([1, 2, 4])
    for step in range(int(n / RATE / beat * sub) + 1):
        at = int(step * beat / sub * RATE)
        chord = chords[(step // (4 * sub)) % 4]
        note = lambda degree: key * 2 ** ((scale[degree % 7] + 12 * (degree // 7)) / 12)  # noqa: E731  one line of a tune
        if layers[0] and step % (sub * 2) == 0:
            for degree in (chord, chord + 2, chord + 4):
                _add(total, at, gains[0] * timbres[0](note(degree), beat * 2.2), 0.5)
        if layers[1] and rng.random() < 0.6:
            length = beat / sub * rng.choice([1, 1, 2, 3])
            _add(
                total, at, gains[1] * timbres[1](note(chord + 7 + rng.integers(-3, 5)), length), 0.8
            )
        if layers[2] and step % sub == 0:
            _add(total, at, gains[2] * timbres[2](note(chord) / 2, beat), 1.0)
        if layers[3]:
            m = int(RATE * rng.uniform(0.03, 0.15))
            hit = rng.standard_normal(m) * np.exp(-np.arange(m) / (m * 0.2))
            _add(total, at, gains[3] * hit.astype("f4"), 0.5 if step % 2 else 0.25)
    sound = total[:n]
    if rng.random() < 0.5:  # a hall
        tail = rng.standard_normal(RATE // 2) * np.exp(-np.arange(RATE // 2) / (RATE * 0.1))
        wet = np.fft.irfft(np.fft.rfft(sound, 2 * n) * np.fft.rfft(tail, 2 * n))[:n]
        sound = unit(sound) + rng.uniform(0.1, 0.6) * unit(wet)
    return shaped(rng, sound, db=4)


def _add(total: Floats, at: int, part: npt.NDArray[np.floating], gain: float) -> None:
    end = min(at + len(part), len(total))
    total[at:end] += (gain * part[: end - at]).astype("f4")


def timbre(rng: Rng):
    """An instrument: how a note of a pitch (Hz) and a length (s) sounds."""
    count = int(rng.integers(1, 16))
    gains = rng.exponential(1, count) / np.arange(1, count + 1) ** rng.uniform(0.3, 2)
    decay = rng.choice([0.1, 0.3, 0.8, 5.0])
    attack = rng.choice([0.003, 0.01, 0.08, 0.3])
    vibrato, rate = rng.choice([0, 0, 0.003, 0.01]), rng.uniform(4, 7)
    detuned = rng.choice([0, 0.001, 0.004])

    def play(pitch: float, length: float) -> Floats:
        n = max(int(length * 1.3 * RATE), 16)
        t = np.arange(n) / RATE
        phase = (
            2 * np.pi * pitch * (t + vibrato * np.sin(2 * np.pi * rate * t) / (2 * np.pi * rate))
        )
        sound = np.zeros(n)
        for k, gain in enumerate(gains, 1):
            if pitch * k < RATE / 2:
                sound += gain * (np.sin(k * phase) + np.sin(k * phase * (1 + detuned)))
        envelope = (
            np.minimum(t / attack, 1) * np.exp(-t / decay) * np.minimum((t[-1] - t) / 0.03, 1)
        )
        return (sound * envelope).astype("f4")

    return play


_VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
)


def singer(rng: Rng):
    """A voice that sings vowels, one to a note, with a breath of a consonant before some."""
    throat, rate = rng.uniform(0.9, 1.25), rng.uniform(4.5, 6.5)

    def sing(pitch: float, length: float) -> Floats:
        n = max(int(length * 1.1 * RATE), 16)
        t = np.arange(n) / RATE
        depth = 0.02 * np.clip(t * 3 - 0.4, 0, 1)
        phase = 2 * np.pi * pitch * (t + depth * np.sin(2 * np.pi * rate * t) / (2 * np.pi * rate))
        formants = _VOWELS[rng.integers(len(_VOWELS))]
        sound = np.zeros(n)
        for k in range(1, int(RATE / 2 / pitch)):
            gain = sum(
                0.6**i / (1 + ((k * pitch - f * throat) / 90) ** 2) for i, f in enumerate(formants)
            )
            sound += (gain + 0.02) * np.sin(k * phase)
        envelope = np.minimum(t / 0.06, 1) * np.minimum((t[-1] - t) / 0.06, 1)
        sound = sound / (np.abs(sound).max() + 1e-9) * envelope
        if rng.random() < 0.4:
            m = min(int(0.06 * RATE), n)
            sound[:m] += 0.2 * rng.standard_normal(m) * np.hanning(m)
        return sound.astype("f4")

    return sing


_DTMF = [(low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477, 1633)]
_CADENCES = [  # frequencies, seconds on, seconds off
    ((440, 480), 2.0, 4.0), ((400, 450), 0.4, 0.2), ((425,), 1.0, 4.0), ((480, 620), 0.5, 0.5),
    ((425,), 0.5, 0.5), ((480, 620), 0.25, 0.25), ((350, 440), 9.0, 0.1), ((1400,), 0.4, 3.0),
    ((1000,), 0.3, 9.0), ((2100,), 3.0, 0.5), ((440,), 0.3, 5.0), ((950,), 0.33, 0.03),
    ((1100,), 0.5, 3.0), ((425,), 0.2, 0.2), ((941, 1336), 0.1, 0.1),
]  # fmt: skip


def tones(rng: Rng, n: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Digits, ringback, busy or a beep, RMS 1, and where they sound."""
    t = np.arange(n) / RATE
    sound, on = np.zeros(n, np.float32), np.zeros(n, bool)
    if rng.random() < 0.45:
        at = int(rng.integers(0, RATE // 2))
        while at < n:
            m = int(RATE * rng.uniform(0.05, 0.35))
            pair = _DTMF[rng.integers(16)]
            part = sum(np.sin(2 * np.pi * f * t[: min(m, n - at)]) for f in pair)
            sound[at : at + m], on[at : at + m] = part, True
            at += m + int(RATE * rng.uniform(0.04, 0.8))
    else:
        pair, length, pause = _CADENCES[rng.integers(len(_CADENCES))]
        stretch, start = rng.uniform(0.9, 1.1), rng.uniform(0, 1)
        on = ((t + start) % ((length + pause) * stretch)) < length * stretch
        pitches = [f * rng.uniform(0.97, 1.03) for f in pair]
        sound = sum(np.sin(2 * np.pi * f * t) for f in pitches).astype("f4") * on
    return unit(sound + 1e-9), on
