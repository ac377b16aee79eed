"""What scoring costs: `python -m tests.benchmarks.scoring [CALLS]`, processor time and memory.

A ten-minute call of 150 turns in which no sentence comes twice, and then many short calls in one
go (1,000 unless told), with the memory that they add.
"""

from __future__ import annotations

import random
import resource
import sys
import time

from scorer.call import Call, Turn
from scorer.scoring.rubric import Rubrics, available, load
from scorer.scoring.score import score

AGENT = (
    "I'm sorry to hear that your {thing} {failed}, let me look into it for you.",
    "So your {thing} {failed} on {day}, is that right?",
    "What exactly happened when the {thing} {failed}?",
    "I'll send you a new {thing} on {day}, and I'll call you when it's there.",
)
CUSTOMER = (
    "Well, my {thing} {failed} on {day} and I'm really fed up with it.",
    "Yes, and nobody called me back about the {thing} on {day}.",
    "It's the third time that the {thing} {failed} since {day}.",
)
THINGS = "router kettle parcel invoice contract boiler phone card meter sofa ticket refund".split()  # noqa: SIM905
FAILED = ("broke", "went missing", "was charged twice", "never arrived", "stopped working")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "the third", "the ninth")


def call(name: str, turns: int, rng: random.Random) -> Call:
    def said(lines: tuple[str, ...]) -> str:
        return (
            " ".join(
                line.format(
                    thing=rng.choice(THINGS), failed=rng.choice(FAILED), day=rng.choice(DAYS)
                )
                for line in rng.sample(lines, 2)
            )
            + f" Number {rng.randrange(10**6)}."
        )

    made = [
        Turn("agent", said(AGENT), 4.0 * n, 4.0 * n + 3.8)
        if n % 2
        else Turn("customer", said(CUSTOMER), 4.0 * n, 4.0 * n + 3.8)
        for n in range(turns)
    ]
    return Call(name, tuple(made))


def seconds(made: Call, rubrics: Rubrics) -> float:
    began = time.process_time()
    score(made, rubrics)
    return time.process_time() - began


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    rng = random.Random(5)
    began = time.process_time()
    rubrics = load(names=available())
    read = rubrics.cues.meanings
    print(f"loading rubrics{'' if read else ' (no encoder here)'}: "
          f"{time.process_time() - began:.2f} s")  # fmt: skip
    seconds(call("warm", 20, rng), rubrics)
    times = sorted(seconds(call(str(n), 150, rng), rubrics) for n in range(5))
    print(f"a ten-minute call of 150 turns on all rubrics: {times[2]:.2f} s")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = sum(seconds(call(str(n), 12, rng), rubrics) for n in range(calls))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{calls} calls of 12 turns: {spent:.1f} s, {grown / 1024:.0f} MB more at the peak")


if __name__ == "__main__":
    main()
