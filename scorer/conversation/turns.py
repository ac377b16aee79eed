"""Words and sound to turns: who held the floor, from when to when.

The sound of a party's own channel says when they spoke; words only say what. So a turn starts and
ends with activity, never with a word's time, and turns of two parties are in the order in which
their sound began.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from statistics import fmean

from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Turn, Word
from scorer.conversation.backchannels import MOST_WORDS, only_acknowledges
from scorer.speech.heard import Heard

#: Longest pause within one turn while nobody else speaks [s].
LONGEST_PAUSE = 1.5
#: The same where the parties cannot be told apart: a pause is then the only sign of a new turn.
UNKNOWN_PAUSE = 0.7
#: Another's sound in a pause counts from here; shorter is a breath or a click [s].
SHORTEST_SOUND = 0.1
#: An answer may start this much before the end of what it answers [s].
EARLY = 0.25
#: A back-channel is brief, and the floor is taken up again within this time of its end [s].
BRIEF = 1.2
RESUMED = 0.7
#: Of the others' stretches so many on either side are looked at: those of one party lie apart.
BESIDE = 8

# Languages written without spaces between words.
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Speech of one lane without a break, and the words laid in it."""

    lane: int
    start: float
    end: float
    words: tuple[Word, ...]
    text: str
    backchannel: bool = False


def build(heard: Heard, sound: Sound) -> tuple[Turn, ...]:
    """The turns of a call, ordered by when their sound began.

    A party's stretches of speech are one turn until the other party takes the floor in a pause, or
    the pause lasts `LONGEST_PAUSE`. A back-channel laid within the other's turn is a turn of its
    own kind and cuts nothing (Yngve 1970: it is said *without* taking the floor). Speech in which
    no word was heard makes no turn, but keeps its place in the timing.
    """
    lanes = [
        _stretches(index, lane, words, heard.language)
        for index, (lane, words) in enumerate(zip(sound.lanes, heard.words, strict=True))
    ]
    lanes = [_mark_backchannels(lanes, index, heard.language) for index in range(len(lanes))]
    pause = LONGEST_PAUSE if len(lanes) > 1 else UNKNOWN_PAUSE
    turns = chain.from_iterable(
        _turns(lane, _floor(lanes, index), sound.lanes[index].party, heard.language, pause)
        for index, lane in enumerate(lanes)
    )
    return tuple(sorted(turns, key=lambda turn: (turn.start or 0.0, turn.end or 0.0)))


def joined(words: Iterable[Word], language: str | None = None) -> str:
    """Words as they are written, with spaces between them where the language has any."""
    return ("" if language in _UNSPACED else " ").join(word.text for word in words)


def _stretches(
    index: int, lane: Lane, words: Sequence[Word], language: str | None
) -> list[_Stretch]:
    """A lane's words by the stretch of activity in which they begin.

    A number told with pauses goes through several: those stay without words of their own.
    """
    starts = [span.start for span in lane.speech]
    inside: list[list[Word]] = [[] for _ in lane.speech]
    spoken: set[int] = set()
    for word in words if starts else ():
        first, last = (_nearest(lane.speech, starts, at) for at in (word.start, word.end))
        inside[first].append(word)
        spoken.update(range(first, last + 1))
    return [
        _Stretch(index, span.start, span.end, tuple(held), joined(held, language))
        for place, (span, held) in enumerate(zip(lane.speech, inside, strict=True))
        if place in spoken
    ]


def _nearest(spans: Sequence[Interval], starts: Sequence[float], time: float) -> int:
    after = bisect_right(starts, time)
    if after == 0:
        return 0
    if after == len(spans) or time - spans[after - 1].end <= spans[after].start - time:
        return after - 1
    return after


def _mark_backchannels(
    lanes: Sequence[list[_Stretch]], index: int, language: str | None
) -> list[_Stretch]:
    """The lane's stretches, those that only acknowledge within another's turn marked so."""
    mine = lanes[index]
    others = sorted(
        (stretch for i, lane in enumerate(lanes) if i != index for stretch in lane),
        key=lambda other: other.start,
    )
    marked: list[_Stretch] = []
    for place, stretch in enumerate(mine):
        before = stretch.start - mine[place - 1].end if place else float("inf")
        after = mine[place + 1].start - stretch.end if place + 1 < len(mine) else float("inf")
        alone = min(before, after) > RESUMED
        acknowledges = only_acknowledges(stretch.text, language)
        listening = alone and _within_another(stretch, _beside(others, stretch), acknowledges)
        marked.append(replace(stretch, backchannel=listening))
    return marked


def _beside(others: Sequence[_Stretch], stretch: _Stretch) -> Sequence[_Stretch]:
    """Those of `others`, in order, that begin last before the stretch and first after it."""
    at = bisect_right(others, stretch.start, key=lambda other: other.start)
    return others[max(0, at - BESIDE) : at + BESIDE]


def _within_another(stretch: _Stretch, others: Sequence[_Stretch], acknowledges: bool) -> bool:
    """Whether the other party held the floor before, during and after a brief stretch.

    An acknowledging word may also fall into a pause inside the other's sentence. Any other word
    must be drowned by speech that goes on: a reply in a pause after a sentence is a turn.
    """
    if stretch.end - stretch.start > BRIEF or len(stretch.words) > MOST_WORDS:
        return False
    over = [
        other
        for other in others
        if other.start < stretch.start < other.end and other.end > stretch.end + SHORTEST_SOUND
    ]
    if not acknowledges:
        return bool(over) and len(stretch.words) == 1 and stretch.end - stretch.start < BRIEF / 2
    if over:
        return True
    earlier = [other for other in others if other.start < stretch.start]
    if not earlier:
        return False
    last = max(earlier, key=lambda other: other.end)
    goes_on = any(
        stretch.start < other.start <= max(stretch.end, last.end) + RESUMED for other in others
    )
    if stretch.start < last.end - EARLY:  # an answer may begin as early as that
        return goes_on
    mid_sentence = not last.text.endswith((".", "?", "!", "。", "？", "！"))
    return mid_sentence and goes_on and stretch.start - last.end < RESUMED


def _floor(lanes: Sequence[list[_Stretch]], index: int) -> list[Interval]:
    """When anyone but lane `index` speaks to hold the floor, in order of start."""
    taken = [
        Interval(stretch.start, stretch.end)
        for i, lane in enumerate(lanes)
        if i != index
        for stretch in lane
        if not stretch.backchannel
    ]
    return sorted(taken, key=lambda span: span.start)


def _turns(
    stretches: Sequence[_Stretch],
    others: Sequence[Interval],
    party: str,
    language: str | None,
    pause: float,
) -> list[Turn]:
    groups: list[list[_Stretch]] = []
    for stretch in stretches:
        if groups and _same_turn(groups[-1][-1], stretch, others, pause):
            groups[-1].append(stretch)
        else:
            groups.append([stretch])
    return [
        _turn(group, party, language) for group in groups if any(stretch.words for stretch in group)
    ]


def _same_turn(
    earlier: _Stretch, later: _Stretch, others: Sequence[Interval], pause: float
) -> bool:
    if earlier.backchannel or later.backchannel or later.start - earlier.end > pause:
        return False
    return not _taken(others, earlier.end, later.start)


def _taken(others: Sequence[Interval], start: float, end: float) -> bool:
    """Whether another took the floor in the pause from `start` to `end`.

    One who was speaking before and only runs out in the pause did not take it just then.
    """
    first, last = (
        bisect(others, at, key=lambda span: span.start)
        for bisect, at in ((bisect_right, start - EARLY), (bisect_left, end))
    )
    return any(
        min(span.end, end) - max(span.start, start) >= SHORTEST_SOUND for span in others[first:last]
    )


def _turn(stretches: Sequence[_Stretch], party: str, language: str | None) -> Turn:
    words = tuple(word for stretch in stretches for word in stretch.words)
    return Turn(
        speaker=party,
        text=joined(words, language),
        start=stretches[0].start,
        end=stretches[-1].end,
        words=words,
        confidence=fmean(word.confidence for word in words),
        kind="backchannel" if stretches[0].backchannel else "turn",
    )
