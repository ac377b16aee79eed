"""What is promised: the acts, in the words people have for them (see `promise_grammar`).

Some acts outlive the call by their nature ("call you back", "refund"): `SURE`. Any other act is
promised only where a later time is named ("have it done by four"). All patterns read the plain
words of a clause: lower case, contractions opened, he and she "they", a comma a word of its own.
"""

from __future__ import annotations

from itertools import chain

from scorer.scoring.lemmas import forms


def either(*lines: str) -> str:
    """Any of the words that stand in `lines` between bars, the longest first."""
    words = sorted({word.strip() for line in lines for word in line.split("|")}, key=len)
    return "(?:" + "|".join(reversed(words)) + ")"


def _bent(acts: str, ending: str) -> str:
    """The acts with their verb in another form: "ring you" as "ringing you"."""
    bent = []
    for act in acts.split("|"):
        verb, _, rest = act.partition(" ")
        bent += [f"{form} {rest}".strip() for form in forms(verb) if form.endswith(ending)]
    return either("|".join(bent))


# Acts that outlive the call, by what they are about.
_REACH = (
    "call|ring|phone|telephone|bell you|buzz you|contact|text|message|email|mail|notify|"
    "update you|inform you|write to|write|"
    "get back|come back to|be back in touch|get in touch|be in touch|reach out|follow up|reply|"
    "let you know|let them know|keep you posted|keep you updated|keep you informed|answer you|"
    "keep you in the loop|drop you|shoot you|ping you|fire you|pop you a|give you a call|respond|"
    "give you a ring|give you a bell|give you a shout|give you a buzz|give you a quick call|"
    "give you a quick ring|have a word with"
)
_SEND = (
    "send|post|ship|dispatch|deliver|courier|resend|forward|return|drop it|drop them|drop that|"
    "get it out to|get that out to|get this out to|get it over to|get that over to|get this to|"
    "get it back to|get that to|get it to|get one out to|get one to"
)
_MONEY = "refund|credit|reimburse|compensate|repay|pay you|pay it|pay that"
_VISIT = "visit|come out|come round|come over|come back|call round|pop round|pop over"
_MEND = "replace|repair|reconnect|collect|pick it up|pick that up|pick them up|swap it"
_ACTS = "|".join((_REACH, _SEND, _MONEY, _VISIT, _MEND))
SURE = either(_ACTS)
SURE_ING = _bent(_ACTS, "ing")
_DONE_TO = (
    "send|post|ship|dispatch|deliver|courier|refund|credit|reimburse|compensate|repay|email|"
    "mail|text|call|contact|phone|notify|inform|return|replace|repair|collect|pay|reconnect"
)
#: "Sent", "refunded": those acts as they are done to something.
DONE = either(
    "|".join(chain.from_iterable(sorted(forms(v) - {v, v + "s"}) for v in _DONE_TO.split("|"))),
    "in touch",
)
#: "Give you a tinkle": whatever is given that is no answer on the spot.
GIVE = (
    "give (?:you|them) a (?!(?:minute|moment|second|sec|hand|number|discount|price|quote|code|"
    "choice|list|reference|"
    "bit|chance|few|new|different|better|good|direct|rough|quick (?:overview|summary)) )[a-z]+"
)
#: Money put back, a thing left for somebody.
PUT = (
    r"put (?:[^ ,.?]+ ){1,4}?(?:on|in|into|onto|to) (?:your|them) (?:card|account|bank|bill)|"
    r"(?:knock|take) (?:[^ ,.?]+ ){1,4}?off your (?:next )?(?:bill|order|rent|account|invoice)|"
    r"(?:pop|put|throw|slip) (?:[^ ,.?]+ ){1,4}?in (?:with|the|your)|"
    r"leave (?!(?:it|that|this) with (?:you|me) )(?:it|them|one|a|the|your|new|"
    r"some) (?:[^ ,.?]+ ){0,3}?(?:with|at|in|behind|on)"
)
#: "I'll have my manager | call you", "I'll get the crew to | come back".
SOMEONE = (
    "(?:(?:have|get|ask|tell|make sure|see that|ensure|"
    "arrange for) (?:that )?(?:(?!to )[^ ,.?]+ ){1,6}?(?:will |to )?)"
)
#: ... and where it is a person, it need not be an act of the list: "I'll have him pop in".
PERSON = (
    r"(?:have|get|ask|tell(?= [^ ]+ (?:[^ ]+ )?to )) (?:them|someone|somebody|@name|"
    r"one of (?:our|the|my) [^ ]+|"
    r"(?:the|our|my|a|an) (?:[^ ,.?]+ ){0,2}?(?:engineers?|technicians?|team|manager|"
    r"supervisor|driver|nurse|doctor|"
    r"colleague|lads?|crew|fitters?|guys?|boss|advisor|consultant|specialist|department|office|"
    r"branch|depot|lawyer|masons?|builders?|plumbers?|electricians?|porters?|"
    r"roofers?|couriers?|accountants?|secretary|boys|girls|men|man|woman|lady)) "
    r"(?:to )?(?!(?:to|for|on|in|here|now|the|your|a|about|out|up|with) )[a-z]+"
)
#: "I'll get a man out | to you".
GET_OUT = (
    "get (?:(?!you |that |it |this )[^ ,.?]+ ){1,6}?(?:out|over|round|along)(?= (?:to|there|"
    "this|that|today|tomorrow|for) )"
)
#: No act at all, or one that is done on the line.
_NO_ACT = (
    "do our best|do my best|"
    "need|needs|want|know|think|guess|say|like|love|hate|probably|never|not|the|a|all|happy|tell|"
    "be|remember|hope|understand|find that|see that|open|close|shut|start|end|expire|cost|depend|"
    "apply|mean|wait|hold|explain|speak to you|talk|take|"
    "before|by|on|at|after|in|within|to|for|from|as|and|about"
)
#: To be somewhere, or in some state: "be with you", "be ready".
_STATES = (
    "be there|be with|be at|be back|be out|be round|be over|be in|be on|be outside|be up|"
    "be home|be here|be (?:(?:about|around|another|roughly|only|maybe|"
    "just) )*[^ ]+ (?:minutes|minute|hours|hour)|"
    "be coming|be looking|be arriving|be along|be off|be done|be ready|be fixed|be working|"
    "be sorted|"
    "be sat|be waiting|start|take effect|be down|be able to"
)
#: Any act or state, which a time makes a promise.
SOME = (
    rf"(?:(?:{_STATES}|(?:be|get) (?!(?:charged|billed|asked|covered|required|needed|entitled|"
    rf"supposed|allowed) )[a-z]+ed)(?= )|(?!(?:{_NO_ACT}) )[a-z]+)"
)
#: What a thing does on its way to the customer.
HAPPENS = (
    "ship|go out|reach you|turn up|"
    "be with you|be on (?:its|the|them) way|be in your account|be back in your|be back on your|"
    "get to you|"
    "hit your account|be in the post|be there|be at yours|be outside"
)
MOVES = (
    "arrive|go back|go in|go on|go up|go live|come out|come off|come through|come down|come in|"
    "come|"
    "show up|show|land|clear|appear|drop|"
    "stop|change|switch|kick in|renew"
)
#: "It'll be | ready".
BECOMES = either(
    "refunded|credited|sent|posted|shipped|dispatched|delivered|called|contacted|emailed|mailed",
    "replaced|repaired|fixed|resolved|reimbursed|processed|completed|ready|back|with you|there",
    "here|done|installed|notified|updated|informed|reviewed|returned|available|restored|collected",
    "picked up|out|on the way|on them way|on its way|paid|reconnected|switched on|finished|active",
    "released|up and running|reopened|unblocked|sorted|in|round|over|along|on|live|working",
)
#: What a customer is told they will get, where no time need be named for it to be a promise.
GETS = (
    r"receive|hear (?:back )?from|get (?:a|an|your|the|another) (?:[^ ]+ ){0,3}?(?:call|email|text|"
    "letter|refund|replacement|confirmation|reply|answer|response|credit|message|update|link|money|"
    r"check|parcel|package|bill|card|invoice)|get (?:[^ ]+ ){1,4}?back|"
    rf"(?:be|get) (?:{DONE})|(?:be )?(?:getting|receiving|hearing) (?:a|an|your|the|from)"
)
