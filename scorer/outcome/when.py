"""Times that people name: found in what was said, and resolved against the call's own clock.

A phrase becomes a *due*: the last moment at which what was promised is still on time. "By Friday"
is a day, "between eight and ten tomorrow" a time of day, "three to five business days" its longer
end. What no calendar can hold ("soon", "as soon as possible", "in a few days") stays vague: the
words are kept and no date is made up. Days of the week and of the month are looked up by
dateparser, spans are added by dateutil, business days by NumPy; public holidays are not known.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from dateparser import parse as parse_date
from dateutil.relativedelta import relativedelta

_NUMBERS = {
    word: value
    for value, words in enumerate(
        "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
        "fifteen|sixteen|seventeen|eighteen|nineteen|twenty".split("|")
    )
    for word in [words]
} | {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, "thirty": 30, "forty": 40, "fourty": 40,
     "forty five": 45, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90, "forty eight": 48,
     "forty-eight": 48, "twenty four": 24, "twenty-four": 24, "seventy two": 72, "seventy-two": 72}  # fmt: skip
_ORDINALS = {
    word: day
    for day, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
        "twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
        "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first".split(),
        start=1,
    )
}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = (
    "january february march april may june july august september october november december".split()
)

_NUM = "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True)) + r"|\d+"
_ORD = "|".join(sorted((w.replace("-", "[- ]") for w in _ORDINALS), key=len, reverse=True))
_ORD = rf"(?:{_ORD}|\d{{1,2}}(?:st|nd|rd|th))"
_MONTH = "(?:" + "|".join(_MONTHS) + ")"
_DAY = "(?:" + "|".join(_DAYS) + ")"
_UNIT = r"(?:(?:business|working|week)[ -])?(?:minute|hour|day|week|month)s?"
_CLOCK = r"\d{1,2}(?:[:.]\d{2})?|noon|midday|midnight|" + "|".join(list(_NUMBERS)[1:13])

#: Kinds of time, the more telling first; each is tried in this order at every place.
_ATOMS = {
    "vague": r"as soon as (?:possible|(?:i|we|they) (?:can|have|know|hear|get)\b(?: \w+){0,4})|a\.?s\.?a\.?p\b|"
    r"soon|shortly|right away|right now|straight ?away|immediately|at once|in due course|at some point|"
    r"in a (?:moment|minute|second|bit|while|little while|few (?:moments|minutes|seconds))|"
    r"(?:within|in|over|for)? ?(?:the next |next )?(?:a few|several|some|the next few) (?:business |working )?(?:minute|hour|day|week|month)s|"
    rf"(?:{_NUM}|half an) (?:minute|hour|day|week|month)s? (?:before(?:hand)?|after (?:that|it)|later|in advance|prior)|"
    r"one of these days|sometime(?: soon)?|eventually|in the near future|later on|"
    r"whenever (?:i|we|they) \w+(?: \w+)?|when (?:i|we) (?:can|get (?:a|the) chance)",
    "span": rf"(?:(?:within|in|inside|under|over|about|around|up to|at most|no more than|less than|approximately|roughly|"
    rf"the next|another|the|next) )*(?:(?P<low>{_NUM})(?: ?(?:to|or|-|–|and) ?))?"
    rf"(?:(?P<half>half an|half a)|(?P<num>{_NUM}))[ -](?P<unit>{_UNIT})\b(?:'?s? time)?(?: and a half)?"
    r"(?: or (?:so|less|sooner))?(?: at (?:the )?(?:most|latest))?(?: from (?:now|today))?|"
    r"within the (?P<one>hour|day|week|month)",
    "end": r"(?:the )?(?:end|close) of (?P<of>the day|day|today|play|business(?: today| tomorrow)?|the week|this week|next week|"
    r"the month|this month|next month|tomorrow)|(?P<cob>cob|eod)\b",
    "date": rf"(?:{_DAY},? )?(?:the )?{_ORD} (?:of )?{_MONTH}(?:,? \d{{4}})?|"
    rf"(?:{_DAY},? )?{_MONTH} (?:the )?(?:{_ORD}|\d{{1,2}})\b(?:,? \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?|"
    rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?",
    "nth": rf"(?:{_DAY},? )?the {_ORD}(?! (?:time|call|one|person|floor|line|attempt|half|thing|payment|option|part|of (?!the month)))",
    "day": rf"the day after tomorrow|tomorrow|today|tonight|(?P<which>this|next|this coming|the coming|coming|the following|a week on|a week)? ?(?P<day>{_DAY})s?\b|"
    r"(?:by |over |at |on |this |next )?the weekend|(?:this|next) weekend|(?P<span>this|next|the following) (?P<long>week|month)",
    "part": r"(?:(?:this|in the|the|during the) )?(?P<part>morning|afternoon|evening|lunchtime|night)",
    "clock": rf"(?P<past>half|quarter|ten|twenty|five) (?P<to>past|to|after) (?P<hour>{_CLOCK})|"
    rf"(?P<time>{_CLOCK})(?::(?P<min>\d\d))?(?: (?P<spoken>fifteen|thirty|forty-five|forty five))? ?(?P<half_day>a\.?m\b\.?|p\.?m\b\.?|o'clock|oclock)|"
    r"(?P<noon>noon|midday|midnight)",
    "bare": rf"(?P<bare>\d{{1,2}}(?::\d{{2}})?|{'|'.join(list(_NUMBERS)[1:13])})\b(?! \w*(?:dollar|pound|euro|cent|percent))",
}
_LOOSE = re.compile(
    r"[\s,]*(?:(?:at|by|before|between|and|on|in the|in|around|about|from|to|till|until|no later than|or|the|after|latest)[\s,]+)*",
    re.IGNORECASE,
)
_COMPILED = {kind: re.compile(rf"\b(?:{regex})", re.IGNORECASE) for kind, regex in _ATOMS.items()}
_SHORT_MONTHS = re.compile(
    r"\b(jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Atom:
    kind: str
    start: int
    end: int
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class When:
    """A time that was named: `text[start:end]`, letter for letter.

    `vague` where no calendar can hold it.
    """

    text: str
    start: int
    end: int
    atoms: tuple[_Atom, ...]

    @property
    def vague(self) -> bool:
        return all(atom.kind == "vague" for atom in self.atoms)

    @property
    def at_once(self) -> bool:
        """Whether it means within this very call: "right now"."""
        return self.text.lower() in {
            "right now", "right away", "straight away", "straightaway", "immediately", "at once",
            "in a moment", "in a minute", "in a second", "in a bit", "in a few moments",
        }  # fmt: skip


def find(text: str) -> tuple[When, ...]:
    """Every time named in `text`, in order; neighbouring pieces ("Friday", "at three") are one."""
    plain = text.replace("’", "'")
    atoms = _atoms(plain)
    groups: list[list[_Atom]] = []
    for atom in atoms:
        between = plain[groups[-1][-1].end : atom.start] if groups else ""
        if (
            groups
            and _LOOSE.fullmatch(between)
            and len(between) < 24
            and atom.kind != "vague" != groups[-1][-1].kind
        ):
            groups[-1].append(atom)
        else:
            groups.append([atom])
    found = []
    for group in groups:
        if all(atom.kind == "bare" for atom in group):
            continue  # a number alone is no time
        if all(atom.kind == "part" and " " not in atom.match.group() for atom in group):
            continue  # nor is "the lost morning"
        while group[-1].kind == "bare" and not _joins_time(plain, group):
            group = group[:-1]
        while group[0].kind == "bare" and not _joins_time(plain, group):
            group = group[1:]
        start, end = group[0].start, group[-1].end
        found.append(When(text[start:end].strip(), start, end, tuple(group)))
    return tuple(found)


def _joins_time(plain: str, group: list[_Atom]) -> bool:
    """A bare number beside a time is an hour only with "at", "between", "by" or "and" before it."""
    edge = group[-1] if group[-1].kind == "bare" else group[0]
    return bool(
        re.search(
            r"\b(?:at|between|by|and|before|to|from|around|about|until)\s+$",
            plain[: edge.start],
            re.I,
        )
    )


def _atoms(plain: str) -> list[_Atom]:
    """Non-overlapping pieces of time; the first kind of `_ATOMS` to claim a place keeps it."""
    taken: list[_Atom] = []
    for kind, regex in _COMPILED.items():
        for match in regex.finditer(plain):
            start = match.start() + (len(match.group()) - len(match.group().lstrip()))
            if all(match.end() <= other.start or start >= other.end for other in taken):
                taken.append(_Atom(kind, start, match.end(), match))
    return sorted(taken, key=lambda atom: atom.start)


def call_clock(metadata: Mapping[str, Any]) -> dt.datetime | None:
    """When the call began, from its metadata: `start` (or `started`) in ISO 8601, in the call's own
    `time zone` (an IANA name) where that is given; None where there is no such thing."""
    named = next((metadata[k] for k in ("start", "started", "started_at") if metadata.get(k)), None)
    if named is None:
        return None
    try:
        start = dt.datetime.fromisoformat(str(named))
    except ValueError:
        return None
    zone = next(
        (metadata[k] for k in ("time zone", "time_zone", "timezone") if metadata.get(k)), None
    )
    if zone is None:
        return start
    try:
        there = ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return start
    return start.astimezone(there) if start.tzinfo else start.replace(tzinfo=there)


def due(when: When, said: dt.datetime) -> str | None:
    """The last moment that is still on time, as an ISO date or an ISO time; None where it is vague.

    `said` is the call's start. A span of minutes or hours gives a time, all else a date, unless an
    hour was named.
    """
    day: dt.date | None = None
    hours: list[dt.time] = []
    part = next((a.match["part"].lower() for a in when.atoms if a.kind == "part"), None)
    for atom in when.atoms:
        if atom.kind == "span":
            after = _span(atom.match, said)
            if isinstance(after, dt.datetime):
                return after.isoformat(timespec="minutes")
            day = after
        elif atom.kind in ("end", "date", "nth", "day"):
            day = _day(atom, said) or day
        elif atom.kind in ("clock", "bare"):
            hour = _hour(atom.match, part, "tonight" in when.text.lower())
            hours += [hour] if hour else []
    if day is None and (hours or part):
        day = said.date()
        if hours and max(hours) <= said.time() and not part:
            day += dt.timedelta(days=1)
    if day is None:
        return None
    if not hours:
        return day.isoformat()
    return dt.datetime.combine(day, hours[-1], said.tzinfo).isoformat(timespec="minutes")


def _span(match: re.Match[str], said: dt.datetime) -> dt.date | dt.datetime:
    """Now and so many units; business days skip Saturday and Sunday."""
    if match["one"]:
        number, unit = 1.0, match["one"].lower()
    else:
        unit = match["unit"].lower()
        number = 0.5 if match["half"] else float(_number(match["num"]))
        number += 0.5 if "and a half" in match.group() else 0.0
    if "minute" in unit or "hour" in unit:
        step = dt.timedelta(minutes=number) if "minute" in unit else dt.timedelta(hours=number)
        return said + step
    whole = int(np.ceil(number))
    if re.match(r"business|working|week[ -]", unit):
        landed = np.busday_offset(np.datetime64(said.date()), whole, roll="preceding")
        return dt.date.fromisoformat(str(landed))
    if "day" in unit:
        return said.date() + relativedelta(days=whole)
    if "week" in unit:
        return said.date() + relativedelta(days=int(np.ceil(number * 7)))
    return said.date() + relativedelta(months=whole)


def _day(atom: _Atom, said: dt.datetime) -> dt.date | None:
    text, today = atom.match.group().lower().strip(), said.date()
    if atom.kind == "end":
        return _end(atom.match, today)
    if atom.kind in ("date", "nth"):
        return _calendar(text, said)
    if "day after tomorrow" in text:
        return today + relativedelta(days=2)
    if text.startswith("tomorrow"):
        return today + relativedelta(days=1)
    if text in ("today", "tonight"):
        return today
    if "weekend" in text:
        return _weekday(today, 6) + relativedelta(weeks=1 if text.startswith("next") else 0)
    if atom.match["long"]:
        ahead = 0 if atom.match["span"].lower() == "this" else 1
        if atom.match["long"].lower() == "month":
            return (today.replace(day=1) + relativedelta(months=ahead + 1)) - relativedelta(days=1)
        return _working_week_end(today) + relativedelta(weeks=ahead)
    wanted = _DAYS.index(atom.match["day"].lower())
    landed = _weekday(today + relativedelta(days=1), wanted)
    which = (atom.match["which"] or "").lower()
    if which.startswith("a week"):
        return landed + relativedelta(weeks=1)
    # "Next Tuesday", said on a Monday, is the one of next week.
    if which == "next" and landed.isocalendar().week == today.isocalendar().week:
        return landed + relativedelta(weeks=1)
    return landed


def _end(match: re.Match[str], today: dt.date) -> dt.date:
    of = (match["of"] or "day").lower()
    if "month" in of:
        ahead = 2 if "next" in of else 1
        return today.replace(day=1) + relativedelta(months=ahead) - relativedelta(days=1)
    if "week" in of:
        return _working_week_end(today) + relativedelta(weeks="next" in of)
    return today + relativedelta(days="tomorrow" in of)


def _calendar(text: str, said: dt.datetime) -> dt.date | None:
    """A day of the month, the next such day from the call on."""
    day = re.sub(rf"^(?:{_DAY}),? ", "", text).replace("the ", "").replace(" of ", " ")
    for word, number in sorted(_ORDINALS.items(), key=lambda item: -len(item[0])):
        day = re.sub(rf"\b{word.replace('-', '[- ]')}\b", str(number), day)
    day = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", day)
    if day.strip().isdigit():
        number, month = int(day), said.date().replace(day=1)
        if number < said.day:
            month += relativedelta(months=1)
        landed = month + relativedelta(day=number)
        return landed if landed.day == number else None
    found = parse_date(
        day,
        languages=["en"],
        settings={
            "RELATIVE_BASE": said.replace(tzinfo=None),
            "PREFER_DATES_FROM": "future",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    return found.date() if found else None


def _hour(match: re.Match[str], part: str | None, tonight: bool) -> dt.time | None:
    """An hour as people say it: from one to six it is the afternoon, unless something says not."""
    groups = match.groupdict()
    if groups.get("noon"):
        return dt.time(0 if groups["noon"].lower() == "midnight" else 12)
    minute, named = 0, groups.get("time") or groups.get("hour") or groups.get("bare") or ""
    if re.search(r"[:.]", named):
        named, digits = re.split(r"[:.]", named, maxsplit=1)
        minute = int(digits[:2] or 0)
    minute = int(groups.get("min") or minute)
    if groups.get("spoken"):
        minute = {"fifteen": 15, "thirty": 30}.get(groups["spoken"].lower(), 45)
    hour = {"noon": 12, "midday": 12, "midnight": 0}.get(named.lower()) or _number(named)
    if hour > 24 or minute > 59:
        return None
    if groups.get("past"):
        by = {"half": 30, "quarter": 15, "ten": 10, "twenty": 20, "five": 5}[groups["past"].lower()]
        hour, minute = (hour - 1, 60 - by) if groups["to"].lower() == "to" else (hour, by)
    half = (groups.get("half_day") or "").lower()
    after_noon = half.startswith("p") or part in ("afternoon", "evening", "night") or tonight
    if not half.startswith("a") and part != "morning" and hour < 12 and (after_noon or hour < 7):
        hour += 12
    if half.startswith("a") and hour == 12:
        hour = 0
    return dt.time(hour % 24, minute)


def _number(word: str) -> int:
    word = word.lower().strip()
    return int(word) if word.isdigit() else _NUMBERS.get(word, 0)


def _weekday(first: dt.date, wanted: int) -> dt.date:
    """The first day from `first` on that is weekday `wanted` (Monday is 0)."""
    return first + relativedelta(days=(wanted - first.weekday()) % 7)


def _working_week_end(today: dt.date) -> dt.date:
    return _weekday(today, 4)
