"""A ten-minute call on every rubric takes a small part of what its transcription takes."""

import time

from scorer.call import Call, Turn
from scorer.scoring.rubric import available, load
from scorer.scoring.score import score

LINES = (
    ("agent", "I'm so sorry to hear that, let me look into it for you. What exactly happened?"),
    ("customer", "Well, my internet has been down since Monday and I'm really fed up with it."),
    ("agent", "So it went down on Monday, is that right? I'll send an engineer tomorrow at ten."),
    (
        "customer",
        "Yes, and nobody called me back, it's the third time that I've called about this.",
    ),
)


def test_ten_minutes_take_far_less_than_a_second() -> None:
    rubrics = load(names=available())
    turns = [Turn(*LINES[place % 4], 4.0 * place, 4.0 * place + 3.8) for place in range(150)]
    long_call = Call("long", tuple(turns))
    score(long_call, rubrics)  # patterns are compiled when first needed
    began = time.process_time()
    score(long_call, rubrics)
    # Transcription takes some 80 s for ten minutes on two cores; a fiftieth of that is 1.6 s.
    assert time.process_time() - began < 1.6
