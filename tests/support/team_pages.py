"""A team with its calls, and the pages on which its people see them."""

from datetime import date, timedelta

import team_calls
from test_pages import run

from scorer.pages import person
from scorer.store.access import LOCAL, Person
from scorer.store.calibration import Answer
from scorer.store.coaching import Clip
from scorer.store.store import Store

NORTH, SOUTH = frozenset({"north"}), frozenset({"south"})
NOOR, RITA = Person("noor", "lead", NORTH), Person("rita", "reviewer", NORTH)
ROB, MARTA = Person("rob", "reviewer", NORTH), Person("marta", "agent", NORTH)
LARS, TIMO = Person("lars", "lead", SOUTH), Person("timo", "agent", NORTH)
OLGA = Person("olga", "operator")
EVERYBODY = (NOOR, RITA, MARTA, LARS, TIMO, OLGA, LOCAL)
WHAT = ("listening", "restates")


def calibration_page():
    from scorer.pages import calibration

    calibration.page()


def session_page():
    from scorer.pages import session

    session.page()


def rubrics_page():
    from scorer.pages import rubrics

    rubrics.page()


def coaching_page():
    from scorer.pages import coaching

    coaching.page()


def plan_page():
    from scorer.pages import plan

    plan.page()


def wall_page():
    from scorer.pages import wall

    wall.page()


def goals_page():
    from scorer.pages import goals

    goals.page()


def creed_page():
    from scorer.pages import creed

    creed.page()


def promises_page():
    from scorer.pages import promises

    promises.page()


class Team:
    """A team with a session, a plan, a recognition, a creed and a goal."""

    def __init__(self, home):
        self.keys = team_calls.fill(home)
        self.store = Store(home=home)
        lead = self.seen_by(NOOR)
        self.session = lead.calibration.open("May", self.keys[:4], ["listening"])
        said = "So you ordered oak"
        clip = Clip(self.keys[0], "praise", *WHAT, said, 5, 24.5, 26.0, call="call_00.wav")
        due = date.today() + timedelta(days=14)
        self.plan = lead.coaching.plan("marta", ["listening.restates"], "say it back", due, [clip])
        lead.wall.add(
            self.keys[0], "cares", "I will see this through myself.", "Warm.", 7, 33.2, 35
        )
        lead.guidance.write_creed("north", ["We keep what we promise."])
        since = date.today() - timedelta(days=20)
        self.goal = lead.guidance.set_goal("north", "resolved", 0.8, since, due, "they ring twice")

    def seen_by(self, who):
        return self.store.seen_by(who)

    def answer(self, who, outcomes):
        mine = self.seen_by(who).calibration
        for key, outcome in zip(self.keys, outcomes, strict=False):
            if outcome:
                mine.answer(self.session, key, [Answer(*WHAT, outcome, "so I heard it")])
        mine.hand_in(self.session)


def seen(page, monkeypatch, who, **query):
    monkeypatch.setattr(person, "who", lambda: who)
    return run(page, **query)


def unfold(test, key):
    test.session_state[f"fold-{key}"] = True
    return test.run()
