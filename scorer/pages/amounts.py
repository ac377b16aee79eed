"""Figures as people read them: never without how many calls they come from."""

from __future__ import annotations

from scorer.analytics.agreement import Agreement
from scorer.analytics.shares import FEW, Share
from scorer.pages.words import several

#: Krippendorff (2018, ch. 12): from .8 up answers can be relied on, from .667 up tentatively.
_RELIABLE, _TENTATIVE = 0.8, 0.667


def percent(value: float | None) -> str:
    """A share as `78 %`, or a dash."""
    return "–" if value is None else f"{100 * value:.0f} %"


def share_told(share: Share, of: str) -> str:
    """`78 % (61 to 89 %) of 40 calls`; few are said to be few. `of` is one of what is counted."""
    if share.value is None:
        return "nothing to count yet"
    told = f"{percent(share.value)} ({100 * (share.low or 0):.0f} to {percent(share.high)})"
    few = f", too few to say; from {FEW} on it tells something" if share.few else ""
    return f"{told} of {several(share.count, of)}{few}"


def figure(value: float) -> str:
    """A number with two digits, and a minus that is as wide as a plus."""
    return f"{value:.2f}".replace("-", "−")


def alpha_told(found: Agreement) -> str:
    """`0.74 (0.51 to 0.90)`, or why there is none."""
    if found.units == 0:
        return "nobody else answered"
    if found.alpha is None:
        return "all answers alike"
    if found.low is None or found.high is None:
        return f"{figure(found.alpha)} (too few calls for an interval)"
    return f"{figure(found.alpha)} ({figure(found.low)} to {figure(found.high)})"


def verdict(found: Agreement) -> str:
    """What to make of an alpha, by the lower end of its interval, which is the careful reading."""
    if found.alpha is None or found.low is None:
        return "too little to say"
    if found.low >= _RELIABLE:
        return "can be relied on"
    if found.alpha >= _TENTATIVE:
        return "fair; more calls would tell"
    return "talk it through"
