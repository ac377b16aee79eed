"""What several suites share: the sample calls, scored once from their sound."""

import sys

import pytest
from hypothesis import settings

from scorer.errors import ScorerError

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def main_module_stays():
    """AppTest leaves its script as `__main__`, which processes started later would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def loaded_scorer():
    """The real thing: shipped rubrics and real Whisper base weights."""
    from scorer.pipeline import Scorer

    scorer = Scorer()
    try:
        scorer.load_ears()
    except ScorerError as error:
        pytest.skip(f"no speech model on this machine: {error}")
    return scorer


@pytest.fixture(scope="session")
def sample_cards(loaded_scorer):
    """Name of each sample call -> its scorecard in the file contract, as heard."""
    import marked

    return {
        name: loaded_scorer.recording(marked.SAMPLES / f"{name}.wav").card.to_dict()
        for name in marked.names()
    }
