"""How people promise, in patterns over one clause of what was said (see `promises`)."""

from __future__ import annotations

import re

_BAR = re.compile(r"\|(?![^(]*\))")  # not within brackets


def _either(*lines: str) -> str:
    """The words of `lines`, `|` between them, the longer first, spaces standing for themselves.

    `verb~` also stands for its -ing form.
    """
    words = [word.strip() for line in lines for word in _BAR.split(line)]
    forms = [form for word in words for form in _forms(word)]
    return "(?:" + "|".join(sorted(set(forms), key=len, reverse=True)) + ")"


def _forms(word: str) -> list[str]:
    if "~" not in word:
        return [word]
    stem, rest = word.split("~", maxsplit=1)
    doubled = stem + stem[-1] if stem in ("ship", "get", "submit", "put", "set") else stem
    cut = stem[:-1] if stem.endswith("e") and not stem.endswith("ee") else doubled
    return [stem + rest, cut + "ing" + rest]


# What one party can do for the other only after this moment, however soon.
LATER = _either(
    "call~|ring~|phone~|contact~|get~ back|come~ back to|get~ in touch|in touch|reach~ out",
    "email~|e-mail~|mail~|text~|message~|send~|post~|ship~|dispatch~|deliver~|write~ to",
    "refund~|credit~|reimburse~|compensate~|replace~|repair~|return~|visit~|come~ out",
    "follow~ up|reply~|notify~|inform~ you|update~ you|answer~ you|let~ you know|let~ them know",
    "keep~ you posted|keep~ you updated|keep~ you informed|drop~ you|drop~ (?:it|them) off",
    "give~ you a (?:quick )?(?:call|ring|bell|shout)|get~ (?:this|that|it) (?:out|back) to you",
)
# What may be done here and now: a promise only where a later time is named.
SOMETIME = (
    r"(?!(?:need|want|know|think|guess|say|see(?! you\b)|like|probably|never|not|the|a|all|happy|"
    r"be(?! (?:there|with you|back|at your|round|over|out)\b)|"
    r"(?!put|bring|book|arrang|com|order|schedul|sort|fix|reserv|sett|post)[a-z]+ing)\b)[a-z]{2,}"
)
ARRIVED = _either(
    "refunded|credited|sent|posted|shipped|dispatched|delivered|called|contacted|emailed|mailed",
    "replaced|repaired|fixed|resolved|reimbursed|processed|completed|ready|back|with you|there",
    "here|done|installed|notified|updated|informed|reviewed|returned|available|restored|collected",
    "picked up|out|on (?:its|the) way|paid|reconnected|switched on|finished|active|released",
    r"up and running|(?:in|on) your \w+|reopened|unblocked",
)
_ADVERBS = (
    "(?:"
    + _either(
        "also|then|now|just|certainly|definitely|personally|gladly|happily|absolutely|of course",
        "please|immediately|be sure to|go ahead and|try to|quickly|surely|myself|actually|both",
        r"ourselves|still|be able to|have to|be(?= \w+ing)|make sure (?:to|that i|i|we|that we)",
        "see to it that",
    )
    + " )*"
)
WILL = r"(?:'ll| will| shall|(?: am|'m|'re| are| is|'s) (?:going to|gonna))"
_PROMISE = r" (?:can |do )?(?:promise|guarantee) (?:you )?(?:that )?(?:to|(?:i|we)(?:'ll| will))"
_PEOPLE = (
    r"(?:he|she|they|someone|somebody|"
    r"(?:two|three|both|one) of (?:our|my|the) (?:[\w'-]+\s+){0,2}?[\w'-]+|"
    r"(?:a|an|the|our|my|your)\s+(?:[\w'-]+\s+){0,3}?[\w'-]+)"
)
_THING = (
    r"(?:it|that|this|they|these|everything|"
    r"(?:(?:a|an|the|your|our|my)\s+)?(?:[\w'$£€-]+\s+){0,6}?[\w'$£€-]+?)"
)
_CALLED = r"(?:call|email|e-mail|text|letter|refund|replacement|confirmation|reply|answer|response|credit|message|update|link|money|check|cheque|parcel|package)"  # noqa: E501
_HAVE_SOMEONE = r"(?:(?:have|get|ask|make sure|ensure)(?: that)? (?:[\w']+ ){1,5}?(?:to )?)"

VERB = rf"(?P<verb>(?:(?P<later>{LATER})|(?P<some>{SOMETIME})))\b"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


FORMS: dict[str, re.Pattern[str]] = {
    # I'll call you; we're sending you; I'll have somebody call you; let me email you that
    "own": _compiled(
        rf"\b(?:(?P<subject>(?:i|we)(?:{WILL}|{_PROMISE}|(?: am|'m|'re| are)(?= \w+ing\b))) "
        rf"{_ADVERBS}"
        rf"(?P<verb>{_HAVE_SOMEONE}??(?:(?P<later>{LATER})|(?P<some>{SOMETIME})))\b|"
        rf"let me (?:just |go ahead and )?(?P<verb2>(?P<later2>{LATER}))\b)"
    ),
    # an engineer will come; somebody's going to call you
    "other": _compiled(
        rf"\b(?P<subject>{_PEOPLE}{WILL}) {_ADVERBS}"
        rf"(?P<verb>(?P<later>{LATER})|"
        rf"(?P<some>be (?:there|with you|out|at|coming|in)|{SOMETIME}))\b"
    ),
    # Martin will call you; Dr. Osei is going to write to you
    "named": _compiled(
        rf"\b(?P<subject>(?!(?:you|i|we|it|that|this|who|there|what|which)\b)[\w'-]+{WILL}) "
        rf"{_ADVERBS}(?P<verb>(?P<later>{LATER}))\b"
    ),
    # you'll get an email; you will hear from us
    "yours": _compiled(
        rf"\b(?P<subject>you{WILL}) {_ADVERBS}(?P<verb>(?P<later>hear (?:back )?from|receive|"
        rf"get (?:a|an|your|the) (?:[\w-]+ ){{0,3}}?{_CALLED}|get (?:[\w-]+ ){{1,4}}?back|"
        r"be (?:contacted|called|refunded|credited|reimbursed|notified|sent))|"
        r"(?P<some>get|have|see|be))\b"
    ),
    # the refund will be in your account; it'll arrive
    "thing": _compiled(
        rf"\b(?P<subject>{_THING}{WILL}) {_ADVERBS}"
        r"(?P<verb>(?P<later>(?:be )?(?:sent|posted|shipped|dispatched|refunded|credited|delivered|"
        r"emailed|mailed|returned|on (?:its|the) way|in your account|back in your|with you)|"
        r"arrive|ship|go out|reach you|come out|show up|land)|"
        rf"(?P<some>(?:be )?{ARRIVED}|come))\b"
    ),
}
#: Who a clause is about, for the one after it to go on with.
SUBJECT = _compiled(rf"\b(?:i|we){WILL}|\blet me\b")
#: "... and will be with you by Saturday": what it is stands in the clause before.
ELIDED = _compiled(
    rf"^\W*will {_ADVERBS}"
    rf"(?P<verb>(?P<later>be with you|be there|be sent|arrive|reach you|{LATER})|"
    rf"(?P<some>(?:be )?{ARRIVED}))\b"
)
#: "... and call you tomorrow": the second half of a promise, whose subject stands before it.
CARRIED_ON = _compiled(rf"^\W*(?:also |then )*(?P<verb>(?P<later>{LATER}))\b")
OFFER = _compiled(
    r"\b(?:(?:can|could|shall|may|should) (?:i|we)|would you like (?:me|us) to|"
    r"do you want (?:me|us) to|(?:i|we) (?:can|could)|how about (?:i|we)|what if (?:i|we)) "
    rf"{_ADVERBS}{VERB}"
)

SENTENCE = re.compile(
    r"[^.!?…]+(?:[.:](?=[^\s])[^.!?…]*|(?<=\b[ap])\.m\.?[^.!?…]*|(?<=\b[MD]r)\.[^.!?…]*|(?<=\bMrs)\.[^.!?…]*)*(?:[.!?…]+|$)",
    re.S,
)
CLAUSE_END = _compiled(
    r"(?:,|;|—|–| -)?\s+(?:and then|and|but|so|then|plus|or else)\s+"
    r"(?=(?:also |then |meanwhile |hopefully |if |in the meantime,? )*"
    r"(?:(?:i|we|you|it|that|they|he|she|someone|somebody|the|a|an|your|our|my|if|there|please|will)"
    rf"\b(?!\s*$)|{LATER}\b))|[;—–]\s+"
)

POLITE_IF = _compiled(
    r"\bif (?:that's|that is|it's|it is|this is) (?:ok|okay|alright|all right|fine|convenient|good)"
    r"(?: (?:with|by|for) you)?|\bif you (?:don't|do not) mind|\bif that works(?: for you)?|"
    r"\b(?:see|check|find out|know|ask|tell|sure|confirm|wonder) if\b|\bas if\b"
)
CONDITION = _compiled(
    r"\b(?:if|unless|in case|provided|as long as|otherwise|in the event|should you|once you|"
    r"after you|when you|whenever|as soon as you|every time|(?:the )?next time)\b"
)
UNSURE = _compiled(
    r"\b(?:(?:don't|do not|didn't) (?:think|know|believe|expect)|doubt|not sure|"
    r"(?:can't|cannot|can not) (?:promise|guarantee|say)|no guarantee|hope|hopefully|hoping|maybe|"
    r"perhaps|probably|might|possibly|wish|would|could|should|supposed|imagine|guess|usually|"
    r"normally|typically|generally|always)\b"
)
PERHAPS = _compiled(r"\b(?:hopefully|probably|maybe|perhaps|possibly)\b")
REPORTED = _compiled(
    r"\b(?:said|told|promised|assured|thought|was|were|mentioned|claimed|advised|says?|tells?)\b"
)
OTHERS_SAID = _compiled(r"\b(?:said|told|promised|assured|thought|claimed)\b")
AS_I_SAID = _compiled(r"\b(?:as|like) (?:i|we) (?:said|mentioned|promised|told you)\b,?")
DENIED = _compiled(r"\b(?:won't|not|never|no longer|cannot|unable)\b")
#: What is done while the other waits on the line, or is no act at all.
ON_THE_LINE = _compiled(
    r"\b(?:be (?:right|happy|glad|sure|able|a (?:moment|minute|second))|"
    r"be (?:using|asking|sending) you|be with you|have (?:a|another) (?:quick )?look|need|"
    r"call (?:that|it|this|up)|"
    r"get (?:that|this|it|your|you) (?:\w+ )?(?:pulled|up|over|through|to)|"
    r"take (?:a|you|some|about|around|only|just|care)|send you (?:over|across|through) to|pass you|"
    r"contact (?:you|them) (?:on|at|from) (?:this|that|the)|transfer(?:ring)? (?:you|your call)|"
    r"put(?:ting)? you)\b"
)
#: What a customer can owe: to give something, or to do it for the agent.
GIVEN = _compiled(r"(?:pay|return|send|post|mail|e-?mail)\b")
TO_YOU = _compiled(
    r"\b(?:call|ring|phone|text|let|tell|give|show|bring|write to|get back to) "
    r"(?:it (?:back )?to )?you\b"
)
SENDING = _compiled(r"(?:send|e-?mail|post|ship|mail|refund|credit|replac|dispatch|text)")
ASKS_WHEN = _compiled(r"\b(?:when|how (?:long|soon|quickly|many days)|what (?:time|day)|by when)\b")
ANSWERS_WHEN = _compiled(
    r"\W*(?:you(?:'ll| will) (?:see|have|get|receive) (?:it|that|them)|"
    r"it|that|this|they|by|within|in|before|on)\b"
)
ACCEPTS = _compiled(
    r"^\W*(?:(?:oh|well|um|uh|okay|ok|great|perfect)[,.]? )*(?:yes|yeah|yep|sure|please|okay|ok|"
    r"correct|exactly|absolutely|that's right|that is right|that works|that would be|perfect|great|"
    r"lovely|fine|definitely|sounds good)\b"
)
YES_PLEASE = _compiled(r"^\W*(?:oh,? )?(?:yes|please|yes,? please|please do|that would be)\b")
ASKS_DETAIL = _compiled(r"\b(?:number|address|what|which|where|best)\b")
#: What a promise is about, so that the same promise is known again in other words.
ABOUT = {
    "call": _compiled(
        r"\b(?:call|ring|phone|get(?:ting)? back|come back to|in touch|contact|reach out|hear|"
        r"follow|update you|let you know|posted|bell|answer you|notify)"
    ),
    "money": _compiled(r"\b(?:refund|credit|reimburs|compensat|account|money|paid|pay|revers)"),
    "visit": _compiled(
        r"\b(?:visit|come out|engineer|technician|plumber|inspector|install|be there|"
        r"be with you|be out|repair)"
    ),
    "send": _compiled(
        r"\b(?:send|sent|e-?mail|text|mail|post|ship|dispatch|deliver|receiv|get|messag|arriv|"
        r"parcel|package|letter|form|label|"
        r"on its way|replac|drop|write)"
    ),
}
REPORTED_DONE = _compiled(
    r"\b(?:i've|i have|we've|we have|i|has been|have been|is|are|'s)\s+"
    r"(?:just |now |already |also |gone ahead and )*"
    r"(?P<done>refunded|credited|sent|e-?mailed|texted|replaced|reimbursed|posted|dispatched|reversed)\b"
)
