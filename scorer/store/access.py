"""Who may do what with which calls: the one place that decides it, for every page, query and route.

`POLICY` says for each role what it may do and how far that reaches: a person's own calls, those of
their teams, or all. What is not in it is refused. Doors ask twice: `require` whether the person may
do it at all, and `within` which calls the query may touch. A call out of reach and a call that does
not exist give the same answer, so that nobody learns from it which calls there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import ColumnElement, and_, false, true

from scorer.errors import ScorerError
from scorer.store.schema import calls

Role = Literal["reviewer", "lead", "agent", "operator", "admin"]
Reach = Literal["own", "teams", "all"]
Action = Literal[
    "list",  # the line of a call in a list: no words said
    "read",  # scorecard, words, waveform, history, search
    "listen",  # the recording
    "judge",  # agree with a judgement or change it
    "note",
    "sign",
    "dispute",  # say that a judgement of one's own call is wrong
    "answer",  # settle a dispute
    "reply",  # answer a note
    "follow",  # say whether a promise was kept
    "assign",  # give a promise or a complaint to somebody, and say what it taught
    "gather",  # make playlists of clips
    "compare",  # figures over many calls
    "upload",  # bring recordings in, for a team within reach, and see how they fare
    "keep",  # put calls, surveys and runs into the store, whoever's they are
    "erase",  # delete a call for good
    "retire",  # delete calls and recordings that are past the centre's limit on keeping
    "inspect",  # read the audit
    "calibrate",  # score calls of a calibration session, blind
    "convene",  # open and close calibration sessions
    "coach",  # write coaching plans
    "practise",  # read one's own plan and answer it
    "belong",  # see the team's recognition wall, creed and goals
    "guide",  # write them
    "learn",  # read the rubrics and try them
    "publish",  # change what calls are scored on
    "maintain",  # check, back up, restore
]

_REVIEWING: Mapping[Action, Reach] = {
    "list": "teams",
    "read": "teams",
    "listen": "teams",
    "judge": "teams",
    "note": "teams",
    "reply": "teams",
    "sign": "teams",
    "answer": "teams",
    "follow": "teams",
    "gather": "teams",
    "upload": "teams",
    "calibrate": "teams",
    "belong": "teams",
    "learn": "all",
}

POLICY: Mapping[Role, Mapping[Action, Reach]] = {
    "reviewer": _REVIEWING,
    "lead": {
        **_REVIEWING,
        "assign": "teams",
        "compare": "teams",
        "convene": "teams",
        "coach": "teams",
        "guide": "teams",
        "publish": "all",  # one set of rubrics holds for the whole centre
    },
    "agent": {
        "list": "own",
        "read": "own",
        "listen": "own",
        "dispute": "own",
        "reply": "own",
        "follow": "own",
        "practise": "own",
        "belong": "teams",
        "learn": "all",
    },
    # Runs the machine and needs no word of any call for that.
    "operator": {
        "list": "all",
        "upload": "all",
        "keep": "all",
        "retire": "all",
        "maintain": "all",
    },
    "admin": {
        "list": "all",
        "read": "all",
        "listen": "all",
        "judge": "all",
        "note": "all",
        "reply": "all",
        "sign": "all",
        "answer": "all",
        "follow": "all",
        "assign": "all",
        "gather": "all",
        "compare": "all",
        "upload": "all",
        "keep": "all",
        "erase": "all",
        "retire": "all",
        "inspect": "all",
        "maintain": "all",
        "calibrate": "all",
        "convene": "all",
        "coach": "all",
        "belong": "all",
        "guide": "all",
        "learn": "all",
        "publish": "all",
    },
}

#: Nobody does these with a call that they took themselves, whatever their role.
_NOT_ONES_OWN: frozenset[Action] = frozenset({"judge", "sign", "answer", "calibrate"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the store, as the sign-in names them.

    `agent` is the name that their own calls carry, where it is another than `name`.
    """

    name: str
    role: Role
    teams: frozenset[str] = frozenset()
    agent: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ScorerError("a person without a name cannot use the store; check the sign-in")
        if self.role not in get_args(Role):
            known = ", ".join(get_args(Role))
            raise ScorerError(f"{self.role}: no such role; the sign-in must give one of {known}")

    @property
    def on_calls(self) -> str:
        """The name that this person's own calls carry."""
        return self.agent or self.name


#: The one person of an installation without sign-in, which listens on this machine only.
LOCAL = Person("you", "admin")
#: The worker and the nightly run.
MACHINE = Person("scorer", "operator")


def may(person: Person, action: Action) -> bool:
    """Whether the role allows the action on any call at all; for showing or hiding a button."""
    return action in POLICY[person.role]


def allowed(person: Person, agent: str) -> frozenset[Action]:
    """What the role allows on a call that `agent` took; for showing or hiding its buttons."""
    actions = frozenset(POLICY[person.role])
    return actions - _NOT_ONES_OWN if agent == person.on_calls else actions


def require(person: Person, action: Action) -> None:
    """Raises ScorerError when the person's role does not allow the action on any call."""
    if not may(person, action):
        allowed = ", ".join(role for role in POLICY if action in POLICY[role])
        raise ScorerError(f"{person.role}s cannot {action} here; ask someone who can ({allowed})")


def uploads_to(person: Person, team: str) -> str:
    """The team that the person's upload goes to: the one named, or their only one.

    Raises ScorerError where they may not upload, or not for that team.
    """
    require(person, "upload")
    if POLICY[person.role]["upload"] == "all":
        return team
    theirs = sorted(person.teams - {""})
    if not theirs:
        raise ScorerError("you are in no team yet; ask whoever runs the sign-in for one")
    if not team and len(theirs) == 1:
        return theirs[0]
    if team not in theirs:
        said = f"{team}: not a team of yours" if team else "no team is said"
        raise ScorerError(f"{said}; choose {' or '.join(theirs)}")
    return team


def sees_upload(person: Person, by: str) -> bool:
    """Whether the person sees how somebody's upload fares: their own, or all who reach all."""
    reach = POLICY[person.role].get("upload")
    return reach == "all" or (reach is not None and by == person.name)


def of_team(person: Person, action: Action, column: ColumnElement[str]) -> ColumnElement[bool]:
    """The rows of a table with a team's name in `column` on which the person may act.

    What carries no team is the whole centre's: written by those who see all, for everybody to see.
    """
    reach = POLICY[person.role].get(action)
    if reach is None:
        return false()
    everybodys = {""} if action == "belong" else set[str]()
    teams = sorted(person.teams - {""} | everybodys)
    return true() if reach == "all" else column.in_(teams)


def require_team(person: Person, action: Action, team: str) -> None:
    """Raises ScorerError when the person may not act for that team ("": the whole centre)."""
    require(person, action)
    if POLICY[person.role][action] != "all" and (not team or team not in person.teams):
        raise ScorerError(f"{team or 'the whole centre'}: not a team of yours")


def within(person: Person, action: Action) -> ColumnElement[bool]:
    """The calls on which the person may take the action, as a condition on `calls`."""
    reach = POLICY[person.role].get(action)
    if reach is None:
        return false()
    own = calls.c.agent == person.on_calls
    if reach == "own":
        return own
    # A call without a team is nobody's but those who see all.
    far = calls.c.team.in_(sorted(person.teams - {""})) if reach == "teams" else true()
    return and_(far, ~own) if action in _NOT_ONES_OWN else far
