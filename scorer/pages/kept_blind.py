"""Says which calls a page leaves out, since whoever looks still scores them blind."""

from __future__ import annotations

from scorer.pages.navigation import link
from scorer.pages.words import several
from scorer.store.store import Store


def left_out(store: Store) -> None:
    """A line that leads to the calibration; nothing where no call is kept back."""
    hidden = store.calibration.hidden()
    if hidden:
        link("calibration", f"{several(hidden, 'call')} left out: yours to score blind first")
