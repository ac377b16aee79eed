"""Times that people name: found in what was said, and resolved against the call's own clock.

A phrase becomes a *due*: the last moment at which what was promised is still on time. "By Friday"
is a day, "between eight and ten tomorrow" a time of day, "three to five business days" its longer
end. What no calendar can hold ("soon", "as soon as possible", "in a few days") stays vague: the
words are kept and no date is made up. Which day a piece names is told by `days`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scorer.outcome import time_grammar as grammar
from scorer.outcome.days import business_days_on, day_of, ends_a_day, months_on

_WITHIN_THE_CALL = {
    "now", "the now", "this minute", "this second", "this instant", "this very minute",
    "right now", "right away", "straight away", "straightaway", "immediately", "at once",
    "momentarily",
}  # fmt: skip
_IN_A_MOMENT = re.compile(r"in (?:just )?(?:a|one|a few) (?:moment|minute|second|sec|bit)s?")
_LOOSELY = re.compile(r"\b(?:bit|momentarily)\b", re.IGNORECASE)
_MINUTES_ON_THE_LINE = 5
_LATE = 17  # o'clock: from here on a bare hour that has gone is tonight's
_DIGITS = 12  # of a number: with as many, any unit of time is past all calendars
_DAYBREAK = dt.time(6)  # no hour of a morning that was named before is earlier
_MINUTES_PAST = {
    "half": 30, "quarter": 15, "ten": 10, "twenty": 20, "five": 5, "twenty five": 25,
}  # fmt: skip
_PARTS = {
    **dict.fromkeys(
        ["lunchtime", "lunch", "dinnertime", "dinner time", "dinner", "teatime", "tea time", "tea"],
        "afternoon",
    ),
    **dict.fromkeys(["arvo", "school"], "afternoon"),
    **dict.fromkeys(["breakfast", "breakfast time"], "morning"),
    **dict.fromkeys(["bedtime", "sundown", "nightfall", "dusk", "supper", "work"], "evening"),
}


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    start: int
    end: int
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class When:
    """A time that was named: `text` stands at `start:end`, letter for letter."""

    text: str
    start: int
    end: int
    pieces: tuple[_Piece, ...]

    @property
    def vague(self) -> bool:
        """Whether no calendar can hold it."""
        return all(piece.kind == "vague" for piece in self.pieces)

    @property
    def says_when(self) -> bool:
        """Whether a listener knows when: a calendar holds it, or it is now. "In a bit" may be
        anything."""
        return not self.vague or (self.at_once and not _LOOSELY.search(self.text))

    @property
    def elsewhere(self) -> bool:
        """Whether it only points at a time that was named before: "then", "the same day"."""
        return bool(self.pieces) and all(piece.kind == "same" for piece in self.pieces)

    @property
    def at_once(self) -> bool:
        """Whether it means within this very call: "right now", "in two minutes"."""
        if self.text.lower() in _WITHIN_THE_CALL or _IN_A_MOMENT.fullmatch(self.text.lower()):
            return True
        span = (
            self.pieces[0].match
            if len(self.pieces) == 1 and self.pieces[0].kind == "span"
            else None
        )
        if span is None or not (span["unit"] or "").lower().startswith("min"):
            return False
        return _number(span["num"] or "zero") <= _MINUTES_ON_THE_LINE


def find(text: str) -> tuple[When, ...]:
    """Every time named in `text`, in order; neighbouring pieces ("Friday", "at three") are one."""
    plain = text.replace("’", "'")
    groups: list[list[_Piece]] = []
    for piece in _pieces(plain):
        if groups and _belong(plain, groups[-1][-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    found = []
    for group in groups:
        kept = _without_loose_numbers(plain, group)
        if kept:
            start, end = kept[0].start, kept[-1].end
            after = grammar.AFTER.match(plain, end)
            end = after.end() if after else end
            found.append(When(text[start:end].strip(), start, end, tuple(kept)))
    return tuple(found)


def call_clock(metadata: Mapping[str, Any]) -> dt.datetime | None:
    """When the call began, from its metadata: `start` (or `started`) in ISO 8601, in the call's own
    `time zone` (an IANA name) where that is given; None where there is no such thing, or the zone
    takes it off the calendar."""
    named = next((metadata[k] for k in ("start", "started", "started_at") if metadata.get(k)), None)
    try:
        start = dt.datetime.fromisoformat(str(named))
    except ValueError:
        return None
    zones = ("time zone", "time_zone", "timezone")
    zone = next((metadata[key] for key in zones if metadata.get(key)), None)
    if zone is None:
        return start
    try:
        there = ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return start
    try:
        return start.astimezone(there) if start.tzinfo else start.replace(tzinfo=there)
    except OverflowError:  # the first day of year 1, or the last of 9999, is another one there
        return None


def has_day(when: When) -> bool:
    """Whether it names a day, and not only an hour or a part of one."""
    named = ("day", "date", "nth", "week_on")
    return any(p.kind in named and p.match[0].lower() != "overnight" for p in when.pieces)


def has_one_day(when: When) -> bool:
    """Whether it names a day that an hour can belong to: no week or month ("next week")."""
    return has_day(when) and not any(
        piece.kind == "day" and piece.match["long"] for piece in when.pieces
    )


def hour_alone(when: When) -> bool:
    """Whether it names an hour or a part of the day, and neither a day nor a span."""
    loose = ("clock", "bare", "part", "same")
    today = re.search(r"\bthis\b", when.text, re.IGNORECASE)
    return bool(when.pieces) and not today and all(p.kind in loose for p in when.pieces)


def part_of(when: When) -> str | None:
    """The part of the day that it names: morning, afternoon, evening or night."""
    return next((_part(piece.match) for piece in when.pieces if piece.kind == "part"), None)


def due(
    when: When,
    said: dt.datetime,
    agreed: dt.date | None = None,
    agreed_part: str | None = None,
) -> str | None:
    """The last moment that is still on time, as an ISO date or an ISO time; None where it is vague,
    or further away than any calendar goes.

    `said` is the call's start. A span of minutes or hours gives a time, all else a date, unless an
    hour was named. An hour alone belongs to the day, and the part of the day,
    that were agreed on before, else to the next that has it.
    """
    try:
        return _due(when, said, agreed, agreed_part)
    except (OverflowError, ValueError):  # "in ten million days": Python's years end at 9999
        return None


def _due(
    when: When, said: dt.datetime, agreed: dt.date | None, agreed_part: str | None
) -> str | None:
    day: dt.date | None = None
    hours: list[dt.time] = []
    own = part_of(when) or ("night" if "tonight" in when.text.lower() else None)
    part = own or agreed_part
    for piece in when.pieces:
        if piece.kind == "span":
            after = _span(piece.match, said)
            if isinstance(after, dt.datetime):
                return after.isoformat(timespec="minutes")
            day = after
        elif piece.kind in ("clock", "bare"):
            hour = _hour(piece.match, part)
            if hour and not own and hour < _DAYBREAK:  # "in the morning, and I'll ring at one"
                hour = _hour(piece.match, None)
            hours += [hour] if hour else []
        elif piece.kind == "end" and day is not None and ends_a_day(piece.match):
            continue  # "tomorrow, end of day"
        elif piece.kind == "same":
            day = day or agreed
        elif piece.kind not in ("vague", "part"):
            day = day_of(piece.kind, piece.match, said) or day
    if day is None and (hours or part):
        day = agreed or _coming(said, hours, part, when.text)
    if day is None:
        return None
    if hours and day > said.date() and agreed is None and said.hour >= _LATE and not part:
        tonight = hours[-1].replace(hour=(hours[-1].hour + 12) % 24)
        if not has_day(when) and hours[-1].hour < 12 and tonight > said.time():
            return dt.datetime.combine(said.date(), tonight, said.tzinfo).isoformat(
                timespec="minutes"
            )
    if not hours:
        return day.isoformat()
    return dt.datetime.combine(day, hours[-1], said.tzinfo).isoformat(timespec="minutes")


def _part(match: re.Match[str]) -> str:
    """The part of the day that is named; "first thing" is the morning."""
    named = match["part"] or match["first_part"] or ("morning" if match["first"] else "afternoon")
    return _PARTS.get(str(named).lower().replace("-", " "), str(named).lower())


def _pieces(plain: str) -> list[_Piece]:
    """Pieces that do not overlap, in order."""
    taken: list[_Piece] = []
    for kind, pattern in grammar.PIECES.items():
        for match in pattern.finditer(plain):
            if kind == "span" and _adjective(match):
                continue
            start = match.end() - len(match.group().lstrip())
            if all(match.end() <= other.start or start >= other.end for other in taken):
                taken.append(_Piece(kind, start, match.end(), match))
    return sorted(taken, key=lambda piece: piece.start)


def _adjective(match: re.Match[str]) -> bool:
    """ "A five minute job", "a two day service": no time to wait for."""
    unit = match["unit"] or "s"
    return not unit.lower().endswith("s") and _number(match["num"] or "one") > 1


def _belong(plain: str, first: _Piece, second: _Piece) -> bool:
    between = plain[first.end : second.start]
    if "vague" in (first.kind, second.kind) or len(between) > 24:
        return False
    return bool(grammar.BETWEEN.fullmatch(between))


def _without_loose_numbers(plain: str, group: list[_Piece]) -> list[_Piece]:
    """A number is a time only beside one, and "the lost morning" is none."""
    kept = list(group)
    while kept and kept[-1].kind == "bare" and not _may_be_hour(plain, kept[-1]):
        kept.pop()
    while kept and kept[0].kind == "bare" and not _may_be_hour(plain, kept[0]):
        kept.pop(0)
    return kept if any(_telling(plain, piece) for piece in kept) else []


def _telling(plain: str, piece: _Piece) -> bool:
    if piece.kind == "part" and " " not in piece.match[0]:
        return bool(
            re.search(
                r"\b(?:by|before|after|until|till|at|over|around|about)\s+$",
                plain[: piece.start],
                re.IGNORECASE,
            )
        )
    on_the_night = piece.kind == "part" and plain[: piece.start].lower().endswith("on ")
    return piece.kind != "bare" and not on_the_night


def _may_be_hour(plain: str, piece: _Piece) -> bool:
    return bool(grammar.BEFORE_HOUR.search(plain[: piece.start]))


def _coming(said: dt.datetime, hours: list[dt.time], part: str | None, text: str) -> dt.date:
    """The day meant by an hour or a part of the day alone: today, or tomorrow where it is over."""
    over = bool(hours) and hours[-1] <= said.time()
    morning = part == "morning" and "this" not in text.lower() and not hours
    return said.date() + dt.timedelta(days=1 if over or morning else 0)


def _span(match: re.Match[str], said: dt.datetime) -> dt.date | dt.datetime:
    """Now and so many units; business days skip Saturday and Sunday."""
    if match["mins"]:
        return _after(said, dt.timedelta(minutes=_number(match["mins"])))
    number, unit = 1.0, (match["one"] or match["unit2"] or "").lower()
    if match["unit2"]:
        number = 2.0 if match["num2"].lower() == "two" else 1.0
    if not unit:
        unit = match["unit"].lower()
        number = 0.5 if match["half"] else float(_number(match["num"] or "zero"))
        number = (
            {"a": 0.25, "t": 0.75}[match["quarters"][0].lower()] if match["quarters"] else number
        )
        number += 0.5 if match["more"] else 0.0
    if unit.startswith(("min", "hour", "hr")):
        minutes = "min" in unit
        return _after(said, dt.timedelta(minutes=number) if minutes else dt.timedelta(hours=number))
    if "fortnight" in unit:
        number, unit = number * 2, "week"
    if re.match(r"business|working|week[ -]", unit):
        number = number / 24 if re.search("hour|hr", unit) else number
        return business_days_on(said.date(), ceil(number))
    if "month" in unit:
        return months_on(said.date(), ceil(number))
    return said.date() + dt.timedelta(days=ceil(number * (7 if "week" in unit else 1)))


def _after(said: dt.datetime, time: dt.timedelta) -> dt.datetime:
    """So much later. In a zone of its own Python adds by the clock on the wall, which jumps."""
    if said.tzinfo is None:
        return said + time
    return (said.astimezone(dt.UTC) + time).astimezone(said.tzinfo)


def _hour(match: re.Match[str], part: str | None) -> dt.time | None:
    """An hour as people say it: from one to six it is the afternoon, unless something says not."""
    groups = match.groupdict()
    kinds = (
        "until", "until2", "half_past", "time", "hour", "bare", "noon", "alone", "sharp", "by",
        "ish",
    )  # fmt: skip
    named = next((groups[kind] for kind in kinds if groups.get(kind)), "")
    hour, _, minutes = named.replace(".", ":").partition(":")
    minute = int(minutes or 0)
    if spoken := groups.get("spoken") or groups.get("minutes"):
        minute = grammar.MINUTES[spoken.lower()]
    number = {"noon": 12, "midday": 12, "midnight": 0}.get(hour.lower(), _number(hour))
    minute = 30 if groups.get("half_past") else minute
    if groups.get("past"):
        by = _MINUTES_PAST[groups["past"].lower().replace("-", " ")]
        number, minute = (number - 1, 60 - by) if groups["to"].lower() == "to" else (number, by)
    half = (groups.get("half_day") or "").lower()
    at_night = half.startswith("a") or hour.lower() == "midnight"
    morning = at_night or (part == "morning" and not half.startswith("p"))
    later = half.startswith("p") or part in ("afternoon", "evening", "night") or number < 7
    if later and not morning and number < 12:
        number += 12
    if half.startswith("a") and number == 12:
        number = 0
    return dt.time(number % 24, minute) if number <= 24 and minute < 60 else None


def _number(word: str) -> int:
    word = word.lower().strip()
    return int(word[:_DIGITS]) if word.isdigit() else grammar.NUMBERS.get(word, 0)
