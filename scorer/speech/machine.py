"""The machine that answers before a person does: menus and announcements on the agent's channel.

It is known by two things together: by wording that only a machine has a use for, and by a voice
that is not the one that speaks afterwards. An agent who reads out that the call is recorded, or a
recording in which nobody follows the menu, stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import MACHINE, Interval, Lane, Word
from scorer.speech.heard import Heard
from scorer.speech.transfer import DIFFERENT, alike

#: A prompt ends where its channel is silent this long, or rings, or plays music [s].
BREAK = 0.8

_ONE = r"(\d|one|two|three|four|five|six|seven|eight|nine|zero|star|pound|hash)"
_SAID = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(press|dial|enter|say|push) (the )?{_ONE}\b",
        r"\bpress (the )?\w+ (key|now)\b",
        r"\b(this|your) call (may|will|is|might)( be|being)* (recorded|monitored)",
        r"\bcalls (may|are|will)( be)? (recorded|monitored)",
        r"\bfor \w+( \w+){0,3},? (please )?(press|say|dial)\b",
        r"\byour call is (very )?important to us",
        r"\byour call (is|will be) (now |being )?(first|next|number|answered|queued|held)",
        r"\bnext available \w+",
        r"\b(stay|remain) on the line",
        r"\ball (of )?(our )?(agents|advisors|representatives|operators|lines|associates) are",
        r"\byou are (now )?(caller )?number \w+ in",
        r"\b(menu|options) ha(s|ve) (recently )?changed",
        r"\b(after|at) the (tone|beep)",
        r"\byour (estimated|approximate) (wait|waiting)",
        r"\b(you will be|you are being|now being) (connected|transferred)",
        r"\bpara español|\b(pulse|marque|presione) (el )?\w+",
        r"\bdrücken Sie die|\bbitte bleiben Sie (dran|am Apparat)",
        r"\b(appuyez sur|tapez) (le |la )?\w+|\bne quittez pas",
    )
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a machine said before a person took over: its activity and its words."""

    lane: Lane
    words: tuple[Word, ...]

    def beside(self, heard: Heard, sound: Sound) -> tuple[Heard, Sound]:
        """Words and activity with the machine's lane after all others."""
        return (
            replace(heard, words=(*heard.words, self.words)),
            replace(sound, lanes=(*sound.lanes, self.lane)),
        )


def set_aside(
    recording: Recording, sound: Sound, heard: Heard, index: int
) -> tuple[Heard, Sound, Answered | None]:
    """Words and activity without what a machine said at the start of lane `index`, and that."""
    lane, words = sound.lanes[index], heard.words[index]
    until = _until(recording, lane, words, index)
    if until is None:
        return heard, sound, None
    answered = Answered(
        Lane(MACHINE, tuple(span for span in lane.speech if span.start < until)),
        tuple(word for word in words if word.start < until),
    )
    rest = replace(lane, speech=tuple(span for span in lane.speech if span.start >= until))
    after = tuple(word for word in words if word.start >= until)
    return (
        replace(heard, words=(*heard.words[:index], after, *heard.words[index + 1 :])),
        replace(sound, lanes=(*sound.lanes[:index], rest, *sound.lanes[index + 1 :])),
        answered,
    )


def _until(recording: Recording, lane: Lane, words: Sequence[Word], index: int) -> float | None:
    """When the machine has done; None where it is not sure that there was one."""
    blocks = _blocks(lane)
    prompts = [_is_prompt(block, words) for block in blocks]
    if not any(prompts):
        return None
    scripted = [
        span for block, prompt in zip(blocks, prompts, strict=True) if prompt for span in block
    ]
    for number, (block, prompt) in enumerate(zip(blocks, prompts, strict=True)):
        if prompt or (any(prompts[number:]) and _same(recording, index, scripted, block)):
            continue
        others = [span for later in blocks[number:] for span in later]
        known = alike(recording, index, scripted, others)
        return block[0].start if number and known is not None and known < DIFFERENT else None
    return None


def _same(
    recording: Recording, index: int, scripted: Sequence[Interval], block: Sequence[Interval]
) -> bool:
    """Whether a block between two prompts is of the prompts' voice; a short one is."""
    known = alike(recording, index, scripted, block)
    return known is None or known >= DIFFERENT


def _blocks(lane: Lane) -> list[list[Interval]]:
    """Stretches of speech with no long pause, no ringing and no music between them."""
    blocks: list[list[Interval]] = []
    for span in lane.speech:
        if blocks and not _breaks(lane, blocks[-1][-1].end, span.start):
            blocks[-1].append(span)
        else:
            blocks.append([span])
    return blocks


def _breaks(lane: Lane, end: float, start: float) -> bool:
    between = any(end <= span.start < start for span in (*lane.tones, *lane.hold))
    return between or start - end >= BREAK


def _is_prompt(block: Sequence[Interval], words: Sequence[Word]) -> bool:
    said = " ".join(w.text for w in words if block[0].start <= w.start < block[-1].end)
    return any(pattern.search(said) for pattern in _SAID)
