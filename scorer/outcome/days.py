"""Which day of the calendar a piece of a named time stands for (see `time_grammar`, `when`).

Days of the month are read by dateparser, months are added by dateutil, business days by NumPy;
public holidays are not known, but for the feasts that people name a day by.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import Any

import numpy as np
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from scorer.outcome import time_grammar as grammar

_FRIDAY = 4


def day_of(kind: str, match: re.Match[str], said: dt.datetime) -> dt.date | None:
    """The day that a piece of `time_grammar.PIECES` names, seen from the call's start; None where
    there is no such day. Of a week or a month it is the last day."""
    text, today = match.group().lower().strip(), said.date()
    if kind == "end":
        return _end(match, today)
    if kind in ("date", "nth"):
        return _calendar(text, said)
    if kind == "week_on":
        return _weeks_on(text, today)
    if text == "overnight":
        return today + dt.timedelta(days=1)
    if "tomorrow" in text:
        return today + dt.timedelta(days=2 if "after" in text else 1)
    if text in ("today", "tonight"):
        return today
    if match["working"]:
        return business_days_on(today, 1)
    if match["feast"]:
        return _feast(match["feast"].lower(), today)
    if "weekend" in text:
        return _this_or_next(today, 6) + dt.timedelta(weeks=1 if text.startswith("next") else 0)
    return _stretch(match, today) if match["long"] else _weekday(match, today)


def ends_a_day(match: re.Match[str]) -> bool:
    """Whether an "end" only says when on a day: "end of play"."""
    of = (match["of"] or "").lower()
    return not (match["back"] or match["middle"] or match["out"]) and not re.search(
        rf"week|month|tomorrow|{grammar.MONTH}", of
    )


def business_days_on(day: dt.date, number: int) -> dt.date:
    """So many business days later; Saturday and Sunday are none. Raises OverflowError after the
    year 9999, where NumPy would go on with bare numbers."""
    later = np.busday_offset(day, number, roll="preceding").astype(object)
    if not isinstance(later, dt.date):
        raise OverflowError("no calendar goes so far")
    return later


def months_on(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last one of that month."""
    later: dt.date = day + relativedelta(months=months)
    return later


def _stretch(match: re.Match[str], today: dt.date) -> dt.date:
    """ "Next week", "early next week", "this month"."""
    which, unit = match["span"].lower(), match["long"].lower()
    if match["early"] and unit == "week" and match["early"].lower() != "later":
        return _this_or_next(today, 1) + dt.timedelta(weeks=today.weekday() <= 1)
    return _end_of_next(which, unit, today)


def _weekday(match: re.Match[str], today: dt.date) -> dt.date:
    """ "Friday", "next Tuesday", "the Monday after next"."""
    if (match["far"] or "").lower() == "week":
        return _this_or_next(today, _FRIDAY) + dt.timedelta(weeks=2)
    named = (match["day"] or match["far"] or match["coming"]).lower()
    landed = _next(today, grammar.DAYS.index(named))
    # "Next Tuesday", said on a Monday, is the one of next week.
    same_week = landed.isocalendar().week == today.isocalendar().week
    if (match["which"] or "").lower() == "next" and same_week:
        landed += dt.timedelta(weeks=1)
    return landed + dt.timedelta(weeks=1 if match["far"] else 0)


def _weeks_on(text: str, today: dt.date) -> dt.date:
    """ "A week on Monday", "a fortnight today", "Friday week", "Tuesday of next week"."""
    day = next((place for place, name in enumerate(grammar.DAYS) if name in text), None)
    if "next week" in text and day is not None:
        return today + dt.timedelta(days=7 - today.weekday() + day)
    first = today if day is None else _next(today, day)
    days = 1 if "tomorrow" in text else 0
    if text != "this time tomorrow":
        days += 14 if re.search("fortnight|two", text) else 7
    return first + dt.timedelta(days=days)


def _feast(name: str, today: dt.date) -> dt.date:
    """The next Christmas, Easter or New Year."""
    for year in (today.year, today.year + 1):
        days = {"christmas": dt.date(year, 12, 25), "easter": easter(year)}
        day: dt.date = days.get(name, dt.date(year, 1, 1))
        if day > today:
            return day
    return dt.date(today.year + 1, 12, 25)


def _end(match: re.Match[str], today: dt.date) -> dt.date:
    """The last day of what ends: "close of business", "the end of next week"; of a middle, its
    middle."""
    of = (match["of"] or match["back"] or match["out"] or match["middle"] or "day").lower()
    middle = match["middle"] is not None
    if re.fullmatch(grammar.MONTH, of, re.IGNORECASE):
        last = _end_of_month(of, today)
        return last.replace(day=15) if middle else last
    for unit in ("week", "month"):
        if unit in of:
            last = _end_of_next("next" if "next" in of else "this", unit, today)
            if not middle:
                return last
            return last.replace(day=15) if unit == "month" else last - dt.timedelta(days=2)
    return today + dt.timedelta(days=1 if "tomorrow" in of else 0)


def _end_of_month(name: str, today: dt.date) -> dt.date:
    number = grammar.MONTHS.index(name[:3].lower()) + 1
    first = today.replace(month=number, day=1)
    later = months_on(first, 12 if number < today.month else 0)
    return months_on(later, 1) - dt.timedelta(days=1)


def _end_of_next(which: str, unit: str, today: dt.date) -> dt.date:
    """The last day of a month; of a week, its Friday."""
    ahead = 0 if which == "this" else 1
    if unit == "month":
        return months_on(today.replace(day=1), ahead + 1) - dt.timedelta(days=1)
    return _this_or_next(today, _FRIDAY) + dt.timedelta(weeks=ahead)


def _calendar(text: str, said: dt.datetime) -> dt.date | None:
    """A day of the month: the next such day from the call on."""
    day = re.sub(rf"^{grammar.DAY},? ", "", text).replace("the ", "").replace(" of ", " ")
    for word in sorted(grammar.ORDINALS, key=len, reverse=True):
        day = re.sub(rf"\b{word.replace('-', '[- ]')}\b", str(grammar.ORDINALS[word]), day)
    day = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", day).replace(".", "")
    if day.strip().isdigit():
        return _next_of_month(int(day), said.date())
    from dateparser import parse as parse_date  # a third of a second, and few calls name a date

    settings: Any = {
        "RELATIVE_BASE": said.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    found = parse_date(day, languages=["en"], settings=settings)
    return found.date() if found else None


def _next_of_month(day: int, today: dt.date) -> dt.date | None:
    """The next such day of a month from today on: "the 31st", said in April, is in May."""
    first = today.replace(day=1)
    for month in (months_on(first, ahead) for ahead in range(3)):
        if 1 <= day <= monthrange(month.year, month.month)[1] and month.replace(day=day) >= today:
            return month.replace(day=day)
    return None


def _next(today: dt.date, weekday: int) -> dt.date:
    """The next such day after today (Monday is 0)."""
    return _this_or_next(today + dt.timedelta(days=1), weekday)


def _this_or_next(today: dt.date, weekday: int) -> dt.date:
    return today + dt.timedelta(days=(weekday - today.weekday()) % 7)
