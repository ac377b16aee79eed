"""A scored call that is known to the second, for the tests of the pages.

The sound is murmur where someone speaks and silence elsewhere, in mu-law as telephone systems keep
it, so that the pages have to make it playable.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import soundfile

from scorer.call import Call, Interruption, Interval, Lane, Quality, Timing, Turn, Word
from scorer.scorecard import Evidence, Judgement, Moment, Outcome, Promise, RubricScore, Scorecard
from scorer.store.store import Store

RATE = 8000  # Hz
DURATION = 75.0  # s

_SAID = [
    ("agent", 1.0, "Good morning, Tallow Lane Furniture, this is Marta. What can I do for you?"),
    (
        "customer",
        6.0,
        "Hello. The table came with the wrong legs again. That makes two wrong deliveries, "
        "and frankly I am fed up.",
    ),
    ("agent", 12.5, "I am so sorry about that. Two wrong deliveries would wear me out as well."),
    ("customer", 17.5, "I explained it all on Monday. I ordered oak legs, and these are pine."),
    ("agent", 21.0, "Right."),
    ("agent", 24.5, "So you ordered oak, and pine has come both times, is that right?"),
    (
        "customer",
        29.0,
        "Precisely. I say so every single time that I ring, and yet nobody takes it in.",
    ),
    ("agent", 33.2, "I will see this through myself. May I place you on hold briefly?"),
    ("customer", 37.0, "Go ahead."),
    ("agent", 49.0, "Thanks for holding, Mr. Brandt. A set of oak legs is reserved for you."),
    ("customer", 54.0, "Ah. Well, that sounds better."),
    ("agent", 56.5, "I will ring you myself on Thursday once the van has been with you."),
    ("customer", 62.0, "Lovely, that suits me. Thank you, Marta, I am relieved now."),
    ("agent", 67.0, "My pleasure. <b>Goodbye</b> & take care."),
]
_PACE = 0.29  # s a word


def turns():
    made = []
    for speaker, start, text in _SAID:
        words = [
            Word(
                word,
                start + _PACE * place,
                start + _PACE * (place + 0.9),
                0.4 if word == "Mr." else 0.93,
            )
            for place, word in enumerate(text.split())
        ]
        kind = "backchannel" if text == "Right." else "turn"
        made.append(Turn(speaker, text, start, words[-1].end, tuple(words), 0.9, kind))
    return tuple(made)


TURNS = turns()


def quote(turn, text):
    """Evidence for words that stand in a turn, with the times of the first and the last of them."""
    words = TURNS[turn].words
    first = len(TURNS[turn].text[: TURNS[turn].text.index(text)].split())
    last = first + len(text.split()) - 1
    return Evidence(turn, text, words[first].start, words[last].end)


def moment(rubric, criterion, outcome, kind, opened, response=None, note="", confidence=0.86):
    return Moment(rubric, criterion, outcome, kind, confidence, opened, response, note)


def judgement(rubric, criterion, outcome, *moments, score=None, confidence=0.86, **more):
    evidence = tuple(part for each in moments for part in (each.opened, each.response) if part)
    return Judgement(rubric, criterion, outcome, score, confidence, evidence, moments, **more)


FEELING = moment(
    "empathy",
    "acknowledges_feeling",
    "met",
    "magic",
    quote(1, "frankly I am fed up."),
    quote(2, "I am so sorry about that."),
    note="named what happened and how it feels",
)
TALKED_OVER = moment(
    "listening",
    "lets_finish",
    "missed",
    "misery",
    quote(6, "nobody takes it in."),
    quote(7, "I will see this through myself."),
    note="began while the customer was speaking",
    confidence=0.71,
)
LET_FINISH = moment(
    "listening",
    "lets_finish",
    "met",
    "truth",
    quote(1, "The table came with the wrong legs again."),
)
RESTATED = moment(
    "listening",
    "restates",
    "met",
    "magic",
    quote(3, "I ordered oak legs, and these are pine."),
    quote(5, "So you ordered oak, and pine has come both times, is that right?"),
)
ASKED_AGAIN = moment(
    "customer_satisfaction",
    "little_effort",
    "missed",
    "misery",
    quote(3, "I explained it all on Monday."),
    note="the customer had to tell it again",
)
PROMISED = moment(
    "ownership", "concrete_promise", "met", "truth", quote(11, "I will ring you myself on Thursday")
)
TOOK_CHARGE = moment(
    "ownership",
    "takes_charge",
    "met",
    "truth",
    quote(1, "The table came with the wrong legs again."),
    quote(7, "I will see this through myself."),
)
HELD = moment(
    "respectful_address",
    "hold_manners",
    "met",
    "truth",
    quote(7, "May I place you on hold briefly?"),
    quote(9, "Thanks for holding,"),
)
NAMED = moment(
    "respectful_address",
    "name_as_invited",
    "met",
    "truth",
    quote(9, "Mr. Brandt."),
    confidence=0.55,
)

JUDGEMENTS = (
    judgement(
        "listening", "lets_finish", "partly", TALKED_OVER, LET_FINISH, score=0.5, confidence=0.74
    ),
    judgement("listening", "restates", "met", RESTATED, score=1.0),
    judgement("listening", "asks_open", "no_opportunity", confidence=0.8),
    judgement("empathy", "acknowledges_feeling", "met", FEELING, score=1.0),
    judgement("empathy", "does_not_dismiss", "met", score=1.0, confidence=0.9),
    judgement("ownership", "takes_charge", "met", TOOK_CHARGE, score=1.0),
    judgement("ownership", "concrete_promise", "met", PROMISED, score=1.0, confidence=0.92),
    judgement("ownership", "warm_handover", "no_opportunity", confidence=0.9),
    judgement("respectful_address", "name_as_invited", "met", NAMED, score=1.0, confidence=0.55),
    judgement("respectful_address", "hold_manners", "met", HELD, score=1.0),
    judgement("respectful_address", "no_belittling", "no_opportunity", critical=True),
    judgement(
        "customer_satisfaction", "little_effort", "missed", ASKED_AGAIN, score=0.0, confidence=0.83
    ),
    judgement("customer_satisfaction", "leaves_better", "cannot_tell", confidence=0.45),
)


def scorecard(name="oak_legs.wav", satisfaction=None):
    """The example as a scorecard; `satisfaction` as predicted, None where it is not."""
    rubrics = dict.fromkeys(each.rubric for each in JUDGEMENTS)
    moments = [part for each in JUDGEMENTS for part in each.moments]
    call = Call(
        id=name,
        turns=TURNS,
        lanes=(lane("agent", hold=(Interval(38.5, 48.5),)), lane("customer")),
        quality=Quality("good"),
        timing=Timing(
            26.0,
            22.0,
            17.0,
            10.0,
            0.9,
            interruptions=(Interruption("agent", 33.2, 34.1),),
            holds=(Interval(38.5, 48.5),),
            overlaps=(Interval(21.0, 21.3), Interval(33.2, 34.1)),
        ),
        duration=DURATION,
        language="en",
    )
    return Scorecard(
        call=call,
        criteria={name: RubricScore(None, 0.0, "met", 0.8) for name in rubrics},
        judgements=JUDGEMENTS,
        outcome=Outcome(
            satisfaction=satisfaction,
            satisfaction_interval=None
            if satisfaction is None
            else (satisfaction - 0.1, satisfaction + 0.08),
            resolution="promised",
            effort={
                "repeat_contact": True,
                "asked_again": True,
                "transferred": False,
                "held": True,
                "chased": None,
            },
            promises=(
                Promise(
                    "agent",
                    "ring once the van has been there",
                    "on Thursday",
                    "2026-11-26",
                    quote(11, "I will ring you myself on Thursday"),
                ),
            ),
            moments=tuple(sorted(moments, key=lambda each: each.opened.start)),
            parts={"sentiment": {"start": -0.6, "end": 0.55, "change": 1.15, "points": []}},
            evidence={
                "resolution": (quote(12, "Lovely, that suits me."),),
                "repeat_contact": (quote(1, "That makes two wrong deliveries,"),),
                "asked_again": (quote(3, "I explained it all on Monday."),),
                "sentiment": (
                    quote(1, "frankly I am fed up."),
                    quote(12, "Thank you, Marta, I am relieved now."),
                ),
            },
        ),
        provenance={"version": "0.1.0", "speech_model": "base", "recording_sha256": "feed" * 16},
    )


def lane(party, hold=()):
    return Lane(party, tuple(Interval(t.start, t.end) for t in TURNS if t.speaker == party), hold)


def samples(seed=7):
    """Two channels of murmur, `[shape=(2, n)]`, in [-1, 1]."""
    generator = np.random.default_rng(seed)
    sound = np.zeros((2, int(DURATION * RATE)))
    for turn in TURNS:
        for word in turn.words:
            first, last = int(word.start * RATE), int(word.end * RATE)
            swell = np.hanning(last - first) * generator.uniform(0.15, 0.6)
            sound[int(turn.speaker == "customer"), first:last] += swell * generator.uniform(
                -1, 1, last - first
            )
    held = np.arange(int(38.5 * RATE), int(48.5 * RATE))
    sound[0, held] += (
        0.15 * np.sin(2 * np.pi * 440 * held / RATE) * (1 + np.sin(held / RATE * 6)) / 2
    )
    return sound.clip(-1, 1)


def peaks(sound, pairs=2000):
    blocks = np.array_split(sound, pairs, axis=1)
    return [[(float(b[c].min()), float(b[c].max())) for b in blocks] for c in range(len(sound))]


def shelve(home: Path, scratch: Path, satisfaction=0.78, seed=7, **changes):
    """Puts the example into the store of `home` and returns its key. Another seed, another call."""
    sound = samples(seed)
    path = scratch / "recording.wav"
    soundfile.write(path, sound.T, RATE, subtype="ULAW")
    card = json.loads(json.dumps({**scorecard(satisfaction=satisfaction).to_dict(), **changes}))
    card["provenance"]["recording_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return Store(home=home).keep(path, card, peaks(sound))
