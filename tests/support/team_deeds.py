"""What leads and their teams do in the tests of the store: a record of every kind."""

from datetime import date

from scorer.store.calibration import Answer
from scorer.store.coaching import Clip

FEELING, RESTATES = ("empathy", "acknowledges_feeling"), ("listening", "restates")
QUOTE = "I will call you back on Friday."
DUE = date(2026, 12, 18)

#: A whole set of rubrics of one question, which is read in no time.
TINY = {
    "warmth.yaml": """
rubric: warmth
title: Warmth
version: 2
source: [S2]
default: true
about: Does the agent thank people?
criteria:
  - id: thanks
    question: Did the agent say thank you?
    source: [S4]
    meets: [{cue: [thanks]}]
    coaching: Say thank you.
    example: Thank you for telling me.
""",
    "cues/warmth.yaml": """
cues:
  - id: thanks
    means: The speaker says thank you.
    wording: [thank you]
    matches: [Thank you for that.]
    counters: [No problem.]
""",
}


def answered(key, outcome="met", what=FEELING):
    return key, [Answer(*what, outcome, "heard it", 1, 4.0, 7.0, "really upset")]


def clip(key, kind="praise", comment="Lovely."):
    return Clip(key, kind, *RESTATES, QUOTE, 2, 8.0, 11.0, comment)


def fill(as_, key):
    """A record of every kind; returns the numbers of the session, the plan and the version."""
    lead, agent = as_["lead"], as_["agent"]
    session = lead.calibration.open("May", [key], ["empathy"])
    as_["reviewer"].calibration.answer(session, *answered(key))
    as_["reviewer"].calibration.hand_in(session)
    plan = lead.coaching.plan("Ann", ["listening.restates"], "say it back", DUE, [clip(key)])
    agent.coaching.write(plan, "words", "I want to repeat the date")
    number = lead.wall.add(key, "cares", QUOTE, "no half measures", 2, 8.0, 11.0)
    lead.wall.take_down(number, "asked for it")
    lead.guidance.write_creed("North", ["We keep what we promise."])
    goal = lead.guidance.set_goal(
        "North", "resolved", 0.8, date(2026, 11, 1), DUE, "callers ring twice"
    )
    lead.guidance.review(goal, "going", "on its way", (0.7, 0.6, 0.8, 40))
    version = lead.rubrics.save(TINY, "a try")
    lead.rubrics.publish(version, "agreed on Monday")
    lead.rubrics.publish(0, "back again")
    return session, plan, version
