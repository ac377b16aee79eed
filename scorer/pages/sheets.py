"""Pages for paper: a coaching plan, and a call's scorecard, on one sheet each.

Plain HTML with a style for print, which every browser also saves as PDF: the text stays text, and
nothing has to be installed. They are served beside the pages, with a ticket as the sound is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from scorer.analytics import practising
from scorer.errors import ScorerError
from scorer.pages import review, ticket
from scorer.pages.amounts import share_told
from scorer.pages.coached import asked
from scorer.pages.progress import progress
from scorer.pages.questions import questions
from scorer.pages.shows import by_people
from scorer.pages.view import view
from scorer.pages.words import clock, moment_of, title
from scorer.store.coaching import Clip
from scorer.store.store import Store

#: A sheet holds people's words: it is kept nowhere on the way, and loads nothing.
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
#: The moments on which an answer rests, what says most first. A "partly" is for what was missed.
_RESTS_ON = {
    "met": ("met", "recovered"),
    "partly": ("missed", "recovered", "met"),
    "missed": ("missed",),
    "cannot_tell": ("cannot_tell",),
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "print"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def sheet(request: Request) -> Response:
    """`/sheet/{plan}`: a coaching plan for print."""
    number = request.path_params["plan"]
    return _served(request, f"plan-{number}", "sheet.html", lambda store: _plan(store, number))


def scorecard(request: Request) -> Response:
    """`/scorecard/{key}`: a call's scorecard for print, with what people decided."""
    key = request.path_params["key"]
    return _served(request, key, "scorecard.html", lambda store: _card(store, key))


def _served(request: Request, what: str, template: str, told: Any) -> Response:
    try:
        asks = ticket.holder(request.query_params.get("ticket", ""), what)
    except ScorerError as error:
        return PlainTextResponse(str(error), status_code=403)
    try:
        values = told(Store().seen_by(asks))
    except ScorerError as error:
        return PlainTextResponse(str(error), status_code=404)
    return HTMLResponse(_templates.get_template(template).render(values), headers=_HEADERS)


def _plan(store: Store, number: int) -> dict[str, Any]:
    plan, told = store.coaching.get(number), asked()
    practise = [clip for clip in plan.clips if clip.kind == "practise"]
    focus = []
    for each in progress(store, plan, told):
        rubric, _, criterion = each.name.partition(".")
        asks = told.criteria.get(each.name)
        focus.append(
            {
                "name": told.name(each.name),
                "coaching": asks.coaching if asks else "",
                "example": asks.example if asks else "",
                "before": share_told(each.before, "call"),
                "since": share_told(each.since, "call"),
                "change": practising.change(each.before, each.since),
                "clips": [
                    _clip(clip)
                    for clip in practise
                    if (clip.rubric, clip.criterion) == (rubric, criterion)
                ],
            }
        )
    return {
        "plan": plan,
        "made": moment_of(plan.at),
        "due": f"{plan.due:%-d %b %Y}",
        "praise": [_clip(clip) for clip in plan.clips if clip.kind == "praise"],
        "focus": focus,
    }


def _clip(clip: Clip) -> dict[str, str]:
    return {
        "title": title(clip.criterion),
        "quote": clip.quote,
        "clock": clock(clip.start),
        "call": clip.call,
    }


def _card(store: Store, key: str) -> dict[str, Any]:
    if store.calibration.blind(key):
        raise ScorerError("you score this call blind; its scorecard opens once you handed in")
    card, events = store.card(key), store.history(key)
    people = by_people(store.judged(key), events, card, store.person.name)
    shown = view(key, card, None, questions(), people, review.became(store.resolution(key)))
    for rubric in shown["rubrics"]:
        for judgement in rubric["judgements"]:
            judgement["short"] = _decided(judgement)
    metadata = card.get("metadata") or {}
    whose = [str(metadata[name]) for name in ("agent", "team", "started") if metadata.get(name)]
    signed = review.panel(store, card, events, "", 0)["signed"]
    return {"view": shown, "signed": signed, "whose": "".join(f"{each} · " for each in whose)}


def _decided(judgement: dict[str, Any]) -> list[dict[str, Any]]:
    """The one quote that decided an answer: of a moment, what met or missed the opening.

    None where a person decided otherwise than all that the machine heard: their reason stands.
    """
    by = {moment["outcome"]: moment for moment in reversed(judgement["moments"])}
    rests = (by[each] for each in _RESTS_ON.get(judgement["outcome"], ()) if each in by)
    moment = next(rests, None)
    decision = judgement["decision"]
    overruled = decision is not None and not decision["agreed"]
    quotes = [] if overruled else judgement["quotes"]
    return (moment["quotes"] if moment else quotes)[-1:]
