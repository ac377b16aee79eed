"""What became of the customer, as the first thing on the call page: words before figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scorer.pages.shows import People, quote
from scorer.pages.words import EFFORTS, PARTS, RESOLUTIONS, day, feeling, party, several

Fact = dict[str, Any]
#: A person's last word on what became of the customer: `review.became`.
Said = Mapping[str, Any]

_OTHERWISE = "The answer below reads it otherwise: listen before you rely on either."


def facts(card: Mapping[str, Any], people: People, became: Said | None) -> list[Fact]:
    """Title, value and detail of each outcome; `known` is false where nothing can be said yet."""
    found = [
        _resolution(card, people, became),
        _effort(card, people),
        _satisfaction(card),
        _feeling(card),
        _promises(card),
    ]
    return [fact for fact in found if fact is not None]


def _resolution(card: Mapping[str, Any], people: People, became: Said | None) -> Fact:
    """What became of the need: a person's word, else the machine's. `answer` is which it is, `by`
    whose, `agreed` whether the person says as the machine does, and `retractable` whether they can
    take it back."""
    machine = _outcome(card).get("resolution") or "unclear"
    answer = became["outcome"] if became else machine
    detail = "" if answer != "unclear" else "the call does not say"
    against = {"resolved": "missed", "unresolved": "met"}.get(answer)
    if against and against == _answer(card, "need_met", people):
        detail = _OTHERWISE
    quotes = _quotes(card, "resolution")
    if became:
        detail = _decided(became, machine)
        if answer != machine:
            quotes = [{**each, "note": "as the machine had it"} for each in quotes]
    fact = _fact("Outcome", RESOLUTIONS[answer], detail, answer != "unclear", quotes)
    by, back = (became["by"], became["retractable"]) if became else ("", False)
    return {**fact, "answer": answer, "by": by, "agreed": answer == machine, "retractable": back}


def _decided(became: Said, machine: str) -> str:
    """Who decided what became of the customer, when and why, and what the machine had."""
    why = f": {became['reason']}" if became["reason"] else ""
    old = " (on an earlier scorecard)" if became["earlier"] else ""
    if became["outcome"] == machine:
        return f"{became['by']} agreed, {became['when']}{why}{old}"
    told = f"{became['by']} decided, {became['when']}{why}{old}"
    return f"Machine: {RESOLUTIONS[machine]} · {told}"


def _effort(card: Mapping[str, Any], people: People) -> Fact:
    """What the customer had to do to be helped, each kind with its first quote."""
    effort = _outcome(card).get("effort") or {}
    found = [kind for kind in EFFORTS if effort.get(kind)]
    if not found and not any(effort.get(kind) is False for kind in EFFORTS):
        return _fact("Effort for the customer", "Cannot tell", "", False)
    value = "Little" if not found else "Some" if len(found) == 1 else "High"
    detail = " · ".join(EFFORTS[kind] for kind in found) or "nothing heard that made it hard"
    if _answer(card, "little_effort", people) == ("met" if found else "missed"):
        detail = f"{detail}. {_OTHERWISE}"
    quoted = [(kind, each) for kind in found for each in _quotes(card, kind)[:1]]
    told = [{**each, "note": EFFORTS[kind] if len(found) > 1 else ""} for kind, each in quoted]
    return _fact("Effort for the customer", value, detail, True, told)


def _answer(card: Mapping[str, Any], criterion: str, people: People) -> str | None:
    """How a question of the customer's satisfaction is answered further down the page."""
    key = ("customer_satisfaction", criterion)
    answers = [
        str(people.get(key, each)["outcome"])
        for each in card.get("judgements") or []
        if (each["rubric"], each["criterion"]) == key
    ]
    return answers[0] if answers else None


def _satisfaction(card: Mapping[str, Any]) -> Fact:
    value = _outcome(card).get("satisfaction")
    if value is None:
        return _fact("Satisfaction", "Not predicted yet", "", False)
    low, high = _outcome(card).get("satisfaction_interval") or (value, value)
    detail = f"likely {low:.2f} to {high:.2f}, from the words"
    fact = _fact(
        "Satisfaction, predicted", f"{value:.2f}", detail, True, _quotes(card, "satisfaction")
    )
    return {**fact, "bar": [low, value, high], "parts": _parts(card)}


def _parts(card: Mapping[str, Any]) -> list[list[str]]:
    """What moved the prediction up or down from the middle, the strongest first."""
    parts = (_outcome(card).get("parts") or {}).get("satisfaction") or {}
    moved = sorted(((n, v) for n, v in parts.items() if v), key=lambda part: -abs(part[1]))
    if not moved:
        return []
    return [
        ["from the middle", "0.50"],
        *([PARTS.get(n) or n, f"{v:+.2f}".replace("-", "−")] for n, v in moved),
    ]


def arc(card: Mapping[str, Any]) -> str:
    """How the customer came and how they left; empty where their words do not say so."""
    sentiment = (_outcome(card).get("parts") or {}).get("sentiment") or {}
    came, left = sentiment.get("start"), sentiment.get("end")
    return "" if came is None or left is None else f"{feeling(came)} → {feeling(left)}"


def _feeling(card: Mapping[str, Any]) -> Fact | None:
    told = _quotes(card, "sentiment")
    return (
        _fact("Customer, start → end", arc(card), "by their words", True, told)
        if arc(card)
        else None
    )


def _promises(card: Mapping[str, Any]) -> Fact:
    promises = _outcome(card).get("promises") or []
    if not promises:
        return _fact("Promises", "None made", "", True)
    told = []
    for promise in promises:
        due = (
            f"due {day(promise['due'])}"
            if promise.get("due")
            else promise.get("when") or "no time named"
        )
        told.append({**quote(promise["evidence"], card), "note": f"{party(promise['by'])}: {due}"})
    dated = sum(bool(promise.get("due") or promise.get("when")) for promise in promises)
    detail = "each says when" if dated == len(promises) else f"{dated or 'none'} of them says when"
    if len(promises) == 1:
        detail = told[0]["note"]
    return _fact("Promises", several(len(promises), "promise"), detail, True, told)


def _fact(
    title: str, value: str, detail: str, known: bool, quotes: list[dict[str, Any]] | None = None
) -> Fact:
    return {
        "title": title,
        "value": value,
        "detail": detail,
        "known": known,
        "quotes": quotes or [],
        "bar": None,
        "parts": [],
        "answer": None,
    }


def _quotes(card: Mapping[str, Any], metric: str) -> list[dict[str, Any]]:
    return [quote(each, card) for each in (_outcome(card).get("evidence") or {}).get(metric) or []]


def _outcome(card: Mapping[str, Any]) -> Mapping[str, Any]:
    return card.get("outcome") or {}
