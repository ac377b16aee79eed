"""Moments on unseen calls as Whisper hears them: `python -m tests.benchmarks.spoken SET ... [-v]`.

The written calls of tests/scoring/unseen are spoken by the voices of the sample calls, over their
telephone, into build/spoken (once; `make samples` installs the voices), then transcribed and
scored. A moment is found where its criterion and outcome are, within 2.5 s of the turns that are
marked; the same by the exact words stands beside. `-v` tells what was not found as heard.
"""

from __future__ import annotations

import json
import random
import re
import sys
import zlib
from pathlib import Path
from typing import Any

sys.path.insert(0, "tests/support")
sys.path.insert(0, "tests/samples")

import make
import marked
import marked_dialogues
import soundfile
from tqdm import tqdm

from scorer.call import Call, Turn
from scorer.pipeline import Scorer

FOLDER = Path("build/spoken")
VOICES = ("heart", "joe")
_OTHERS = ("agent2", "agent_2", "agent_3")  # as the sets name who takes over
_SILENT = "Mm."  # for what has no word to say


def main() -> None:
    asked = [one for one in sys.argv[1:] if one != "-v"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    scorer = Scorer()
    for name, dialogues in marked_dialogues.sets().items():
        if name not in asked:
            continue
        counts = {"exact words": [0, 0, 0], "as heard": [0, 0, 0]}
        for dialogue in tqdm(dialogues, desc=name):
            place, turns = spoken(name, dialogue)
            exact, heard = scorer.call(written(turns)), scorer.recording(place).card
            for how, card in (("exact words", exact), ("as heard", heard)):
                right, absent, beside = compared(dialogue, turns, card.to_dict())
                for at, some in enumerate((right, absent, beside)):
                    counts[how][at] += len(some)
                if how == "as heard" and "-v" in sys.argv:
                    print("\n".join(f"  absent {dialogue['name']}: {mark}" for mark in absent))
        for how, (right, absent, beside) in counts.items():
            print(f"{name}, {how}: {right} of {right + absent}, beside {beside}")


def spoken(name: str, dialogue: dict[str, Any]) -> tuple[Path, list[list[Any]]]:
    """A call's recording, and who said what when: [speaker, start, end, text] of each turn."""
    place = FOLDER / f"{name}_{dialogue['name']}.wav"
    told = place.with_suffix(".json")
    if not told.exists():
        make.SPEAKERS.update(dict.fromkeys(_OTHERS, 0))
        call = make.Call(place.stem, {"voices": voices(place.stem), "call": steps(dialogue)})
        soundfile.write(place, call.render(), make.RATE, subtype="ULAW")
        told.write_text(json.dumps([[t.speaker, t.start, t.end, t.text] for t in call.turns]))
    return place, json.loads(told.read_text())


def voices(name: str) -> dict[str, dict[str, Any]]:
    """Who speaks, drawn by the call's name: two voices, each a little higher or lower."""
    drawn = random.Random(zlib.crc32(name.encode()))
    agent, customer = drawn.choice(VOICES), drawn.choice(VOICES)
    pitch = drawn.uniform(0.95, 1.08)
    apart = drawn.choice((0.9, 1.1)) if agent == customer else 1.0

    def one(voice: str, pitch: float) -> dict[str, Any]:
        speed, level = drawn.uniform(1.0, 1.2), drawn.uniform(-24, -20)
        return {"voice": voice, "pitch": pitch, "speed": speed, "level": level}

    other = VOICES[agent == VOICES[0]]
    made = {"agent": one(agent, pitch), "customer": one(customer, pitch * apart)}
    return made | dict.fromkeys(_OTHERS, one(other, 1.0))


def steps(dialogue: dict[str, Any]) -> list[dict[str, str]]:
    made = []
    for line in dialogue["turns"]:
        speaker, text = line.split(": ", 1)
        text = re.sub(r" [–—-] ", ", ", text).replace("–", "-").replace("…", "...")
        made.append({speaker: text if re.search(r"\w", text) else _SILENT})
    return made


def written(turns: list[list[Any]]) -> Call:
    def side(speaker: str) -> str:
        return "customer" if speaker == "customer" else "agent"

    return Call("call", tuple(Turn(side(who), text, at, to) for who, at, to, text in turns))


def compared(
    dialogue: dict[str, Any], turns: list[list[Any]], card: dict[str, Any]
) -> tuple[list[str], list[str], list[str]]:
    """The marks found, those that were not, and what was found beside them, by their times."""
    left = [
        (marked.label(moment), marked.found_spans(moment))
        for judgement in card["judgements"]
        for moment in judgement["moments"]
        if moment["outcome"] != "cannot_tell"
        and moment["criterion"] not in marked_dialogues.UNMARKED
    ]
    right, absent = [], []
    for mark in sorted(dialogue["moments"], key=lambda mark: mark.startswith("? ")):
        name, outcome, *places = mark.removeprefix("? ").split()
        spans = [tuple(turns[int(place)][1:3]) for place in places]
        fits = [one for one in left if one[0] == f"{name} {outcome}" and marked.near(spans, one[1])]
        if fits:
            left.remove(fits[0])
        if not mark.startswith("? "):
            (right if fits else absent).append(mark)
    return right, absent, [what for what, _ in left]


if __name__ == "__main__":
    main()
