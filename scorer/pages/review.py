"""What people say of a call, as its page shows it, and how what they say reaches the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, get_args

from scorer.errors import ScorerError
from scorer.pages.words import PROMISES, RESOLUTIONS, RESULTS, clock, moment_of, several, title
from scorer.scorecard import Result
from scorer.store.access import allowed
from scorer.store.history import Event
from scorer.store.resolved import Resolution
from scorer.store.reviews import Judged
from scorer.store.standing import TAKEN_BACK
from scorer.store.store import Store

Said = Mapping[str, Any]


def panel(
    store: Store, card: Mapping[str, Any], events: Sequence[Event], problem: str, heard: int
) -> dict[str, Any]:
    """Who looks and what they may do, the notes by turn, the signature and the history.

    `problem` is why the last thing could not be done, or empty. `heard` counts the things that the
    page was told: it changes with each, so that the player always learns that it was understood.
    """
    agent = str((card.get("metadata") or {}).get("agent") or "")
    return {
        "you": store.person.name,
        "may": sorted(allowed(store.person, agent)),
        "results": [[each, RESULTS[each]] for each in get_args(Result)],
        "resolutions": list(RESOLUTIONS.items()),
        "notes": _notes(events, len(card.get("turns") or [])),
        "signed": _signed(events),
        "disputed": _disputed(events),
        "versions": newest(events),
        "history": [[moment_of(event.at), _told(event, card)] for event in events],
        "problem": problem,
        "heard": heard,
    }


def newest(events: Sequence[Event]) -> int:
    """The number of the newest scorecard; they are counted from 1."""
    return sum(event.kind == "scored" for event in events)


def old(events: Sequence[Event], version: int | None) -> str:
    """What is said above a scorecard that is not the newest."""
    scored = [event for event in events if event.kind == "scored"]
    when = moment_of(scored[(version or 1) - 1].at)
    return (
        f"This is scorecard {version} of {len(scored)}, of {when}, to look back at. "
        "What counts is the newest."
    )


def decision(judged: Judged) -> dict[str, Any] | None:
    """A person's answer beside the machine's; None where no person gave one."""
    if judged.by is None or judged.at is None:
        return None
    return {
        "by": judged.by,
        "when": moment_of(judged.at),
        "reason": judged.reason,
        "agreed": judged.outcome == judged.machine,
        "machine": RESULTS[judged.machine],
        "person": RESULTS[judged.outcome],
        "earlier": judged.earlier,
        "retractable": judged.retractable,
    }


def became(said: Resolution | None) -> dict[str, Any] | None:
    """A person's word on what became of the customer; None where the machine's counts."""
    return {**asdict(said), "when": moment_of(said.at)} if said else None


def dispute(judged: Judged, events: Sequence[Event], you: str) -> dict[str, Any] | None:
    """What is disputed and by when somebody answers; None where nothing is."""
    if judged.dispute is None or judged.answer_due is None:
        return None
    asked = next(e for e in events if e.kind == "dispute" and e.number == judged.dispute)
    late = judged.answer_due < datetime.now(UTC)
    due = f"{judged.answer_due.astimezone():%-d %b}"
    return {
        "number": judged.dispute,
        "by": asked.author,
        "reason": asked.text,
        "due": f"the answer was due by {due}" if late else f"somebody else answers by {due}",
        "mine": asked.author == you,
    }


def about(
    rubric: str, criterion: str, events: Sequence[Event], card: Mapping[str, Any]
) -> list[list[str]]:
    """What was said of one judgement, oldest first, as time and sentence."""
    return [
        [moment_of(event.at), _told(event, card)]
        for event in events
        if (event.rubric, event.criterion) == (rubric, criterion)
    ]


def act(store: Store, key: str, said: Said) -> None:
    """Does what a person asked for on the page of a call.

    Raises ScorerError where they may not, where a reason is missing, or where it makes no sense.
    """
    try:
        match said["act"]:
            case "edit":
                store.edit(int(said["judgement"]), said["to"], str(said["reason"]))
            case "take_back":
                store.take_back(int(said["judgement"]))
            case "resolve":
                store.resolve(key, said["to"], str(said["reason"]))
            case "take_back_resolution":
                store.take_back_resolution(key)
            case "dispute":
                store.dispute(int(said["judgement"]), str(said["reason"]))
            case "answer":
                store.answer(int(said["dispute"]), said["to"], str(said["reason"]))
            case "note":
                turn, reply_to = said.get("turn"), said.get("reply_to")
                store.note(
                    key,
                    str(said["reason"]),
                    None if turn is None else int(turn),
                    None if reply_to is None else int(reply_to),
                )
            case "sign":
                store.sign(key, said.get("disputed") is True)
            case "follow":
                store.follow(int(said["promise"]), said["to"], str(said["reason"]))
            case other:
                raise ValueError(other)
    except (KeyError, TypeError, ValueError) as error:
        raise ScorerError("the page sent something unknown; load it again") from error


def _notes(events: Sequence[Event], turns: int) -> list[dict[str, Any]]:
    """The notes in the order of their writing, each reply after the others of its note.

    A note on a turn that is gone since the call was scored anew stands with those on the call.
    """
    written = [event for event in events if event.kind == "note"]
    first = [event for event in written if event.reply_to is None]
    threads = {event.number: [event] for event in first}
    root = {event.number: event.number for event in first}
    for event in written:
        if event.reply_to is not None:
            root[event.number] = root[event.reply_to]
            threads[root[event.number]].append(event)
    return [
        {
            "number": thread[0].number,
            "turn": thread[0].turn if (thread[0].turn or 0) < turns else None,
            "said": [[event.author, moment_of(event.at), event.text] for event in thread],
        }
        for thread in threads.values()
    ]


def _signed(events: Sequence[Event]) -> dict[str, Any] | None:
    """The last signature, and whether anything was decided after it."""
    place = max((n for n, event in enumerate(events) if event.kind == "signature"), default=None)
    if place is None:
        return None
    since = any(event.kind in ("edit", "resolution", "scored") for event in events[place + 1 :])
    return {
        "by": events[place].author,
        "when": moment_of(events[place].at),
        "changed": since,
    }


def _disputed(events: Sequence[Event]) -> str:
    """What who signs has to know while disputes are open; empty where none is."""
    kinds = [event.kind for event in events]
    still = kinds.count("dispute") - kinds.count("answer")
    if not still:
        return ""
    are, which = ("is", "it") if still == 1 else ("are", "them")
    return (
        f"{several(still, 'dispute')} on this call {are} still open. Signing does not settle "
        f"{which}, and whoever signs cannot answer {which}."
    )


def _told(event: Event, card: Mapping[str, Any]) -> str:
    """An event as a sentence."""
    if event.kind == "resolution":
        what, words = "Outcome", RESOLUTIONS
    else:
        what, words = title(event.criterion), RESULTS
    was, to = (words.get(each, each).lower() for each in (event.was, event.outcome))
    why = f": {event.text}" if event.text else ""
    match event.kind:
        case "scored":
            return f"scored by the machine, {event.text}"
        case "edit" | "resolution" if event.outcome == TAKEN_BACK:
            return f"{event.author} took back what they said of “{what}”"
        case "edit" | "resolution" if event.was == event.outcome:
            return f"{event.author} agreed with “{what}”, {to}{why}"
        case "edit" | "resolution":
            return f"{event.author} changed “{what}” from {was} to {to}{why}"
        case "dispute":
            return f"{event.author} disputed “{what}”{why}"
        case "answer":
            return f"{event.author} answered the dispute of “{what}”, {to}{why}"
        case "note":
            turns = card.get("turns") or []
            known = event.turn is not None and 0 <= event.turn < len(turns)
            at = clock(turns[event.turn or 0].get("start")) if known else ""
            return f"{event.author} wrote{f' at {at}' if at else ''}{why}"
        case "signature":
            return f"{event.author} signed"
        case _:
            became = PROMISES.get(event.outcome, event.outcome)
            return f"{event.author} noted a promise as {became}{why}"
