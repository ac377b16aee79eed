"""The promise ledger's entries: who said they would do what, and by when (S6).

A promise is something to be done *after* this moment that somebody will have to wait for: a call
back, a letter, a refund, a visit. What is done while the customer waits on the line ("let me check
that") is none; nor is what is conditional ("if you send it, we'll..."), denied, hoped for, a
report of what others said, or in the past. What a customer promises is kept apart by `Promise.by`.

Source: commissive speech acts (Searle 1976) with the service rule that a promise has a what, a
who and a when. Range: none or many; `when` None where no time was named, `due` None where the
time is vague or the call's date is unknown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scorer.call import CUSTOMER, Call, Turn
from scorer.outcome import when as times
from scorer.outcome.when import When
from scorer.scorecard import Evidence, Promise
from scorer.scoring.cues import quote

_SENTENCE = re.compile(r"[^.!?…]+(?:[.](?=\S)[^.!?…]*)*(?:[.!?…]+|$)", re.DOTALL)
_CLAUSE = re.compile(
    r"(?:,|;|—|–| -)?\s+(?:and|but|so|then|and then|plus|or else)\s+"
    r"(?=(?:also |then |meanwhile |hopefully |if |in the meantime,? )*"
    r"(?:i|we|you|it|that|they|he|she|someone|somebody|the|a|an|your|our|my|if|there|please|will)\b)|[;—–]\s+",
    re.IGNORECASE,
)
_ADVERBS = (
    r"(?:(?:also|then|now|just|certainly|definitely|personally|gladly|happily|absolutely|of course|please|immediately|"
    r"be sure to|go ahead and|try to|then also|quickly|surely|myself|actually|both|ourselves|still|be able to|have to|"
    r"make sure (?:to|that i|i|we|that we)|see to it that|be) )*"
)
_WILL = r"(?:'ll|'?s going to| will| shall| am going to|'m going to|'re going to| are going to| am gonna|'m gonna|'re gonna)"

# What a party can do for the other only later, however soon.
_LATER = (
    r"call(?:ing)?|ring(?:ing)?|phon(?:e|ing)|get(?:ting)? back|com(?:e|ing) back to|get(?:ting)? in touch|in touch|contact(?:ing)?|reach(?:ing)? out|"
    r"e-?mail(?:ing)?|mail(?:ing)?|text(?:ing)?|messag(?:e|ing)|send(?:ing)?|post(?:ing)?|ship(?:ping)?|dispatch(?:ing)?|deliver(?:ing)?|"
    r"refund(?:ing)?|credit(?:ing)?|reimburs(?:e|ing)|compensat(?:e|ing)|replac(?:e|ing)|repair(?:ing)?|follow(?:ing)? up|reply(?:ing)?|"
    r"let you know|let them know|keep you (?:posted|updated|informed)|notify|inform(?: you)|come out|visit|drop (?:it |them )?off|"
    r"get (?:this|that|it) (?:out|back) to you|give you a (?:call|ring|bell|shout)|drop you|write to you|update you|answer you|return"
)
# What may be done here and now; a promise only where a later time is named.
_SOMETIME = (
    r"arrang(?:e|ing)|organi[sz](?:e|ing)|schedul(?:e|ing)|book(?:ing)?|order(?:ing)?|escalat(?:e|ing)|report(?:ing)?|pass|forward(?:ing)?|rais(?:e|ing)|"
    r"chas(?:e|ing)|waiv(?:e|ing)|cancel(?:l?ing)?|remov(?:e|ing)|revers(?:e|ing)|adjust(?:ing)?|updat(?:e|ing)|process(?:ing)?|submit(?:ting)?|"
    r"fil(?:e|ing)|issu(?:e|ing)|investigat(?:e|ing)|fix(?:ing)?|resolv(?:e|ing)|sort(?:ing)?|solv(?:e|ing)|com(?:e|ing)|pay(?:ing)?|transfer(?:ring)?|"
    r"add(?:ing)?|appl(?:y|ying)|extend(?:ing)?|bring(?:ing)?|pick(?:ing)?|collect(?:ing)?|install(?:ing)?|reserv(?:e|ing)|set(?:ting)? up|"
    r"speak(?:ing)?|talk(?:ing)?|ask(?:ing)?|check(?:ing)?|look(?:ing)?|find(?:ing)? out|review(?:ing)?|confirm(?:ing)?|have|get|be|make|take|finish|complete|handle|deal|do|hold|keep"
)
_DONE = (
    r"refunded|credited|sent|posted|shipped|dispatched|delivered|called|contacted|emailed|replaced|repaired|fixed|resolved|"
    r"reimbursed|processed|completed|ready|back|with you|there|done|installed|notified|updated|informed|reviewed|returned|"
    r"available|restored|collected|picked up|out|on (?:its|the) way|in your (?:account|inbox|hands)|paid|credited|reconnected|switched on|finished|active|up and running"
)
_WHO = r"(?:he|she|they|someone|somebody|(?:(?:a|an|the|our|my|one of our|one of the|your)\s+(?:[\w'-]+\s+){0,3}?[\w'-]+))"

_FORMS = {
    # I'll call you / I'm going to have someone call you / let me send you
    "own": re.compile(
        rf"\b(?:i|we)(?:{_WILL}| can promise (?:you )?(?:that )?(?:to|i'll|we'll|i will|we will)| promise (?:you )?(?:that )?(?:to|i'll|we'll|i will|we will)|"
        rf"(?: am|'m|'re| are) (?=\w+ing\b)) {_ADVERBS}(?P<verb>(?:(?:have|get|ask|make sure|ensure)(?: that)? (?:[\w']+ ){{1,5}}?(?:to )?)??(?:(?P<later>{_LATER})|(?P<some>{_SOMETIME})))\b|"
        rf"\blet me (?:just |go ahead and )?(?P<verb2>(?P<later2>send|email|text|mail|arrange for|refund|call you back|ring you back|get back))\b",
        re.IGNORECASE,
    ),
    # an engineer will come / someone's going to call you
    "other": re.compile(
        rf"\b(?P<who>{_WHO}){_WILL} {_ADVERBS}(?P<verb>(?:(?P<later>{_LATER})|(?P<some>be there|be with you|be out|be at|be coming|be in|meet|{_SOMETIME})))\b",
        re.IGNORECASE,
    ),
    # you'll get an email / you will hear from us
    "yours": re.compile(
        rf"\b(?:you){_WILL} {_ADVERBS}(?P<verb>(?P<later>hear (?:back )?from|get (?:a|an|your|the) (?:[\w-]+ ){{0,3}}?(?:call|email|e-mail|text|letter|refund|replacement|confirmation|reply|answer|response|credit|message|update|link|money|check|cheque|parcel|package)|"
        r"receive|be (?:contacted|called|refunded|credited|reimbursed|notified|sent))|(?P<some>get|have|see|be))\b",
        re.IGNORECASE,
    ),
    # the refund will be in your account / it'll be sent
    "thing": re.compile(
        rf"\b(?P<who>(?:it|that|this|they|these|everything|(?:(?:a|an|the|your|our|my)\s+)?(?:[\w'$£€-]+\s+){{0,6}}?[\w'$£€-]+?)){_WILL} "
        rf"{_ADVERBS}(?P<verb>(?P<later>(?:be )?(?:sent|posted|shipped|dispatched|refunded|credited|delivered|on (?:its|the) way|in your account|back in your|with you|emailed|mailed|returned)|arrive|ship|go out|reach you|come out|show up|land)|"
        rf"(?P<some>(?:be )?(?:{_DONE})|come|go|work|start|begin))\b",
        re.IGNORECASE,
    ),
}  # fmt: skip

_POLITE_IF = re.compile(
    r"\bif (?:that's|that is|it's|it is|this is) (?:ok|okay|alright|all right|fine|convenient|good)(?: (?:with|by|for) you)?|"
    r"\bif you (?:don't|do not) mind|\bif that works(?: for you)?|\b(?:see|check|find out|know|ask|tell|sure|confirm|wonder) if\b|\bas if\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|in case|provided|as long as|otherwise|in the event|should you|once you|after you|when you|whenever you|"
    r"as soon as you|every time|the next time|next time)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:(?:don't|do not|didn't) (?:think|know|believe|expect)|doubt|not sure|can't (?:promise|guarantee|say)|cannot (?:promise|guarantee|say)|"
    r"no guarantee|hope|hopefully|hoping|maybe|perhaps|probably|might|possibly|wish|would|could|should|supposed|imagine|guess|usually|normally|typically|generally|always)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:said|told|promised|assured|thought|was|were|mentioned|claimed|advised|says|say|tell|tells)\b",
    re.IGNORECASE,
)
_AS_I_SAID = re.compile(
    r"\b(?:as|like) (?:i|we) (?:said|mentioned|promised|told you)\b,?", re.IGNORECASE
)
_DENIED = re.compile(r"\b(?:won't|not|never|n't|no longer|cannot|unable)\b", re.IGNORECASE)
_ON_THE_LINE = re.compile(
    r"\b(?:be (?:right|back|happy|glad|sure|able|a (?:moment|minute|second))|call (?:that|it|this|up the|the)|be right|have (?:a|another) (?:quick )?look|"
    r"get (?:that|this|it|your|you) (?:\w+ )?(?:pulled|up|for you now|over|through|to)|need|take (?:a|you|some|about|around|only|just|care)|"
    r"send you (?:over|across|through) to|contact (?:you|them) (?:on|at|from) (?:this|that|the)|pass you|be (?:using|asking|sending) you|"
    r"transfer(?:ring)? (?:you|your call)|put(?:ting)? you)\b",
    re.IGNORECASE,
)
_QUESTION_WHEN = re.compile(
    r"\b(?:when|how (?:long|soon|quickly|many days)|what (?:time|day)|by when)\b", re.IGNORECASE
)
_YES = re.compile(
    r"^\W*(?:(?:oh|well|um|uh|okay|ok|great|perfect)[,.]? )*(?:yes|yeah|yep|sure|please|okay|ok|correct|exactly|absolutely|that's right|that is right|"
    r"that works|that would be|perfect|great|lovely|fine|definitely|sounds good)\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    rf"\b(?:(?:can|could|shall|may|should) (?:i|we)|would you like (?:me|us) to|do you want (?:me|us) to|(?:i|we) (?:can|could)|how about (?:i|we)|what if (?:i|we)) "
    rf"{_ADVERBS}(?P<verb>(?:have (?:[\w']+ ){{1,4}}?)?(?:(?P<later>{_LATER})|(?P<some>{_SOMETIME})))\b",
    re.IGNORECASE,
)
_CLASSES = {
    "call": r"call|ring|phone|get(?:ting)? back|come back to|in touch|contact|reach out|hear|follow|update you|let you know|posted|bell|answer you|notify",
    "money": r"refund|credit|reimburs|compensat|account|money|paid|pay|revers",
    "visit": r"visit|come out|engineer|technician|install|be there|be with you|be out|repair",
    "send": r"send|sent|e-?mail|text|mail|post|ship|dispatch|deliver|receiv|get|messag|arriv|on its way|replac|drop",
}
_CLASS = {name: re.compile(rf"\b(?:{regex})", re.IGNORECASE) for name, regex in _CLASSES.items()}
_DONE_SINCE = re.compile(
    r"\b(?:i've|i have|we've|we have|i|has been|have been|is|are|'s)\s+(?:just |now |already |also |gone ahead and )*"
    r"(?P<done>refunded|credited|sent|e-?mailed|texted|replaced|reimbursed|posted|dispatched|reversed)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clause: `turn.text[start:end]`, and the sentence around it."""

    turn: int
    start: int
    end: int
    text: str
    sentence: str
    before: str  # what stands before the clause in its sentence


@dataclass(frozen=True, slots=True)
class _Found:
    promise: Promise
    at: When | None
    kind: str | None
    start: int


def promises(call: Call) -> tuple[Promise, ...]:
    """Every promise made on a call, in order, each once, with its words as evidence."""
    if not call.speakers_known:
        return ()
    said = times.call_clock(call.metadata)
    found: list[_Found] = []
    for place, turn in enumerate(call.turns):
        if not (turn.by_agent or turn.by_customer):
            continue
        here = [one for piece in _pieces(place, turn.text) for one in _in_clause(call, piece, said)]
        found += here or _offered(call, place, said)
    found = [one for one in found if not _done_later(call, one)]
    found = [_timed_by_answer(call, one, said) for one in found]
    return tuple(one.promise for one in _merged(found))


def _pieces(place: int, text: str) -> Iterator[_Piece]:
    plain = text.replace("’", "'")
    for sentence in _SENTENCE.finditer(plain):
        at = sentence.start()
        edges = [0, *[m.end() for m in _CLAUSE.finditer(sentence.group())], len(sentence.group())]
        for begin, end in zip(edges, edges[1:], strict=False):
            yield _Piece(
                place,
                at + begin,
                at + end,
                plain[at + begin : at + end],
                sentence.group(),
                sentence.group()[:begin],
            )


def _in_clause(call: Call, piece: _Piece, said: dt.datetime | None) -> Iterator[_Found]:
    """The promise that a clause makes, if it makes one."""
    turn = call.turns[piece.turn]
    named = times.find(piece.text)
    at = _told_time(named)
    for form, regex in _FORMS.items():
        if turn.by_customer and form not in ("own",):
            continue
        match = regex.search(piece.text)
        if match is None or not _sincere(piece, match, turn):
            continue
        groups = match.groupdict()
        later = groups.get("later") or groups.get("later2")
        if not later and (at is None or at.at_once):
            continue
        if not _outlives_call(piece.text[match.start() :], groups, turn, at):
            continue
        yield _found(turn, piece, match, form, at, said)
        return


def _told_time(named: Sequence[When]) -> When | None:
    """The telling time of a clause: one that a calendar holds, else a vague one."""
    return next((w for w in named if not w.vague), named[0] if named else None)


def _sincere(piece: _Piece, match: re.Match[str], turn: Turn) -> bool:
    """Neither conditional nor denied, hoped for, or told of somebody else."""
    before = _AS_I_SAID.sub("", _POLITE_IF.sub("", piece.before + piece.text[: match.start()]))
    own = _POLITE_IF.sub("", piece.text)
    opening = (
        re.split(r"\b(?:but|and if)\b", before)[-1]
        if not _CONDITION.match(before.strip())
        else before
    )
    if _CONDITION.search(own) or _CONDITION.match(before.strip()) or re.search(r"\bif\b", opening):
        return False
    clause_before = _AS_I_SAID.sub("", piece.text[: match.start()])
    if _UNSURE.search(clause_before) or _REPORTED.search(clause_before):
        return False
    if _UNSURE.search(match.group()) or _DENIED.search(match.group()):
        return False
    if re.search(r"\b(?:hopefully|probably|maybe|perhaps|possibly)\b", piece.text, re.IGNORECASE):
        return False
    return not (turn.by_customer and piece.sentence.rstrip().endswith("?"))


def _outlives_call(rest: str, groups: dict[str, str | None], turn: Turn, at: When | None) -> bool:
    if _ON_THE_LINE.search(rest[:80]) and (at is None or at.at_once):
        return False
    verb = (groups.get("verb") or groups.get("verb2") or "").lower()
    if turn.by_customer and at is None:
        return bool(
            re.search(
                r"\b(?:send|email|e-mail|pay|post|return|call (?:you |back)|call you back|ring (?:you|back)|text|mail)",
                verb + rest[:40],
                re.I,
            )
        )
    progressive = re.search(r"ing$", verb.split()[-1] if verb else "")
    return not (
        progressive
        and at is None
        and not re.match(r"(?:send|email|post|ship|mail|refund|credit|replac|dispatch|text)", verb)
    )


def _found(
    turn: Turn,
    piece: _Piece,
    match: re.Match[str],
    form: str,
    at: When | None,
    said: dt.datetime | None,
) -> _Found:
    verb_at = (
        match.start("verb")
        if match.groupdict().get("verb")
        else match.start("verb2")
        if match.groupdict().get("verb2")
        else match.start()
    )
    what = piece.text[verb_at if form == "own" else match.start() :]
    raw = turn.text[piece.start : piece.end].rstrip()
    lead = len(raw) - len(raw.lstrip())
    evidence = quote(piece.turn, turn, piece.start + lead, piece.start + len(raw))
    promise = Promise(
        by=turn.speaker,
        what=_without_time(what, at),
        when=at.text if at else None,
        due=times.due(at, said) if at and said else None,
        evidence=evidence,
    )
    return _Found(promise, at, _class_of(what), piece.start)


def _without_time(what: str, at: When | None) -> str:
    if at is not None:
        what = re.sub(
            rf"[\s,]*\b(?:by|on|before|at|until|for|no later than|around|about|sometime)?\s*{re.escape(at.text)}[\s,]*",
            " ",
            what,
        )
    return re.sub(r"\s+", " ", what).strip(" \t\n.,;:!?—–-")


def _class_of(what: str) -> str | None:
    return min(
        (name for name, regex in _CLASS.items() if regex.search(what)),
        key=lambda name: m.start() if (m := _CLASS[name].search(what)) else 999,
        default=None,
    )


def _offered(call: Call, place: int, said: dt.datetime | None) -> list[_Found]:
    """What an agent offered and the customer took: "Shall I call you tomorrow?" "Yes, please." """
    turn = call.turns[place]
    answer = next((t for t in call.turns[place + 1 : place + 3] if t.by_customer), None)
    if not turn.by_agent or answer is None or not _YES.search(answer.text):
        return []
    *_, last = [None, *_pieces(place, turn.text)]
    offers = [p for p in _pieces(place, turn.text) if _OFFER.search(p.text)]
    if not offers or last is None or not turn.text.rstrip().endswith("?"):
        return []
    piece = offers[-1]
    match = _OFFER.search(piece.text)
    at = _told_time(times.find(piece.text))
    if (
        match is None
        or re.search(r"\bif\b|n't|\bnot\b", piece.sentence)
        or _ON_THE_LINE.search(piece.text)
    ):
        return []
    if not (at and not at.at_once) and not (
        match["later"] and re.search(r"\byou\b", piece.text[match.start("verb") :])
    ):
        return []
    if re.search(
        r"\b(?:number|address|what|which|where|best)\b", piece.sentence[:40], re.IGNORECASE
    ):
        return []
    return [_found(turn, piece, match, "own", at, said)]


def _done_later(call: Call, one: _Found) -> bool:
    """Whether the same thing was reported done before the call ended."""
    if one.at is not None and not one.at.at_once:
        return False
    place = one.promise.evidence.turn
    for later in call.turns[place:]:
        if not later.by_agent:
            continue
        text = (
            later.text[one.start + len(one.promise.evidence.quote) :]
            if later is call.turns[place]
            else later.text
        )
        for match in _DONE_SINCE.finditer(text.replace("’", "'")):
            if _class_of(match["done"]) == one.kind:
                return True
    return False


def _timed_by_answer(call: Call, one: _Found, said: dt.datetime | None) -> _Found:
    """A time given later: "I'll call you back." "When?" "By Friday, at the latest." """
    if one.at is not None and not one.at.vague:
        return one
    place, asked = one.promise.evidence.turn, False
    mine = call.turns[place].text[one.start + len(one.promise.evidence.quote) :]
    for index, text in [
        (place, mine),
        *((i, t.text) for i, t in enumerate(call.turns[place + 1 : place + 4], place + 1)),
    ]:
        turn = call.turns[index]
        if turn.by_customer:
            asked = asked or bool(_QUESTION_WHEN.search(text))
            continue
        for piece in _pieces(index, text):
            at = _told_time(times.find(piece.text))
            if at is None or at.vague or not turn.by_agent:
                continue
            short = re.match(
                r"\W*(?:(?:it|that|this)(?:'ll| will)? (?:should|will|can|usually|normally)?\s?(?:be|take|takes)?|by|within|in|around|about|yes|sure|certainly|at the latest|before|on|probably)?\W*",
                piece.text,
                re.I,
            )
            lead = piece.text[short.end() : at.start] if short else piece.text[: at.start]
            if (asked and index > place) or (
                index == place
                and len(lead.split()) <= 4
                and re.match(r"\W*(?:it|that|this|by|within|in|before|on)\b", piece.text, re.I)
            ):
                promise = replace(
                    one.promise, when=at.text, due=times.due(at, said) if said else None
                )
                return replace(one, promise=promise, at=at)
    return one


def _merged(found: list[_Found]) -> list[_Found]:
    """A promise said twice is one: the fuller saying is kept, in the place of the first."""
    kept: list[_Found] = []
    for one in found:
        twin = next((i for i, other in enumerate(kept) if _same(other, one)), None)
        if twin is None:
            kept.append(one)
        elif kept[twin].promise.when is None or (
            kept[twin].at and kept[twin].at.vague and one.at and not one.at.vague
        ):  # type: ignore[union-attr]
            if one.promise.when is not None:
                kept[twin] = one
    return kept


def _same(first: _Found, second: _Found) -> bool:
    a, b = first.promise, second.promise
    if (a.by == CUSTOMER) != (b.by == CUSTOMER) or first.kind is None or first.kind != second.kind:
        return False
    clear = [one for one in (first, second) if one.at is not None and not one.at.vague]
    if len(clear) == 2:
        return a.when == b.when or (a.due is not None and a.due[:10] == (b.due or "")[:10])
    if first.kind in ("call", "visit", "money"):
        return True
    mine, other = set(a.what.lower().split()), set(b.what.lower().split())
    return len(mine & other) * 2 >= min(len(mine), len(other))


def vague(promise: Promise) -> bool:
    """Whether a promise names no time that can be held against it."""
    return promise.when is None or all(when.vague for when in times.find(promise.when))


def quotes(found: Sequence[Promise]) -> tuple[Evidence, ...]:
    return tuple(promise.evidence for promise in found)
