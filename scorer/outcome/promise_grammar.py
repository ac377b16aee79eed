"""How people promise: the forms of a promise, over one clause (see `clauses`, `promises`).

A promise has a subject, a verb of the future and an act:

    I        'll           get back to you            own
    the van  should        be with you                other
    you      'll           have your refund           you

Some acts outlive the call by their nature ("call you back", "refund"): `SURE`. Any other act is
promised only where a later time is named ("have it done by four"). All patterns read the plain
words of a clause: lower case, contractions opened, he and she "they", a comma a word of its own.
"""

from __future__ import annotations

import re
from itertools import chain

from scorer.scoring.lemmas import forms


def _either(*lines: str) -> str:
    words = sorted({word.strip() for line in lines for word in line.split("|")}, key=len)
    return "(?:" + "|".join(reversed(words)) + ")"


def _bent(acts: str, ending: str) -> str:
    """The acts with their verb in another form: "ring you" as "ringing you"."""
    bent = []
    for act in acts.removeprefix("(?:").removesuffix(")").split("|"):
        verb, _, rest = act.partition(" ")
        bent += [f"{form} {rest}".strip() for form in forms(verb) if form.endswith(ending)]
    return _either("|".join(bent))


# Acts by what they are about; `ABOUT` knows the same promise again in other words.
_REACH = _either(
    "call|ring|phone|contact|text|message|email|mail|notify|update you|inform you|write to|write",
    "get back|come back to|be back in touch|get in touch|be in touch|reach out|follow up|reply",
    "let you know|let them know|keep you posted|keep you updated|keep you informed|answer you",
    "keep you in the loop|drop you|shoot you|ping you|fire you|pop you a|give you a call|"
    "give you a ring|give you a bell|respond",
    "give you a shout|give you a buzz|give you a quick call|give you a quick ring|have a word with",
)
_SEND = _either(
    "send|post|ship|dispatch|deliver|courier|resend|forward|return|drop it|drop them|drop that",
    "get it out to|get that out to|get this out to|get it over to|get that over to|get this to",
    "get it back to|get that to|get it to|get one out to|get one to",
)
_MONEY = _either("refund|credit|reimburse|compensate|repay|pay you|pay it|pay that")
_VISIT = _either("visit|come out|come round|come over|come back|call round|pop round|pop over")
_MEND = _either("replace|repair|reconnect|collect|pick it up|pick that up|pick them up|swap it")
_ACTS = "|".join(
    x.removeprefix("(?:").removesuffix(")") for x in (_REACH, _SEND, _MONEY, _VISIT, _MEND)
)
SURE = _either(_ACTS)
SURE_ING = _bent(_ACTS, "ing")
_PASSIVE = (
    "send|post|ship|dispatch|deliver|courier|refund|credit|reimburse|compensate|repay|email|"
    "mail|text|call|contact|phone|notify|inform|return|replace|repair|collect|pay|reconnect"
)
DONE = _either(
    "|".join(chain.from_iterable(sorted(forms(v) - {v, v + "s"}) for v in _PASSIVE.split("|"))),
    "in touch",
)

_ADVERBS = (
    "(?:(?:also|then|now|just|certainly|definitely|personally|gladly|happily|absolutely|please|"
    "immediately|quickly|surely|myself|actually|both|ourselves|still|always|only|all|probably|"
    "hopefully|straight|be sure to|be able to|have to|go ahead and|try to|try and|of course|"
    "see to it that|make sure to|make sure that i|make sure i|make sure that we|make sure we|"
    r"be(?= [a-z]+ing )|get to|,) )*"
)
WILL = "(?:will|shall|(?:(?:am|are|is) )?going to)"
_SHOULD = (
    "(?:should|would(?! (?:like|love|need|have|be happy|prefer|want) )|ought to|"
    "is due to|are due to|due to|is to|are to)"
)
#: They have to see you within a week; they've got four hours to attend.
_MUST = "(?:must|needs to|(?:have|has) (?:until |got (?:until )?)?(?:[^ ,.?]+ ){0,5}?to)"
_PLEDGE = "(?:(?:can |do )?(?:promise|guarantee) (?:you )?to)"
#: "I'll have my manager call you", "I'll get the crew to come back", "I'll get a man out to you".
_SOMEONE = (
    "(?:(?:have|get|ask|tell|make sure|see that|ensure|"
    "arrange for) (?:that )?(?:(?!to )[^ ,.?]+ ){1,6}?(?:will |to )?)"
)
#: ... and where it is a person, it need not be an act of the list: "I'll have him pop in".
_PERSON = (
    r"(?:have|get|ask|tell(?= [^ ]+ (?:[^ ]+ )?to )) (?:them|someone|somebody|@name|"
    r"one of (?:our|the|my) [^ ]+|"
    r"(?:the|our|my|a|an) (?:[^ ,.?]+ ){0,2}?(?:engineers?|technicians?|team|manager|"
    r"supervisor|driver|nurse|doctor|"
    r"colleague|lads?|crew|fitters?|guys?|boss|advisor|consultant|specialist|department|office|"
    r"branch|depot|lawyer)) "
    r"(?:to )?(?!(?:to|for|on|in|here|now|the|your|a|about|out|up|with) )[a-z]+"
)
_GET_OUT = (
    "get (?:(?!you |that |it |this )[^ ,.?]+ ){1,6}?(?:out|over|round|along)(?= (?:to|there|"
    "this|that|today|tomorrow|for) )"
)
#: No act at all, or one that is done on the line.
_NO_ACT = (
    "do our best|do my best|"
    "need|needs|want|know|think|guess|say|like|love|hate|probably|never|not|the|a|all|happy|tell|"
    "be|remember|hope|understand|find that|see that|open|close|shut|start|end|expire|cost|depend|"
    "apply|mean|wait|hold|explain|speak|talk|take"
)
_STATES = (
    "be there|be with|be at|be back|be out|be round|be over|be in|be on|be outside|be up|"
    "be home|be here|be (?:(?:about|around|another|roughly|only|maybe|"
    "just) )*[^ ]+ (?:minutes|minute|hours|hour)|"
    "be coming|be looking|be arriving|be along|be off|be done|be ready|be fixed|be working|"
    "be sorted|"
    "be sat|be waiting|start|take effect|be down|be able to"
)
_SOME = (
    rf"(?:(?:{_STATES}|(?:be|get) (?!(?:charged|billed|asked|covered|required|needed|entitled|"
    rf"supposed|allowed) )[a-z]+ed)(?= )|(?!(?:{_NO_ACT}) )[a-z]+)"
)
#: "Give you a tinkle": whatever is given that is no answer on the spot.
_GIVE = (
    "give (?:you|them) a (?!(?:minute|moment|second|sec|hand|number|discount|price|quote|code|"
    "choice|list|reference|"
    "bit|chance|few|new|different|better|good|direct|rough|quick (?:overview|summary)) )[a-z]+"
)
#: Money put back, a thing left for somebody.
_PUT = (
    r"put (?:[^ ,.?]+ ){1,4}?(?:on|in|into|onto|to) (?:your|them) (?:card|account|bank|bill)|"
    r"(?:knock|take) (?:[^ ,.?]+ ){1,4}?off your (?:next )?(?:bill|order|rent|account|invoice)|"
    r"(?:pop|put|throw|slip) (?:[^ ,.?]+ ){1,4}?in (?:with|the|your)|"
    r"leave (?!(?:it|that|this) with (?:you|me) )(?:it|them|one|a|the|your|new|"
    r"some) (?:[^ ,.?]+ ){0,3}?(?:with|at|in|behind|on)"
)
_HAPPENS = (
    "ship|go out|reach you|turn up|"
    "be with you|be on (?:its|the|them) way|be in your account|be back in your|be back on your|"
    "get to you|"
    "hit your account|be in the post|be there|be at yours|be outside"
)
_MOVES = (
    "arrive|go back|go in|go on|go up|go live|come out|come off|come through|come down|come in|"
    "come|"
    "show up|show|land|clear|appear|drop|"
    "stop|change|switch|kick in|renew"
)
_BECOMES = _either(
    "refunded|credited|sent|posted|shipped|dispatched|delivered|called|contacted|emailed|mailed",
    "replaced|repaired|fixed|resolved|reimbursed|processed|completed|ready|back|with you|there",
    "here|done|installed|notified|updated|informed|reviewed|returned|available|restored|collected",
    "picked up|out|on the way|on them way|on its way|paid|reconnected|switched on|finished|active",
    "released|up and running|reopened|unblocked|sorted|in|round|over|along|on|live|working",
)
#: What a customer is told they will get, where no time need be named for it to be a promise.
_GETS = (
    r"receive|hear (?:back )?from|get (?:a|an|your|the|another) (?:[^ ]+ ){0,3}?(?:call|email|text|"
    "letter|refund|replacement|confirmation|reply|answer|response|credit|message|update|link|money|"
    r"check|parcel|package|bill|card|invoice)|get (?:[^ ]+ ){1,4}?back|"
    rf"(?:be|get) (?:{DONE})|(?:be )?(?:getting|receiving|hearing) (?:a|an|your|the|from)"
)


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(r"(?:[^ ]+ )??" + pattern if pattern.startswith("(?P<verb>let") else pattern)


_OTHER = r"(?!(?:i|we|you|there|what|who|which|when|how|where|why|if) )(?:[^ ,.?]+ (?:, )?){1,9}?"
#: The forms, the surer first. A form's `verb` is where its act begins; `sure` needs no time.
FORMS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        # I'll call you; we're going to send it; I'll have somebody call you
        "own": rf"(?:i|we) {_ADVERBS}(?:{WILL}|{_PLEDGE}) {_ADVERBS}"
        rf"(?P<verb>(?P<sure>{_SOMEONE}?{SURE}|{_GIVE}|{_PUT}|{_PERSON}|{_GET_OUT})|"
        rf"{_SOMEONE}?{_SOME})(?= )",
        # I'm sending you one; we're posting it tomorrow
        "own_ing": rf"(?:i|we) (?:am|are) {_ADVERBS}(?P<verb>(?P<sure>{SURE_ING})|(?!going |"
        rf"looking |trying |calling |hoping |waiting )[a-z]+ing)(?= )",
        # what I can do is call you tomorrow
        "cleft": rf"(?:i|we) (?:can|will|am going to) do is (?:that )?(?:i will |"
        rf"we will )?{_ADVERBS}(?P<verb>(?P<sure>{_SOMEONE}?{SURE})|[a-z]+)(?= )",
        # that's a technician for you on Friday
        "visit": r"(?P<verb>(?:that is|it is|you are (?:on|down|in|booked)|you have got|"
        r"we have got|i have got) (?:(?:you|a|"
        r"an|the|your|our) )*[^ ,.?]+)(?= )",
        # I've put in for a refund, it takes five days
        "begun": rf"(?:i|we) have {_ADVERBS}(?P<verb>(?:raised|requested|submitted|put in|"
        rf"put a|applied for|processed|issued) (?:[^ ,.?]+ )*?(?:refund|replacement|"
        rf"repair|request|claim|order|credit|payment|transfer))(?= )",
        # I've booked Carl to fit it on Thursday
        "own_booked": rf"(?:i|we) have {_ADVERBS}(?P<verb>(?:booked|arranged(?: for)?|"
        rf"scheduled|lined up|asked|got|told) "
        rf"(?!you |it |that )(?:[^ ,.?]+ ){{1,5}}?(?:to {_SOME}|(?<=engineer )|"
        rf"(?<=technician )|(?<=plumber )|(?<=driver )|(?<=courier )|(?<=crew )|"
        rf"(?<=delivery )|(?<=collection )))",
        # it'll be tomorrow at the latest
        "it_be": r"(?:it|that|they) (?:will|would|should) (?P<verb>be) (?=(?:about|around|by|"
        r"on|at|before|more like|probably|just) |"
        r"(?:tomorrow|today|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
        r"this|next|within|in) )",
        # there's thirty pounds coming your way
        "coming": r"there (?:is|are|"
        r"will be) (?:[^ ,.?]+ ){1,5}?(?P<verb>(?P<sure>coming (?:your way|to you|by|"
        r"in the|over|through|out)|on (?:its|the|them) way to you|going (?:out|into|"
        r"back)))(?= )",
        # I want it done by the end of next week
        "wants": r"(?:i|we) want (?P<verb>(?:it|that|this|them|those) (?:[a-z]+ed|done|back|out|in|"
        r"there|on|off|sent|put))(?= )",
        # there'll be a ten pound credit on your next bill
        "there": r"there will be (?:a|an|your|some|another|the) (?:[^ ,.?]+ ){0,3}?"
        r"(?P<verb>(?P<sure>"
        r"credit|refund|letter|email|text|check|card|replacement|confirmation|call))(?= )",
        # let me email you that
        "let_me": rf"(?:[^ ]+ )*?(?P<verb>let me {_ADVERBS}(?P<sure>{SURE}))(?= )",
        # you'll get an email; you should see it
        "you": rf"you {_ADVERBS}(?:{WILL}|should|can expect to|can(?= (?:expect|"
        rf"have (?:it|that|them|this|one|your)) )|are|would) {_ADVERBS}"
        rf"(?P<verb>(?P<sure>{_GETS})|get|have|see|be(?! (?:charged|billed|asked|covered|"
        rf"able) )|expect|find|due)(?= )",
        # you get the credit note today
        "you_get": r"you (?P<verb>get)(?= )",
        # an engineer will come; it'll be with you
        "other": rf"{_OTHER}{_ADVERBS}{WILL} {_ADVERBS}"
        rf"(?P<verb>(?P<sure>{_SOMEONE}?{SURE}|{_GIVE}|(?:be|get) {DONE}|{_HAPPENS})|(?:be|"
        rf"get) {_BECOMES}|{_SOME})(?= )",
        # it should arrive; he'd be there; they have to see you
        "should": rf"{_OTHER}{_ADVERBS}{_SHOULD} {_ADVERBS}"
        rf"(?P<verb>{SURE}|(?:be|get) {DONE}|{_HAPPENS}|{_MOVES}|(?:be|get) {_BECOMES}|be|"
        r"see you|have (?:it|that|them|this|you|one|everything))(?= )",
        # they have to see you within five days; they've got four hours to attend
        "must": rf"{_OTHER}{_ADVERBS}{_MUST} (?P<verb>see you|visit|attend|come|fix|sort|"
        rf"be (?:with|there|out|done)|"
        r"do it|get out|go out|look at|decide|respond|reply)(?= )",
        # they're delivering it; it's being posted; a courier is coming
        "other_ing": rf"{_OTHER}(?:am|are|is) {_ADVERBS}(?P<verb>{SURE_ING}|being (?:{DONE}|"
        rf"[a-z]+ed)|(?!going |having |being |looking |showing |waiting |working |"
        rf"saying |asking )[a-z]+ing)(?= )",
        # the refund goes back to your bank; it ships
        "goes": r"(?:(?:and|so|but|,) )*(?!(?:i|we|you|there|what|who|which|"
        r"if) )(?:[^ ,.?]+ ){1,8}?"
        r"(?P<verb>goes out|going out|on (?:its|the|them) way|coming out|going in|(?:is |"
        r"are )?(?:due|scheduled|set|expected|booked|lined up|down) (?:for|on|in|back|"
        r"out|to|by)|goes back|goes to|comes out|comes back|comes to you|ships|arrives|"
        r"lands|gets to you|leaves us)(?= )",
        # they count it tomorrow; that clears on Friday: whatever is done on a day to come
        "present": r"(?:they|it|that|this) (?:(?:just|all|then|always) )*(?P<verb>(?!(?:is|are|"
        r"was|were|has|have|had|will|would|should|can|could|"
        r"may|might|must|do|does|did|not|said|told|wants?|needs?|says?|reckons?|thinks?|hopes?|"
        r"opens?(?! (?:it|them|"
        r"that|this) )|closes?|shuts?|starts?|ends?|finish(?:es)?|runs?|costs?|"
        r"expires?|depends?|means?|seems?|looks?|takes?|lasts?|sounds?|[a-z]+ed|came|went|sent|"
        r"got|rang|left|made|took|gave|came) )[a-z]+)(?= )",
        # I send it tomorrow
        "own_now": rf"(?:i|we) (?P<verb>{SURE})(?= )",
    }.items()
}
#: Forms that are promises only where a time is named.
NEEDS_TIME = frozenset(
    {
        "whatever",
        "you_get",
        "it_be",
        "visit",
        "begun",
        "own_booked",
        "must",
        "wants",
        "should",
        "other_ing",
        "goes",
        "present",
        "own_now",
    }
)
#: Anything else that the agent's side says of a time to come, in the present or without a verb
#: ("parts are in on Monday", "twelve pounds back by Friday") ...
WHATEVER = re.compile(r"(?:[^ ]+ ){4}")
#: "Posted tonight, first class"; "should land Friday"; "will be with you by Saturday".
BARE = re.compile(
    rf"(?:(?:and|but|so|okay|yes|all right|it|,) )*(?P<verb>{DONE}|(?:expect|look out for|"
    rf"watch out for|keep an eye out for) (?:a|an|the|your|to)|(?:{WILL}|"
    rf"should) {_ADVERBS}(?:(?:be|get) {_BECOMES}|{SURE}|{_HAPPENS}|{_MOVES}))(?= )"
)
#: "... and call you tomorrow": the second act of one subject.
CARRIED_ON = re.compile(
    rf"(?<![^ ])(?:, )?(?:and|then) (?:then |also )*(?P<verb>(?P<sure>(?:will )?{SURE}|"
    rf"will (?:{_HAPPENS})|(?:can|could|should) be (?:there|with you|out|round|over))|"
    rf"will (?:(?:be|get) {_BECOMES}|{_MOVES}))(?= )"
)
#: An act of its own, whose time is its own too.
ACTS = re.compile(rf".*?(?<![^ ]){WILL} {_ADVERBS}(?:{SURE}|{_GIVE})(?= )")
#: "The lads could come on the tenth."
_OTHERS_CAN = (
    r"(?:(?!(?:i|we|you|it|that|this|there|what|which|who|how|where|why|when|if|so|"
    r"then|nobody|nothing) )"
    r"[^ ,.?]+ ){1,6}?(?:can|could)(?= (?!not ))"
)
#: "Shall I call you?", "I can send him tomorrow, would that work?"
OFFERS = re.compile(
    r"(?<![^ ])(?:(?:can|could|shall|may|should|would) (?:i|we|they|someone|somebody|@name)|"
    r"would you like (?:me|us) to|"
    r"do you want (?:me|us) to|want me to|(?:i|we) (?:can|could|may)|how about (?:i|we)|"
    rf"{_OTHERS_CAN}|what if (?:i|we)|(?:i|we) would (?:like|love|be happy|be glad) to) "
)
#: "I've a slot today", "there's Friday morning", "how about Monday?"
SLOT = re.compile(
    r"(?P<verb>(?:i|we) (?:have|can do|could do|got) (?:got )?|there is |how (?:about|is) |"
    r"what about |would |i can offer you |(?:the )?(?:earliest|next|first|"
    r"soonest) (?:[^ ]+ )?(?:i have(?: got)? )?is )"
)
OFFERED = re.compile(
    rf"(?:.*(?<![^ ])(?:me|us) to |{_OTHERS_CAN} |.*?(?<![^ ])(?:i|we|they|engineer|technician|"
    rf"someone|somebody|driver|team) (?:(?:can|could|may|would (?:like|love|be happy|"
    rf"be glad) to) )?){_ADVERBS}"
    rf"(?P<verb>(?P<sure>{_SOMEONE}?{SURE})|(?!(?:can|could|may|would|also|just) )[a-z]+)(?= )"
)
