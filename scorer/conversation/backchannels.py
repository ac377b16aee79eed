"""Words by which a listener says "go on" without taking the floor.

The list alone decides nothing: a back-channel must also lie within the other party's turn
(`turns.py`). It follows the tokens counted by Yngve (1970) and by Ward & Tsukahara (2000), with
everyday ones of other languages; a language that is missing falls back on what the sound shows.
"""

from __future__ import annotations

import re

#: At most this many words; "yeah, okay, right" is one, a sentence is not.
MOST_WORDS = 4

_TOKENS = {
    "en": """ah aha alright cool course exactly fine gotcha great hm hmm huh i mhm mhmm mm mmhm
        mmhmm mmm mm-hm mm-hmm nice of oh ok okay really right see sure true uh uh-huh uhhuh uhm
        um wow yeah yep yes yup absolutely definitely perfect good got it m-hm mh-hm all""",
    "de": "ach ah aha alles also äh ähm genau gut hm ja jaja klar mhm nun okay richtig so stimmt",
    "es": "ah ajá bien bueno claro eh exacto hm mhm mm ok okay sí vale ya entiendo correcto",
    "fr": "ah bien bon d'accord exactement euh hm hum mhm oui ok okay ouais voilà ça va",
    "it": "ah bene certo eh esatto già hm mhm ok okay sì va capito",
    "nl": "ah goed hm ja jaja juist klopt mhm oké okay precies zeker",
    "pt": "ah bem certo claro exato hm mhm ok okay pois sim tá",
}
_WORDS = {language: frozenset(words.split()) for language, words in _TOKENS.items()}
_NOT_A_WORD = re.compile(r"[^\w'-]+")


def only_acknowledges(text: str, language: str | None = "en") -> bool:
    """Whether every word of `text` is one that listeners use to acknowledge."""
    words = [word.strip("'-") for word in _NOT_A_WORD.split(text.lower())]
    words = [word for word in words if word]
    known = _WORDS.get(language or "en", _WORDS["en"])
    return 0 < len(words) <= MOST_WORDS and all(word in known for word in words)
