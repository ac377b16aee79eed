"""A scorecard as the call page shows it: every word and figure made here, nothing left to work out.

The player (`scorer/pages/player`) draws what stands in the view and plays it; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scorer.pages import outcome, shows
from scorer.pages.shows import People, Questions
from scorer.pages.words import KINDS, RESULTS, clock, party, several, title

#: Words and turns heard with less confidence than this are drawn as unsure.
UNSURE = 0.5

#: Moments that open within so many seconds of each other are one mark.
TOGETHER = 1.0

Card = Mapping[str, Any]
View = dict[str, Any]


def view(
    key: str,
    card: Card,
    peaks: Mapping[str, Any] | None,
    questions: Questions,
    people: People | None = None,
) -> View:
    """What the player draws. `card` is in the file contract's shape, times are in seconds.

    `people` is what was said of the judgements (`shows.by_people`), None where nobody is asked.
    `peaks` is `{"channels": [[[lowest, highest], ...], ...]}` in [-1, 1], None without sound.
    """
    turns = card.get("turns") or []
    return {
        "key": key,
        "title": card["id"],
        "about": about(card),
        "warning": warning(card),
        "duration": _duration(card, turns),
        "lanes": lanes(card, peaks),
        "overlaps": _stretches((card.get("timing") or {}).get("overlaps")),
        "holds": _stretches((card.get("timing") or {}).get("holds")),
        "marks": marks(card),
        "turns": [_turn(turn, known=_known(card)) for turn in turns],
        "facts": outcome.facts(card),
        "rubrics": [*shows.rubrics(card, questions, people or {}), *shows.registers(card)],
    }


def about(card: Card) -> str:
    """One line on the recording and what scored it."""
    quality, provenance = card.get("quality") or {}, card.get("provenance") or {}
    language = (card.get("context") or {}).get("language")
    model = provenance.get("speech_model")
    reasons = [str(reason) for reason in quality.get("reasons") or []]
    if quality.get("verdict") == "poor":
        reasons = []  # they stand in the warning
    parts = [
        " because ".join([f"recording quality {quality['verdict']}", *reasons[:1]])
        if quality
        else None,
        f"language {language}" if language else None,
        f"words by Whisper {model}" if isinstance(model, str) else None,
        f"scorer {provenance['version']}" if provenance.get("version") else None,
    ]
    return " · ".join(part for part in parts if part)


def warning(card: Card) -> str:
    """What a reader has to know before trusting the card; empty when there is nothing."""
    reasons = []
    if not _known(card):
        reasons.append("the two parties could not be told apart, so nothing is said of either")
    quality = card.get("quality") or {}
    if quality.get("verdict") == "poor":
        reasons += [str(reason) for reason in quality.get("reasons") or ["the line is poor"]]
    if not reasons:
        return ""
    told = "; ".join(reasons)
    return f"Read with care: {told}. A bad line never counts against anyone."


def lanes(card: Card, peaks: Mapping[str, Any] | None) -> list[View]:
    """A lane a channel: whose it is, its waveform, and where its party speaks or holds."""
    channels = (peaks or {}).get("channels") or []
    activity = card.get("activity") or []
    if not _known(card):
        activity = [{**lane, "party": "both"} for lane in activity[:1]]
        channels = channels[:1]
    drawn = []
    for place in range(max(len(channels), len(activity))):
        lane = activity[place] if place < len(activity) else {}
        speaker = str(lane.get("party", "both"))
        drawn.append(
            {
                "party": side(speaker),
                "label": "Everyone" if speaker == "both" else party(speaker),
                "peaks": channels[place] if place < len(channels) else [],
                "speech": _stretches(lane.get("speech")),
                "hold": _stretches(lane.get("hold")),
            }
        )
    # The agent above, whichever channel the recorder put them on.
    return sorted(drawn, key=lambda lane: lane["party"] != "agent")


def marks(card: Card) -> list[View]:
    """The moments of the call in the order of their times, as marks above the waveform.

    One sentence of a customer can open several: these stand as one mark.
    """
    judged = [
        moment for judgement in card.get("judgements") or [] for moment in judgement["moments"]
    ]
    registered = [moment for moment in shows.registered(card) if moment not in judged]
    timed = [each for each in judged + registered if each["opened"]["start"] is not None]
    timed.sort(key=lambda moment: moment["opened"]["start"])
    groups: list[list[Mapping[str, Any]]] = []
    for moment in timed:
        if groups and moment["opened"]["start"] - groups[-1][0]["opened"]["start"] < TOGETHER:
            groups[-1].append(moment)
        else:
            groups.append([moment])
    return [_mark(group) for group in groups]


def _mark(group: Sequence[Mapping[str, Any]]) -> View:
    """A mark looks like the moment in it that most wants an ear: misery, then magic."""
    leading = min(group, key=lambda moment: list(KINDS).index(moment["kind"]))
    at = group[0]["opened"]["start"]
    told = "; ".join(map(_story, group))
    return {
        "at": at,
        "kind": leading["kind"],
        "outcome": leading["outcome"],
        "count": len(group),
        "label": f"{KINDS[leading['kind']]} at {clock(at)}: {told}",
    }


def _story(moment: Mapping[str, Any]) -> str:
    note = str(moment.get("note") or "").rstrip(".")
    if moment["rubric"] in shows.REGISTERS:
        return note or shows.REGISTERS[moment["rubric"]]
    told = f"{title(moment['criterion'])}, {RESULTS[moment['outcome']]}"
    return f"{told} ({note})" if note else told


def _turn(turn: Mapping[str, Any], known: bool) -> View:
    words = turn.get("words") or []
    # Words carry times; they are drawn only where they still are the turn's text (redaction,
    # for one, changes the text and leaves the words out).
    same = " ".join(word["text"].strip() for word in words) == " ".join(turn["text"].split())
    confidence = turn.get("confidence")
    return {
        "party": side(turn["speaker"]) if known else "both",
        "who": party(turn["speaker"]) if known else "Voice",
        "start": turn.get("start"),
        "end": turn.get("end"),
        "clock": clock(turn.get("start")),
        "text": turn["text"],
        "words": [
            [word["text"].strip(), word["start"], word["end"], word["confidence"] < UNSURE]
            for word in words
            if same
        ],
        "aside": turn.get("kind") == "backchannel",
        "unsure": confidence is not None and confidence < UNSURE,
    }


def side(speaker: str) -> str:
    """`agent`, `customer` or `other`: what decides a lane's place and colour."""
    if speaker.startswith("agent"):
        return "agent"
    return "customer" if speaker == "customer" else "other"


def summary(card: Card) -> str:
    """One line for a list of calls: what became of the customer, then what needs a person's ear."""
    arc = outcome.arc(card)
    parts = [outcome.resolution(card), *([arc] if arc else [])]
    count = len((card.get("outcome") or {}).get("promises") or [])
    if count:
        parts.append(several(count, "promise"))
    proposed = sum(bool(judgement.get("proposed")) for judgement in card.get("judgements") or [])
    if proposed:
        parts.append(f"{several(proposed, 'critical point')} to confirm")
    if warning(card):
        parts.append("read with care")
    return " · ".join(parts)


def _duration(card: Card, turns: Sequence[Mapping[str, Any]]) -> float:
    """The length of the time axis; shown on the player's clock and nowhere else."""
    known = (card.get("context") or {}).get("duration")
    return float(known or max((turn.get("end") or 0.0 for turn in turns), default=0.0) or 1.0)


def _known(card: Card) -> bool:
    return bool((card.get("context") or {}).get("speakers_known", True))


def _stretches(intervals: Sequence[Mapping[str, float]] | None) -> list[list[float]]:
    return [[stretch["start"], stretch["end"]] for stretch in intervals or []]
