"""Moments found on short unseen calls: `python -m tests.benchmarks.moments [SET ...] [-v]`.

A line for each set, and how often moments of each confidence were marked; `-v` also tells what was
not found, and what was found and not marked.
"""

from __future__ import annotations

import sys

sys.path.insert(0, "tests/support")

import marked_dialogues

from scorer.scoring.rubric import load

_BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    asked = [one for one in sys.argv[1:] if one != "-v"]
    rubrics = load()
    every = []
    for name, dialogues in marked_dialogues.sets().items():
        if asked and name not in asked:
            continue
        found = [marked_dialogues.compare(dialogue, rubrics) for dialogue in dialogues]
        every += found
        right, absent, beside = (
            [line for one in found for line in getattr(one, field)]
            for field in ("right", "absent", "beside")
        )
        marked = len(right) + len(absent)
        print(f"{name}: {len(right)} of {marked} ({len(right) / marked:.0%}), beside {len(beside)}")
        if "-v" in sys.argv:
            print("\n".join(f"  absent {line}" for line in absent))
            print("\n".join(f"  beside {line}" for line in beside))
    print("confidence from, moments, mean confidence, marked")
    for low, count, sure, right in marked_dialogues.reliability(every, _BANDS):
        print(f"  {low:.1f} {count:5} {sure:5.2f} {right:5.2f}")


if __name__ == "__main__":
    main()
