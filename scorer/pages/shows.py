"""What a call shows: each rubric's questions with their answers and the quotes these rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from types import MappingProxyType
from typing import Any

from scorer.pages import review
from scorer.pages.words import RESULTS, clock, party, sure, title
from scorer.store.history import Event
from scorer.store.reviews import Judged

#: (rubric, criterion) -> (title, question); (rubric, "") is the rubric itself.
Questions = Mapping[tuple[str, str], tuple[str, str]]

#: What is gathered over many calls, by the rubric under which its moments stand.
REGISTERS = {"complaint_register": "Complaints", "rule_register": "Rules given as a reason"}

#: Letters of a quote that was written out further up.
SHORT = 48

_ANSWERED = ("met", "partly", "missed")


#: What people said of a judgement, by (rubric, criterion): `by_people` of this module.
People = Mapping[tuple[str, str], Mapping[str, Any]]

_NOBODY: People = MappingProxyType({})
_NOTHING: Mapping[str, Any] = MappingProxyType({})
#: What wants an ear first, and last.
_EAR = {"missed": 0, "unsure": 2, "overruled": 3}
#: Moments that a person's answer bears out, where these are called otherwise.
_AS_ANSWERED = {"met": ("met", "recovered")}


def by_people(
    judged: Sequence[Judged], events: Sequence[Event], card: Mapping[str, Any], you: str
) -> People:
    """What people said of each judgement, and with it the outcome that counts; for `rubrics`."""
    return {
        (each.rubric, each.criterion): {
            "id": each.id,
            "outcome": each.outcome,
            "confirm": each.undecided,
            "decision": review.decision(each),
            "dispute": review.dispute(each, events, you),
            "said": review.about(each.rubric, each.criterion, events, card),
        }
        for each in judged
    }


def rubrics(
    card: Mapping[str, Any], questions: Questions, people: People = _NOBODY
) -> list[dict[str, Any]]:
    """The rubrics in the card's order, their criteria inside, quiet ones folded together."""
    judgements = [_counting(each, people) for each in card.get("judgements") or []]
    names = list(dict.fromkeys([*(card.get("criteria") or {}), *(j["rubric"] for j in judgements)]))
    shown = [
        _rubric(name, [j for j in judgements if j["rubric"] == name], card, questions)
        for name in names
    ]
    _shorten(shown)
    return shown


def _shorten(shown: Sequence[Mapping[str, Any]]) -> None:
    """A long quote on which several answers rest is written out once, where it comes first."""
    seen: set[tuple[int, str]] = set()
    for rubric in shown:
        for answer in rubric["judgements"]:
            quotes = [*answer["quotes"], *(q for m in answer["moments"] for q in m["quotes"])]
            for each in quotes:
                said = (each["turn"], each["text"])
                if said in seen and len(each["text"]) > SHORT:
                    each["short"] = shorten(each["text"], SHORT, placeholder=" …")
                seen.add(said)


def registered(card: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The moments that the outcome adds: complaints, and rules quoted at the customer."""
    return list((card.get("outcome") or {}).get("moments") or [])


def registers(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The registers that this call adds to, in the shape of a rubric without questions."""
    shown = []
    for name, heading in REGISTERS.items():
        moments = [_moment(each, card) for each in registered(card) if each["rubric"] == name]
        if moments:
            shown.append(
                {
                    "name": name,
                    "title": heading,
                    "question": "Noted, so that those who can change it hear of it.",
                    "pill": {"text": f"{len(moments)} noted", "tone": "plain"},
                    "judgements": [],
                    "moments": moments,
                    "quiet": [],
                }
            )
    return shown


def _counting(judgement: Mapping[str, Any], people: People) -> dict[str, Any]:
    """The judgement with what people made of it: their outcome counts, the machine's is kept."""
    said = people.get((judgement["rubric"], judgement["criterion"]))
    machine = judgement["outcome"]
    nothing: dict[str, Any] = {
        "machine": machine,
        "id": None,
        "decision": None,
        "dispute": None,
        "said": [],
    }
    return {**judgement, **nothing, "confirm": bool(judgement.get("proposed")), **(said or {})}


def _rubric(
    name: str,
    judgements: Sequence[Mapping[str, Any]],
    card: Mapping[str, Any],
    questions: Questions,
) -> dict[str, Any]:
    heading, question = questions.get((name, ""), (title(name), ""))
    quiet = [j for j in judgements if j["outcome"] == "no_opportunity" and not j["said"]]
    return {
        "name": name,
        "title": heading,
        "question": question,
        "pill": pill([j["outcome"] for j in judgements]),
        "judgements": [_judgement(j, card, questions) for j in judgements if j not in quiet],
        "moments": [],
        "quiet": [_judgement(j, card, questions) for j in quiet],
    }


def pill(results: Sequence[str]) -> dict[str, str]:
    """A rubric at a glance: its text and its tone (good, mixed, poor, quiet, unknown)."""
    answered = [result for result in results if result in _ANSWERED]
    if not answered:
        unknown = "cannot_tell" in results
        return {
            "text": "cannot tell" if unknown else "no opportunity",
            "tone": "unknown" if unknown else "quiet",
        }
    met, partly = answered.count("met"), answered.count("partly")
    if met == 0 and partly == 0:
        return {"text": f"missed {len(answered)}", "tone": "poor"}
    counts = [f"met {met}" if met else "", f"partly {partly}" if partly else ""]
    text = f"{', '.join(filter(None, counts))} of {len(answered)}"
    return {"text": text, "tone": "good" if met == len(answered) else "mixed"}


def _judgement(
    judgement: Mapping[str, Any], card: Mapping[str, Any], questions: Questions
) -> dict[str, Any]:
    key = (judgement["rubric"], judgement["criterion"])
    heading, question = questions.get(key, (title(judgement["criterion"]), ""))
    moments = [_moment(moment, card, judgement) for moment in judgement.get("moments") or []]
    confidence = float(judgement["confidence"])
    # Nothing asked for an answer: there is none to be sure of.
    asked = "no_opportunity" not in (judgement["outcome"], judgement["machine"])
    return {
        "criterion": judgement["criterion"],
        "title": heading,
        "question": question,
        "outcome": judgement["outcome"],
        "result": _result(judgement),
        "sure": f"{sure(confidence)}, {confidence:.2f}" if asked else "",
        # Where a person decided, the machine's doubt is settled.
        "unsure": asked
        and judgement["decision"] is None
        and (sure(confidence) == "unsure" or judgement["outcome"] == "cannot_tell"),
        # A person's ear is wanted first where something was missed.
        "moments": sorted(moments, key=lambda each: _EAR.get(each["outcome"], 1)),
        "quotes": []
        if moments
        else [quote(each, card) for each in judgement.get("evidence") or []],
        "second": _second(judgement.get("second"), card),
        **{name: judgement[name] for name in ("id", "confirm", "decision", "dispute", "said")},
    }


def _second(opinion: Mapping[str, Any] | None, card: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the optional language model answered, where it differs from the built-in answer."""
    if not opinion or opinion.get("agrees") is not False:
        return None
    return {
        "text": f"Another reading, by {opinion['model']}: {RESULTS[opinion['outcome']]}. "
        "It enters no score.",
        "quotes": [quote(each, card) for each in opinion.get("evidence") or []],
    }


def _result(judgement: Mapping[str, Any]) -> str:
    """The answer in words, with how often where it came up more than once."""
    if judgement["decision"] and not judgement["decision"]["agreed"]:
        return RESULTS[judgement["outcome"]]  # a person's, who counts no moments
    moments = judgement.get("moments") or []
    results = [each["outcome"] for each in moments if counts(each)]
    told = [result for result in results if result != "cannot_tell"]
    if len(told) > 1 and judgement["outcome"] in _ANSWERED:
        good = sum(result in ("met", "recovered") for result in told)
        return f"met {good} of {len(told)}" if good else f"missed {len(told)}"
    return RESULTS[judgement["outcome"]]


def counts(moment: Mapping[str, Any]) -> bool:
    """Whether a moment enters the answer; those of older scorecards all do."""
    return bool(moment.get("counts", True))


def overruled(moment: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a person's answer to the criterion is other than how the machine saw the moment.

    `said` is what people made of the judgement. Where they agreed with it, its moments stand.
    """
    decision = said.get("decision")
    if not decision or decision["agreed"]:
        return False
    return moment["outcome"] not in _AS_ANSWERED.get(said["outcome"], (said["outcome"],))


def _moment(
    moment: Mapping[str, Any], card: Mapping[str, Any], said: Mapping[str, Any] = _NOTHING
) -> dict[str, Any]:
    """A moment with its quotes; what a person overruled is the machine's history, and what is too
    unsure to count only perhaps so."""
    response, result = moment.get("response"), RESULTS[moment["outcome"]]
    unsure = moment["outcome"] if counts(moment) else "unsure"
    outcome = "overruled" if overruled(moment, said) else unsure
    told = {"overruled": f"{result}, as the machine had it", "unsure": f"perhaps {result}"}
    quotes = [quote(moment["opened"], card)]
    if response and response != moment["opened"]:
        quotes.append(quote(response, card))
    return {
        "outcome": outcome,
        "result": told.get(outcome, result),
        "quotes": quotes,
        "note": moment.get("note") or "",
    }


def quote(evidence: Mapping[str, Any], card: Mapping[str, Any]) -> dict[str, Any]:
    """A quote as the player shows it: the words, who said them, and when they can be heard."""
    turns = card.get("turns") or []
    place = evidence["turn"]
    turn = turns[place] if 0 <= place < len(turns) else {}
    known = (card.get("context") or {}).get("speakers_known", True)
    return {
        "turn": place,
        "text": evidence["quote"],
        "at": evidence.get("start"),
        "end": evidence.get("end"),
        "clock": clock(evidence.get("start")),
        "who": party(turn["speaker"]) if turn and known else "",
    }
