"""How the practice focus of a plan goes: before the plan, and since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scorer.analytics import practising
from scorer.analytics.shares import Share, share
from scorer.pages.coached import Asked
from scorer.store.coaching import Plan
from scorer.store.store import Store

#: How long before the plan is what it is compared with.
_BEFORE = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Progress:
    """One thing to practise, as a share of calls on which it went well. `name` is as in a plan."""

    name: str
    before: Share
    since: Share


def progress(store: Store, plan: Plan, told: Asked) -> list[Progress]:
    """Each thing that the plan is about, in its order."""
    now = datetime.now(UTC)
    counts = store.practice.counts(plan.agent, [plan.at - _BEFORE, plan.at, now])
    before, since = (
        practising.shares(counts.filter(period=period), told.slips) for period in (0, 1)
    )
    nothing = share(0, 0)
    return [Progress(n, before.get(n, nothing), since.get(n, nothing)) for n in plan.focus]
