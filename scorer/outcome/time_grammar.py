"""How people name times, as pieces that stand next to each other (see `when`)."""

from __future__ import annotations

import re

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
HOURS = _SMALL.split(" ")[1:13]
NUMBERS = {
    **{word: value for value, word in enumerate(_SMALL.split(" "))},
    **{"a": 1, "an": 1, "a couple of": 2, "couple of": 2},
    **{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90},
    **{f"{tens}{dash}{ones}": value for tens, ones, value in [
        ("twenty", "four", 24), ("thirty", "six", 36), ("forty", "five", 45),
        ("forty", "eight", 48), ("seventy", "two", 72),
    ] for dash in " -"},
}  # fmt: skip
_NTH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first "
    "twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh "
    "twenty-eighth twenty-ninth thirtieth thirty-first"
)
ORDINALS = {word: day for day, word in enumerate(_NTH.split(" "), start=1)}
_WEEK = "monday tuesday wednesday thursday friday saturday sunday"
DAYS = _WEEK.split(" ")
_YEAR = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept sep oct nov dec"
)


MINUTES = {
    **{"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
    **{"forty-five": 45, "forty five": 45},
}


def _words(*words: str) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


NUMBER = rf"(?:{_words(*NUMBERS)}|\d+)"
_SPOKEN_NTH = _words(*ORDINALS).replace("\\-", "[- ]")
NTH = rf"(?:{_SPOKEN_NTH}|\d{{1,2}}(?:st|nd|rd|th))"
MONTH = rf"{_words(*_YEAR.split(' '))}\b(?:\.(?= \w))?"
DAY = _words(*DAYS)
CLOCK = rf"(?:\d{{1,2}}(?:[:.]\d{{2}})?|noon|midday|midnight|{_words(*HOURS)})"
SPAN_UNIT = r"(?:minute|hour|day|week|month)s?"
_UNIT = rf"(?:(?:business|working|week)[ -])?{SPAN_UNIT}"
_AT_MOST = _words(
    "within", "in", "inside", "under", "over", "about", "around", "up to", "at most",
    "no more than", "less than", "approximately", "roughly", "the next", "another", "the", "next",
)  # fmt: skip

#: Said of time, and held by no calendar.
_VAGUE = "|".join(
    [
        r"as soon as (?:possible|(?!you\b)[\w']+(?: [\w']+){1,4})",
        r"a\.?s\.?a\.?p\b|soon|shortly|right away|right now|straight ?away|immediately|at once",
        r"in due course|at some point|one of these days|sometime(?: soon)?\b|eventually",
        r"in the near future|later on|whenever (?:i|we|they) \w+(?: \w+)?",
        r"in a (?:moment|minute|second|bit|while|little while|few (?:moments|minutes|seconds))",
        r"(?:within|in|over|for)? ?(?:the next |next )?(?:a few|several|some|the next few) "
        rf"(?:business |working )?{SPAN_UNIT}",
        rf"(?:{NUMBER}|half an) {SPAN_UNIT} (?:before(?:hand)?|after (?:that|it)|in advance|prior)"
        r"(?: (?:he|she|they|we|it|i) \w+)?",
        r"(?<!\bat )(?<!\bfor )the (?:moment|minute|second) (?!you\b)[\w']+(?: [\w']+){1,4}",
        r"when (?:i|we) (?:can|get (?:a|the) chance)",
    ]
)
#: "Three pence a minute", "twice a week": how much, not how soon.
_PER = "".join(
    rf"(?<!\b{word} )"
    for word in ["pence", "dollars", "pounds", "euros", "cents", "once", "twice", "times"]
)
_SPAN = "".join(
    [
        _PER,
        rf"(?:(?:{_AT_MOST}) )*(?:(?P<low>{NUMBER})(?: ?(?:to|or|-|–|and) ?))?",
        rf"(?:(?P<half>half an|half a)|(?P<num>{NUMBER}))[ -](?P<unit>{_UNIT})\b(?:'?s? time)?",
        r"(?: and a half)?(?: or (?:so|less|sooner))?(?: at (?:the )?(?:most|latest))?",
        r"(?: from (?:now|today))?|within the (?P<one>hour|day|week|month)",
    ]
)
_END = (
    r"(?:the )?(?:end|close) of (?P<of>the day|day|today|play|business(?: today| tomorrow)?|"
    r"the week|this week|next week|the month|this month|next month|tomorrow)|(?P<cob>cob|eod)\b"
)
_DATE = "|".join(
    [
        rf"(?:{DAY},? )?(?:the )?{NTH} (?:of )?{MONTH}(?:,? \d{{4}})?",
        rf"(?:{DAY},? )?{MONTH} (?:the )?(?:{NTH}|\d{{1,2}})\b(?:,? \d{{4}})?",
        rf"\d{{1,2}} {MONTH}(?: \d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}}",
        r"\d{1,2}/\d{1,2}(?:/\d{2,4})?",
    ]
)
_NO_DAY = "time|call|one|person|floor|line|attempt|half|thing|payment|option|part"
_DAY_OF_MONTH = rf"(?:{DAY},? )?the {NTH}(?! (?:{_NO_DAY}|of (?!the month)))"
_NAMED_DAY = "|".join(
    [
        r"the day after tomorrow|tomorrow|today|tonight",
        r"(?P<which>this coming|the coming|coming|this|next|the following|a week on|a week)? ?"
        rf"(?P<day>{DAY})s?\b",
        r"(?:this |next |the )weekend|(?P<span>this|next|the following) (?P<long>week|month)",
    ]
)
_PART = r"(?:(?:this|in the|the|during the) )?(?P<part>morning|afternoon|evening|lunchtime|night)"
_NEAR = r"(?:(?<=\bat )|(?<=\bby )|(?<=\bbefore )|(?<=\baround )|(?<=\babout )|(?<=\buntil ))"
_HOUR = "|".join(
    [
        rf"(?P<past>half|quarter|ten|twenty|five) (?P<to>past|to|after) (?P<hour>{CLOCK})",
        rf"(?P<time>{CLOCK})(?: (?P<spoken>{_words(*MINUTES)}))? ?"
        r"(?P<half_day>a\.?m\b\.?|p\.?m\b\.?|o'clock|oclock)",
        # "at four thirty", "at seven": an hour with nothing else beside it
        rf"{_NEAR}(?P<alone>{_words(*HOURS)}) (?P<minutes>{_words(*MINUTES)})\b",
        rf"(?<=\bat )(?P<sharp>{_words(*HOURS)}|\d{{1,2}})(?=\s*(?:$|[.,;!?]|and\b|sharp\b))",
        r"(?P<noon>noon|midday|midnight)",
    ]
)
_NO_HOUR = r"(?! \w*(?:dollar|pound|euro|cent|percent))"
_BARE = rf"(?P<bare>\d{{1,2}}(?::\d{{2}})?|{_words(*HOURS)})\b{_NO_HOUR}"

#: The kinds of pieces, the more telling first: what one has claimed, no later one takes.
PIECES: dict[str, re.Pattern[str]] = {
    kind: re.compile(rf"\b(?:{pattern})", re.IGNORECASE)
    for kind, pattern in {
        "week_on": rf"a week on {DAY}",
        "vague": _VAGUE,
        "span": _SPAN,
        "end": _END,
        "date": _DATE,
        "nth": _DAY_OF_MONTH,
        "day": _NAMED_DAY,
        "part": _PART,
        "clock": _HOUR,
        "bare": _BARE,
    }.items()
}
#: What may follow a time and belongs to it.
AFTER = re.compile(r"(?:,? at (?:the )?latest)?", re.IGNORECASE)
#: What may stand between two pieces of one time: "Friday, between eight and ten".
BETWEEN = re.compile(
    r"[\s,]*(?:(?:at|by|before|between|and|on|in the|in|around|about|from|to|till|until|"
    r"no later than|or|the|after|latest)[\s,]+)*",
    re.IGNORECASE,
)
#: A number beside a time is an hour only after one of these.
BEFORE_HOUR = re.compile(
    r"\b(?:at|between|by|and|before|to|from|around|about|until)\s+$", re.IGNORECASE
)
