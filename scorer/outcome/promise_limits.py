"""What sounds like a promise and is none: conditional, denied, hoped for, reported, a fact."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorer.call import Turn
from scorer.outcome import promise_signs as signs
from scorer.outcome import when as times
from scorer.outcome.clauses import Clause
from scorer.outcome.promise_grammar import OWN, WHATEVER, Form
from scorer.outcome.promise_times import Named

_GOES_ON = re.compile(r"(?:, )?(?:and|but|so) ")
_APART = re.compile(r"(?:, )?(?:and|but|so|or|otherwise) ")
_BEFORE = 80  # characters before a clause in which "nothing", its subject, stands
_MEANWHILE = "as we speak"
_TELLS = re.compile(
    r"(?:said|told (?:me|us|you|them)|promised(?: me| us)?|thought|think|assured me|hope|"
    r"hoping|guess|"
    r"suppose|wish|expect|believe|imagine|not sure|can not (?:promise|guarantee|say)|afraid|"
    r"no guarantee) (?:that )?(?:, )?$"
)


def conditional(spoken: Sequence[Clause], number: int) -> bool:
    """Whether it is said under a condition."""
    return condition(spoken, number) is not None


def condition(spoken: Sequence[Clause], number: int) -> Clause | None:
    """The if that stands before it or after it in its sentence, or a request that is one: "give
    us a shout and we'll send another"."""
    clause = spoken[number]
    inside = [place for place, one in enumerate(spoken) if one.sentence == clause.sentence]
    before = spoken[number - 1] if number - 1 in inside else None
    after = spoken[number + 1] if number + 1 in inside else None
    asks = before is not None and not before.headed and signs.REQUEST.match(before.plain)
    if before is not None and asks and clause.lead.endswith("and "):
        return before
    if after is not None and after.kind == "if" and not _APART.match(after.lead):
        return after
    ifs = [place for place in inside if place < number and spoken[place].kind == "if"]
    if not ifs:
        return None
    last = ifs[-1]
    stated = any(spoken[i].headed and spoken[i].kind == "main" for i in inside if i < last)
    own_sentence = stated and not _APART.match(spoken[last].lead)  # "I'll do A if you like, and B"
    return None if own_sentence and _GOES_ON.match(clause.lead) else spoken[last]


def answers_for(under: Clause, form: str) -> bool:
    """Whether a condition leaves the promise one: that what the company owes goes wrong. "If it
    isn't there by two, I'll refund it all" binds the agent; "if you send the form, I'll refund it"
    waits for the customer, and "if I hear anything" for chance."""
    fails = signs.FAILS.match(under.body) and not signs.MAY_WORK.search(under.body)
    return form in OWN and bool(re.search(r"(?<![^ ])if $", under.lead) and fails)


def in_question(spoken: Sequence[Clause], number: int) -> bool:
    """Whether it is what a question asks about: "did they say | they'd call?"."""
    clause = spoken[number]
    return clause.asked and any(
        one.kind == "asked" and one.sentence == clause.sentence for one in spoken[:number]
    )


def worth_a_form(clause: Clause, form: Form, match: re.Match[str], at: Named | None) -> bool:
    """Whether a form that asks for a time has one, and is no fact that the customer is told."""
    if not form.needs_time:
        return True
    if at is None or at.when.vague or signs.RECAP.search(clause.heard.plain):
        return False
    if form.name == "goes":
        return not signs.KEPT.search(clause.body[: match.start("verb")])
    if form is WHATEVER:
        return not times.hour_alone(at.when)
    return form.name != "visit" or bool(signs.COMES.search(clause.body))


def sincere(
    turn: Turn, spoken: Sequence[Clause], number: int, form: str, match: re.Match[str]
) -> bool:
    """Neither denied, hoped for, told of somebody else, nor laid upon the customer."""
    clause = spoken[number]
    lead = clause.lead + clause.body[: match.start("verb")]
    before = spoken[number - 1] if number else None
    if before is not None and before.sentence == clause.sentence:
        if not before.headed:  # "nothing further | will be", "hopefully | it'll"
            lead = before.plain + lead
        if form in ("should", "it_be") and (
            signs.HABIT.search(before.plain) or clause.lead.startswith("or ")
        ):
            return False
        if signs.BANKS.search(before.plain) and signs.LET_GO.search(clause.body):
            return False
    governed = (
        before is not None
        and before.sentence == clause.sentence
        and not _GOES_ON.match(clause.lead)
        and _TELLS.search(before.plain + ("that " if clause.lead.startswith("that ") else ""))
        and not signs.AS_I_SAID.search(before.plain)
    )
    lead = signs.AS_I_SAID.sub("", lead)
    return not (
        governed
        or signs.UNSURE.search(lead)
        or signs.REPORTED.search(lead)
        or signs.DENIED.search(clause.body[: match.end()])
        or signs.NOTHING.search(clause.heard.plain, clause.at - _BEFORE, clause.at)
        or signs.PERHAPS.search(clause.body)
        or any(
            signs.TAKEN_BACK.search(after.plain)
            for after in spoken[number : number + 2]
            if after.sentence == clause.sentence
        )
        or signs.HABIT.search(clause.body[: match.end()] + " ")
        or (turn.by_agent and _binds_customer(clause, before))
        or (turn.by_agent and signs.FORECAST.match(clause.body))
        or (turn.by_customer and not _to_the_agent(clause, match))
    )


def _binds_customer(clause: Clause, before: Clause | None) -> bool:
    """Whether it says what the customer has to do, or quotes a rule: "our policy is | that ..."."""
    told = before is not None and before.sentence == clause.sentence
    says = before.plain if before and told and not _GOES_ON.match(clause.lead) else ""
    return bool(signs.ON_YOU.search(clause.body) or signs.RULE.search(says + clause.plain))


def _to_the_agent(clause: Clause, match: re.Match[str]) -> bool:
    """Whether a customer promises something to the agent, and does not speak of their own plans."""
    act = clause.body[match.start("verb") :]
    return bool((signs.GIVEN.match(act) or signs.TO_YOU.match(act)) and not clause.asked)


def outlives_call(turn: Turn, clause: Clause, match: re.Match[str], at: Named | None) -> bool:
    """Whether it is done after the call, not while the other waits on the line."""
    if at is not None and not at.when.at_once:
        return True
    act = clause.body[match.start("verb") :]
    waits = signs.ASKS_OTHERS.match(act) and signs.WAIT.search(clause.heard.plain)
    if turn.by_agent and waits:
        return False
    if turn.by_customer or signs.ON_THE_LINE.match(act):
        return turn.by_customer
    verb = act.split(" ")[0]
    progressive = re.search(r"\w{3,}ing$", verb) and not verb.endswith("bring")
    said = clause.heard.plain[clause.at :][: len(clause.body) + len(_MEANWHILE)]
    going_on = progressive and re.search(rf"(?<![^ ])(?:now|{_MEANWHILE}) ", said)
    return not progressive or bool(signs.SENDING.match(verb) and not going_on)
