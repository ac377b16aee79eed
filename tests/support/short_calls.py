"""Real calls of a few seconds, cut from the sample calls."""

import marked
import soundfile


def cut(folder, count, seconds=6.0, start=2.0, prefix="call"):
    """Writes `count` different short recordings, each from a sample call; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    names, made = marked.names(), []
    for number in range(count):
        source = marked.SAMPLES / f"{names[number % len(names)]}.wav"
        rate = soundfile.info(source).samplerate
        first = round((start + 2.5 * (number // len(names))) * rate)
        sound, _ = soundfile.read(source, round(seconds * rate), first, dtype="int16")
        path = folder / f"{prefix}{number:03}.wav"
        soundfile.write(path, sound, rate, subtype="ULAW")
        made.append(path)
    return made
