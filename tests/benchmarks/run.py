"""`make bench`: prints a table, writes build/bench.json. One run, one core, median of 7 pairs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import tests.benchmarks.one_core  # noqa: F401  (before anything that loads NumPy)
from tests.benchmarks import audio, heard

OUT = Path("build/bench.json")
SUITES = (audio, heard)


def main() -> None:
    rows = []
    print(f"{'':62}{'ours':>12}{'theirs':>12}{'ratio':>8}")
    for suite in SUITES:
        for row in suite.results():
            ours, theirs = (
                "" if value is None else f"{value:.4g} {row.unit}"
                for value in (row.ours, row.theirs)
            )
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            print(f"{row.name:62}{ours:>12}{theirs:>12}{ratio:>8}", flush=True)
            rows.append(asdict(row))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
