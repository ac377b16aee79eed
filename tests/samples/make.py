"""Makes the sample calls: scripts/NAME.yaml -> NAME.wav (the recording) and NAME.json (its truth).

    python tests/samples/make.py [NAME ...]        # all of them, from the repository root

Agent on channel 0, customer on channel 1, 8 kHz mu-law. The truth is measured on each turn in
the telephone's band before the hiss is added, so it is that of the sound, to 10 ms. README.md
describes both.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import telephone
from ruamel.yaml import YAML
from telephone import RATE
from voices import Voices, spans

HERE = Path(__file__).parent
SPEAKERS = {"agent": 0, "agent2": 0, "customer": 1}
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.)(?<!Dr\.)\s+")
PAUSE = (0.22, 0.38)  # between two sentences of one turn, seconds
ANSWER = (0.18, 0.62)  # before the other party answers


@dataclass
class Turn:
    """One spoken turn, placed in the call."""

    speaker: str
    kind: str
    start: float
    samples: np.ndarray
    sentences: list[dict[str, Any]]
    words: list[dict[str, Any]]
    speech_spans: list[tuple[float, float]] = field(default_factory=list)

    @property
    def end(self) -> float:
        return self.start + len(self.samples) / RATE

    @property
    def text(self) -> str:
        return " ".join(s["text"] for s in self.sentences)

    def truth(self) -> dict[str, Any]:
        def here(entry: dict[str, Any]) -> dict[str, Any]:
            return entry | {k: _ms(self.start + entry[k]) for k in ("start", "end")}

        return {
            "speaker": self.speaker,
            "channel": SPEAKERS[self.speaker],
            "kind": self.kind,
            "start": _ms(self.start),
            "end": _ms(self.end),
            "text": self.text,
            "sentences": [here(s) for s in self.sentences],
            "speech_spans": [
                [_ms(self.start + a), _ms(self.start + b)] for a, b in self.speech_spans
            ],
            "words": [here(w) for w in self.words],
        }


class Call:
    """The call under way: what has been said so far and when the floor is free again."""

    def __init__(self, name: str, script: dict[str, Any]) -> None:
        seed = zlib.crc32(name.encode())
        self.name, self.script = name, script
        self.rng = np.random.default_rng(seed)
        self.voices = Voices(seed)
        self.turns: list[Turn] = []
        self.holds: list[dict[str, Any]] = []
        self.tones: list[dict[str, Any]] = []
        self.sounds: list[tuple[float, int, np.ndarray]] = []  # start, channel, samples
        self.floor = float(self.rng.uniform(0.6, 1.2))
        self.last = ""
        for step in script["call"]:
            self._play(dict(step))

    def _play(self, step: dict[str, Any]) -> None:
        what, value = next(iter(step.items()))
        if what in SPEAKERS:
            self._speak(what, value, step)
        elif what == "pause":
            self.floor += value
        elif what == "hold":
            self.floor += 0.5
            self._sound(
                "hold", 0, telephone.hold_music(value, self.rng), music="arpeggio in a major key"
            )
        elif what == "ring":
            self.floor += 0.6
            self._sound("ringback", 0, telephone.ringback(value))
        elif what == "keys":
            self.floor += 0.8
            self._sound("dtmf", 1, telephone.keys(value), keys=value)
        else:
            raise ValueError(f"{self.name}: no such step: {what}")

    def _sound(self, kind: str, channel: int, samples: np.ndarray, **facts: Any) -> None:
        end = self.floor + len(samples) / RATE
        entry = {"start": _ms(self.floor), "end": _ms(end), "channel": channel} | facts
        if kind == "hold":
            self.holds.append(entry)
        else:
            self.tones.append(entry | {"kind": kind})
        self.sounds.append((self.floor, channel, samples))
        self.floor, self.last = end, ""

    def _speak(self, speaker: str, text: str, step: dict[str, Any]) -> None:
        kind = "interruption" if "interrupts" in step else "turn"
        early = step.get("interrupts", step.get("overlap"))
        gap = self.rng.uniform(*(PAUSE if speaker == self.last else ANSWER))
        start = self.floor + (step.get("gap", gap) if early is None else -early)
        turn = self._turn(speaker, kind, start, text, step)
        self.turns.append(turn)
        for nod in step.get("nods", []):
            other = "customer" if SPEAKERS[speaker] == 0 else nod.get("by", "agent")
            after = start + self._end_of(turn, nod["after"]) + 0.06
            self.turns.append(self._turn(other, "backchannel", after, nod["say"], {"softer": 4}))
        self.floor, self.last = max(self.floor, turn.end), speaker

    def _turn(self, speaker: str, kind: str, start: float, text: str, step: dict[str, Any]) -> Turn:
        """The sentences of `text`, spoken and strung together with short pauses."""
        voice = self.script["voices"][speaker]
        parts: list[np.ndarray] = []
        sentences, words, at = [], [], 0.0
        for sentence in SENTENCE_END.split(" ".join(text.split())):
            if parts:
                silence = np.zeros(round(self.rng.uniform(*PAUSE) * RATE))
                parts.append(silence)
                at += len(silence) / RATE
            said = self.voices.say(
                sentence,
                voice["voice"],
                speed=voice.get("speed", 1.0) * step.get("speed", 1.0),
                pitch=voice.get("pitch", 1.0),
                as_read=self._as_read(sentence),
            )
            length = len(said.samples) / RATE
            sentences.append({"text": sentence, "start": at, "end": at + length})
            words += [{"w": w, "start": at + a, "end": at + b} for w, a, b in said.words]
            parts.append(telephone.to_level(said.samples, voice["level"] - step.get("softer", 0)))
            at += length
        samples = np.concatenate(parts)
        return Turn(speaker, kind, _to_frame(start), samples, sentences, words, spans(samples))

    def _as_read(self, sentence: str) -> str:
        for written, read in self.script.get("read_as", {}).items():
            sentence = sentence.replace(written, read)
        return sentence

    @staticmethod
    def _end_of(turn: Turn, phrase: str) -> float:
        """When the last word of `phrase` ends, from the start of the turn."""
        wanted = [_bare(w) for w in phrase.split()]
        said = [_bare(w["w"]) for w in turn.words]
        for i in range(len(said) - len(wanted) + 1):
            if said[i : i + len(wanted)] == wanted:
                return float(turn.words[i + len(wanted) - 1]["end"])
        raise ValueError(f"{phrase!r} is not said in {turn.text!r}")

    def render(self) -> np.ndarray:
        """Both channels, shape=(n, 2): the turns, the music and the line."""
        length = max([t.end for t in self.turns] + [self.floor]) + 0.9
        both = np.zeros((2, round(length * RATE)))
        placed = [(t.start, SPEAKERS[t.speaker], t.samples) for t in self.turns]
        for start, channel, samples in placed + self.sounds:
            first = round(start * RATE)
            both[channel, first : first + len(samples)] += samples
        return np.stack([telephone.line(channel, self.rng) for channel in both], axis=1)

    def truth(self, samples: int) -> dict[str, Any]:
        turns = sorted(self.turns, key=lambda t: (t.start, t.end))
        voiced = [_frames(samples, (t for t in turns if SPEAKERS[t.speaker] == c)) for c in (0, 1)]
        busy = voiced[0] | voiced[1]
        for sound in self.holds + self.tones:
            busy[round(sound["start"] * 100) : round(sound["end"] * 100)] = True
        return {
            "name": self.name,
            "about": self.script["about"],
            "duration": _ms(samples / RATE),
            "fs": RATE,
            "channels": ["agent", "customer"],
            "turns": [t.truth() for t in turns],
            "holds": self.holds,
            "tones": self.tones,
            "overlaps": _runs(voiced[0] & voiced[1]),
            "silences": [s for s in _runs(~busy) if s["end"] - s["start"] >= 2.0],
            "talk_s": {
                p: round(v.sum() / 100, 2)
                for p, v in zip(("agent", "customer"), voiced, strict=True)
            },
            "moments": [_moment(m, turns) for m in self.script["moments"]],
            "outcome": self._outcome(turns),
            "voices": self.script["voices"],
        }

    def _outcome(self, turns: list[Turn]) -> dict[str, Any]:
        outcome = dict(self.script["outcome"])
        outcome["promises"] = [
            dict(p) | {"turn": _quote(p["quote"], turns)["turn"]} for p in outcome["promises"]
        ]
        return outcome


def _quote(quote: str, turns: list[Turn]) -> dict[str, Any]:
    """The one turn in which `quote` stands; back-channels are named as "party: words"."""
    speaker, _, words = quote.rpartition(": ")
    found = [
        i for i, t in enumerate(turns) if words in t.text and (not speaker or t.speaker == speaker)
    ]
    if len(found) != 1:
        raise ValueError(f"{quote!r} stands in {len(found)} turns, must be one")
    return {"turn": found[0], "quote": words}


def _moment(mark: dict[str, Any], turns: list[Turn]) -> dict[str, Any]:
    """`{mark: rubric.criterion outcome kind, opened, response?, why}` with its turns found."""
    name, outcome, kind = mark["mark"].split()
    rubric, criterion = name.split(".")
    return {
        "rubric": rubric,
        "criterion": criterion,
        "outcome": outcome,
        "kind": kind,
        "opened": _quote(mark["opened"], turns),
        "response": _quote(mark["response"], turns) if mark.get("response") else None,
        "why": mark["why"],
    }


def _frames(samples: int, turns: Any) -> np.ndarray:
    """Which 10 ms frames hold speech."""
    voiced = np.zeros(samples * 100 // RATE, bool)
    for turn in turns:
        for start, end in turn.speech_spans:
            voiced[round((turn.start + start) * 100) : round((turn.start + end) * 100)] = True
    return voiced


def _runs(frames: np.ndarray) -> list[dict[str, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], frames.astype(np.int8), [0]])))
    return [
        {"start": _ms(a / 100), "end": _ms(b / 100)}
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def _bare(word: str) -> str:
    return word.strip(".,?!—").lower()


def _ms(time: float) -> float:
    return round(float(time), 3)


def _to_frame(time: float) -> float:
    return round(float(time) * 100) / 100


def _written(truth: dict[str, Any]) -> str:
    """JSON with one line for each turn, moment and word list: short, and readable in a diff."""
    text = json.dumps(truth, indent=1, ensure_ascii=False)

    def flat(match: re.Match[str]) -> str:
        return re.sub(r"(?<=\[) | (?=\])", "", re.sub(r"\s*\n\s*", " ", match[0]))

    text = re.sub(r"\{[^{}\[\]]*\}", flat, text)  # innermost objects
    return re.sub(r"\[[^\[\]{}]*\]", flat, text) + "\n"  # innermost lists


def make(name: str) -> None:
    script = YAML(typ="safe").load((HERE / "scripts" / f"{name}.yaml").read_text())
    call = Call(name, script)
    sound = call.render()
    truth = call.truth(len(sound))
    soundfile.write(HERE / f"{name}.wav", sound, RATE, subtype="ULAW")
    (HERE / f"{name}.json").write_text(_written(truth))
    print(f"{name:28} {truth['duration']:7.1f} s {len(truth['moments']):3} moments")


def main() -> None:
    for name in sys.argv[1:] or sorted(p.stem for p in (HERE / "scripts").glob("*.yaml")):
        make(name)


if __name__ == "__main__":
    main()
