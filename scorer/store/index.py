"""A card in the file contract taken apart into rows: the line of a list, and what is looked for."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scorer.outcome.when import call_clock

Card = Mapping[str, Any]
Row = dict[str, Any]

#: A call with such a moment carries a complaint (S14), whatever rubrics are on.
COMPLAINT = "complaint_register"

_ABOUT = ("team", "agent", "customer", "queue", "topic")


def packed(card: Card) -> bytes:
    """The whole card, about a seventh of its size."""
    return zlib.compress(json.dumps(card, ensure_ascii=False).encode("utf-8", "replace"), 6)


def unpacked(stored: bytes) -> dict[str, Any]:
    """The card as it was kept."""
    card: dict[str, Any] = json.loads(zlib.decompress(stored))
    return card


def digest(stored: bytes) -> str:
    """The SHA-256 of a stored card's bytes."""
    return hashlib.sha256(stored).hexdigest()


def content(card: Card) -> str:
    """The SHA-256 that names the call: of its recording, or of its words where there is none."""
    known = (card.get("provenance") or {}).get("recording_sha256")
    if known:
        return str(known)
    words = json.dumps([card["id"], card.get("turns")], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def made_by(card: Card) -> Row:
    """What made the card: the part of the exactly-once key beside the recording."""
    provenance = card.get("provenance") or {}
    model = provenance.get("speech_model_sha256") or provenance.get("model") or ""
    program = str(provenance.get("code_sha256") or "")
    if not (provenance.get("meaning") or {}).get("encoder_sha256"):
        program = hashlib.sha256(f"{program} by words alone".encode()).hexdigest()
    return {
        "rubrics_sha256": str(provenance.get("rubrics_sha256") or ""),
        "model": str(model),
        "code_sha256": program,
    }


def about(card: Card) -> Row:
    """Whose call it is and when it was: from its metadata, which may come later than the card."""
    metadata = card.get("metadata") or {}
    started = call_clock(metadata)
    if started is not None and started.tzinfo is None:
        started = started.replace(tzinfo=UTC)
    found: Row = {name: plain(metadata[name]) for name in _ABOUT if metadata.get(name)}
    if metadata.get("generated") is True:
        found["generated"] = True
    if started is not None:
        found["started"] = started
    if metadata:
        found["metadata"] = dict(metadata)
    return found


def summary(card: Card) -> Row:
    """What a list of calls shows of the card."""
    outcome, judgements = card.get("outcome") or {}, card.get("judgements") or []
    quality, context = card.get("quality") or {}, card.get("context") or {}
    mood = (outcome.get("parts") or {}).get("sentiment") or {}
    sure = [j["confidence"] for j in judgements if j.get("score") is not None]
    return {
        "resolution": outcome.get("resolution") or "unclear",
        "satisfaction": outcome.get("satisfaction"),
        "effort": _effort(outcome.get("effort") or {}),
        "quality": quality.get("verdict"),
        "quality_reasons": list(quality.get("reasons") or []),
        "speakers_known": bool(context.get("speakers_known", True)),
        "mood_start": mood.get("start"),
        "mood_end": mood.get("end"),
        "promises": len(outcome.get("promises") or []),
        "proposed": sum(bool(j.get("proposed")) for j in judgements),
        "least_confidence": min(sure, default=None),
        "complaint": any(m["rubric"] == COMPLAINT for m in outcome.get("moments") or []),
    }


def _effort(kinds: Mapping[str, Any]) -> str | None:
    """little, some or high by how many kinds of effort there were (S5); None where unknown."""
    found = sum(value is True for value in kinds.values())
    if not found and False not in kinds.values():
        return None
    return ("little", "some", "high")[min(found, 2)]


def turns(card: Card) -> Iterable[Row]:
    """What was said, in order."""
    for place, turn in enumerate(card.get("turns") or []):
        yield {
            "place": place,
            "speaker": str(turn["speaker"]),
            "start": turn.get("start"),
            "end": turn.get("end"),
            "confidence": turn.get("confidence"),
            "text": plain(turn["text"]),
        }


def judgements(card: Card) -> Iterable[Row]:
    """The machine's answers, in the card's order."""
    for each in card.get("judgements") or []:
        yield {
            "rubric": each["rubric"],
            "criterion": each["criterion"],
            "outcome": each["outcome"],
            "score": each.get("score"),
            "confidence": each["confidence"],
            "weight": each.get("weight", 1.0),
            "critical": bool(each.get("critical")),
            "proposed": bool(each.get("proposed")),
        }


def moments(card: Card) -> Iterable[Row]:
    """Every moment once, those of the judgements and those of the outcome."""
    found = [
        moment for each in card.get("judgements") or [] for moment in each.get("moments") or []
    ]
    seen: set[tuple[Any, ...]] = set()
    for each in (*found, *((card.get("outcome") or {}).get("moments") or [])):
        opened, response = each["opened"], each.get("response")
        known = (each["rubric"], each["criterion"], opened["turn"], opened["quote"])
        if known in seen:
            continue
        seen.add(known)
        yield {
            "rubric": each["rubric"],
            "criterion": each["criterion"],
            "outcome": each["outcome"],
            "kind": each["kind"],
            "confidence": each["confidence"],
            "turn": opened["turn"],
            "start": opened.get("start"),
            "end": (response or opened).get("end"),
            "quote": plain(opened["quote"]),
            "response": plain(response["quote"]) if response else None,
            "note": plain(each.get("note") or ""),
        }


def promises(card: Card) -> Iterable[Row]:
    """What a party said they would do (S6)."""
    for each in (card.get("outcome") or {}).get("promises") or []:
        yield {
            "speaker": str(each["by"]),
            "what": plain(each["what"]),
            "said_when": each.get("when"),
            "due": each.get("due"),
            "turn": each["evidence"]["turn"],
            "start": each["evidence"].get("start"),
            "quote": plain(each["evidence"]["quote"]),
        }


def suffix(card: Card) -> str:
    """The ending that the recording came with, in lower case and harmless."""
    ending = Path(str(card["id"])).suffix.lower()
    return ending if ending[1:].isalnum() and len(ending) <= 16 else ""


def plain(value: Any) -> str:
    """Text that both engines take: no NUL, no half of a surrogate pair from a file's name."""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()


def now() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)
