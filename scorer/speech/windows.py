"""Packs a party's speech into full Whisper windows, with a map back to the recording.

Whisper always listens to 30 s, and the encoder's work is the same whether those hold speech or
silence. So the pauses between a party's stretches of speech are cut short, and the stretches are
laid end to end, each whole, in as few windows as will hold them. Windows break at long pauses
where there is a choice, since a sentence cut in two is heard less well.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scorer.call import Interval

#: Gives a lane's samples at 16 kHz between two times of the recording [s].
Read = Callable[[int, float, float], NDArray[np.float32]]
#: Gives the quietest moment of a lane between two times [s].
Quietest = Callable[[int, float, float], float]

RATE = 16_000  # Whisper's sample rate
WINDOW = 30.0  # s that Whisper listens to at once

#: Kept around each stretch of speech: soft first and last sounds lie below any activity threshold.
MARGIN = 0.2
#: The same where noise hides the sounds before and after what rises above it.
WIDE_MARGIN = 0.45
#: The longest pause left between two stretches. Shorter ones stay as they were spoken.
PAUSE = 0.6
#: Longer stretches may be parted between two windows, at their quietest moment.
LONGEST = 4.0
#: Silence before the first stretch and after the last.
LEAD, TAIL = 0.1, 0.4
#: Between the speech of two parties that share a window.
PARTING = 1.0
#: What it costs to break at no pause at all, where a window costs 1. A sentence cut in two is heard
#: less well in both halves, so that the first is tried first; but no window more is paid for it.
BREAKS = (0.1, 0.03, 0.005)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of lane `lane` from `start` to `end` of the recording, laid at `at` in a window.

    It holds the `speech` it was cut for, with a margin of the channel's own sound on either side.
    """

    lane: int
    start: float
    end: float
    speech: Interval
    at: float = 0.0

    @property
    def duration(self) -> float:
        return self.end - self.start

    def moved(self, at: float) -> Piece:
        return Piece(self.lane, self.start, self.end, self.speech, at)


@dataclass(frozen=True, slots=True)
class Window:
    """Up to 30 s of speech pieces in order, to be heard at once."""

    pieces: tuple[Piece, ...]

    @property
    def duration(self) -> float:
        """Seconds from the window's start to the end of its last piece."""
        return self.pieces[-1].at + self.pieces[-1].duration

    @property
    def lanes(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(piece.lane for piece in self.pieces))

    def piece_at(self, seconds: float) -> Piece:
        """The piece that lies at, or nearest to, `seconds` of the window."""
        after = bisect_right([piece.at for piece in self.pieces], seconds)
        if after == 0:
            return self.pieces[0]
        before = self.pieces[after - 1]
        if after == len(self.pieces) or seconds <= before.at + before.duration:
            return before
        following = self.pieces[after]
        behind = seconds - (before.at + before.duration)
        return before if behind <= following.at - seconds else following


def cut(
    speech: Sequence[Interval],
    lane: int,
    duration: float,
    quietest: Quietest | None = None,
    margin: float = MARGIN,
) -> list[Piece]:
    """Pieces for the stretches of a lane's speech, in order, each short enough to pack well.

    Margins never reach into a neighbouring stretch, so no sound is heard twice. The parts of a long
    stretch touch; laid one after the other in a window they sound as if they had never been cut.

    Args:
        speech: the lane's stretches of speech, in order and apart [s].
        lane: index of the lane.
        duration: of the recording [s].
        quietest: finds where a long stretch is best cut; without it, in the middle.
        margin: of the channel's own sound kept on either side of a stretch [s].
    """
    pieces: list[Piece] = []
    for index, span in enumerate(speech):
        behind = speech[index - 1].end if index else 0.0
        ahead = speech[index + 1].start if index + 1 < len(speech) else duration
        start = max(span.start - margin, (behind + span.start) / 2 if index else 0.0)
        end = min(span.end + margin, (span.end + ahead) / 2 if index + 1 < len(speech) else ahead)
        edges = [start, *_cuts(lane, span.start, span.end, quietest), max(end, span.end)]
        pieces.extend(
            Piece(lane, a, b, Interval(max(span.start, a), min(span.end, b)))
            for a, b in pairwise(edges)
        )
    return pieces


def pack(lanes: Sequence[Sequence[Piece]], window: float = WINDOW) -> list[Window]:
    """Lays the pieces of each lane into as few windows as will hold them.

    A window holds one party's speech; only what is left over at the end of each party's speech may
    share one, well apart, so that a word is never in doubt between two parties.
    """
    return min((_pack(lanes, window, cost) for cost in BREAKS), key=len)


def _pack(lanes: Sequence[Sequence[Piece]], window: float, cost: float) -> list[Window]:
    """The same, where a break at no pause costs so much."""
    windows: list[Window] = []
    rest: list[list[Piece]] = []
    for pieces in lanes:
        if not pieces:
            continue
        groups = _groups(pieces, window, cost)
        windows.extend(Window(tuple(_lay(group))) for group in groups[:-1])
        rest.append(groups[-1])
    return windows + _share(rest, window)


def _cuts(lane: int, start: float, end: float, quietest: Quietest | None) -> list[float]:
    """Where to cut a stretch so that no part is longer than `LONGEST`."""
    if end - start <= LONGEST:
        return []
    # Cut within the middle half, so that both parts are shorter by a quarter at least.
    quarter = (end - start) / 4
    at = quietest(lane, start + quarter, end - quarter) if quietest else (start + end) / 2
    return [*_cuts(lane, start, at, quietest), at, *_cuts(lane, at, end, quietest)]


def _groups(pieces: Sequence[Piece], window: float, dear: float) -> list[list[Piece]]:
    """Pieces shared out over the fewest windows, breaking at the longest pauses that allow it.

    Dynamic programming over the break before each piece. The number of windows counts first; then
    the shortness of the pauses broken at, and the length of the last, which may share its window.
    """
    count = len(pieces)
    best: list[float] = [0.0] + [np.inf] * count
    came: list[int] = [0] * (count + 1)
    for end in range(1, count + 1):
        length = LEAD
        for begin in range(end - 1, -1, -1):
            length += pieces[begin].duration
            length += _gap(pieces[begin], pieces[begin + 1]) if begin + 1 < end else 0.0
            if length > window - TAIL:
                break
            pause = pieces[begin].start - pieces[begin - 1].end if begin else PAUSE
            cost = best[begin] + 1.0 + dear * max(0.0, 1.0 - pause / PAUSE)
            if end == count:
                cost += 0.5 * length / window
            if cost < best[end]:
                best[end], came[end] = cost, begin
    groups: list[list[Piece]] = []
    end = count
    while end:
        groups.append(list(pieces[came[end] : end]))
        end = came[end]
    return groups[::-1]


def _length(pieces: Sequence[Piece]) -> float:
    laid = _lay(pieces)
    return laid[-1].at + laid[-1].duration


def _lay(pieces: Sequence[Piece], at: float = LEAD) -> list[Piece]:
    """The pieces one after another from `at`, pauses cut to `PAUSE` (the margins belong to it)."""
    laid: list[Piece] = []
    for piece in pieces:
        if laid:
            at = laid[-1].at + laid[-1].duration + _gap(laid[-1], piece)
        laid.append(piece.moved(at))
    return laid


def _gap(piece: Piece, following: Piece) -> float:
    """The silence left between two pieces."""
    return min(following.start - piece.end, max(0.0, PAUSE - 2 * MARGIN))


def _share(rest: Sequence[list[Piece]], window: float) -> list[Window]:
    """What is left of each lane, together in one window where it fits."""
    windows: list[list[Piece]] = []
    for group in sorted(rest, key=_length, reverse=True):
        for shared in windows:
            at = shared[-1].at + shared[-1].duration + PARTING
            laid = _lay(group, at)
            if laid[-1].at + laid[-1].duration <= window - TAIL:
                shared.extend(laid)
                break
        else:
            windows.append(_lay(group))
    return [Window(tuple(group)) for group in windows]


def assemble(window: Window, read: Read, seconds: float = WINDOW) -> NDArray[np.float32]:
    """The window's sound [shape=(seconds * 16000,)]: its pieces where they lie, silence between.

    Args:
        window: what to lay where.
        read: gives a lane's samples at 16 kHz between two times of the recording [s].
        seconds: length of the window.
    """
    sound = np.zeros(int(seconds * RATE), np.float32)
    for piece in window.pieces:
        at = int(piece.at * RATE)
        samples = read(piece.lane, piece.start, piece.end)[: len(sound) - at]
        sound[at : at + len(samples)] = samples
    return sound
