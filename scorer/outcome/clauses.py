"""A turn as clauses: who is said to do what, and what stands around it.

People speak in clauses, and a recogniser seldom writes their full stops. So a clause is found by
its head, a subject with its verb ("I'll", "the engineer should", "you're"), in the one spelling of
`scorer.scoring.tokens`; it reaches to the next head. What joins it to the clause before it ("and",
"if", "when", "that") is its lead.

    "Sure, if you send it I'll post it tomorrow and he'll ring you when he's done"
    main "sure" | if "you send it" | main "i will post it tomorrow" | main "and they will ring you"
    | time "when they is done"
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from scorer.scoring import tokens, vocabulary
from scorer.scoring.talk import Conversation
from scorer.scoring.tokens import Reading

Kind = Literal["main", "if", "time", "asked"]

_NEAR = 120  # characters before a subject in which its lead stands
_PAUSE = re.compile(r"[,;:—–]| - ")
AUX = (
    "(?:will|would|shall|should|can|could|may|might|must|ought|is|are|was|were|has|have|had|do|"
    "does|did|going to|need|needs) "
)
#: Words that no subject of several words holds.
_NO_NOUN = (
    "i|we|you|they|it|that|this|them|us|me|and|but|so|then|or|if|when|once|because|to|for|with|by|"
    "at|on|about|into|of|from|in|off|out|up|over|within|until|till|before|after|than|not|no|"
    "yes|please|okay|thanks|just|also|"
    "will|would|shall|should|can|could|may|might|must|am|is|are|was|were|has|have|had|do|does|did|"
    "be|been|get|let|what|who|which|where|how|why|there|here|now|today|tomorrow|tonight|sorry|"
    r"well|right|said|says|going|need|needs|ought|@sir|,|\.|\?"
)
_NOUN = rf"(?!(?:{_NO_NOUN}) )[^ ,.?]+ "
_DET = "(?:a|an|the|our|my|your|them|its|another|some|both|one|two|three|all|any)"
_NUMBER = (
    r"(?:\d[^ ]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    "fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|"
    "ninety|hundred|thousand)"
)
#: "Seventy pounds", "a hundred and forty euros"; but "at six | the van", "by ten | Anna".
_AMOUNT = (
    rf"(?:(?:a|the|your|another) )?(?:{_NUMBER} (?:and (?={_NUMBER} ))?)+"
    rf"(?!(?:{_DET}|someone|somebody|everyone|everything|nobody|@name) ){_NOUN}"
)
NOUN_PHRASE = (
    rf"(?:(?:{_DET} |one of (?:our|the|my) |two of (?:our|the|my) )(?:{_NOUN}){{1,4}}?"
    rf"|(?:someone|somebody|anyone|everyone|nobody|everything|one) |{_NOUN}(?!@name ))"
    rf"(?:(?:from|of|in|at) (?:{_DET} )?(?:{_NOUN}){{1,3}}?)?"
)
_ADVERB = (
    "(?:also|just|now|then|still|already|definitely|certainly|personally|probably|hopefully|all|"
    "both|actually|really|only|never|always|usually|normally|@sir|@name) "
)
#: What somebody does; no question begins with "Will can" or "May will".
_DOES = frozenset(
    ("will", "would", "shall", "should", "can", "could", "may", "might", "must", "is", "was", "has")
)
_HEAD = re.compile(
    r"(?<![^ ])(?P<subject>(?:i|we|they) (?!and |or )"
    rf"|(?:you|it|that|this|there|these|those|who|which|yours|mine) (?=(?:{_ADVERB})*{AUX})"
    rf"|(?:{_AMOUNT}|{NOUN_PHRASE})(?=(?:{_ADVERB})*{AUX})"
    + "".join(
        rf"|(?<={joint} )(?:you|it|that|this|there) (?!(?:i|we|they|you|and|but|,|\.) )"
        for joint in ("if", "when", "once", "unless", "until", "before", "as soon as")
    )
    + "".join(
        rf"|(?<={joint} )(?:the|your|our) {_NOUN}(?={_NOUN})"
        for joint in ("if", "when", "once", "unless")
    )
    + r"|(?<=and )(?:it|that|this) (?=[a-z]+s )"
    + "|(?<=after )you )"
)
_AND = "(?:and|but|so|then|or|because|plus|that|otherwise|after that|,)"
_JOINS = (
    "(?:if|unless|when|whenever|once|until|till|before|after|while|whether|as soon as|as long as|"
    "in case|the moment|the minute|next time|every time|how|what|where|why|who|which|provided|"
    "providing|because|that)"
)
_LEAD = re.compile(rf"(?<![^ ])(?:(?:{_AND} )+(?:{_JOINS} )?(?:, )?|(?:{_JOINS} )(?:, )?)$")
_IF = re.compile(
    r"(?<![^ ])(?:if|unless|in case|as long as|provided|providing|otherwise|whenever|"
    r"next time|every time|each time) "
)
_TIME = re.compile(
    r"(?<![^ ])(?:when|once|until|till|before|after|as soon as|the moment|the minute) "
)
#: What is needed, told beside it: "the code | you need".
_NEEDED = re.compile(
    rf"(?<![^ ])(?:{_DET} (?:{_NOUN}){{1,3}}|(?:anything|everything|something|whatever|all) )$"
)
_NEED = re.compile(r"(?:you|we|they) need (?!to )")
#: Not asked of the customer, whatever they do: "before you go on shift".
_BEFORE = re.compile(r"(?<![^ ])(?:before|until|till) $")
_POLITE = re.compile(
    r"(?:that|it|this) (?:is|would be|suits|works) ?(?:okay|all right|fine|good|convenient|useful|"
    r"you|for you|easier|with you|helpful)|you do not mind|you (?:like|want|prefer|wish) (?:, |"
    r"\. |$)"
)
_ASKS_IF = re.compile(
    r"(?<![^ ])(?:see|check|find out|know|ask|tell|sure|confirm|wonder|as) (?:, )?$"
)
#: "Shall I", "so when will he": the verb before its subject.
_TURNED = re.compile(
    r"(?:(?:and|so|but|or|how|what|when|where|why|who|well|okay|yes|sure|now|then|right|else|much|"
    rf"many|long|soon|time|about|,) )*(?:{AUX}|am )(?:not )?"
)


class Heard:
    """The words of a turn with its pauses: `plain`, and where each stood in its text."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self._offsets: list[int] = []
        self._spans: list[tuple[int, int]] = []
        self.plain, last = "", 0
        for word, (start, end) in _with_subjects(reading):
            if self.plain and word not in ".?" and _PAUSE.search(self.text, last, start):
                self._add(",", (last, start))
            self._add(word, (start, end))
            last = end

    def _add(self, word: str, span: tuple[int, int]) -> None:
        if word == tokens.NAME and self.plain.endswith(f"{tokens.TITLE} "):  # "Mr Lee" is "Lee"
            self.plain = self.plain[: self._offsets.pop()]
            span = (self._spans.pop()[0], span[1])
        self._offsets.append(len(self.plain))
        self._spans.append(span)
        self.plain += word + " "

    def plain_from(self, place: int) -> str:
        """The words that begin in the text at `place` or after it."""
        first = bisect_left(self._spans, (place, 0))
        return self.plain[self._offsets[first] :] if first < len(self._spans) else ""

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Where `plain[begin:end]` (not empty) stands in the text."""
        first = bisect_right(self._offsets, begin) - 1
        last = max(first, bisect_right(self._offsets, end - 1) - 1)
        return self._spans[first][0], self._spans[last][1]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a turn. `plain` is its words in one spelling, `lead` what joins it to the one
    before, `body` the rest from its subject on; `turn.text[start:end]` is what was said."""

    turn: int
    start: int
    end: int
    lead: str
    body: str
    kind: Kind
    headed: bool  # whether it has a subject and a verb of its own
    sentence: int  # which sentence of the turn
    asked: bool  # whether that sentence ends as a question
    heard: Heard
    at: int  # where `body` begins in `heard.plain`

    @property
    def plain(self) -> str:
        return self.lead + self.body

    def place(self, offset: int) -> int:
        """Where character `offset` of `body` stands in the turn's text."""
        return self.heard.span(self.at + offset, self.at + offset + 1)[0]

    def cut(self, begin: int, end: int) -> Clause:
        """The part `body[begin:end]` (not empty) as a clause of its own."""
        start, stop = self.heard.span(self.at + begin, self.at + end)
        start = self.start if begin == 0 else start + _blank(self.heard.text[start:stop])
        lead = self.lead if begin == 0 else ""
        return replace(
            self, start=start, end=stop, lead=lead, body=self.body[begin:end], at=self.at + begin
        )


class Talk:
    """A call as clauses. Each turn is read once, with the names heard in the call, so that no name
    is taken for the everyday word that it is as well: "Thank you, Hope, I'll call you"."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.turns = conversation.turns
        self.heard = tuple(Heard(reading) for reading in conversation.readings)
        self.clauses = tuple(tuple(clauses(*numbered)) for numbered in enumerate(self.heard))

    def plain(self, place: int, begin: int = 0) -> str:
        """What a turn says from a character of its text on, in the one spelling."""
        if begin == 0:
            return "".join(clause.plain for clause in self.clauses[place])
        return self.heard[place].plain_from(begin)


def clauses(turn: int, heard: Heard) -> Iterator[Clause]:
    """The clauses of turn number `turn`, in order; together they hold all of its words."""
    ends = [m.end() for m in re.finditer(r"(?<![^ ])[.?] ", heard.plain)]
    for number, (first, last) in enumerate(pairwise(sorted({0, *ends, len(heard.plain)}))):
        sentence = heard.plain[first:last]
        heads = list(_heads(sentence))
        cuts = sorted({0, *(_lead_at(sentence, head) for head in heads)})
        asked, before = sentence.endswith("? "), 0
        for begin, end in pairwise([*cuts, len(sentence)]):
            inner = bisect_left(heads, begin)
            headed = inner < len(heads) and heads[inner] < end
            at = heads[inner] if headed else begin
            lead = sentence[begin:at]
            text = sentence[begin:end].strip(" ,.?")
            if not text:
                continue
            start, stop = heard.span(first + begin, first + end)
            start += _blank(heard.text[start:stop])
            kind = _kind(sentence[before:begin], lead, sentence[at:end])
            body = sentence[at:end]
            yield Clause(
                turn, start, stop, lead, body, kind, headed, number, asked, heard, first + at
            )
            before = begin


def _blank(text: str) -> int:
    """How many characters of pause a text begins with."""
    return len(text) - len(text.lstrip(" ,;:—–-"))


def _with_subjects(reading: Reading) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each word with its place, a name that does something as one though nobody gave it: "Hope will
    come on Friday". The everyday word would have no capital, or no such verb."""
    for place, (word, (start, end)) in enumerate(zip(reading.words, reading.spans, strict=True)):
        if word not in vocabulary.NAMES_AND_WORDS or not reading.text[start].isupper():
            yield word, (start, end)
        elif twice := re.fullmatch(r"(\w+)\s+\w+", reading.text[start:end]):  # "Will will"
            yield tokens.NAME, (start, start + twice.end(1))
            yield word, (start + twice.end(1), end)
        else:
            does = not _DOES.isdisjoint(reading.words[place + 1 : place + 2])
            yield tokens.NAME if does else word, (start, end)


def _heads(sentence: str) -> Iterator[int]:
    """Where the subjects of a sentence begin. A name that only stands beside one is none: "our
    engineer Hope will come"."""
    last = -1
    for head in _HEAD.finditer(sentence):
        beside = head["subject"] == f"{tokens.NAME} " and head.start() == last
        last = head.end()
        if not beside and not _tells_which(sentence, head.start()):
            yield head.start()


def _tells_which(sentence: str, head: int) -> bool:
    """Whether a clause only says which of some things is meant."""
    return bool(_NEED.match(sentence, head) and _NEEDED.search(sentence, head - _NEAR, head))


def _lead_at(sentence: str, head: int) -> int:
    lead = _LEAD.search(sentence, head - _NEAR, head)
    return lead.start() if lead else head


def _kind(before: str, lead: str, body: str) -> Kind:
    if _IF.search(lead):
        if _ASKS_IF.search(before) or before.endswith(" even ") or _POLITE.match(body):
            return "main"
        return "if"
    if _TIME.search(lead):
        return "if" if body.startswith("you ") and not _BEFORE.search(lead) else "time"
    if (not lead and _TURNED.fullmatch(before)) or re.match(r"(?:who|which) ", body):
        return "asked"
    return "main"
