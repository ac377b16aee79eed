"""How people promise: the forms of a promise, over one clause (see `clauses`, `promises`).

A promise has a subject, a verb of the future and an act (see `promise_acts`):

    I        'll           get back to you            own
    the van  should        be with you                other
    you      'll           have your refund           you

`FORMS` lists them, each with a sentence that has it. A form whose words are also said of what is no
promise ("it goes out on Monday") counts only where the clause names a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorer.outcome.promise_acts import (
    BECOMES,
    DONE,
    GET_OUT,
    GETS,
    GIVE,
    HAPPENS,
    MOVES,
    PERSON,
    PUT,
    SOME,
    SOMEONE,
    SURE,
    SURE_ING,
)

# What stands between a subject and its act.
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
_MUST = "(?:must|needs to|(?:have|has) (?:until |got (?:until )?)?(?:[^ ,.?]+ ){0,5}?to)"
_PLEDGE = "(?:(?:can |do )?(?:promise|guarantee) (?:you )?to)"
_WE = "(?:i|we)"
_OTHER = r"(?!(?:i|we|you|there|what|who|which|when|how|where|why|if) )(?:[^ ,.?]+ (?:, )?){1,9}?"
_DAY = "tomorrow|today|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to promise: `pattern` is matched from the beginning of a clause.

    Its group `verb` is where the act begins; a group `sure` is an act that needs no time.
    """

    name: str
    example: str
    pattern: re.Pattern[str]
    needs_time: bool = False  # a promise only where a time is named
    headless: bool = False  # the clause need not begin with a subject
    own: bool = False  # the speaker acts: "call you" says what, without the "I'll"
    by_customer: bool = False  # a customer promises in it, too
    own_time: bool = False  # its time stands in its own clause or nowhere
    time_after: bool = False  # ... and there after its verb
    may_tell: bool = False  # facts are told in it as well


def _form(name: str, example: str, pattern: str, needs: str = "") -> Form:
    """A form of the table; `needs` names those of `Form`'s marks that are set."""
    return Form(name, example, re.compile(pattern), **dict.fromkeys(needs.split(), True))


#: The surer first: a clause has the first form that fits it.
FORMS: tuple[Form, ...] = (
    _form(
        "own",
        "I'll have somebody call you.",
        rf"{_WE} {_ADVERBS}(?:{WILL}|{_PLEDGE}) {_ADVERBS}(?P<verb>(?P<sure>{SOMEONE}?{SURE}|"
        rf"{GIVE}|{PUT}|{PERSON}|{GET_OUT})|{SOMEONE}?{SOME})(?= )",
        "own by_customer",
    ),
    _form(
        "own_ing",
        "I'm sending you one.",
        rf"{_WE} (?:am|are) {_ADVERBS}(?P<verb>(?P<sure>{SURE_ING})|(?!going |"
        rf"looking |trying |calling |hoping |waiting )[a-z]+ing)(?= )",
        "own by_customer",
    ),
    _form(
        "cleft",
        "What I can do is call you tomorrow.",
        rf"{_WE} (?:can|will|am going to) do is (?:that )?(?:{_WE} will )?{_ADVERBS}"
        rf"(?P<verb>(?P<sure>{SOMEONE}?{SURE})|[a-z]+)(?= )",
        "own",
    ),
    _form(
        "visit",
        "That's a technician for you on Friday.",
        r"(?P<verb>(?:that is|it is|you are (?:on|down|in|booked)|you have got|we have got|"
        r"i have got) (?:(?:you|a|an|the|your|our) )*[^ ,.?]+)(?= )",
        "needs_time headless may_tell",
    ),
    _form(
        "with_you",
        "Twelve thousand trays go on tonight's van, with you at six tomorrow.",
        r"(?!.*(?<![^ ])(?:if|unless) )(?:[^ .?]+ ){2,20}?, (?P<verb>with you "
        rf"(?=(?:at|by|on|before|between|within|in|first|{_DAY}) ))",
        "needs_time headless own_time time_after",
    ),
    _form(
        "begun",
        "I've put in for a refund, it takes five days.",
        rf"{_WE} have {_ADVERBS}(?P<verb>(?:raised|requested|submitted|put in|"
        rf"put a|applied for|processed|issued) (?:[^ ,.?]+ )*?(?:refund|replacement|"
        rf"repair|request|claim|order|credit|payment|transfer))(?= )",
        "needs_time own",
    ),
    _form(
        "own_booked",
        "I've booked Carl to fit it on Thursday.",
        rf"{_WE} have {_ADVERBS}(?P<verb>(?:booked|arranged(?: for)?|"
        rf"scheduled|lined up|asked|got|told) "
        rf"(?!you |it |that )(?:[^ ,.?]+ ){{1,5}}?(?:to {SOME}|(?<=engineer )|"
        rf"(?<=technician )|(?<=plumber )|(?<=driver )|(?<=courier )|(?<=crew )|"
        rf"(?<=delivery )|(?<=collection )))",
        "needs_time own own_time",
    ),
    _form(
        "it_be",
        "It'll be tomorrow at the latest.",
        r"(?:it|that|they) (?:will|would|should) (?P<verb>be) (?=(?:about|around|by|"
        rf"on|at|before|more like|probably|just) |(?:{_DAY}|this|next|within|in) )",
        "needs_time",
    ),
    _form(
        "coming",
        "There's thirty pounds coming your way.",
        r"there (?:is|are|will be) (?:[^ ,.?]+ ){1,5}?(?P<verb>(?P<sure>coming (?:your way|to you|"
        r"by|in the|over|through|out)|on (?:its|the|them) way to you|going (?:out|into|"
        r"back)))(?= )",
    ),
    _form(
        "wants",
        "I want it done by the end of next week.",
        rf"{_WE} want (?P<verb>(?:it|that|this|them|those) (?:[a-z]+ed|done|back|out|in|"
        r"there|on|off|sent|put))(?= )",
        "needs_time",
    ),
    _form(
        "there",
        "There'll be a ten pound credit on your next bill.",
        r"there will be (?:a|an|your|some|another|the) (?:[^ ,.?]+ ){0,3}?(?P<verb>(?P<sure>"
        r"credit|refund|letter|email|text|check|card|replacement|confirmation|call))(?= )",
    ),
    _form(
        "let_me",
        "Let me email you that.",
        rf"(?:[^ ]+ )*?(?P<verb>let me {_ADVERBS}(?P<sure>{SURE}))(?= )",
        "headless own",
    ),
    _form(
        "you",
        "You'll get an email.",
        rf"you {_ADVERBS}(?:{WILL}|should|can expect to|can(?= (?:expect|"
        rf"have (?:it|that|them|this|one|your)) )|are|would) {_ADVERBS}"
        rf"(?P<verb>(?P<sure>{GETS})|get|have|see|be(?! (?:charged|billed|asked|covered|"
        rf"able) )|expect|find|due)(?= )",
    ),
    _form(
        "you_get",
        "You get the credit note today.",
        r"you (?P<verb>get)(?= )",
        "needs_time headless may_tell",
    ),
    _form(
        "other",
        "An engineer will come out.",
        rf"{_OTHER}{_ADVERBS}{WILL} {_ADVERBS}"
        rf"(?P<verb>(?P<sure>{SOMEONE}?{SURE}|{GIVE}|(?:be|get) {DONE}|{HAPPENS})|(?:be|"
        rf"get) {BECOMES}|{SOME})(?= )",
    ),
    _form(
        "should",
        "It should arrive on Friday.",
        rf"{_OTHER}{_ADVERBS}{_SHOULD} {_ADVERBS}"
        rf"(?P<verb>{SURE}|(?:be|get) {DONE}|{HAPPENS}|{MOVES}|(?:be|get) {BECOMES}|be|"
        r"see you|have (?:it|that|them|this|you|one|everything))(?= )",
        "needs_time may_tell",
    ),
    _form(
        "must",
        "They've got four hours to attend.",
        rf"{_OTHER}{_ADVERBS}{_MUST} (?P<verb>see you|visit|attend|come|fix|sort|"
        rf"be (?:with|there|out|done)|"
        r"do it|get out|go out|look at|decide|respond|reply)(?= )",
        "needs_time",
    ),
    _form(
        "other_ing",
        "A courier is coming tomorrow.",
        rf"{_OTHER}(?:am|are|is) {_ADVERBS}(?P<verb>{SURE_ING}|being (?:{DONE}|"
        rf"[a-z]+ed)|(?!going |having |being |looking |showing |waiting |working |"
        rf"saying |asking )[a-z]+ing)(?= )",
        "needs_time",
    ),
    _form(
        "goes",
        "The refund goes back to your bank tonight.",
        r"(?:(?:and|so|but|,) )*(?!(?:i|we|you|there|what|who|which|if) )(?:[^ ,.?]+ ){1,8}?"
        r"(?P<verb>goes out|going out|on (?:its|the|them) way|coming out|going in|(?:is |"
        r"are )?(?:due|scheduled|set|expected|booked|lined up|down) (?:for|on|in|back|"
        r"out|to|by)|goes back|goes to|comes out|comes back|comes to you|ships|arrives|"
        r"lands|gets to you|leaves us)(?= )",
        "needs_time headless may_tell",
    ),
    _form(
        "present",
        "They count it tomorrow.",
        r"(?:they|it|that|this) (?:(?:just|all|then|always) )*(?P<verb>(?!(?:is|are|"
        r"was|were|has|have|had|will|would|should|can|could|"
        r"may|might|must|do|does|did|not|said|told|wants?|needs?|says?|reckons?|thinks?|hopes?|"
        r"opens?(?! (?:it|them|"
        r"that|this) )|closes?|shuts?|starts?|ends?|finish(?:es)?|runs?|costs?|"
        r"expires?|depends?|means?|seems?|looks?|takes?|lasts?|sounds?|[a-z]+ed|came|went|sent|"
        r"got|rang|left|made|took|gave|came) )[a-z]+)(?= )",
        "needs_time headless may_tell",
    ),
    _form(
        "takes",
        "It takes three to five business days to hit your card.",
        r"(?:it|that|this|they) (?:will |should |can )?(?P<verb>takes? )(?:[^ ,.?]+ ){1,9}?"
        r"to (?:hit|reach|show|clear|land|get (?:to|back|there)|arrive|appear|"
        r"come (?:back|through)|go (?:back|through|in)|be (?:with|in|back|on))(?= )",
        "needs_time headless may_tell",
    ),
    _form(
        "own_now",
        "I send it tomorrow.",
        rf"{_WE} (?P<verb>{SURE})(?= )",
        "needs_time headless own",
    ),
)
BY_NAME = {form.name: form for form in FORMS}
OWN = frozenset(form.name for form in FORMS if form.own)
#: "Parts are in on Monday", "twelve pounds back by Friday": anything else that the agent's side
#: says of a time to come, in the present or without a verb.
WHATEVER = Form(
    "whatever", "", re.compile("(?P<verb>)"), needs_time=True, own_time=True, may_tell=True
)
#: "Posted tonight, first class"; "will be with you by Saturday": a `should` without its subject.
BARE = re.compile(
    rf"(?:(?:and|but|so|okay|yes|all right|it|,) )*(?P<verb>{DONE}|(?:expect|look out for|"
    rf"watch out for|keep an eye out for) (?:a|an|the|your|to)|(?:{WILL}|"
    rf"should) {_ADVERBS}(?:(?:be|get) {BECOMES}|{SURE}|{HAPPENS}|{MOVES}))(?= )"
)
#: "... and call you tomorrow": the second act of one subject.
CARRIED_ON = re.compile(
    rf"(?<![^ ])(?:, )?(?:and|then) (?:then |also )*(?P<verb>(?P<sure>(?:will )?{SURE}|"
    rf"will (?:{HAPPENS})|(?:can|could|should) be (?:there|with you|out|round|over))|"
    rf"will (?:(?:be|get) {BECOMES}|{MOVES}))(?= )"
)
#: "... and a fitter out tomorrow": the second thing of one promise, with a time of its own.
SECOND_THING = re.compile(
    r"(?<![^ ])(?:, )?and (?P<verb>(?:a|an|another|some|someone|somebody|the) (?:[^ ,.?]+ ){0,3}?"
    r"(?:out|round|over|along|there|with you|to you|on|in)|(?:[a-z]+ed|sent|brought|put|built) "
    r"(?:out|over|round|back|on|up|off|to you|with you))(?= )"
)
#: An act of its own, whose time is its own too.
ACTS = re.compile(rf".*?(?<![^ ]){WILL} {_ADVERBS}(?:{SURE}|{GIVE})(?= )")
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
#: The act that is offered: "shall I | call you", "the lads could | come".
OFFERED = re.compile(
    rf"(?:.*(?<![^ ])(?:me|us) to |{_OTHERS_CAN} |.*?(?<![^ ])(?:i|we|they|engineer|technician|"
    rf"someone|somebody|driver|team) (?:(?:can|could|may|would (?:like|love|be happy|"
    rf"be glad) to) )?){_ADVERBS}"
    rf"(?P<verb>(?P<sure>{SOMEONE}?{SURE})|(?!(?:can|could|may|would|also|just) )[a-z]+)(?= )"
)
