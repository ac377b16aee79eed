"""Days and weeks as a centre counts them: from midnight to midnight where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods that follow each other. `edges` has one more than there are periods."""

    days: int
    edges: tuple[datetime, ...]

    @property
    def count(self) -> int:
        return len(self.edges) - 1

    def first(self, place: int) -> date:
        """The first day of a period."""
        return self.edges[place].date()

    def last(self, place: int) -> date:
        """The last day of a period."""
        return (self.edges[place + 1] - timedelta(hours=12)).date()

    def name(self, place: int) -> str:
        """A period as people call it: `wk 47`, or `9 Nov` for a day."""
        day = self.first(place)
        return f"wk {day.isocalendar().week}" if self.days == 7 else f"{day.day} {day:%b}"

    @property
    def names(self) -> Sequence[str]:
        return [self.name(place) for place in range(self.count)]


def until(last: date, count: int, days: int, zone: tzinfo | None = None) -> Periods:
    """`count` periods of `days` days, of which the last has `last` in it; weeks begin on Monday.

    `zone` is where the centre stands; None: where this machine does.
    """
    first = last - timedelta(days=last.weekday() if days == 7 else 0)
    begins = [first + timedelta(days=days * n) for n in range(1 - count, 2)]
    return Periods(days, tuple(midnight(day, zone) for day in begins))


def midnight(day: date, zone: tzinfo | None = None) -> datetime:
    """When a day begins; `zone` as in `until`."""
    naive = datetime.combine(day, time())
    return naive.astimezone() if zone is None else naive.replace(tzinfo=zone)
