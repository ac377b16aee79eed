"""What a team stands for and works on: its creed (S17), its goals and the looks at them (S19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, RowMapping, select

from scorer.errors import ScorerError
from scorer.store.access import Person, of_team, require, require_team, within
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.records import append, needed, once
from scorer.store.schema import calls
from scorer.store.schema_team import creeds, goal_reviews, goals

GoalState = Literal["going", "reached", "dropped"]

#: What a goal can be on, beside a criterion's share met ("rubric.criterion"). Nothing here knows
#: how long a call was or how many an agent took: such goals make service worse (S5).
METRICS = ("predicted", "surveyed", "resolved", "little_effort", "recovered", "promises_kept")


@dataclass(frozen=True, slots=True)
class Creed:
    """What a team promises its customers, in its own lines. Team "" is the whole centre's."""

    team: str
    lines: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GoalReview:
    """A look at a goal, with the figure as it was then; None where there was none."""

    state: GoalState
    text: str
    value: float | None
    low: float | None
    high: float | None
    count: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that a team wants to reach: `target` in [0, 1] by `due`, counted from `since`."""

    number: int
    team: str
    metric: str
    target: float
    since: date
    due: date
    why: str
    by: str
    at: datetime
    reviews: tuple[GoalReview, ...]

    @property
    def state(self) -> GoalState:
        return self.reviews[-1].state if self.reviews else "going"


@dataclass(frozen=True, slots=True)
class Guidance:
    """Creed and goals as one person may see and write them."""

    database: Database
    person: Person

    def teams(self) -> list[str]:
        """The teams whose calls the person may compare, and "" where that is the whole centre."""
        require(self.person, "guide")
        query = select(calls.c.team).where(within(self.person, "guide")).distinct()
        with self.database.read() as connection:
            found = set(connection.execute(query).scalars()) | set(self.person.teams)
        return sorted(found | {""} if self.person.role == "admin" else found - {""})

    def creed(self, team: str) -> Creed | None:
        """The team's creed, else the whole centre's, else None."""
        return next((each for name in (team, "") if (each := self._last(name))), None)

    def creeds(self) -> list[Creed]:
        """Each team's creed that the person may see, as it is now."""
        require(self.person, "belong")
        query = select(creeds).where(of_team(self.person, "belong", creeds.c.team))
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(creeds.c.id)).mappings()
            last = {row["team"]: _creed(row) for row in rows}
        return [last[team] for team in sorted(last) if last[team].lines]

    def creed_history(self, team: str) -> list[Creed]:
        """Every creed that the team had, the latest first."""
        require(self.person, "belong")
        query = select(creeds).where(
            creeds.c.team == team, of_team(self.person, "belong", creeds.c.team)
        )
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(creeds.c.id.desc())).mappings()
            return [_creed(row) for row in rows]

    def write_creed(self, team: str, lines: Sequence[str]) -> int:
        """Gives the team a creed; no line at all takes it back to the whole centre's."""
        require_team(self.person, "guide", team)
        said = [plain(line).strip() for line in lines if line.strip()]

        def write(connection: Connection, token: str) -> int:
            return append(connection, self.person, creeds, {"team": team, "lines": said}, token)

        return once(self.database, creeds, write)

    def goals(self) -> list[Goal]:
        """The goals of the person's teams with their reviews, the latest first."""
        require(self.person, "belong")
        query = select(goals).where(of_team(self.person, "belong", goals.c.team))
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(goals.c.id.desc())).mappings().all()
            looks = connection.execute(select(goal_reviews).order_by(goal_reviews.c.id))
            by_goal: dict[int, list[GoalReview]] = {}
            for row in looks.mappings():
                told = {name: row[name] for name in GoalReview.__slots__ if name != "by"}
                by_goal.setdefault(row["goal_id"], []).append(GoalReview(**told, by=row["author"]))
        return [
            Goal(
                number=row["id"],
                team=row["team"],
                metric=row["metric"],
                target=row["target"],
                since=date.fromisoformat(row["since"]),
                due=date.fromisoformat(row["due"]),
                why=row["why"],
                by=row["author"],
                at=row["at"],
                reviews=tuple(by_goal.get(row["id"], ())),
            )
            for row in rows
        ]

    def set_goal(
        self, team: str, metric: str, target: float, since: date, due: date, why: str
    ) -> int:
        """Sets a goal and returns its number. There are none on time, talk or numbers of calls."""
        require_team(self.person, "guide", team)
        if metric not in METRICS and metric.count(".") != 1:
            raise ScorerError(f"{metric}: no goal can be on this")
        if not 0 < target <= 1:
            raise ScorerError("a target is a share, over 0 % and up to 100 %")
        if due <= since:
            raise ScorerError("a goal is due after the day from which it counts")
        said = needed(why, "say in a sentence why it matters")
        values: dict[str, Any] = {"team": team, "metric": metric, "target": float(target)}
        values |= {"since": since.isoformat(), "due": due.isoformat(), "why": said}

        def write(connection: Connection, token: str) -> int:
            return append(connection, self.person, goals, values, token)

        return once(self.database, goals, write)

    def review(
        self,
        goal: int,
        state: GoalState,
        text: str,
        figure: tuple[float | None, float | None, float | None, int],
    ) -> int:
        """Writes down a look at a goal. `figure` is value, low, high and how many calls."""

        def write(connection: Connection, token: str) -> int:
            mine = of_team(self.person, "guide", goals.c.team)
            query = select(goals.c.id).where(goals.c.id == goal, mine)
            if connection.execute(query).scalar() is None:
                raise ScorerError(f"{goal}: no such goal here")
            value, low, high, count = figure
            values: dict[str, Any] = {"goal_id": goal, "state": state, "text": said, "count": count}
            values |= {"value": value, "low": low, "high": high}
            return append(connection, self.person, goal_reviews, values, token)

        require(self.person, "guide")
        if state not in get_args(GoalState):
            raise ScorerError(f"{state}: a goal is {', '.join(get_args(GoalState))}")
        said = needed(text, "say what you saw and what comes next")
        return once(self.database, goal_reviews, write)

    def _last(self, team: str) -> Creed | None:
        found = self.creed_history(team)
        return found[0] if found and found[0].lines else None


def _creed(row: RowMapping) -> Creed:
    return Creed(row["team"], tuple(row["lines"]), row["author"], row["at"])
