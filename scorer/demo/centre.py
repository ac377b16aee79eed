"""A centre that does not exist: its teams, who calls it when, and about what.

Everything comes from one seed and one last day, so that the same two make the same month. What is
worth finding on the pages is put in on purpose: an outage in the third week (`OUTAGE`), a team that
takes up a call-back list half way (`CALL_BACK_LIST`) and keeps its promises better from then, and
one that practises meeting feelings (`PRACTICE`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from scorer.scoring.yaml_files import YamlFile

#: Days before the last one: the broadband is out, and many call who are upset.
OUTAGE = range(10, 15)
#: From so many days before the last one on, team North writes down whom it will call back.
CALL_BACK_LIST = 14
#: The same for team Meadow, which practises to meet a feeling first.
PRACTICE = 15
#: Calls on a weekday and on a Saturday; on Sundays nobody is there.
WEEKDAY, SATURDAY = 34, 12

TEAMS: Mapping[str, Mapping[str, int]] = {
    "North": {"Billing": 6, "Accounts": 3, "Deliveries": 1},
    "Harbor": {"Deliveries": 6, "Repairs": 2, "Billing": 1},
    "Meadow": {"Broadband": 5, "Repairs": 4},
}
_AGENTS = {
    "North": "Amira Daniel Jonas Lucia Tomas",
    "Harbor": "Efua Marek Nadia Oscar Priya",
    "Meadow": "Bruno Greta Hana Samuel Yusuf",
}
#: How likely an agent does it where it would fit.
HABITS = {
    "feels": 0.7,
    "restates": 0.5,
    "asks_openly": 0.6,
    "owns": 0.6,
    "names": 0.7,
    "dates": 0.75,
    "hold_manners": 0.8,
    "cuts_in": 0.12,
    "extra": 0.25,
    "asks_again": 0.15,
    "hides_behind_rules": 0.3,
    "keeps_word": 0.75,
    "belittles": 0.02,
}
_TITLES = ("Mr.", "Ms.", "Mrs.")
_FIRST = "Alma Boris Clara Dario Edith Felix Gwen Hugo Ilse Jan Klara Leon Mira Nils Olga Paul Rita"
_LAST = (
    "Abbot Bergman Castillo Dupont Eriksen Falk Garcia Haddad Ibarra Jensen Kowalski Lindgren "
    "Moreau Novak Okafor Petrov Quinn Rossi Santos Tanaka Ueda Vargas Weber Xu Yilmaz Zhang"
)


@dataclass(frozen=True, slots=True)
class Agent:
    """Who takes calls, and how likely they do what (`HABITS`)."""

    name: str
    team: str
    habits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Customer:
    """Who calls. `number` is what they are asked for, and tells one from another."""

    title: str
    first: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A call that is to be: `upset` in [0, 1]; `again` where they have called about it before."""

    number: int
    started: datetime
    agent: Agent
    customer: Customer
    scene: Mapping[str, Any]
    upset: float
    again: bool
    details: Mapping[str, str] = field(default_factory=dict)


def scenes() -> list[dict[str, Any]]:
    """What people call about."""
    found: list[dict[str, Any]] = YamlFile(Path(__file__).parent / "scenes.yaml").values
    return found


def month(last: date, days: int, seed: int) -> Iterator[Planned]:
    """The calls of `days` days up to and with `last`, in order."""
    chance = random.Random(seed)
    agents = list(_agents(chance))
    topics, waiting = scenes(), list[tuple[date, Planned]]()
    number = 0
    for before in reversed(range(days)):
        day = last - timedelta(days=before)
        for started in _hours(day, before, chance):
            number += 1
            due = [each for each in waiting if each[0] <= day]
            if due and chance.random() < 0.25:
                waiting.remove(due[0])
                call = _again(due[0][1], number, started, agents, chance)
            else:
                call = _first(number, started, before, agents, topics, chance)
            if not call.again and chance.random() < 0.2:
                waiting.append((day + timedelta(days=chance.randint(2, 6)), call))
            yield call


def _agents(chance: random.Random) -> Iterator[Agent]:
    for team, names in _AGENTS.items():
        for name in names.split():
            habits = {
                habit: min(0.97, max(0.01, chance.gauss(likely, min(0.15, likely / 3))))
                for habit, likely in HABITS.items()
            }
            yield Agent(name, team, habits)


def _hours(day: date, before: int, chance: random.Random) -> Iterator[datetime]:
    """When calls begin on a day, in UTC."""
    if day.weekday() == 6 and before:
        return
    count = SATURDAY if day.weekday() >= 5 else WEEKDAY
    count += chance.randint(-4, 4) + (14 if before in OUTAGE else 0)
    minutes = sorted(chance.sample(range(8 * 60, 18 * 60), count))
    for minute in minutes:
        yield datetime.combine(day, time(minute // 60, minute % 60), UTC)


def _first(
    number: int,
    started: datetime,
    before: int,
    agents: Sequence[Agent],
    topics: Sequence[Mapping[str, Any]],
    chance: random.Random,
) -> Planned:
    agent = chance.choice(agents)
    queues = TEAMS[agent.team]
    queue = chance.choices(list(queues), list(queues.values()))[0]
    about = [topic for topic in topics if topic["queue"] == queue]
    rare = [0.25 if topic.get("grief") else 1.0 for topic in about]
    if before in OUTAGE:
        rare = [6.0 if topic.get("outage") else 1.0 for topic in about]
    topic = chance.choices(about, rare)[0]
    upset = chance.random() * (0.4 if topic.get("calm") else 1.0)
    if before in OUTAGE and topic.get("outage"):
        upset = min(1.0, upset + 0.35)
    if agent.team == "Meadow":
        agent = replace(agent, habits={**agent.habits, "feels": 0.9 if before < PRACTICE else 0.4})
    return Planned(
        number, started, agent, _customer(chance), topic, upset, False, _details(started, chance)
    )


def _again(
    earlier: Planned,
    number: int,
    started: datetime,
    agents: Sequence[Agent],
    chance: random.Random,
) -> Planned:
    """The same customer about the same thing, with whoever of the team is free."""
    agent = chance.choice([each for each in agents if each.team == earlier.agent.team])
    details = {**_details(started, chance), "amount": earlier.details["amount"]}
    upset = min(1.0, earlier.upset + 0.3)
    return Planned(number, started, agent, earlier.customer, earlier.scene, upset, True, details)


def _customer(chance: random.Random) -> Customer:
    number = f"{chance.randint(100, 999)} {chance.randint(100, 999)}"
    return Customer(
        chance.choice(_TITLES), chance.choice(_FIRST.split()), chance.choice(_LAST.split()), number
    )


def _details(started: datetime, chance: random.Random) -> dict[str, str]:
    """What a call's sentences name: an amount, a day that was and one that is to come."""
    coming = [started + timedelta(days=n) for n in range(1, 5)]
    when = chance.choice([day for day in coming if day.weekday() < 5])
    past = started - timedelta(days=chance.randint(1, 5))
    on = "tomorrow" if when == coming[0] else f"on {when:%A}"
    return {
        "amount": str(chance.choice((18, 24, 35, 49, 60, 75, 89, 120, 140, 212))),
        "when": f"{on} {chance.choice(('morning', 'afternoon'))}" if on != "tomorrow" else on,
        "past": f"{past:%A}",
        "colleague": chance.choice(("Rosa", "Peter", "Ines", "Walter")),
        "daytime": "morning" if started.hour < 12 else "afternoon",
    }
