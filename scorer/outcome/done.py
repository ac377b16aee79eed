"""What the agent reports done on this call: "I've switched it on", "that's you moved".

Any verb of change in the perfect tense will do; the verbs of knowing, telling and passing on do not
change the customer's matter and are listed, as are those that only arrange it for later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorer.outcome.clauses import Clause, Talk
from scorer.outcome.words import Said
from scorer.scoring.cues import quote

_NOT_DONE = (
    "checked|looked|asked|answered|tried|received|noted|noticed|reported|escalated|forwarded|"
    "passed|raised|"
    "contacted|informed|notified|reviewed|explained|mentioned|apologized|requested|called|phoned|"
    "messaged|emailed|texted|flagged|logged|marked|queried|chased|opened|ordered|booked|rebooked|"
    "arranged|scheduled|reserved|submitted|recorded|identified|located|pulled|verified|confirmed|"
    "shared|talked|searched|discussed|happened|needed|wanted|used|waited|helped|served|charged|"
    "billed|delayed|supposed|based|required|expected|allowed|listed|registered|closed|locked|"
    "blocked|damaged|failed|declined|rejected|affected|attached|dated|due|worked|assigned|"
    "estimated|"
    "filed|hoped|learned|listened|lived|offered|promised|prepared|provided|referred|relayed|"
    "responded|briefed|stated|suggested|started|supported|tested|tracked|typed|updated the notes|"
    "visited|wondered|worried|covered|concerned|interested|related|qualified|agreed|decided|"
    "experienced|tired|excited|scared|named|indeed|need|bed|red|speed|feed|exceed|proceed|succeed"
)
_ENDED = "blocked|locked|closed|registered|filed|assigned"  # done by somebody; a state by itself
_CHANGED = (
    rf"(?:(?!(?:{_NOT_DONE}) )[a-z]{{2,}}ed|put|set|taken|reset|done|undone|made|switched|fixed)"
)
_NOW = "(?:just|now|already|also|gone ahead and|went ahead and|all|been|successfully|@sir)"
_OWN = re.compile(
    rf"(?:i|we) (?:(?:have|had) (?:{_NOW} )*(?:{_CHANGED}|{_ENDED})|(?:just|went ahead and|"
    rf"have gone ahead and) {_CHANGED}) "
    r"(?:(?:you|it|that|this|them|those|both|one|everything) |(?:your|the|a) "
    r"(?!(?:details?|notes?|name|number|look|stop|complaint|request|query|issue|problem|"
    r"feedback) ))"
    r"(?!(?:on (?:them|the|our|my|a) (?:desk|list|system|queue|file)|down (?:as|for)) )"
)
_STATE = re.compile(
    rf"(?:(?:it|that|everything) |(?:the|your) (?:[^ ,.?]+ ){{1,2}}?)(?:is|are|has been|"
    rf"have been) (?:{_NOW} )*"
    rf"(?:{_CHANGED}|canceled|sorted|live|active|on|off|in|back on) (?=(?:now|for you|as of|"
    rf"from today|from now) )"
)
_THATS_YOU = re.compile(
    rf"that is (?:you|us|it|(?:all|both)(?: of (?:those|them|it))?|the lot) (?:all |"
    rf"now )*(?:{_CHANGED}|sorted|frozen|in|on|off|out|done) "
)
_SHORT = re.compile(
    rf"(?:okay |right |and |there |all |lovely |, )*{_CHANGED} (?:to your|as of|for you|"
    rf"just now|now) "
)


def done(talk: Talk) -> Iterator[Said]:
    """Each thing that somebody on the agent's side reports done, in the order of the call."""
    for place, turn in enumerate(talk.turns):
        if turn.by_agent:
            for clause in talk.clauses[place]:
                if _reports(clause):
                    evidence = quote(place, turn, clause.start, clause.end)
                    yield Said("done", place, clause.start, 1.0, evidence)


def _reports(clause: Clause) -> bool:
    if (
        clause.kind != "main"
        or clause.asked
        or clause.lead.startswith(("because ", "that ", "what ", "which ", "whether "))
    ):
        return False
    if clause.headed:
        forms: tuple[re.Pattern[str], ...] = (_OWN, _STATE, _THATS_YOU)
    else:
        forms = (_SHORT, _THATS_YOU, _STATE)
    return any(form.match(clause.body) for form in forms) and " not " not in clause.body
