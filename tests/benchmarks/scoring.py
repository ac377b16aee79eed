"""What scoring costs: `python -m tests.benchmarks.scoring [CALLS]`, processor time and memory.

Two calls of ten minutes: one at the pace of people (1,600 words, written dialogues laid end to
end), and one of 3,900 words, faster than anybody speaks. Each is scored on all rubrics and on its
outcome, with nothing remembered of other calls. Then CALLS short calls in one go (1,000 unless
told), no sentence twice, with the memory after each thousand.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from scorer.call import Call, Turn
from scorer.outcome.outcome import measure
from scorer.scoring.rubric import Rubrics, available, load
from scorer.scoring.score import score

AGENT = (
    "I'm sorry to hear that {thing} {number} {failed}, let me look into it for you.",
    "So your {thing} {number} {failed} on {day}, is that right?",
    "What exactly happened when {thing} {number} {failed}?",
    "I'll send you a new {thing} on {day}, number {number}, and I'll call you when it's there.",
)
CUSTOMER = (
    "Well, my {thing}, number {number}, {failed} on {day} and I'm really fed up with it.",
    "Yes, and nobody called me back about {thing} {number} on {day}.",
    "It's the third time that {thing} {number} {failed} since {day}.",
)
THINGS = "router kettle parcel invoice contract boiler phone card meter sofa ticket refund".split()  # noqa: SIM905  easier to read
FAILED = ("broke", "went missing", "was charged twice", "never arrived", "stopped working")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "the third", "the ninth")
DIALOGUES = Path("tests/outcome")
WORDS = 1_600  # in ten minutes, both parties together
PARTIES = {"A": "agent", "B": "agent", "C": "customer"}


def made(name: str, turns: int, rng: random.Random) -> Call:
    """A call of so many turns in which no sentence comes twice."""

    def said(lines: tuple[str, ...]) -> str:
        slots = ("thing", THINGS), ("failed", FAILED), ("day", DAYS)
        return " ".join(
            line.format(number=rng.randrange(10**6), **{name: rng.choice(of) for name, of in slots})
            for line in rng.sample(lines, 2)
        )

    return Call(name, tuple(_timed(
        ("agent", said(AGENT)) if n % 2 else ("customer", said(CUSTOMER)) for n in range(turns)
    )))  # fmt: skip


def written(words: int) -> Iterator[Call]:
    """Calls of so many words: short written dialogues, one after another."""
    turns: list[tuple[str, str]] = []
    length = 0
    for path in sorted(DIALOGUES.glob("*dialogues.yaml")):
        for dialogue in YAML(typ="safe", pure=True).load(path):
            for line in dialogue["call"]:
                speaker, text = line.split(": ", 1)
                turns.append((PARTIES[speaker], text))
                length += len(text.split())
            if length >= words:
                yield Call(dialogue["id"], tuple(_timed(turns)))
                turns, length = [], 0


def _timed(turns) -> Iterator[Turn]:
    for place, (speaker, text) in enumerate(turns):
        yield Turn(speaker, text, 4.0 * place, 4.0 * place + 3.8)


def seconds(call: Call, rubrics: Rubrics) -> tuple[float, float]:
    """Processor time for the rubrics, and then for the outcome."""
    began = time.process_time()
    scores = score(call, rubrics)
    scored = time.process_time()
    measure(call, scores, rubrics)
    return scored - began, time.process_time() - scored


def cold(what: str, calls: list[Call], rubrics: Rubrics) -> None:
    """Prints medians for calls of which nothing is remembered."""
    took = []
    for call in calls:
        vars(rubrics.cues.meanings).pop("_known", None)
        took.append(seconds(call, rubrics))
    ours, outcome = (statistics.median(one) for one in zip(*took, strict=True))
    words = statistics.mean(sum(len(t.text.split()) for t in call.turns) for call in calls)
    turns = statistics.mean(len(call.turns) for call in calls)
    print(f"ten minutes {what} ({words:,.0f} words, {turns:.0f} turns): "
          f"all rubrics {ours:.2f} s, outcome {outcome:.2f} s")  # fmt: skip


def megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    rng = random.Random(5)
    began = time.process_time()
    rubrics = load(names=available())
    if rubrics.cues.meanings is None:
        sys.exit("no encoder on this machine: `scorer models fetch minilm`")
    print(f"loading rubrics: {time.process_time() - began:.2f} s")
    at_peoples_pace = [call for call, _ in zip(written(WORDS), range(6), strict=False)]
    seconds(made("warm", 20, rng), rubrics)
    seconds(at_peoples_pace.pop(), rubrics)  # patterns are compiled when first needed
    cold("at people's pace", at_peoples_pace, rubrics)
    cold("faster than anyone speaks", [made(str(n), 150, rng) for n in range(5)], rubrics)
    spent, before = 0.0, megabytes()
    print(f"memory before: {before:.0f} MB")
    for number in range(1, calls + 1):
        spent += sum(seconds(made(str(number), 12, rng), rubrics))
        if number % 1_000 == 0 or number == calls:
            told = f"{number:6,} calls of 12 turns: {spent:7.1f} s"
            print(f"{told}, {megabytes() - before:+.0f} MB", flush=True)


if __name__ == "__main__":
    main()
