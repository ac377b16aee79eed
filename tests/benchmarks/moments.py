"""Moments found on short unseen calls: `python -m tests.benchmarks.moments [SET ...] [-v]`.

A line for each set; `-v` also tells what was not found, and what was found and not marked.
"""

from __future__ import annotations

import sys

sys.path.insert(0, "tests/support")

import marked_dialogues

from scorer.scoring.rubric import load


def main() -> None:
    asked = [one for one in sys.argv[1:] if one != "-v"]
    rubrics = load()
    for name, dialogues in marked_dialogues.sets().items():
        if asked and name not in asked:
            continue
        found = [marked_dialogues.compare(dialogue, rubrics) for dialogue in dialogues]
        right, absent, beside = (
            [line for one in found for line in getattr(one, field)]
            for field in ("right", "absent", "beside")
        )
        marked = len(right) + len(absent)
        print(f"{name}: {len(right)} of {marked} ({len(right) / marked:.0%}), beside {len(beside)}")
        if "-v" in sys.argv:
            print("\n".join(f"  absent {line}" for line in absent))
            print("\n".join(f"  beside {line}" for line in beside))


if __name__ == "__main__":
    main()
