"""What was said, as words that cues can be held against, each knowing where it stands in the text.

Speech is written in many ways; a cue should have to be written in one. So the same normalisation
is applied to what was said and to the cues themselves: lower case, contractions opened ("won't" is
"will not"), fillers dropped, a repeated word said once, one spelling for each word.

It is also where fairness begins (S17: treat each person as new). Names become `@name`, titles
`@title`, "sir" and "madam" `@sir`, and he, she and they are one word: nothing that comes after can
tell one customer from another by them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from scorer.scoring import vocabulary

NAME, TITLE, SIR = "@name", "@title", "@sir"
STOP, ASK = ".", "?"  # ends of sentences; they are tokens of their own

#: Accents that some write as marks of their own, after the letter.
MARKS = "\u0300-\u036f"
#: What people and programs write for an apostrophe.
APOSTROPHES = "'’‘´`ʼ＇"
_LETTERS = rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])*"
_PIECE = re.compile(
    r"(?P<handle>@\w+)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<meridiem>\b[ap]\.m\.?)"
    rf"|(?P<word>{_LETTERS}(?:[{APOSTROPHES}]{_LETTERS})*)"
    r"|(?P<end>[.?!…]+(?=[\s\"”')\]]|$))"
)
_THEY = (
    dict.fromkeys(("he", "she", "they"), "they")
    | dict.fromkeys(("him", "her", "his", "hers", "them", "their", "theirs"), "them")
    | dict.fromkeys(("himself", "herself", "themself", "themselves"), "themselves")
)
_ONE_SPELLING = {
    "ok": "okay", "okey": "okay", "alright": "all right", "gonna": "going to",
    "wanna": "want to", "gotta": "got to", "lemme": "let me", "gimme": "give me",
    "kinda": "kind of", "sorta": "sort of", "dunno": "do not know", "cannot": "can not",
    "cos": "because", "cuz": "because", "coz": "because", "cause": "because",
    "yep": "yes", "yeah": "yes", "yup": "yes", "yah": "yes", "ya": "yes", "aye": "yes",
    "nope": "no", "nah": "no", "thx": "thanks", "ta": "thanks", "thankyou": "thank you",
    "mum": "mom", "cheque": "check", "cancelled": "canceled", "cancelling": "canceling",
    "centre": "center", "programme": "program", "whilst": "while", "learnt": "learned",
    "spelt": "spelled", "enquire": "inquire", "enquiry": "inquiry", "enquiries": "inquiries",
    "practise": "practice", "licence": "license", "grey": "gray", "defence": "defense",
    "travelled": "traveled", "travelling": "traveling", "fulfil": "fulfill",
    "fulfilment": "fulfillment", "judgement": "judgment", "tyre": "tire", "tyres": "tires",
    "mhm": "mm hmm", "mmhmm": "mm hmm", "mmhm": "mm hmm", "hm": "hmm", "mmm": "mm",
    "everytime": "every time", "anymore": "any more", "pls": "please", "plz": "please",
    "realise": "realize",
}  # fmt: skip
_TAILS = {
    "m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would", "em": "them", "all": "all",
}  # fmt: skip
_NEVER_NAMES = vocabulary.FILLERS | vocabulary.SIRS
#: With what a name may begin: "d'Angelo".
ELIDED = rf"(?:[a-z][{APOSTROPHES}])"
_NAMED = re.compile(rf"{ELIDED}?[^\W\d_a-z]")
#: What may join a name to the next one.
JOINTS = rf"(?:(?:{'|'.join(sorted(vocabulary.NAME_JOINTS))})[\s-])*"
# What follows a name at the start of a sentence, and not the everyday word: "Will, ...", "Mark
# Lee", "Grace de la Cruz", "Hope speaking".
_IS_NAMED = re.compile(
    rf"\s*,|\s+(?:here|speaking)\b|\s+{JOINTS}{ELIDED}?[^\W\d_a-z](?:[\w'’]|[{MARKS}])"
)
_ENDS = re.compile(r"\s*(?:[,.?!;:]|$)")
_RUN_ON = tuple((who, "will") for who in ("i", "we", "they", "you"))
_SURE_ISE = re.compile(r"^(\w{3,}[^aeiouw])(is)(e|es|ed|ing|ation|ations)$")
_NOT_ISE = re.compile(
    r"^(promis|rais|advis|surpris|exercis|compris|premis|disguis|revis|supervis|advertis|devis|"
    r"improvis|televis|enterpris|expertis|franchis|nois|prais|precis|otherwis|likewis|merchandis)"
)
_OUR = re.compile(r"^(col|fav|hon|lab|behavi|neighb|hum|rum|harb|flav|endeav)our")


@dataclass(frozen=True)
class Reading:
    """A turn's words: `words[i]` was said at `text[spans[i][0]:spans[i][1]]`.

    A contraction gives two words with one span. `joined` is the words with a space after each,
    which is what cue patterns run over.
    """

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @cached_property
    def joined(self) -> str:
        return "".join(word + " " for word in self.words)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def _offsets(self) -> list[int]:
        offsets, at = [], 0
        for word in self.words:
            offsets.append(at)
            at += len(word) + 1
        return offsets

    def index_at(self, offset: int) -> int:
        """The word that holds character `offset` of `joined`."""
        return bisect_right(self._offsets, offset) - 1

    @cached_property
    def spoken(self) -> int:
        """How many words were said (sentence ends are not words)."""
        return sum(word not in (STOP, ASK) for word in self.words)

    def _begins(self, place: int) -> bool:
        """Whether a sentence begins at word `place`. "And I will" begins one: speech runs on."""
        if self.words[place - 1] in (STOP, ASK):
            return True
        return self.words[place] == "and" and self.words[place + 1 : place + 3] in _RUN_ON

    def sentences(self) -> list[tuple[int, int]]:
        """The first and last word of each sentence, its end included."""
        found, first = [], 0
        for place in range(len(self.words)):
            if place == len(self.words) - 1 or self._begins(place + 1):
                found.append((first, place))
                first = place + 1
        return found

    def sentence(self, first: int, last: int, longest: int = 40) -> tuple[int, int]:
        """The character span of the sentence around words `first..last`, cut to `longest` words."""
        begin, end = first, last
        while begin > 0 and not self._begins(begin) and last - begin < longest:
            begin -= 1
        while end + 1 < len(self.words) and not self._begins(end + 1) and end - begin < longest:
            end += 1
        return self.spans[begin][0], self.spans[end][1]


def read(text: str, names: Iterable[str] = ()) -> Reading:
    """`text` as words. `names`: the people's names heard in this call, in lower case."""
    known = frozenset(names)
    words: list[str] = []
    spans: list[tuple[int, int]] = []

    def add(word: str, span: tuple[int, int]) -> None:
        if word == NAME and (joint := name_goes_on(words, (NAME, TITLE))) < len(words):
            span = (spans[joint][0], span[1])
            del words[joint:], spans[joint:]
        # Said twice is said once ("I I'm", "Mary Ann"); numbers really are repeated.
        if words and words[-1] == word and not word[0].isdigit():
            spans[-1] = (spans[-1][0], span[1])
        else:
            words.append(word)
            spans.append(span)

    for piece in _PIECE.finditer(text):
        span = piece.span()
        if piece.lastgroup == "end":
            if words and not (piece.group() == "." and _shortens(text, words, spans)):
                add(ASK if "?" in piece.group() else STOP, span)
            continue
        if piece.lastgroup == "handle":  # "@sam: could you ..." in written transcripts
            add(NAME, span)
            continue
        if piece.lastgroup != "word":
            add(
                piece.group().replace(".", "") if piece.lastgroup == "meridiem" else piece.group(),
                span,
            )
            continue
        if piece.group().lower() == "miss":
            add(_miss(words, text, span[1]), span)
            continue
        begins = (not words or words[-1] in (STOP, ASK)) and not _IS_NAMED.match(text, span[1])
        for word in _spellings(piece.group(), known, begins):
            add(word, span)
    return Reading(text, tuple(words), tuple(spans))


def _shortens(text: str, words: Sequence[str], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a full stop only shortens a title ("Dr. Lee"), and ends no sentence."""
    return words[-1] == TITLE and text[slice(*spans[-1])].lower() in vocabulary.SHORT_TITLES


def _miss(words: Sequence[str], text: str, end: int) -> str:
    """A title ("Miss Lee"), an address ("Certainly, miss.") or the verb."""
    if words and words[-1] in vocabulary.BEFORE_VERBS:
        return "miss"
    return SIR if _ENDS.match(text, end) else TITLE


def name_goes_on(words: Sequence[str], named: Collection[str]) -> int:
    """How many of the words there are before what joins the next one to a name ("de la"), one of
    those `named`; all of them where nothing does."""
    before = len(words)
    while before and words[before - 1] in vocabulary.NAME_JOINTS:
        before -= 1
    return before if before and words[before - 1] in named else len(words)


def _spellings(raw: str, names: frozenset[str], begins: bool) -> tuple[str, ...]:
    """One written word as the word or words it stands for; none for a filler.

    A name is one only where it is written as one; at the beginning of a sentence, where every word
    has a capital, "Will" and "Grace" are taken for the everyday word.
    """
    if names and _NAMED.match(raw):
        word = plain(raw)
        everyday = begins and word in vocabulary.NAMES_AND_WORDS
        if bare(word.removesuffix("'s")) in names and not everyday and word not in _NEVER_NAMES:
            return (NAME,)
    return _written(raw)


def plain(raw: str) -> str:
    """Written words in lower case, with one kind of apostrophe and of accents."""
    return re.sub(f"[{APOSTROPHES}]", "'", unicodedata.normalize("NFC", raw).lower())


def bare(raw: str) -> str:
    """The same without accents, which are not written by all: "Émond", "Emond"."""
    parts = unicodedata.normalize("NFD", plain(raw))
    return unicodedata.normalize("NFC", re.sub(f"[{MARKS}]", "", parts))


@lru_cache(maxsize=20_000)
def _written(raw: str) -> tuple[str, ...]:
    """A word that is nobody's name, as the word or words it stands for."""
    return tuple(_spelled(plain(raw)))


def _spelled(word: str) -> list[str]:
    if word in vocabulary.FILLERS:
        return []
    if word in vocabulary.SIRS:
        return [SIR]
    if word in vocabulary.TITLES:
        return [TITLE]
    if "'" in word:
        return _open(word)
    if word in _ONE_SPELLING:
        return _ONE_SPELLING[word].split()
    return [_canonical(word)]


def _open(word: str) -> list[str]:
    """A contraction in full: "can't" is "can not"; "it's" is "it is"; "Anna's" stays possessive."""
    if word in ("won't", "shan't"):
        return ["will", "not"]
    if word == "let's":
        return ["let", "us"]
    if word == "ain't":
        return ["is", "not"]
    if word.endswith("n't"):
        stem = word[:-3]
        return ["can" if stem == "ca" else stem, "not"] if stem else ["not"]  # "do n't"
    head, _, tail = word.partition("'")
    if tail == "s":
        return [_canonical(head), "is"] if head in vocabulary.IS_AFTER else [_canonical(head)]
    if tail in _TAILS:
        return [_canonical(head), _TAILS[tail]]
    return [word]


def _canonical(word: str) -> str:
    """One spelling of a word: "apologise" and "apologize", "favour" and "favor", "he" and "she"."""
    if word in _THEY:
        return _THEY[word]
    if word in _ONE_SPELLING and " " not in _ONE_SPELLING[word]:
        return _ONE_SPELLING[word]
    if not _NOT_ISE.match(word) and (found := _SURE_ISE.match(word)):
        return f"{found[1]}iz{found[3]}"
    return _OUR.sub(r"\1or", word)
