"""Moments found on short unseen calls: `python -m tests.benchmarks.moments [SET ...] [-v]`.

A line for each set, and how often moments of each confidence were marked; by the default rubrics,
and then by the optional ones, a line for each of those too. `-v` also tells what was not found, and
what was found and not marked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

sys.path.insert(0, "tests/support")

import marked_dialogues

from scorer.scoring.rubric import load

_BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    asked = [one for one in sys.argv[1:] if one != "-v"]
    optional = marked_dialogues.optional_rubrics()
    for sets, rubrics in (
        (marked_dialogues.sets(), load()),
        (marked_dialogues.sets_by_optional_rubrics(), optional),
    ):
        every = []
        for name, dialogues in sets.items():
            if not asked or name in asked:
                found = [marked_dialogues.compare(dialogue, rubrics) for dialogue in dialogues]
                print(f"{name}: {told(found)}")
                every += found
        if rubrics is optional:
            for name in rubrics.names:
                print(f"  {name}: {told(every, name)}")
        print("confidence from, moments, mean confidence, marked")
        for low, count, sure, right in marked_dialogues.reliability(every, _BANDS):
            print(f"  {low:.1f} {count:5} {sure:5.2f} {right:5.2f}")


def told(found: Sequence[marked_dialogues.Found], rubric: str = "") -> str:
    """What was found, by one rubric or by all."""
    right, absent, beside = (
        [line for one in found for line in getattr(one, field) if f": {rubric}" in line]
        for field in ("right", "absent", "beside")
    )
    marked = len(right) + len(absent)
    text = f"{len(right)} of {marked} ({len(right) / max(marked, 1):.0%}), beside {len(beside)}"
    if "-v" in sys.argv and not rubric:
        text = "\n".join([text, *(f"  absent {one}" for one in absent)])
        text = "\n".join([text, *(f"  beside {one}" for one in beside)])
    return text


if __name__ == "__main__":
    main()
