"""Entries for the complaint register (S14, S23) and the register of rules that hurt (S13).

Both are moments, so that a page can gather them over many calls with their quotes:

- rubric `complaint_register`, criterion = its cause: what the customer complained of, what the
  agent answered, and whether it was made good (recovered), left (missed) or cannot be told;
- rubric `rule_register`, criterion `protested` or `cited`: the rule as the agent put it, and what
  the customer said to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from scorer.outcome.resolution import Resolution
from scorer.outcome.words import Said, Words
from scorer.scorecard import Evidence, Moment, MomentResult
from scorer.scoring.cues import quote

_CAUSES = {
    cause: frozenset(words.split())
    for cause, words in {
        "billing": "charge charged overcharged bill billed fee fees money refund paid pay price "
        "payment amount invoice deducted",
        "delivery": "delivery deliver delivered parcel package arrived arrive courier shipped late "
        "driver",
        "people": "rude attitude arrogant unfriendly impatient unhelpful shouted",
        "waiting": "waiting waited wait queue hours weeks days called back nobody reply answer "
        "response",
        "fault": "broken damaged faulty fault down slow crashed crack cracked signal working work "
        "error quality poor",
    }.items()
}
_BECAME: dict[str, MomentResult] = {"resolved": "recovered", "unresolved": "missed"}
_REACH = 4  # turns within which a customer's protest belongs to the rule that was cited


def registers(words: Words, solved: Resolution) -> tuple[Moment, ...]:
    """The entries that this call adds to the two registers."""
    return (*_complaints(words, solved), *_rules(words))


def _complaints(words: Words, solved: Resolution) -> list[Moment]:
    """One entry for each cause complained of: what is said three times is one complaint."""
    first: dict[str, Said] = {}
    for said in words.said("outcome_complains", "customer"):
        first.setdefault(_cause(words, said), said)
    outcome = _BECAME.get(solved.result, "cannot_tell")
    return [
        Moment(
            rubric="complaint_register",
            criterion=cause,
            outcome=outcome,
            kind="misery",
            confidence=0.7,
            opened=said.evidence,
            response=_answer(words, said.turn),
            note=f"A complaint about {cause.replace('_', ' ')}; {_became(outcome)}.",
        )
        for cause, said in first.items()
    ]


def _became(outcome: MomentResult) -> str:
    return {"recovered": "made good on this call", "missed": "left open"}.get(
        outcome, "what became of it was not said"
    )


def _cause(words: Words, said: Said) -> str:
    """What a complaint is about: the cause with most words in the sentence, else in its turn."""
    for text in (said.evidence.quote, words.call.turns[said.turn].text):
        spoken = [word.strip(".,;:!?'\"").lower() for word in text.split()]
        counts = {cause: sum(word in known for word in spoken) for cause, known in _CAUSES.items()}
        best = max(counts, key=counts.__getitem__)
        if counts[best]:
            return best
    return "something_else"


def _answer(words: Words, place: int) -> Evidence | None:
    """What the agent said next."""
    for later, turn in enumerate(words.call.turns[place + 1 : place + 4], place + 1):
        if turn.by_agent and words.conversation.readings[later].spoken > 2:
            return quote(later, turn, 0, len(turn.text))
    return None


def _rules(words: Words) -> list[Moment]:
    cited = words.said("outcome_cites_rule", "agent")
    protests = words.said("outcome_protests_rule", "customer")
    return [_rule(said, _within_reach(protests, said)) for said in cited]


def _within_reach(protests: Sequence[Said], rule: Said) -> Said | None:
    return next((p for p in protests if rule.turn < p.turn <= rule.turn + _REACH), None)


def _rule(said: Said, protest: Said | None) -> Moment:
    return Moment(
        rubric="rule_register",
        criterion="protested" if protest else "cited",
        outcome="missed" if protest else "cannot_tell",
        kind="misery" if protest else "truth",
        confidence=0.7 if protest else 0.5,
        opened=said.evidence,
        response=protest.evidence if protest else None,
        note="A rule was given as the reason"
        + (", and made no sense to the customer." if protest else "."),
    )
