"""`make bench`: prints a table, writes build/bench.json. One run, one core, median of 7 pairs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import tests.benchmarks.one_core  # noqa: F401  (before anything that loads NumPy)
from tests.benchmarks import audio

OUT = Path("build/bench.json")
SUITES = (audio,)


def main() -> None:
    rows = []
    print(f"{'':48}{'ours':>12}{'theirs':>12}{'ratio':>8}")
    for suite in SUITES:
        for row in suite.results():
            ours, theirs = (f"{value:.4g} {row.unit}" for value in (row.ours, row.theirs))
            print(f"{row.name:48}{ours:>12}{theirs:>12}{row.ratio:>8.2f}", flush=True)
            rows.append(asdict(row))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
