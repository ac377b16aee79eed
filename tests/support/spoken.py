"""Short written calls for tests: "A: Hello." is the agent, B a second agent, C the customer."""

from scorer.call import Call, Turn
from scorer.outcome.outcome import measure
from scorer.outcome.words import Words
from scorer.scoring.rubric import load
from scorer.scoring.score import score

PARTIES = {"A": "agent", "B": "agent2", "C": "customer"}
#: Wednesday 4 March 2026, half past ten in London.
CLOCK = {"start": "2026-03-04T10:30:00", "time zone": "Europe/London"}


def call(*lines, metadata=CLOCK, id="call", **more):
    turns = tuple(Turn(PARTIES[line[0]], line[2:].strip()) for line in lines)
    return Call(id=id, turns=turns, metadata=dict(metadata), **more)


def outcome(spoken, calibration=None):
    rubrics = load()
    return measure(spoken, score(spoken, rubrics), rubrics, calibration)


def words(spoken):
    return Words(spoken, load())
