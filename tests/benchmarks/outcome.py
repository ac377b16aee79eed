"""How short calls with known truth are read: `python -m tests.benchmarks.outcome`, a row a file.

Each set was scored once before it was looked at (docs/accuracy.md has those figures); since then
its words are in view, and what is printed here shows what was mended.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "tests" / "outcome")]

import test_fresh_dialogues as fresh  # noqa: E402  (found through the path above)


def main() -> None:
    print("file              resolution  promises     false  effort      false")
    for name in ("fresh", "far", "unseen"):
        fresh.CALLS[:] = fresh.read_calls(f"{name}_dialogues.yaml")
        fresh.read.cache_clear()
        places = range(len(fresh.CALLS))
        resolved = sum(fresh.right_resolution(place) for place in places)
        right, true, false = map(sum, zip(*map(fresh.compared, places), strict=True))
        found, asked, wrong = map(sum, zip(*map(fresh.effort_found, places), strict=True))
        print(
            f"{name:<16} {resolved:5} of {len(fresh.CALLS):<4} {right:4} of {true:<4} {false:6}"
            f"  {found:4} of {asked:<4} {wrong:4}"
        )


if __name__ == "__main__":
    main()
