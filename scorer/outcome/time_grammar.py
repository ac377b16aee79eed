"""How people name times, as pieces that stand next to each other (see `when`)."""

# ruff: noqa: SIM905 (a list of words is read and edited as text)

from __future__ import annotations

import re

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
HOURS = _SMALL.split(" ")[1:13]
_TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(" "),
        range(20, 100, 10),
        strict=True,
    )
)
NUMBERS = {
    **{word: value for value, word in enumerate(_SMALL.split(" "))},
    **_TENS,
    **{
        f"{ten}{dash}{one}": tens + ones
        for ten, tens in _TENS.items()
        for ones, one in enumerate(_SMALL.split(" ")[1:10], start=1)
        for dash in " -"
    },
    **{"a": 1, "an": 1, "one or two": 2},
    **dict.fromkeys(["a couple of", "couple of", "a couple", "couple"], 2),
}
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


MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ")


def _words(*words: str) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


NUMBER = rf"(?:{_words(*NUMBERS)}|\d+)"
_SPOKEN_NTH = _words(*ORDINALS).replace("\\-", "[- ]")
NTH = rf"(?:{_SPOKEN_NTH}|\d{{1,2}}(?:st|nd|rd|th))"
MONTH = rf"{_words(*_YEAR.split(' '))}\b(?:\.(?= \w))?"
DAY = _words(*DAYS)
CLOCK = rf"(?:\d{{1,2}}(?:[:.]\d{{2}})?|noon|midday|midnight|{_words(*HOURS)})"
SPAN_UNIT = r"(?:minute|min|hour|hr|day|week|fortnight|month)s?"
_UNIT = rf"(?:(?:business|working|week)[ -])?{SPAN_UNIT}"
_AT_MOST = _words(
    "within", "in", "inside of", "inside", "under", "over", "about", "around", "up to", "at most",
    "no more than", "less than", "approximately", "roughly", "the next", "another", "the", "next",
    "up to", "maximum", "the coming", "maybe", "say",
)  # fmt: skip

_NO_NOW = "by for from just okay right since so than till to until well".split(" ")
#: Said of time, and held by no calendar.
_VAGUE = "|".join(
    [
        r"as soon as (?:possible|(?!you\b)[\w']+(?: [\w']+){1,4})",
        r"a\.?s\.?a\.?p\b|soon\b|shortly|right away|right now|straight ?away|immediately|at once",
        r"this (?:very )?(?:minute|second|instant)\b",
        # "I'll send it now", "the now"; but "by now", "for now", "now that", "Now, ..."
        "".join(rf"(?<!\b{word} )" for word in _NO_NOW)
        + r"(?<=\w )(?:the )?now(?=\s*(?:$|[.,;!?]|(?:and|so|but|for you|to you|while)\b))",
        r"in due course|on (?:his|her|their|my) way(?: home| over| there)?|at some point|"
        r"one of these days|sometime(?: soon)?\b|eventually|presently",
        r"in the near future|later on|later(?=\s*(?:$|[.,;!?]))|before long|in no time|"
        r"any (?:minute|moment|day) now",
        r"whenever (?:i|we|they) \w+(?: \w+)?|momentarily|(?:in|over) the coming (?:days|weeks)",
        r"in (?:just )?(?:a|one) (?:moment|minute|second|sec|bit|while|little while|"
        r"few (?:moments|minutes|seconds))",
        r"(?:within|in|over|for)? ?(?:the next |next )?(?:a few|several|some|the next few) "
        rf"(?:business |working )?{SPAN_UNIT}",
        # measured from something else: "half an hour before he arrives", "a day later"
        rf"(?:{NUMBER}|half an) {SPAN_UNIT} (?:before(?:hand)?|after(?:wards| that| it)?|later|"
        rf"in advance|prior)"
        r"(?: (?:he|she|they|we|it|i|you) \w+)?",
        r"the (?:night|day|evening|morning|week) before(?:hand)?\b|"
        r"(?<!\bat )(?<!\bfor )the (?:moment|minute|second) (?!you\b)[\w']+(?: [\w']+){1,4}",
        r"when (?:i|we) (?:can|get (?:a|the) chance)",
        r"(?:in|within) a matter of (?:minutes|hours|days)",
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
        "(?:",
        # "a day or two", "a week or so"
        rf"(?:(?:{_AT_MOST}) )*a (?P<unit2>{_UNIT}) or (?P<num2>two|so)\b|",
        rf"(?:(?:{_AT_MOST}) )*(?:(?P<low>{NUMBER})(?: {_UNIT})? ?(?:to|or|–|and|-(?=\d)) ?)?",
        # "ten, fifteen minutes"
        "(?:(?:two|three|five|ten|fifteen|twenty|thirty), "
        "(?=(?:three|four|ten|fifteen|twenty|thirty|forty) ))?",
        rf"(?:(?P<half>half an|half a|half(?=[ -]hour))|"
        rf"(?P<quarters>a quarter of an|three quarters of an)|"
        rf"(?P<num>{NUMBER})(?:[- ]odd|[- ]?ish| or so)?)(?:[ -](?P<unit>{_UNIT})\b(?:'?s? time)?)",
        r"(?P<more> and a half)?(?: or (?:so|less|sooner))?",
        r"(?: at (?:the )?(?:very )?(?:most|latest))?",
        r"(?: from (?:now|today))?|(?:within the (?:next )?|inside the |in the next |"
        r"over the next )(?P<one>hour|day|week|fortnight|month)(?: or so)?\b|"
        # "in ten": minutes
        r"in (?:about )?(?P<mins>five|ten|fifteen|twenty[- ]five|twenty|thirty|forty[- ]five|forty)"
        r"(?=\s*(?:$|[.,;!?])))",
    ]
)
_STRETCH = r"(?:the|this|next) (?:week|month)"
_END = (
    r"(?:the )?(?:end|close) of (?P<of>the day|day|today|play|business(?: today| tomorrow)?|"
    r"the working day|(?:the|my|our|his|her|their) shift|the (?:night|evening|afternoon)|"
    rf"the week|this week|next week|the month|this month|next month|tomorrow|{MONTH})|"
    # "the back of next week", "before the week is out"
    r"(?:the )?(?:back end|back|tail end|latter part|latter half|second half) of "
    rf"(?P<back>{_STRETCH})|before the (?P<out>day|week|month)(?: is|'s) (?:out|over|up|through)|"
    rf"(?:the )?(?:middle of|mid[- ]?) ?(?P<middle>{_STRETCH}|week|{MONTH})|"
    r"(?P<cob>cob|eod|cop)\b"
    # today, while somebody is still there
    r"|before (?:we|i) (?:shut|close|leave|go(?: home)?|finish|knock off|clock off)\b"
    r"(?: (?:for the day|today|tonight|up))*"
    r"|in the course of (?:the day|today)|(?:some ?time|at some point) today"
    r"|before my shift (?:ends|is over)"
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
_DAY_ENDS = "(?:of|or|and|to|at|by|before|so|but|if|is|then|which|for)\\b"  # else "the first train"
_DAY_OF_MONTH = (
    rf"(?:(?:{DAY},? )?the|{DAY}) (?:(?:first|second|third)(?=\s*(?:$|[.,;!?]|{_DAY_ENDS}))|"
    rf"(?!(?:first|second|third)\b){NTH})"
    rf"(?! (?:{_NO_DAY}|of (?!the month|this month|next month)))"
)
_NAMED_DAY = "|".join(
    [
        r"(?:the )?day after tomorrow|tomorrow|today|tonight|overnight",
        r"(?:the )?next (?P<working>business|working|week)[ -]?day\b",
        # "the Tuesday after next", "Tuesday next"
        rf"(?:the )?(?P<far>{DAY}|week) after next\b|(?P<coming>{DAY}) next\b(?! (?:week|month))",
        r"(?P<which>this coming|the coming|coming|this|next|the following)? ?"
        rf"(?P<day>{DAY})\b",
        r"(?:this |next |the )weekend",
        r"(?:by|before) (?P<feast>christmas|easter|(?:the )?new year)\b",
        r"(?:(?P<early>early|the start of|the beginning of|beginning of|start of|later) )?"
        r"(?P<span>this|next|the following) (?P<long>week|month)\b(?!'s)",
    ]
)
_WEEKS_ON = "|".join(
    [
        # "a week on Monday", "a fortnight today", "Friday week", "this time tomorrow"
        rf"(?:a week|a fortnight|two weeks) (?:(?:on )?{DAY}|today\b|tomorrow\b)",
        rf"(?:{DAY}|today|tomorrow) (?:week|fortnight)\b",
        r"this time (?:next week|tomorrow)",
        # "Tuesday of next week", "next week, on Tuesday"
        rf"{DAY},? (?:of )?next week\b|next week,? (?:on )?(?:the )?{DAY}",
    ]
)
_PART_WORDS = (
    "morning|afternoon|evening|lunchtime|lunch|night|tea[- ]?time|dinner[- ]?time|"
    "breakfast(?:[- ]time)?|bedtime|arvo|sundown|nightfall|dusk|"
    r"(?:(?<=\bbefore )|(?<=\bafter )|(?<=\bby ))(?:supper|dinner|tea|school|work)"
)
_PART = (
    r"(?P<first>first thing)(?: in the (?P<first_part>morning|afternoon))?|last thing\b|"
    r"(?:(?:later |early )?(?:this|in the|the|during the) )?"
    rf"(?P<part>{_PART_WORDS})\b"
)
_NEAR = (
    r"(?:(?<=\bat )|(?<=\bby )|(?<=\bbefore )|(?<=\baround )|(?<=\babout )|(?<=\buntil )|"
    r"(?<=\blatest )|(?<=\bback of )|(?<=day )|(?<=\btomorrow ))"
)
_HOUR = "|".join(
    [
        # "between eight and ten", "two till six": the hour it ends is the one that counts
        rf"(?:between|from) (?:{CLOCK}) ?(?:and|to|till|until|"
        rf"-) (?P<until>{CLOCK})\b(?! ?(?:a\.?m|p\.?m|a m|p m|o'clock|{_UNIT}|per))",
        rf"(?:{CLOCK}) (?:till|until) (?P<until2>{CLOCK})\b(?! ?(?:a\.?m|p\.?m|a m|p m|o'clock|"
        rf"{_UNIT}|per))",
        r"(?:a )?(?P<past>half|quarter|ten|twenty[- ]five|twenty|five) (?P<to>past|to|after) "
        rf"(?P<hour>{CLOCK})",
        # "fourish", "about two-ish"
        rf"(?P<ish>{_words(*HOURS)}|\d{{1,2}})[- ]?ish\b",
        rf"half (?P<half_past>{_words(*HOURS)})\b",
        rf"(?P<time>{CLOCK})(?: (?P<spoken>{_words(*MINUTES)}))? ?"
        r"(?P<half_day>a\.?m\b\.?|p\.?m\b\.?|[ap] m\b|o'clock|oclock)",
        # "at four thirty", "at seven": an hour with nothing else beside it
        rf"{_NEAR}(?P<alone>{_words(*HOURS)}) (?P<minutes>{_words(*MINUTES)})\b",
        rf"(?<=\bat )(?P<sharp>{_words(*HOURS)}|\d{{1,2}})"
        r"(?=\s*(?:$|[.,;!?]|(?:and|sharp|myself|with|from|for|so|because|to|in the|on the)\b))",
        # "by five", "before twelve"
        rf"(?:(?<=\bby )|(?<=\bbefore )|(?<=\blatest )|(?<=\bback of )|(?<=\bfor )|"
        rf"(?<=\baround )|(?<=\babout )|(?<=\bafter )|"
        rf"(?<=\bfrom ))(?P<by>{_words(*HOURS)}|\d{{1,2}})"
        r"(?=\s*(?:$|[.,;!?]|(?:and|that|that's|which|but|so|or|if|i|i'll|you|the|okay|please|"
        r"then|he|she|they|we|it|myself|at the|for (?:you|sure)|latest|sharp|to|with|because|love|"
        r"mate|sir|ma'am|madam|max|tops)\b))",
        r"(?P<noon>noon|midday|midnight)",
    ]
)
_NO_HOUR = r"(?! \w*(?:dollar|pound|euro|cent|percent))"
_BARE = rf"(?P<bare>\d{{1,2}}(?::\d{{2}})?|{_words(*HOURS)})\b{_NO_HOUR}"

#: The kinds of pieces, the more telling first: what one has claimed, no later one takes.
PIECES: dict[str, re.Pattern[str]] = {
    kind: re.compile(rf"\b(?:{pattern})", re.IGNORECASE)
    for kind, pattern in {
        "week_on": _WEEKS_ON,
        "same": r"(?:the|that) same (?:day|morning|afternoon|evening)|that (?:very )?day|(?:by|"
        r"before) then\b|then(?=\s*(?:$|[.;!]))",
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
AFTER = re.compile(r"(?:,? at (?:the )?(?:very )?(?:latest|outside))?", re.IGNORECASE)
#: What may stand between two pieces of one time: "Friday, between eight and ten".
BETWEEN = re.compile(
    r"[\s,]*(?:(?:at|by|before|between|and|on|in the|in|around|about|from|to|till|until|"
    r"no later than|or|the|after|latest|it is|then|any time|anytime|sometime|say|of)[\s,]+)*",
    re.IGNORECASE,
)
#: A number beside a time is an hour only after one of these.
BEFORE_HOUR = re.compile(
    r"\b(?:at|between|by|and|before|to|from|around|about|until|latest|back of)\s+$", re.IGNORECASE
)
