"""What the shipped cues by meaning teach, as a file: `python -m tests.training.meaning`.

Run it after an edit of the examples in rubrics/cues/*meaning_*.yaml;
`tests/scoring/test_meaning.py` and `tests/outcome/test_phrases.py` say when it was forgotten. It
takes a minute and nothing but the cue files, the labelled calls and MiniLM.
"""

from __future__ import annotations

import sys

import numpy as np

from scorer.outcome import phrases
from scorer.paths import shipped
from scorer.scoring.encoder import Encoder
from scorer.scoring.encoder_weights import REMEDY
from scorer.scoring.lessons import by_meaning, of_pool, pools_of, teach
from scorer.scoring.meaning import TAUGHT
from scorer.scoring.rubric import load


def main() -> None:
    encoder = Encoder.load()
    if encoder is None:
        sys.exit(f"no encoder on this machine: {REMEDY}")
    cues = by_meaning(load(shipped("rubrics")).cues.entries)
    place = shipped("scoring") / "taught.npz"
    taught = {
        f"{pool}_{name}": value
        for pool in pools_of(cues)
        for name, value in teach(encoder, pool, of_pool(cues, pool)).items()
    }
    np.savez_compressed(place, **taught)
    print(f"{place}: {len(cues)} cues, {place.stat().st_size / 1024:.0f} kB ({TAUGHT})")
    place = shipped("outcome") / "phrases.npz"
    lessons = {name: of_pool(cues, name) for name in phrases.LESSONS}
    np.savez_compressed(place, **phrases.learn(lessons))
    print(f"{place}: {place.stat().st_size / 1024:.0f} kB ({phrases.TAUGHT})")


if __name__ == "__main__":
    main()
