"""What became of the need on this call (first-contact resolution, S5).

- *resolved*: the customer says so; or the agent reports it done and the customer does not object;
  or the customer called, was answered, and left with thanks;
- *promised*: not done yet, and somebody said what they will do. A visit that is booked for a fault
  mends nothing yet: it is a promise; "somebody will be in touch", to a customer who was refused or
  leaves angry, is none;
- *handed_over*: passed to somebody else, and nothing more is heard of it here;
- *unresolved*: the customer leaves saying it is not solved, was refused, or was sent elsewhere;
- *unclear*: nothing of the above was said, or the number was wrong and nothing was wanted here. A
  guess is not made.

What was said last counts: a fault that is reported at the start and mended at the end is mended.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorer.outcome.done import done as reported_done
from scorer.outcome.handovers import handed_over
from scorer.outcome.sentiment import Arc
from scorer.outcome.words import Said, Words, quotes
from scorer.outcome.wrong_number import wrong_number
from scorer.scorecard import Evidence, Promise
from scorer.scoring.broken import broken_off

Result = Literal["resolved", "promised", "handed_over", "unresolved", "unclear"]
_CONTENT = ("outcome_thanks", "outcome_pleased", "outcome_delighted")
#: Promises of what only follows from a thing done.
_FOLLOWS = re.compile(
    r"\b(?:letter|e-?mails?|confirm\w*|bill|statement|invoice|receipt|text|refund\w*|money|"
    r"credit\w*|paid|"
    r"che(?:que|ck)|account|reference|updates?|licen[cs]e|cards?|copy|certificate|tickets?|"
    r"link|code|form|"
    r"pounds|dollars|euros|balance|(?:write to|mail) you|your bank|survey|back to your|"
    r"payments?|details|log[ -]?in|password|pin|"
    r"to (?:make sure|check|see (?:if|that|how|whether)))\b",
    re.IGNORECASE,
)
#: What is done once it is taken down.
_TELLS_US = re.compile(
    r"\b(?:want|like|need|wanted) to (?:report|cancel|close|stop|block|leave)\b|"
    r"\b(?:want|need|like) (?:it|this|that|my \w+) (?:blocked|cancelled|canceled|stopped|closed)\b",
    re.IGNORECASE,
)
#: "I've put it back, and that reaches you on Friday": the last step of what is done.
_POINTS_BACK = re.compile(r"(?:and |so )?(?:it|that|this|those)\b", re.IGNORECASE)
#: The customer sees with their own eyes that it works.
_FUNCTIONS = re.compile(
    r"\b(?:work(?:s|ing|ed)|it's (?:on|back|up|open|moving|through|gone|here)|i'm in|"
    r"can (?:see|open|log|hear)|"
    r"there it is|arrived|loaded|back online|fixed)\b",
    re.IGNORECASE,
)
#: The customer is sent off with something to do, or with a rule.
_PUT_OFF = re.compile(
    r"\byou(?:'ll| will|'d| would) (?:have|need) to (?:try|wait|come back|call back|start|apply)\b|"
    r"\b(?:our|company) policy\b",
    re.IGNORECASE,
)
#: Nobody in particular, at no time: what is said to be rid of somebody.
_NOBODY = re.compile(
    r"\b(?:some(?:body|one)|they|we|you)(?:'ll| will| should)? (?:hear|be (?:in touch|contacted)|"
    r"get back|pick|look|contact|call|come|ring|deal|see|reach|let you know)|"
    r"\b(?:as soon as (?:possible|we can|they can|practicable)|shortly)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:eventually|in due course|at some (?:point|stage)|some ?time or other|one of these days|"
    r"when (?:they|we|somebody|someone) gets? (?:a)?round to it)\b",
    re.IGNORECASE,
)
#: "When?" "I can't say."
_CANNOT_SAY = re.compile(
    r"\b(?:can(?:'t|not)|couldn't) (?:say|tell|give you)\b|\b(?:i (?:don't know|have no idea|"
    r"wouldn't know)|no idea|all i can (?:say|tell))\b",
    re.IGNORECASE,
)
_MEANT: dict[str, Result] = {
    "outcome_means_solved": "resolved",
    "outcome_means_unsolved": "unresolved",
}
_ANGRY = -0.5  # a last turn with this feeling or worse is no sign of a need met


@dataclass(frozen=True, slots=True)
class Resolution:
    result: Result
    evidence: tuple[Evidence, ...] = ()


def resolution(words: Words, promises: Sequence[Promise], felt: Arc) -> Resolution:
    """What became of the need, and the quotes that say so."""
    given = [promise for promise in promises if promise.by != "customer"]
    owed = [promise for promise in given if not _empty(words, promise, felt)]
    done = _done(words)
    if not done and not owed and not handed_over(words) and (wrong := wrong_number(words)):
        return Resolution("unclear", wrong)
    pending = _pending(words, owed, done)
    for verdict in (
        _still_to_come(words, pending),
        _content_before(words, owed),
        _customer_says(words, done, owed),
        _left_angry(words, done, owed, felt),
        _agent_says(words, done, owed),
        _no_help(words),
        _answered(words),
        _as_meant(words),
    ):
        if verdict is not None:
            cut = verdict.result == "resolved" and _cut_short(words, done)
            return Resolution("unclear") if cut else verdict
    return Resolution("unclear")


def _empty(words: Words, promise: Promise, felt: Arc) -> bool:
    """Whether a vague promise only gets rid of a customer who was refused, or left without.

    The same words said willingly are a promise: the customer who takes them with thanks is content.
    """
    if not promise.vague:
        return False
    said = promise.evidence.turn
    quote = promise.evidence.quote.replace("’", "'")
    content = words.said(("outcome_works_now", *_CONTENT), "customer")
    if any(one.turn > said for one in content) and not _ends_angry(words, felt):
        return False
    if _NEVER.search(quote):
        return True
    return bool(_NOBODY.search(quote)) and (
        _ends_angry(words, felt)
        or bool(words.said(("outcome_refused", "outcome_sent_away"), "agent"))
        or any(
            turn.by_agent and _CANNOT_SAY.search(turn.text.replace("’", "'"))
            for turn in words.call.turns[said + 1 :]
        )
    )


def _ends_angry(words: Words, felt: Arc) -> bool:
    """Whether the customer's last turn is angry, or says that they leave."""
    if len(felt.points) < 2:
        return False
    last, feeling = felt.points[-1]
    leaving = any(said.turn == last for said in words.said("outcome_leaving", "customer"))
    return feeling <= _ANGRY or leaving


def _cut_short(words: Words, done: list[Said]) -> bool:
    """Whether the recording ends before the call, and nobody took up what was done before that."""
    if words.call.duration is None:  # a chat ends where it ends
        return False
    quality = words.call.quality
    texts = [turn.text for turn in words.call.turns]
    if not broken_off(texts, quality.reasons if quality else ()):
        return False
    content = words.said(("outcome_works_now", *_CONTENT), "customer")
    return not (done and _later(content, done[0]))


def _pending(words: Words, owed: list[Promise], done: list[Said]) -> list[Promise]:
    """What must still be done before a problem is gone: a visit, a repair, a call with an answer.

    A letter, a confirmation or money on its way only follows from what is done. Where the customer
    did not report a problem but asked for something, having it arranged is enough.
    """
    opening = words.customer_turns[:2]
    problem = _problem(words)
    wish = any(said.turn in opening[:1] for said in words.said("outcome_asks", "customer"))
    told = any(_TELLS_US.search(words.call.turns[place].text) for place in opening)
    if (wish and not problem) or told:
        return []
    settled = {said.turn for said in done}
    return [
        promise
        for promise in owed
        if not promise.vague
        and not _FOLLOWS.search(promise.what)
        and not (promise.evidence.turn in settled and _POINTS_BACK.match(promise.what))
    ]


def _still_to_come(words: Words, pending: list[Promise]) -> Resolution | None:
    """A problem that waits for a promise, and no word since that it is gone."""
    if not pending:
        return None
    last = pending[-1].evidence.turn
    since = [s for s in words.said("outcome_works_now", "customer") if s.turn > last]
    gone = [s for s in since if _FUNCTIONS.search(s.evidence.quote)]
    broken = [s for s in words.said("outcome_still_broken", "customer") if s.turn > last]
    if gone or broken:
        return None
    return Resolution("promised", tuple(promise.evidence for promise in pending[-2:]))


def _done(words: Words) -> list[Said]:
    """What the agent reported done. What is only booked or ordered mends no fault."""
    done = [*words.said("outcome_solved_by_agent", "agent"), *reported_done(words.talk)]
    if not _problem(words):
        done += words.said("outcome_arranged_by_agent", "agent")
    return sorted(done, key=lambda said: said.place)


def _content_before(words: Words, owed: list[Promise]) -> Resolution | None:
    """A question that was answered to the customer's joy, before anything else was promised."""
    if not owed or not words.customer_turns or _problem(words):
        return None
    glad = [
        said
        for said in words.said(("outcome_delighted", "outcome_pleased"), "customer")
        if words.customer_turns[0] < said.turn < owed[0].evidence.turn
        and not words.call.turns[said.turn - 1].text.rstrip().endswith("?")
    ]
    return Resolution("resolved", quotes(glad[-2:])) if glad else None


def _problem(words: Words) -> bool:
    opening = words.customer_turns[:2]
    found = words.said(("outcome_reports_fault", "outcome_chased"), "customer")
    return any(said.turn in opening for said in found)


def _customer_says(words: Words, done: list[Said], owed: list[Promise]) -> Resolution | None:
    """The customer is the judge, after their first words, which say why they called."""
    opening = words.customer_turns[0] if words.customer_turns else -1
    works = [s for s in words.said("outcome_works_now", "customer") if s.turn > opening]
    broken = [s for s in words.said("outcome_still_broken", "customer") if s.turn > opening]
    if works and not _later(broken, works[-1]):
        waiting = any(
            (p.evidence.turn >= works[-1].turn or not p.vague) and not _FOLLOWS.search(p.what)
            for p in owed
        )
        if not waiting or done:
            return Resolution("resolved", quotes(works[-2:]))
    glad = words.said(("outcome_delighted", "outcome_pleased"), "customer")
    if not broken or _later([*done, *works, *glad], broken[-1]):
        return None
    promised = any(promise.evidence.turn > broken[-1].turn for promise in owed)
    return None if promised else Resolution("unresolved", quotes(broken[-2:]))


def _left_angry(
    words: Words, done: list[Said], owed: list[Promise], felt: Arc
) -> Resolution | None:
    """Nothing done or owed, and the customer's last turn angry, or saying that they leave."""
    if done or owed or not _ends_angry(words, felt):
        return None
    last = felt.points[-1][0]
    bad = ("outcome_annoyed", "outcome_angry", "outcome_leaving")
    parting = [said for said in words.said(bad, "customer") if said.turn == last]
    return Resolution("unresolved", quotes(parting))


def _agent_says(words: Words, done: list[Said], owed: list[Promise]) -> Resolution | None:
    passed = handed_over(words)
    if done and not (passed and _later(passed, done[-1])):
        return Resolution("resolved", quotes(done[-2:]))
    if done:  # and the rest is in other hands
        return Resolution("handed_over", quotes(passed[-1:]))
    if passed and not any(promise.evidence.turn >= passed[-1].turn for promise in owed):
        return Resolution("handed_over", quotes(passed[-1:]))
    if owed:
        return Resolution("promised", tuple(promise.evidence for promise in owed[-2:]))
    return None


def _no_help(words: Words) -> Resolution | None:
    """Refused or sent elsewhere, and the customer was not won over afterwards."""
    refused = words.said(("outcome_refused", "outcome_sent_away"), "agent")
    if not refused:
        return None
    put_off = _PUT_OFF.search(refused[-1].evidence.quote)  # is not made good by courtesy
    won_over = _CONTENT[1:] if put_off else _CONTENT
    content = words.said(("outcome_works_now", *won_over), "customer")
    sorry = words.said("outcome_annoyed", "customer")  # "what a pity; thanks anyway"
    if _later(content, refused[-1]) and not _later(sorry, refused[-1]):
        return None
    return Resolution("unresolved", quotes(refused[-2:]))


def _answered(words: Words) -> Resolution | None:
    """The customer called, the agent answered, and the customer left with thanks."""
    thanked = [s for s in words.said(_CONTENT, "customer") if s.turn in words.customer_turns[-2:]]
    if not thanked or words.said("outcome_agent_called", "agent"):
        return None
    answers = [
        place
        for place, turn in enumerate(words.call.turns)
        if turn.by_agent
        and words.customer_turns[0] < place < thanked[-1].turn
        and _tells(turn.text)
    ]
    return Resolution("resolved", quotes(thanked[-2:])) if answers else None


def _as_meant(words: Words) -> Resolution | None:
    """How the customer takes it at the end, by meaning, where none of the wordings was used."""
    last = words.customer_turns[1:][-2:]
    ends = [said for said in words.said(tuple(_MEANT), "customer") if said.turn in last]
    return Resolution(_MEANT[ends[-1].cue], quotes(ends[-1:])) if ends else None


def _tells(text: str) -> bool:
    """Whether anything is stated: a sentence of some length that is no question."""
    runs = re.finditer(r"[^.!?]+", text)
    return any(len(run[0].split()) > 3 for run in runs if not text.startswith("?", run.end()))


def _later(found: Sequence[Said], than: Said) -> bool:
    return any(said.place > than.place for said in found)
