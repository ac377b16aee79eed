"""Puts the words of a window back where they were spoken, inside their lane's activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scorer.call import Word
from scorer.speech.windows import Piece, Window

#: A word this far from any sound that was laid in the window has no sound beneath it [s].
ASTRAY = 0.5
#: Less of a word than this in a piece is the blur of attention [s].
TOUCH = 0.1
#: No word takes less or more than this; where attention says so, it was stretched over a pause [s].
SHORTEST, LONGEST = 0.05, 2.0

_CLAUSE_ENDS = (".", ",", "?", "!", ";", ":", "。", "、", "，", "？", "！")


@dataclass(frozen=True, slots=True)
class Placed:
    """A word at its time in the recording, and the piece it was heard in."""

    word: Word
    piece: Piece


def place(window: Window, words: Sequence[Word]) -> tuple[list[Placed], list[Word]]:
    """Words in window time to words in recording time, and those with no sound beneath them.

    Attention stretches a word over the pause beside it, and over speech that was not heard. A word
    that reaches from one piece into the next belongs to the first where it ends a clause, to the
    last where it does not, and is cut to the speech of its piece.
    """
    placed: list[Placed] = []
    astray: list[Word] = []
    for word in words:
        piece = _belongs(window, word)
        if _cover(piece, word) < -ASTRAY:
            astray.append(word)
        else:
            placed.append(Placed(_within(piece, word), piece))
    return placed, astray


def unheard(window: Window, placed: Sequence[Placed], shortest: float) -> list[Piece]:
    """Pieces of at least `shortest` seconds of speech in which no word was heard."""
    heard = {one.piece for one in placed}
    return [
        piece for piece in window.pieces if piece not in heard and piece.speech.duration >= shortest
    ]


def _belongs(window: Window, word: Word) -> Piece:
    reached = [piece for piece in window.pieces if _cover(piece, word) >= TOUCH]
    if not reached:
        return max(window.pieces, key=lambda piece: _cover(piece, word))
    if word.text.endswith(_CLAUSE_ENDS):
        return window.piece_at(word.start)
    return reached[-1]


def _cover(piece: Piece, word: Word) -> float:
    """Seconds of the piece's speech under the word; negative is their distance."""
    shift = piece.at - piece.start
    return min(word.end, piece.speech.end + shift) - max(word.start, piece.speech.start + shift)


def _within(piece: Piece, word: Word) -> Word:
    """The word in recording time, inside the piece's speech and of a length that people speak."""
    shift = piece.start - piece.at
    speech = piece.speech
    start = min(max(word.start + shift, speech.start), max(speech.end - SHORTEST, speech.start))
    end = min(max(word.end + shift, start + SHORTEST), speech.end)
    if end - start > LONGEST:
        if word.text.endswith(_CLAUSE_ENDS):
            end = start + LONGEST
        else:
            start = end - LONGEST
    return Word(word.text, start, end, word.confidence)
