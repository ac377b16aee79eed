"""Where the customer is passed to somebody else on this call, or where that is only spoken of.

A transfer that the customer asks for and does not get, or that is offered and declined, is none.
"""

from __future__ import annotations

import re

from scorer.outcome.words import Said, Words

#: "Can you hold for me?", "is it okay if I put you on hold?", "shall I put you through?"
_ASKS = re.compile(
    r"\b(?:(?:may|can|could|shall|would|will) (?:i|we|you)|mind|(?:okay|ok|fine|all ?right) "
    r"(?:if|to)|(?:want|like) me to)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"(?:(?:oh|well|sorry|actually|look|please|,|\.) )*no ")
_WILL_NOT = re.compile(
    r"(?<![^ ])(?:please do not|do not (?:put|hang|leave|keep|do that|want)|(?:rather|prefer) "
    r"(?:not|you did not)|(?:can|will|would) not (?:hold|wait)|not have (?:the )?time|no time|"
    r"not on hold) "
)
#: "No, that's fine, go ahead."
_LETS = re.compile(
    r"(?<![^ ])(?:go ahead|go on|of course|no (?:, )?(?:problem|worries|bother|rush|hurry|trouble|"
    r"not at all)|not at all|(?:that|it) is (?:fine|okay|all right|no)|do not mind|"
    r"i (?:will|can) (?:hold|wait)|if you must|take your time) "
)
#: "No, thank you. I'd rather stay with you if that is all right."
_STAYS = re.compile(r"(?<![^ ])(?:no (?:, )?(?:thank|thanks)|rather (?:stay|not|you)) ?")
#: "Put me through to them", "can you transfer me?": asked for, which is not yet done.
_ASKED_FOR = re.compile(
    r"\b(?:can|could|will|would) you (?:please |just |maybe )*(?:transfer|put|pass|connect)\b|"
    r"^\W*(?:(?:then|please|just|so|well|okay|right|now|and),? )*"
    r"(?:transfer|put|pass|connect) me\b|"
    r"\b(?:want|like|need|ask|asked) (?:you )?to (?:be )?(?:transfer|put|pass|connect)",
    re.IGNORECASE,
)
_GRANTS = re.compile(
    r"(?:(?:oh|well|right|okay|, ) ?)*(?:yes|sure|of course|certainly|absolutely|no problem|"
    r"i can|i will|let me|one moment|just a|bear with|hold|hang on|putting|connecting|"
    r"transferring|will do|happy to|okay|all right) "
)
_BUT = re.compile(r"(?<![^ ])(?:not|but|afraid|unable|nobody|only) ")


def handed_over(words: Words) -> list[Said]:
    """Where the agent passes the customer on, and was not told not to."""
    said = words.said("outcome_hands_over", "agent")
    return [one for one in said if not refused(words, one)]


def only_asked_for(words: Words, said: Said) -> bool:
    """Whether the customer asks to be passed on there, and the agent does not say yes to it."""
    if not _ASKED_FOR.search(said.evidence.quote):
        return False
    answer = _next(words, said, by_agent=True)
    plain = words.talk.plain(answer) if answer is not None else ""
    return not _GRANTS.match(plain) or bool(_BUT.search(plain))


def refused(words: Words, offer: Said) -> bool:
    """Whether the customer says no to a hold or a transfer that they are asked for."""
    quote = offer.evidence.quote
    answer = _next(words, offer, by_agent=False)
    if answer is None or not (quote.rstrip().endswith("?") or _ASKS.search(quote)):
        return False
    plain = words.talk.plain(answer)
    if _STAYS.search(plain):
        return True
    if _LETS.search(plain):
        return False
    says_no = _NO.match(plain) and "mind" not in quote.lower()  # "Do you mind?" "No."
    return bool(says_no or _WILL_NOT.search(plain))


def _next(words: Words, said: Said, by_agent: bool) -> int | None:
    """The next turn but one at most in which the other answers."""
    turns = words.call.turns
    near = range(said.turn + 1, min(said.turn + 3, len(turns)))
    return next(
        (p for p in near if (turns[p].by_agent if by_agent else turns[p].by_customer)), None
    )
