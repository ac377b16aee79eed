"""What is said on a generated call: the scene's sentences in the order of a conversation.

The agent's habits decide which way each step goes, and so what the scorer finds. Times are made up
from the number of words, at the pace of ordinary talk.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from scorer.call import AGENT, AGENT2, CUSTOMER, Call, Turn
from scorer.demo.centre import Planned
from scorer.scoring.yaml_files import YamlFile

#: Words a second, and the usual silence between two turns, in seconds.
_PACE, _GAP = 2.7, 0.45
#: How long before the customer's end an agent begins who cuts in, and how long a hold lasts [s].
_CUT, _HOLD = 0.9, 25.0
#: The share of those who say back what they heard that heard something else.
_MISHEARD = 0.22

Ending = Literal["solved", "promised", "open", "handed_over"]


@dataclass(slots=True)
class Talk:
    """A conversation being written. `treated` grows with what did the customer good."""

    plan: Planned
    chance: random.Random
    turns: list[Turn] = field(default_factory=list)
    clock: float = 1.0
    treated: float = 0.0
    ending: Ending = "open"

    def likely(self, habit: str) -> bool:
        return self.chance.random() < self.plan.agent.habits[habit]

    def line(self, name: str) -> str:
        """One of the shared lines of that name."""
        return self.chance.choice(lines()[name])

    def scene(self, name: str) -> str:
        """One of the scene's own lines of that name."""
        found = self.plan.scene[name]
        return found if isinstance(found, str) else self.chance.choice(found)

    def say(self, speaker: str, *texts: str, gap: float = _GAP) -> None:
        """A turn of these sentences; a gap below 0 begins before the other has ended."""
        customer = self.plan.customer
        text = " ".join(texts).format(
            agent=self.plan.agent.name,
            title=customer.title,
            first=customer.first,
            name=customer.name,
            number=customer.number,
            **self.plan.details,
        )
        start = max(0.0, self.clock + gap + self.chance.uniform(-0.15, 0.25) * (gap > 0))
        end = start + max(0.5, len(text.split()) / _PACE)
        self.turns.append(Turn(speaker, text, round(start, 2), round(end, 2)))
        self.clock = max(self.clock, end)

    def nod(self) -> None:
        """A short word while the customer is talking."""
        last = self.turns[-1]
        assert last.start is not None
        assert last.end is not None
        middle = round((last.start + last.end) / 2, 2)
        nodded = Turn(AGENT, self.line("acknowledge"), middle, middle + 0.4, kind="backchannel")
        self.turns.append(nodded)


@dataclass(frozen=True, slots=True)
class Written:
    """A generated call, how it ended by the script, and how the customer was treated, in [0, 1]."""

    call: Call
    ending: Ending
    treated: float
    kept: bool
    comment: str


@cache
def lines() -> Mapping[str, Sequence[str]]:
    """The lines that fit any call."""
    found: Mapping[str, Sequence[str]] = YamlFile(Path(__file__).parent / "lines.yaml").values
    return found


def write(plan: Planned, name: str, keeps_word: float, seed: int) -> Written:
    """A call as planned. `keeps_word` is how likely a promise made here will be kept."""
    talk = Talk(plan, random.Random(f"{seed} {plan.number}"))
    _open(talk)
    _listen(talk)
    _look(talk)
    _help(talk)
    _close(talk)
    treated = min(1.0, max(0.0, 0.5 + talk.treated))
    mood = "good" if treated > 0.7 else "middle" if treated > 0.4 else "bad"
    return Written(
        Call(id=name, turns=tuple(talk.turns), metadata=metadata(plan)),
        talk.ending,
        treated,
        kept=talk.chance.random() < keeps_word,
        comment=talk.line(f"comment_{mood}").format(agent=plan.agent.name),
    )


def metadata(plan: Planned) -> dict[str, object]:
    """What a centre's own systems would say of the call, and that it is generated."""
    return {
        "generated": True,
        "team": plan.agent.team,
        "agent": plan.agent.name,
        "customer": f"{plan.customer.name} {plan.customer.number}",
        "queue": plan.scene["queue"],
        "topic": plan.scene["topic"],
        "started": plan.started.isoformat(),
    }


def _open(talk: Talk) -> None:
    plan = talk.plan
    talk.say(AGENT, talk.line("greeting"))
    told = [talk.line("hello"), talk.scene("again" if plan.again else "trouble")]
    if plan.again:
        talk.treated -= 0.15
    if plan.upset > 0.55:
        told.append(talk.line("upset"))
    elif plan.upset > 0.35:
        told.append(talk.line("worried"))
    talk.say(CUSTOMER, *told)


def _listen(talk: Talk) -> None:
    """A feeling met or not, the problem asked about and said back or not."""
    plan = talk.plan
    felt = plan.upset > 0.35 or bool(plan.scene.get("grief"))
    answer = []
    if felt and talk.likely("feels"):
        answer.append(talk.line("feels_grief" if plan.scene.get("grief") else "feels"))
        talk.treated += 0.1
    elif felt:
        answer.append(talk.line("dismiss" if talk.chance.random() < 0.25 else "flat"))
        talk.treated -= 0.15
    if talk.likely("belittles"):
        answer.append(talk.line("belittles"))
        talk.treated -= 0.3
    if talk.likely("owns"):
        answer.append(talk.line("owns"))
        talk.treated += 0.08
    elif plan.again and talk.chance.random() < 0.4:
        answer.append(talk.line("blames"))
        talk.treated -= 0.1
    if talk.likely("asks_openly"):
        talk.say(AGENT, *answer, talk.scene("ask"))
        talk.say(CUSTOMER, talk.scene("told"))
        if talk.likely("cuts_in"):
            talk.say(AGENT, talk.line("number_bare"), gap=-_CUT)
            talk.treated -= 0.1
        elif talk.chance.random() < 0.5:
            talk.nod()
        if talk.likely("restates"):
            _say_back(talk)
    elif answer:
        talk.say(AGENT, *answer)


def _say_back(talk: Talk) -> None:
    """What the agent heard, now and then not what was said."""
    if talk.chance.random() < _MISHEARD:
        talk.say(AGENT, talk.line("misheard"))
        talk.say(CUSTOMER, talk.line("no"))
        talk.treated -= 0.06
        return
    talk.say(AGENT, talk.scene("restate"))
    talk.say(CUSTOMER, talk.line("yes"))
    talk.treated += 0.06


def _look(talk: Talk) -> None:
    """The account's number, once or twice, and perhaps a hold."""
    polite = talk.likely("names")
    talk.say(AGENT, talk.line("number_please" if polite else "number_bare"))
    talk.say(CUSTOMER, talk.line("number"))
    thanks = talk.line("thanks_named" if polite else "thanks_bare")
    if not polite and talk.chance.random() < 0.3:
        thanks = talk.line("thanks_first")
    if talk.chance.random() < 0.35:
        manners = talk.likely("hold_manners")
        talk.say(AGENT, thanks, talk.line("hold_please" if manners else "hold_bare"))
        talk.say(CUSTOMER, talk.line("sure"))
        talk.clock += talk.chance.uniform(0.5, 1.5) * _HOLD
        thanks = talk.line("back_thanks" if manners else "back_bare")
    if talk.likely("asks_again"):
        talk.say(AGENT, thanks, talk.line("number_again"))
        talk.say(CUSTOMER, talk.line("already"))
        talk.treated -= 0.1
    else:
        talk.say(AGENT, thanks)


def _help(talk: Talk) -> None:
    """Solved now, promised, refused by a rule, left open, or handed to somebody else."""
    plan, luck = talk.plan, talk.chance.random()
    ruled = talk.chance.random() < 0.55 * plan.agent.habits["hides_behind_rules"]
    if ruled:
        return _ruled(talk)
    if luck < 0.5:
        _solved(talk)
    elif luck < 0.78:
        _promised(talk)
    elif luck < 0.9:
        _handed_over(talk)
    else:
        talk.say(AGENT, talk.line("stuck"))
        talk.treated -= 0.3
        talk.say(CUSTOMER, talk.line("sour"))
    return None


def _ruled(talk: Talk) -> None:
    """A rule is given as the reason; now and then the agent bends it (S12, S13)."""
    talk.say(AGENT, talk.scene("rule"))
    if talk.chance.random() < 0.3:
        talk.say(CUSTOMER, talk.line("accept"))
        talk.treated -= 0.1
        return
    talk.say(CUSTOMER, talk.line("protest"))
    if talk.likely("extra"):
        talk.say(AGENT, talk.line("bend"), talk.scene("fixed"))
        talk.say(CUSTOMER, talk.line("glad"))
        talk.treated += 0.2
        talk.ending = "solved"
        return
    talk.say(AGENT, talk.line("stuck"))
    talk.say(CUSTOMER, talk.line("sour"))
    talk.treated -= 0.35


def _solved(talk: Talk) -> None:
    help_ = [talk.scene("fixed")]
    if talk.plan.upset > 0.5 or talk.plan.again:
        help_.insert(0, talk.line("sorry"))
    extra = talk.likely("extra")
    if extra:
        help_.append(talk.scene("extra"))
    if talk.chance.random() < 0.25:
        help_.append(talk.scene("later"))
    talk.say(AGENT, *help_)
    talk.ending = "solved"
    talk.treated += 0.35 if extra else 0.25
    talk.say(CUSTOMER, talk.line("glad" if extra or talk.chance.random() < 0.6 else "content"))


def _promised(talk: Talk) -> None:
    dated = talk.likely("dates")
    talk.say(AGENT, talk.scene("later") if dated else talk.line("vague"))
    talk.ending = "promised" if dated else "open"
    talk.treated += 0.1 if dated else -0.15
    sour = not dated and talk.plan.upset > 0.5
    talk.say(CUSTOMER, talk.line("sour" if sour else "wait"))


def _handed_over(talk: Talk) -> None:
    warm = talk.likely("owns")
    talk.say(AGENT, talk.scene("warm" if warm else "transfer"))
    talk.say(CUSTOMER, talk.line("sure"))
    talk.clock += 8.0
    talk.say(AGENT2, talk.line("passed_on" if warm else "passed_cold"))
    talk.treated += 0.15 if warm else -0.2
    talk.ending = "handed_over"
    talk.say(CUSTOMER, talk.line("glad" if warm else "sour"))


def _close(talk: Talk) -> None:
    polite = talk.likely("names")
    if talk.chance.random() < 0.7:
        talk.say(AGENT, talk.line("anything"))
        talk.say(CUSTOMER, talk.line("nothing"))
    talk.say(AGENT, talk.line("bye_warm" if polite else "bye"))
