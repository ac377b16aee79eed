"""What a call shows: each rubric's questions with their answers and the quotes these rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scorer.pages.words import RESULTS, clock, party, sure, title

#: (rubric, criterion) -> (title, question); (rubric, "") is the rubric itself.
Questions = Mapping[tuple[str, str], tuple[str, str]]

#: What is gathered over many calls, by the rubric under which its moments stand.
REGISTERS = {"complaint_register": "Complaints", "rule_register": "Rules given as a reason"}

_ANSWERED = ("met", "partly", "missed")


def rubrics(card: Mapping[str, Any], questions: Questions) -> list[dict[str, Any]]:
    """The rubrics in the card's order, their criteria inside, quiet ones by title only."""
    judgements = card.get("judgements") or []
    names = list(dict.fromkeys([*(card.get("criteria") or {}), *(j["rubric"] for j in judgements)]))
    return [
        _rubric(name, [j for j in judgements if j["rubric"] == name], card, questions)
        for name in names
    ]


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


def _rubric(
    name: str,
    judgements: Sequence[Mapping[str, Any]],
    card: Mapping[str, Any],
    questions: Questions,
) -> dict[str, Any]:
    heading, question = questions.get((name, ""), (title(name), ""))
    quiet = [j for j in judgements if j["outcome"] == "no_opportunity"]
    return {
        "name": name,
        "title": heading,
        "question": question,
        "pill": pill([j["outcome"] for j in judgements]),
        "judgements": [_judgement(j, card, questions) for j in judgements if j not in quiet],
        "moments": [],
        "quiet": [
            questions.get((name, j["criterion"]), (title(j["criterion"]), ""))[0] for j in quiet
        ],
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
    moments = [_moment(moment, card) for moment in judgement.get("moments") or []]
    confidence = float(judgement["confidence"])
    return {
        "criterion": judgement["criterion"],
        "title": heading,
        "question": question,
        "outcome": judgement["outcome"],
        "result": _result(judgement),
        "sure": f"{sure(confidence)}, {confidence:.2f}",
        "unsure": sure(confidence) == "unsure" or judgement["outcome"] == "cannot_tell",
        # A person's ear is wanted first where something was missed.
        "moments": sorted(moments, key=lambda moment: moment["outcome"] != "missed"),
        "quotes": []
        if moments
        else [quote(each, card) for each in judgement.get("evidence") or []],
        "confirm": bool(judgement.get("proposed")),
    }


def _result(judgement: Mapping[str, Any]) -> str:
    """The answer in words, with how often where it came up more than once."""
    results = [moment["outcome"] for moment in judgement.get("moments") or []]
    told = [result for result in results if result != "cannot_tell"]
    if len(told) > 1 and judgement["outcome"] in _ANSWERED:
        good = sum(result in ("met", "recovered") for result in told)
        return f"met {good} of {len(told)}" if good else f"missed {len(told)}"
    return RESULTS[judgement["outcome"]]


def _moment(moment: Mapping[str, Any], card: Mapping[str, Any]) -> dict[str, Any]:
    response = moment.get("response")
    quotes = [quote(moment["opened"], card)]
    if response and response != moment["opened"]:
        quotes.append(quote(response, card))
    return {
        "outcome": moment["outcome"],
        "result": RESULTS[moment["outcome"]],
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
