"""The machine that answers before a person does: menus and announcements on the agent's channel.

It is known by two things together: by wording that only a machine has a use for, and by a voice
that is not the one that speaks afterwards. An agent who reads out that the call is recorded, or a
recording in which nobody follows the menu, stays as it was.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import MACHINE, Interval, Lane, Word
from scorer.speech.heard import Heard
from scorer.speech.phrases import phrases
from scorer.speech.phrases import sound as sound_of
from scorer.speech.transfer import DIFFERENT, LEAST, enough, seconds_of
from scorer.speech.voices import Floats, embed

#: A prompt ends where its channel is silent this long, or rings, or plays music [s].
BREAK = 0.8
#: Keys and a word or two are what a machine gets; who has heard more talks with a person [words].
TALKS = 8
#: Prompts shorter than this do not tell a voice; from `LONG` on they do so well: one voice on the
#: same line lies at 0.93 and above, and at 0.8 where it is short [s, cosine].
SHORTEST, LONG, OTHER = 1.0, 5.0, 0.82

_KEY = r"(\d|one|two|three|four|five|six|seven|eight|nine|zero|star|pound|hash)"
_SAID = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(press|dial|enter|say|push|touch) (the )?{_KEY}\b",
        r"\bpress(ing)? (the )?\w+ (key|now|sign)\b",
        r"\b(followed by|then press|press) (the )?(pound|hash|star)\b",
        r"\bplease (enter|key in|say|dial|speak) (your|the|a|one)\b",
        r"\bplease (hold|wait) (a moment )?(while|for|and your call)\b",
        r"\b(this|your) call (may|will|is|might)( be|being)* (recorded|monitored)",
        r"\bcalls (may|are|will)( be)? (recorded|monitored)",
        r"\bfor \w+( \w+){0,3},? (please )?(press|say|dial)\b",
        r"\byour call is (very )?important to us",
        r"\byour call (is|will be) (now |being )?(first|next|number|answered|queued|held)",
        r"\bin the order (it|they|in which) (was|were)? ?(received|arrived)?",
        r"\bnext available \w+",
        r"\b(stay|remain) on the line",
        r"\ball (of )?(our )?(agents|advis[eo]rs|representatives|operators|lines|associates) are",
        r"\byou are (now )?(caller )?number \w+ in",
        r"\b(menu|options) ha(s|ve) (recently )?changed",
        r"\b(following|these) (\w+ )?options\b",
        r"\b(after|at) the (tone|beep)",
        r"\b(your|the) (current )?(estimated|approximate) (wait|waiting|hold)",
        r"\b(you will be|you are being|now being) (connected|transferred)",
        r"\bis not (a )?valid\b.{0,40}\btry again\b",
        r"\b(call(er)?s? waiting|incoming call)\b",
        r"\b(the person|the party|the number) you (are|have|were) (trying to )?(call|dial|reach)",
        r"\bhang up and (dial|call)\b",
        r"\bpara español|\b(pulse|marque|presione) (el )?\w+",
        r"\bdrücken Sie die|\bbitte bleiben Sie (dran|am Apparat)",
        r"\b(appuyez sur|tapez) (le |la )?\w+|\bne quittez pas",
    )
)
#: What a person says as well: a machine's only where its channel speaks on, in another voice,
#: before the customer has said a word.
_GREETS = re.compile(
    r"\bwelcome to\b|\bthank(s| you) for (calling|holding|waiting|your patience)"
    r"|\bplease hold\b|\bone moment please\b|\b(office|opening|business) hours\b",
    re.IGNORECASE,
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
    others = [other for at, other in enumerate(heard.words) if at != index]
    until = _until(recording, lane, words, index, _Answers.of(others))
    if until is None:
        return heard, sound, None
    answered = Answered(
        Lane(MACHINE, tuple(between(lane.speech, 0.0, until))),
        tuple(word for word in words if word.start < until),
    )
    rest = replace(lane, speech=tuple(between(lane.speech, until, recording.duration)))
    after = tuple(word for word in words if word.start >= until)
    return (
        replace(heard, words=(*heard.words[:index], after, *heard.words[index + 1 :])),
        replace(sound, lanes=(*sound.lanes[:index], rest, *sound.lanes[index + 1 :])),
        answered,
    )


def between(speech: Sequence[Interval], start: float, end: float) -> list[Interval]:
    """What of some speech lies between two times."""
    cut = (Interval(max(span.start, start), min(span.end, end)) for span in speech)
    return [span for span in cut if span.start < span.end]


@dataclass(frozen=True, slots=True)
class _Answers:
    """When the other party said its first word, and when so many that it talks with a person."""

    first: float
    talks: float

    @classmethod
    def of(cls, lanes: Sequence[Sequence[Word]]) -> _Answers:
        said = sorted(word.start for words in lanes for word in words)
        first = said[0] if said else inf
        # In a mono recording nobody can say which words are the other party's.
        return cls(first if lanes else 0.0, said[TALKS - 1] if len(said) >= TALKS else inf)


def _until(
    recording: Recording, lane: Lane, words: Sequence[Word], index: int, answers: _Answers
) -> float | None:
    """When the machine has done; None where it is not sure that there was one."""
    blocks = _blocks(lane)
    if not blocks:
        return None
    follows = [block[0].start for block in blocks[1:]] + [inf]
    prompts = [
        _is_prompt(block, after, words, answers)
        for block, after in zip(blocks, follows, strict=True)
    ]
    scripted = [
        span for block, prompt in zip(blocks, prompts, strict=True) if prompt for span in block
    ]
    for number, (block, prompt) in enumerate(zip(blocks, prompts, strict=True)):
        if prompt or (any(prompts[number:]) and _same(recording, index, scripted, block)):
            continue
        others = [span for later in blocks[number:] for span in later]
        if not number or not _another(recording, index, scripted, others):
            return None
        around = _spoken(words, blocks[number - 1][0].start, block[-1].end)
        surely = others[len(block) :] or others
        change = _handed_over(recording, index, around, scripted, surely)
        return block[0].start if change is None else min(change, surely[0].start)
    return None


def _alike(
    recording: Recording,
    lane: int,
    first: Sequence[Interval],
    second: Sequence[Interval],
    least: float = LEAST,
) -> float | None:
    """Cosine between the voices of some speech and some other; None where there is too little."""
    voiced = [_voice(recording, lane, spans, least) for spans in (first, second)]
    return None if voiced[0] is None or voiced[1] is None else float(voiced[0] @ voiced[1])


def _voice(
    recording: Recording, lane: int, spans: Sequence[Interval], least: float = LEAST
) -> Floats | None:
    """The voice of the first `ENOUGH` seconds of some speech; None where there is too little."""
    chosen = enough(spans)
    if seconds_of(chosen) < least:
        return None
    channel = recording.heard[lane]
    sound = [recording.samples(channel, span.start, span.end) for span in chosen]
    (vector,) = embed([np.concatenate(sound)])
    return np.asarray(vector, np.float32)


def _another(
    recording: Recording, index: int, scripted: Sequence[Interval], others: Sequence[Interval]
) -> bool:
    """Whether it is surely another voice that speaks after the prompts."""
    known = _alike(recording, index, scripted, others, SHORTEST)
    seconds = sum(span.duration for span in scripted)
    return known is not None and known < (OTHER if seconds >= LONG else DIFFERENT)


def _handed_over(
    recording: Recording,
    index: int,
    words: Sequence[Word],
    scripted: Sequence[Interval],
    others: Sequence[Interval],
) -> float | None:
    """When the other voice took over within some words, which may be without a pause.

    Infinite where it did so after all of them; None where it cannot be told.
    """
    machine, person = (_voice(recording, index, spans, SHORTEST) for spans in (scripted, others))
    said = phrases(words)
    if machine is None or person is None or not said:
        return None
    vectors = embed(sound_of(recording, index, one) for one in said)
    nearer = (vectors @ person - vectors @ machine) * [min(one.seconds, 2.0) for one in said]
    for place, one in enumerate(said):
        if any(pattern.search(one.text) for pattern in _SAID):
            nearer[place] = -1.0
    # All phrases before the change are the machine's, all after it the person's.
    gained = [float(nearer[at:].sum() - nearer[:at].sum()) for at in range(len(said) + 1)]
    at = int(np.argmax(gained))
    if not at:
        return None
    return said[at].start if at < len(said) else inf


def _same(
    recording: Recording, index: int, scripted: Sequence[Interval], block: Sequence[Interval]
) -> bool:
    """Whether a block between two prompts is of the prompts' voice; a short one is."""
    known = _alike(recording, index, scripted, block)
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
    filled = any(end <= span.start < start for span in (*lane.tones, *lane.hold))
    return filled or start - end >= BREAK


def _is_prompt(
    block: Sequence[Interval], follows: float, words: Sequence[Word], answers: _Answers
) -> bool:
    """Whether a block is worded as machines speak; `follows` is when the next one begins [s]."""
    if block[0].start >= answers.talks:
        return False
    said = " ".join(word.text for word in _spoken(words, block[0].start, block[-1].end))
    greets = follows <= answers.first and _GREETS.search(said)
    return bool(greets) or any(pattern.search(said) for pattern in _SAID)


def _spoken(words: Sequence[Word], start: float, end: float) -> Sequence[Word]:
    """Of words in order of time, those that begin between two times."""
    first, last = (bisect_left(words, at, key=lambda word: word.start) for at in (start, end))
    return words[first:last]
