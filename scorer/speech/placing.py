"""Puts the words of a window back where they were spoken, inside their lane's activity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scorer.call import Word
from scorer.speech.windows import Piece, Window

#: A word this far from any sound that was laid in the window has no sound beneath it [s].
ASTRAY = 0.5
#: Less of a word than this in a piece is the blur of attention [s].
TOUCH = 0.1
#: No word takes less or more than this; where attention says so, it was stretched over a pause [s].
SHORTEST, LONGEST = 0.05, 2.0
#: About how long it takes to say a word [s]: of itself, and for each letter and each figure.
WORD, LETTER, FIGURE = 0.15, 0.075, 0.4
#: Fast speakers take this share of that; what takes even them so long is a number, or is spelled,
#: and they pause in the middle of it [s]. It goes on through a piece of which it covers so much.
QUICKLY = 0.6
TOLD, MOST = 1.0, 0.6

_CLAUSE_ENDS = (".", ",", "?", "!", ";", ":", "。", "、", "，", "？", "！")
_PAUSES = ".,?!;:'-…"
_SPELLED = re.compile(r"([^\W\d_][-.]){2,}[^\W\d_]?\W*")


@dataclass(frozen=True, slots=True)
class Placed:
    """A word at its time in the recording, and the piece it was heard in.

    "77429813" is told with pauses: it stands in the piece in which it begins, and goes on `over`
    those after it.
    """

    word: Word
    piece: Piece
    over: tuple[Piece, ...] = ()


def place(window: Window, words: Sequence[Word]) -> tuple[list[Placed], list[Word]]:
    """Words in window time to words in recording time, and those with no sound beneath them.

    Attention stretches a word over the pause beside it, and over speech that was not heard. A word
    that reaches from one piece into the next belongs to the first where it ends a clause, to the
    last where it does not, and is cut to the speech of its piece. One that is a clause of its own
    ("Okay.") belongs where most of it lies.
    """
    placed: list[Placed] = []
    astray: list[Word] = []
    opens, rest = True, window
    for word in words:
        told = _told(rest, word)
        through = told or (_belongs(rest, word, opens),)
        opens = _closes(word)
        if _cover(through[0], word) < -ASTRAY:
            astray.append(word)
            continue
        placed.append(Placed(_within(through, word), through[0], told[1:]))
        # Words stand in the order in which they are spoken: none goes back to an earlier piece.
        rest = Window(rest.pieces[rest.pieces.index(through[-1]) :])
    return placed, astray


def unheard(window: Window, placed: Sequence[Placed], shortest: float) -> list[Piece]:
    """Pieces of at least `shortest` seconds of speech in which no word was heard."""
    heard = {piece for one in placed for piece in (one.piece, *one.over)}
    return [
        piece for piece in window.pieces if piece not in heard and piece.speech.duration >= shortest
    ]


def longer(number: Placed, piece: Piece, end: float) -> Placed:
    """A number that goes on until `end`, in a piece of its own or in a later one."""
    over = number.over if piece in (number.piece, *number.over) else (*number.over, piece)
    return replace(number, word=replace(number.word, end=end), over=over)


def takes(text: str) -> float:
    """About how long it takes to say a word [s]; "$340" is four, and so is "B-O-N-D"."""
    each = FIGURE if _SPELLED.fullmatch(text) else LETTER
    figures = sum(not (sign.isalpha() or sign in _PAUSES) for sign in text)
    return WORD + each * sum(map(str.isalpha, text)) + FIGURE * figures


def _told(window: Window, word: Word) -> tuple[Piece, ...]:
    """The pieces that a number or something spelled goes through; none for any other word."""
    least = QUICKLY * takes(word.text)
    spoken = 0.0
    through: list[Piece] = []
    for piece in window.pieces:
        cover = _cover(piece, word)
        if least >= TOLD and spoken < least and cover >= MOST * piece.speech.duration:
            through.append(piece)
            spoken += cover
    same_lane = [piece for piece in through if piece.lane == through[0].lane]
    return tuple(same_lane) if len(same_lane) > 1 else ()


def _belongs(window: Window, word: Word, opens: bool) -> Piece:
    """The piece of a word; `opens` says that it is the first of its clause."""
    reached = [piece for piece in window.pieces if _cover(piece, word) >= TOUCH]
    if not reached or (opens and _closes(word)):
        return max(reached or window.pieces, key=lambda piece: _cover(piece, word))
    if _closes(word):
        return window.piece_at(word.start)
    return reached[-1]


def _closes(word: Word) -> bool:
    return word.text.endswith(_CLAUSE_ENDS)


def _cover(piece: Piece, word: Word) -> float:
    """Seconds of the piece's speech under the word; negative is their distance."""
    shift = piece.at - piece.start
    return min(word.end, piece.speech.end + shift) - max(word.start, piece.speech.start + shift)


def _within(pieces: Sequence[Piece], word: Word) -> Word:
    """The word in recording time, inside its pieces' speech and of a length that people speak."""
    first, last = pieces[0], pieces[-1]
    shift = first.start - first.at
    speech = first.speech
    start = min(max(word.start + shift, speech.start), max(speech.end - SHORTEST, speech.start))
    shift = last.start - last.at
    end = min(max(word.end + shift, start + SHORTEST), last.speech.end)
    if end - start > LONGEST and first is last:
        if _closes(word):
            end = start + LONGEST
        else:
            start = end - LONGEST
    return Word(word.text, start, end, word.confidence)
