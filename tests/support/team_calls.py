"""Days of one agent's calls, known to the last judgement, for the tests of the leads' pages."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import example_call

from scorer.store.store import Store

#: How `restates` came out on each call, and with it the customer's need.
RESTATED = (
    *("met", "missed", "met", "missed", "missed", "met"),
    *("missed", "no_opportunity", "met", "missed", "met", "missed"),
)


def card(number, outcome, agent="marta", team="north", days=2):
    """The example call as another call; `restates` came out as said."""
    made = json.loads(json.dumps(example_call.scorecard(f"call_{number:02}.wav").to_dict()))
    started = datetime.now(UTC) - timedelta(days=days + number % 5, minutes=number)
    made["metadata"] = {"team": team, "agent": agent, "started": started.isoformat()}
    made["provenance"] |= {
        "recording_sha256": hashlib.sha256(f"{agent}-{number}".encode()).hexdigest(),
        "rubrics_sha256": "r",
        "speech_model_sha256": "m",
        "code_sha256": "c",
    }
    for judgement in made["judgements"]:
        if judgement["criterion"] == "restates":
            judgement["outcome"] = outcome
            judgement["score"] = {"met": 1.0, "missed": 0.0}.get(outcome)
            kinds = {"met": "magic", "missed": "misery"}
            for moment in judgement["moments"]:
                moment |= {"outcome": outcome, "kind": kinds.get(outcome, "truth")}
            if outcome == "no_opportunity":
                judgement["moments"] = []
    made["outcome"]["resolution"] = "resolved" if outcome == "met" else "unresolved"
    made["outcome"]["moments"] = []
    return made


def fill(home, outcomes=RESTATED, **about):
    """Puts the calls into the store of `home`; returns their keys, the first one first."""
    store = Store(home=home)
    return [store.keep(None, card(n, each, **about)) for n, each in enumerate(outcomes)]
