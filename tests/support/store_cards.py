"""Small cards in the file contract, for the tests of the store."""

PEAKS = [[[-0.5, 0.5]], [[0.0, 0.25]]]


def judgement(rubric="empathy", criterion="acknowledges_feeling", outcome="missed", **more):
    score = {"met": 1.0, "partly": 0.5, "missed": 0.0}.get(outcome)
    return {
        "rubric": rubric,
        "criterion": criterion,
        "outcome": outcome,
        "score": score,
        "confidence": 0.8,
        "evidence": [],
        "moments": [],
        "weight": 1.0,
        "critical": False,
        "proposed": False,
        **more,
    }


SAID = [
    ("agent", "Thank you for calling, how can I help?"),
    ("customer", "My bill is wrong again, I am really upset."),
    ("agent", "I will call you back on Friday."),
]


def turn(place, speaker, text):
    return {
        "speaker": speaker,
        "text": text,
        "start": 4.0 * place,
        "end": 4.0 * place + 3,
        "words": [],
        "confidence": 0.9,
        "kind": "turn",
    }


def moment(quote, turn=1, outcome="missed", kind="misery"):
    return {
        "rubric": "empathy",
        "criterion": "acknowledges_feeling",
        "outcome": outcome,
        "kind": kind,
        "confidence": 0.8,
        "opened": {"turn": turn, "quote": quote, "start": 4.0, "end": 7.0},
        "response": None,
        "note": "",
    }
