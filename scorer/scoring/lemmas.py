"""The inflected forms of a word, so that a cue written `apologize~` also finds "apologized".

Rules for regular English, a table for the verbs that calls are full of. Forms are generated from
the cue's word and never guessed from what was said, so a cue can match nothing it was not given.
"""

from __future__ import annotations

from functools import cache

_IRREGULAR = """
be am is are was were been being | have has had having | do does did done doing
go goes went gone going | get gets got gotten getting | say says said saying
tell tells told telling | give gives gave given giving | take takes took taken taking
make makes made making | see sees saw seen seeing | hear hears heard hearing
know knows knew known knowing | feel feels felt feeling | find finds found finding
think thinks thought thinking | understand understands understood understanding
send sends sent sending | speak speaks spoke spoken speaking | pay pays paid paying
put puts putting | bring brings brought bringing | keep keeps kept keeping
leave leaves left leaving | let lets letting | mean means meant meaning
ring rings rang rung ringing | write writes wrote written writing | come comes came coming
run runs ran running | hold holds held holding | lose loses lost losing
break breaks broke broken breaking | cut cuts cutting | set sets setting
forget forgets forgot forgotten forgetting | become becomes became becoming
spend spends spent spending | buy buys bought buying | sell sells sold selling
read reads reading | show shows showed shown showing | begin begins began begun beginning
wake wakes woke woken waking | stand stands stood standing | sit sits sat sitting
hang hangs hung hanging | meet meets met meeting | deal deals dealt dealing
fight fights fought fighting | throw throws threw thrown throwing | try tries tried trying
upset upsets upsetting | drive drives drove driven driving | shut shuts shutting
wear wears wore worn wearing | fall falls fell fallen falling | cost costs costing
"""
_FORMS: dict[str, frozenset[str]] = {
    line.split()[0]: frozenset(line.split())
    for row in _IRREGULAR.strip().splitlines()
    for line in row.split("|")
}
_BASES = {form: word for word, some in _FORMS.items() for form in some}
_VOWELS = frozenset("aeiou")


@cache
def forms(word: str) -> frozenset[str]:
    """Every form of `word` (its dictionary form): "sort" gives sort, sorts, sorted, sorting."""
    if word in _FORMS:
        return _FORMS[word]
    if word.endswith("e") and not word.endswith(("ee", "ye", "oe")):
        stem = word[:-1]
        return frozenset({word, word + "s", stem + "ed", stem + "ing"})
    if word.endswith("y") and len(word) > 2 and word[-2] not in _VOWELS:
        return frozenset({word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"})
    plural = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
    regular = {word, plural, word + "ed", word + "ing"}
    if _doubles(word):
        regular |= {word + word[-1] + "ed", word + word[-1] + "ing"}
    return frozenset(regular)


def base(word: str) -> str:
    """The dictionary form of an irregular verb, "rang" being "ring"; of others the word itself."""
    return _BASES.get(word, word)


def _doubles(word: str) -> bool:
    """Whether the last letter is doubled before -ed and -ing: stop, plan, cancel (British)."""
    return (
        len(word) > 2
        and word[-1] not in _VOWELS | set("wxy")
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
    )
