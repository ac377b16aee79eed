"""Words around a promise that make it none, take it up or tell its time (see `promise_grammar`)."""

from __future__ import annotations

import re

_ONCE = "(?:(?:on|by|next) )?(?:tomorrow|[a-z]+day)(?: (?:morning|afternoon|evening|night))?"
UNSURE = re.compile(
    r"(?<![^ ])(?:(?:do|did) not (?:think|know|believe|expect)|doubt|not sure|"
    r"can not (?:promise|guarantee|say)|no guarantee|hope|hopefully|hoping|maybe|perhaps|probably|"
    r"might|possibly|wish|supposed|imagine|guess|usually|typically|generally|always|wonder) "
)
#: "... but I can't say when": what comes after takes the promise back.
TAKEN_BACK = re.compile(
    r"(?<![^ ])(?:can not (?:say|promise|guarantee|tell you)|do not know when|no (?:promises|"
    r"guarantees?)|"
    r"do not (?:hold|quote) me) "
)
HABIT = re.compile(
    r"(?<![^ ])(?:usually|typically|generally|always|normally|often|every|each|tend) "
)
PERHAPS = re.compile(r"(?<![^ ])(?:hopefully|probably|maybe|perhaps|possibly) ")
REPORTED = re.compile(
    r"(?<![^ ])(?:said|told|promised|assured|thought|was|were|mentioned|claimed) "
)
AS_I_SAID = re.compile(r"(?:as|like) (?:i|we) (?:said|mentioned|promised|told you) (?:, )?")
DENIED = re.compile(r"(?<![^ ])(?:not|never|no longer|nobody|no one|unable|nothing) ")
NOTHING = re.compile(r"(?<![^ ])(?:nothing|nobody|no one|no) (?:[^ .?]+ )?$")
#: What the customer has to do: "you would have to try again", "you'll be asked to sign".
ON_YOU = re.compile(
    r"(?<![^ ])you (?:(?!not )[^ ,.?]+ ){0,2}?(?:have (?:got )?to|need to|must|ought to|are to|"
    r"(?:are|be) (?:required|expected|obliged|asked|supposed) to) "
)
_HAS_TO = "(?:must|(?:have|has|need|needs) to|(?:is|are) to)"
_BY_RULE = (
    "(?:reported|returned|claimed|submitted|filed|lodged|notified|registered|declared|paid|made|"
    "signed|brought|requested|canceled|cancelled|applied for|settled|received|picked up|handed)"
)
#: A rule that is quoted, which binds the customer and promises them nothing.
RULE = re.compile(
    r"(?<![^ ])(?:(?:policy|policies|rules?|terms|conditions|guidelines|regulations|law) "
    r"(?:(?:is|are) that|says?|states?|requires?|allows?)|"
    r"(?:is|are) required (?:to|by|within)|"
    r"(?:customers|buyers|tenants|members|passengers|claims|complaints|appeals|requests|reports|"
    rf"applications|cancellations) (?:should|{_HAS_TO}|(?:are|is) (?:expected|asked) to)|"
    rf"{_HAS_TO} be {_BY_RULE}(?! (?:[^ ,.?]+ ){{0,2}}?to you )|"
    r"should be (?:reported|claimed|submitted|filed|lodged|notified|registered|declared)|"
    rf"{_HAS_TO} (?:reach|be with|get to|come to|come back to|go back to) us) "
)
#: What the customer will do or feel, as a forecast or a threat: "you'll be back in a month". Only
#: what is theirs comes back in a promise: "you'll be back on by four", "you'll be hearing from us".
FORECAST = re.compile(
    r"you (?:(?:also|soon|probably|just|only|all|certainly|definitely) )*"
    r"(?:will|would|(?:are )?going to) (?:(?:soon|just|only|all|certainly|definitely) )*(?:"
    r"be back(?= (?:here |(?:to|with|for|in here) |(?:in|within) (?:a|an|no|one|two|three|four|"
    r"five|six|the|under|less) |(?:before|next|soon|tomorrow|crying|begging|asking) |"
    r"by (?:[a-z]+day|tomorrow|christmas|easter|next) |[.,?] |$))|"
    r"be (?:calling|ringing|phoning|coming|crawling|running|begging|asking|thanking|missing) "
    r"(?:us|me|back|again|for) |be (?:sorry|glad you|begging|crying|wishing|regretting|laughing)|"
    r"(?:come|be|go|run) (?:crawling|begging|running|crying) |come back |"
    r"(?:regret|miss|wish|thank (?:me|us)|change your mind|want to come)|"
    rf"see (?:(?:soon|then|{_ONCE}) )*(?:[.,?] |$))"
)
#: What is done while the other waits on the line, or is no act at all.
ON_THE_LINE = re.compile(
    r"(?:get (?:[^ ,.?]+ ){1,5}?on the (?:line|phone) |"
    r"be (?:right|happy|glad|sure|able|a (?:moment|minute|second))|"
    r"be (?:using|asking|sending) you|be with you (?:in a|[.,])|have (?:a|another) (?:quick )?look|"
    r"need|call (?:that|it|this|up)|text (?:that|it) in|email (?:that|it) in|"
    r"get (?:that|this|it|your|you) (?:[^ ]+ )?(?:pulled|up|over|through|to)|"
    r"take (?:a|you|some|about|around|only|just|care)|send(?:ing)? you (?:over|across|through) |"
    r"send you to|pass(?:ing)? you|contact (?:you|them) (?:on|at|from) (?:this|that|the)|"
    r"send(?:ing)? (?:it|that|this) (?:up|through|across|over|on) (?!to you )|"
    r"transfer(?:ring)? (?:you|your call)|put(?:ting)? you (?:through|over|on|across)|"
    r"ask (?:you|them) (?:[^ ,.?]+ ){1,3}?(?:things?|questions?) |"
    r"(?:[^ ,.?]+ ){1,8}?on (?:the|my|our) (?:other|second) (?:line|phone) |"
    r"ring(?:ing)? off)"
)
#: "Bear with me": whoever waits on the line for it is promised nothing beyond the call.
WAIT = re.compile(
    r"(?<![^ ])(?:bear with me|(?:please )?hold(?: on| the line| for a)|hang on|stay on the line|"
    r"(?:one|just a|give me a) (?:moment|minute|second|sec)|do not hang up) "
)
#: Somebody else is asked: "ring the warehouse", "speak to my manager".
ASKS_OTHERS = re.compile(r"(?:call|ring|phone|telephone|contact|speak to|ask) (?!you )")
#: What is offered on the line: "can I take your name?", "shall I check?"
OFFERS_NO_LATER = re.compile(
    r"(?:see|cancel|do(?= (?!it |that |so |them |this for ))|tell you|take|"
    r"have (?:your|you|a)|know|"
    r"ask (?:you|for|your|a|what|which|who)|"
    r"get your|"
    r"check|put you|get you (?:on|in|down|booked)|book you|help|offer|spread|split) "
)
#: What a customer can owe: to give something, or to do it for the agent.
GIVEN = re.compile(
    r"(?:pay|transfer|settle|hand|submit|upload|sign|return|send|post|mail|email|bring|drop|"
    r"forward|(?:ring|call|phone)(?= (?:back|again|you|next|tomorrow|on|later)))\b"
)
TO_YOU = re.compile(
    r"(?<![^ ])(?:call|ring|phone|text|let|tell|give|show|bring|write to|get back to|get) "
    r"(?:it (?:back )?to |that (?:over )?to )?you "
)
SENDING = re.compile(r"(?:coming|send|email|post|ship|mail|refund|credit|replac|dispatch|text)")
ASKS_WHEN = re.compile(
    r"(?<![^ ])(?:when|how (?:long|soon|quickly|many days)|what (?:time|day)|by when) "
)
WHEN_WILL = re.compile(
    r"(?<![^ ])when (?:will|would|may|might|can|could|should|do|am) (?:i|we|it|that|they|someone) "
)
#: A clause that only gives the time of the one before: "it takes two days", "by Friday".
GIVES_TIME = re.compile(
    r"(?:so |and |say |let us say |that is |okay |, )*(?:"
    r"(?:you (?:will|should) (?:see|have|get|receive|find) (?:it|that|them|those|these|yours|one)|"
    r"they (?:will|would|should|can|could) (?:be|come|get|arrive|see you)|(?:it|that|this|they|"
    r"those|these|which) (?:can |may |will |should |would |ought to |usually |normally |"
    r"has to )*(?:takes?|be|is|arrives?|come|land|reach|get|go out|goes out|clear|show|"
    r"hit|happen)?)(?: |$)|"
    r"(?:by|within|in|before|on|at|between|from|allow|give it|tomorrow|today|tonight|this|next|"
    r"first thing|(?:the )?(?:next|earliest|soonest) (?:delivery|slot|one|date|visit)|"
    r"any time|probably|monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?: |$)|"
    r"(?:(?:about|around|roughly|maybe|usually) )?(?:[a-z0-9]+ (?:to|or) )?[a-z0-9]+ (?:working |"
    r"business |week )?(?:days|weeks|hours|minutes) (?:[.,] |$))"
)
ACCEPTS = re.compile(
    r"(?:(?:oh|well|okay|great|perfect|right|all right|go on|lovely|wonderful|super|and|,|\.) )*"
    r"(?:yes|sure|please|okay|can|correct|exactly|absolutely|that is right|that works|that would|"
    r"perfect|great|lovely|fine|definitely|sounds good|go on|go for it|brilliant|do that|both|"
    r"could you|"
    r"would you|if you (?:would|could|do not mind)|fab|wonderful|super|all right|grand|"
    r"that is (?:fine|good|perfect|great)|"
    r"(?:[^ ,.?]+ ){1,4}?(?:(?:is|would be|will be|sounds) (?:fine|good|grand|great|perfect|okay|"
    r"lovely|ideal|brilliant|all right)|suits|works|will do)|"
    r"(?:the )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|"
    r"first|second|latter|morning|afternoon)) "
)
#: "By Friday?" "Yes, Friday."
AFFIRMS = re.compile(
    r"(?:(?:oh|well|okay|,|\.) )*(?:yes|correct|exactly|absolutely|definitely|right|sure|of course|"
    r"(?:that|it|they) (?:is|will|should|does)) "
)
#: A plain yes, which takes the offer as it was made.
YES = re.compile(r"(?:(?:oh|well|okay|,) )*(?:yes|please|sure|go on|do|great|perfect|lovely) ")
ASKS_DETAIL = re.compile(r"(?<![^ ])(?:number|address|what|which|where|best|name) ")
#: What banks do with a charge that they hold: "banks take five days, so it should drop off then".
BANKS = re.compile(r"(?<![^ ])banks (?:(?:can|may|will|might|usually) )?(?:take|need) ")
LET_GO = re.compile(r"(?<![^ ])(?:drop off|fall off|disappear|go away) ")
#: The customer has what was to be sent.
RECEIVED = re.compile(
    r"(?<![^ ])(?:got (?:it|them)|there it is|here it is|it is (?:here|come|arrived|there|through|"
    r"opened)|it (?:has|just) (?:come|arrived|came)|"
    r"i (?:have|can) (?:got|see|it|see it)|it came|received it) "
)
#: What a promise is about, so that the same promise is known again in other words.
ABOUT = {
    "call": re.compile(
        r"\b(?:call|ring|phone|get(?:ting)? back|come back to|in touch|contact|reach out|hear|"
        r"follow|update you|let you know|posted|bell|answer you|notify)",
        re.I,
    ),
    "money": re.compile(
        r"\b(?:refund|credit|reimburs|compensat|account|money|paid|pay|revers|balance)", re.I
    ),
    "visit": re.compile(
        r"\b(?:visit|come (?:out|back|round|over)|engineer|technician|plumber|inspector|install|"
        r"be (?:there|with you|out|round|at yours|outside)|repair|crew|fitter|fit it|lads?)\b",
        re.I,
    ),
    "send": re.compile(
        r"\b(?:send|sent|e-?mail|text|mail|post|ship|dispatch|deliver|receiv|get|messag|arriv|"
        r"parcel|package|letter|form|label|inbox|go(?:es|ing)? out|on its way|replac|drop|write)",
        re.I,
    ),
}
#: "Seventy pounds, back to the card that ends in 08."
MONEY_BACK = re.compile(
    r"(?<![^ ])back (?:to|on|onto|into|in) (?:the|your|that) (?:[^ ,.?]+ )?(?:card|account|bank) "
)
REPORTED_DONE = re.compile(
    r"(?<![^ ])(?:i have|we have|i|has been|have been|is|are|that is|it is) "
    r"(?:just |now |already |also |gone ahead and )*"
    r"(?P<done>refunded|credited|sent|emailed|texted|replaced|reimbursed|posted|dispatched|"
    r"reversed) "
)
_NOT = "(?:not|still|never|no|nothing|nobody|late|missing) "
#: What goes wrong for the customer, as an if says it: "it is not there", "you hear nothing".
FAILS = re.compile(
    rf"(?!(?:i|we|you) )(?:[^ ,.?]+ ){{1,7}}?{_NOT}|"
    r"you (?:do|have|did|can|are) (?:not|still not) (?:hear|heard|get|got|have|had|see|receive|"
    r"received|happy|satisfied) |you (?:hear|get|have heard|have got) nothing "
)
#: What is tried on the line, and what the customer owes: "if that does not work", "... not paid".
MAY_WORK = re.compile(
    r"(?<![^ ])(?:work|works|working|help|helps|fix|fixed|sort|sorted|trick|pay|paid|signed|yours|"
    r"interested|convenient|suit|too late|problem|no one|anyone|payment) "
)
#: "Give us a shout and we'll": a condition in the form of a request.
REQUEST = re.compile(
    r"(?:(?:then|so|okay|well|just|please|or|yes|no|,) )*(?:give(?! (?:me|us) (?:until|till|"
    r"some time|a (?:day|minute|moment|few|bit|couple)|an hour|half an|the|it|them|ten|fifteen|"
    r"twenty|two|three) |(?:it|them) )|ring|call|send|"
    r"email|text|bring|show|fill|upload|"
    r"forward|tell|message|reply|return|drop us|drop me|pop back|let us know|let me know|"
    r"let us have) "
)
#: What the customer keeps or owes is no promise to them: "your appointment is booked for"
KEPT = re.compile(
    r"(?<![^ ])(?:appointment|booking|table|room|flight|class|bill|payment|direct debit|rent|"
    r"meeting|reservation|contract|mortgage|premium|fee|invoice|subscription|renewal) "
)
#: What is told back to the customer to make sure: "your chair is coming on Tuesday. Is that right?"
RECAP = re.compile(
    r"(?:is that (?:right|correct)|have i got that right|did i get that right|correct) \? $"
)
#: ... unless it tells of hours, rules, prices, the past, or what the customer has to do or keep.
NO_NEWS = re.compile(
    r"(?<![^ ])(?:you|your|i am (?:off|in|here|on|sorry|calling|ringing)|not|never|no|nothing|"
    r"nobody|returns|open|opens|close|closes|closed|shut|shuts|hours|"
    r"start|starts|begin|begins|end|ends|expire|expires|valid|until|till|contract|offer|sale|"
    r"window|turnaround|course|class|lesson|term|"
    r"train|flight|ferry|bus|boat|departs|weather|cost|costs|price|fee|usually|normally|"
    r"typically|generally|always|"
    r"every|each|might|may|could|can|would|if|unless|please|ring|call|pop|come|bring|send|try|"
    r"keep|have|has|had|was|were|"
    r"did|said|told|came|went|sent|got|made|took|gave|rang|let|sorry|because|since|ago|last|"
    r"appointment|booking|"
    r"(?!booked|scheduled|approved|posted|shipped|delivered|refunded|credited|need|feed|"
    r"expected|speed|red)[a-z]{2,}ed|how|what|why|when|where|which) "
)
#: Somebody who comes to the customer: without one a slot is the customer's to keep.
COMES = re.compile(
    r"(?<![^ ])(?:engineers?|technicians?|tech|plumber|electrician|fitters?|installers?|"
    r"man out|someone out|somebody out|"
    r"drivers?|couriers?|van|crew|surveyor|inspector|carpenter|locksmith|mechanic|"
    r"collection|"
    r"delivery|deliver|collect|collected|"
    r"delivered|home visit|callback|call back) "
)
#: What was, is not, may be or always is: no act on a day to come.
NO_PLEDGE = re.compile(
    r"(?<![^ ])(?:how are you|weather|sunny|slot|slots|gap|opening|or|"
    r"(?:queues?|wait|waits) (?:is|are)|"
    r"(?:i|we) have [a-z]+ed you|you are (?:down|booked|booked in) (?:for|on)|"
    r"(?:i|we) have (?:got )?(?:the )?(?:[a-z]+day|tomorrow)|"
    r"(?:i|we|they) (?:can|could) (?:see|fit|squeeze) you|"
    r"was|were|had|did|said|told|ago|yesterday|came|went|rang|not|never|nobody|"
    r"nothing|might|may|usually|normally|typically|generally|always|every|each|if|unless|"
    r"last (?:night|week|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)) "
)
