"""The small language that cues are written in, made into regular expressions over a `Reading`.

    sorry                 this word, in any spelling
    apologize~            this word in any of its forms
    (fix|sort out)        one of these
    [very|really]         one of these or nothing; (very|really)? is the same
    {when}                one of the phrases of the word list "when"
    _                     any one word
    ...                   up to five words, none of them "not" or "never"
    ^                     at the start of a sentence, after at most "well", "okay", "so" and such
    $                     at the end of a sentence
    {number} {name} {sir} a number, somebody's name, "sir" or "madam" (built in)
    {asked}               nothing, but the sentence must end with a question mark (built in)

Nothing matches across the end of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scorer.scoring import lemmas, tokens, vocabulary

_PARTS = re.compile(r"\.\.\.|[()\[\]|^$?]|\{[a-z][a-z0-9_]*\}|_|[^\s()\[\]|^${}?]+")
_WORD = r"(?!not |never )[^ .?]+ "
_LEAD_IN = (
    r"(?:(?:well|okay|so|and|but|oh|yes|right|all|now|then|no|sure|because|also|hi|hello|sorry|"
    r"please|alright|actually|just|like|i|mean|you|know|see|thank|thanks|@name|@title|@sir) )*?"
)
_BUILT_IN = {
    "number": r"(?:\d[\d.,:]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|"
    r"hundred|thousand) ",
    "name": r"(?:@title )?@name ",
    "sir": r"@sir ",
    "asked": r"(?=(?:[^ .?]+ )*\? )",
}


class PatternError(ValueError):
    """A cue pattern that cannot be read; the message says what to change."""


@dataclass(frozen=True)
class Pattern:
    """One way to say something. A text that has no word of one of `needs` cannot match; the most
    telling of them are its `anchors`."""

    source: str
    regex_source: str
    needs: tuple[frozenset[str], ...]

    @cached_property
    def anchors(self) -> frozenset[str]:
        return min(self.needs, key=_commonness)

    @property
    def others(self) -> tuple[frozenset[str], ...]:
        """What it needs beside its anchors, the most telling first."""
        return tuple(sorted((one for one in self.needs if one != self.anchors), key=_commonness))

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Compiled when first needed: most patterns of a book never come near a given call."""
        return re.compile(self.regex_source)


@dataclass(frozen=True)
class _Piece:
    regex: str
    needs: tuple[frozenset[str], ...]  # of each some word; none: it can match without any


def compile_pattern(source: str, lists: Mapping[str, Sequence[str]]) -> Pattern:
    """`source` as a `Pattern`; `lists` are the word lists that `{name}` refers to.

    Raises PatternError where brackets do not close, or a list is unknown or names itself.
    """
    parts = _parts(source)
    begins = bool(parts) and parts[0] == "^"
    if begins:
        parts = parts[1:]
    piece, rest = _alternatives(parts, lists, source)
    if rest:
        raise PatternError(f"'{rest[0]}' closes nothing in '{source}'")
    if not piece.needs:
        raise PatternError(f"'{source}' would match almost anything: give it at least one word")
    start = rf"(?:\A|(?<=[.?] )){_LEAD_IN}" if begins else r"(?<![^ ])"
    return Pattern(source, f"{start}(?P<hit>{piece.regex})", piece.needs)


def lists_in(
    sources: Iterable[str], lists: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """The word lists that some patterns name, and those that these name in turn."""
    found: dict[str, tuple[str, ...]] = {}
    waiting = list(sources)
    while waiting:
        for part in _PARTS.findall(waiting.pop()):
            name = part[1:-1]
            if part.startswith("{") and name in lists and name not in found:
                found[name] = tuple(lists[name])
                waiting += found[name]
    return found


def _parts(source: str) -> list[str]:
    parts = _PARTS.findall(source)
    if left := re.sub(r"\s", "", _PARTS.sub("", source)):
        raise PatternError(
            f"'{left[0]}' means nothing in '{source}': a word list is {{name}}, in small letters"
        )
    return parts


def _alternatives(
    parts: list[str], lists: Mapping[str, Sequence[str]], source: str
) -> tuple[_Piece, list[str]]:
    branches: list[_Piece] = []
    current: list[_Piece] = []
    while parts and parts[0] not in (")", "]"):
        part, parts = parts[0], parts[1:]
        if part == "|":
            branches.append(_sequence(current))
            current = []
        elif part in ("(", "["):
            inner, parts = _alternatives(parts, lists, source)
            closing = {"(": ")", "[": "]"}[part]
            if not parts or parts[0] != closing:
                raise PatternError(f"'{part}' has no '{closing}' in '{source}'")
            parts = parts[1:]
            optional = part == "[" or parts[:1] == ["?"]
            parts = parts[1:] if parts[:1] == ["?"] else parts
            current.append(_Piece(f"(?:{inner.regex})?", ()) if optional else inner)
        else:
            current.append(_single(part, lists, source))
    branches.append(_sequence(current))
    joined = "(?:" + "|".join(branch.regex for branch in branches) + ")"
    return _Piece(joined, _needs_of_any(branches)), parts


def _needs_of_any(branches: Sequence[_Piece]) -> tuple[frozenset[str], ...]:
    """What is needed whichever branch it is: a word of what each branch needs most."""
    if len(branches) == 1:
        return branches[0].needs
    if not all(branch.needs for branch in branches):
        return ()
    return (frozenset().union(*(min(branch.needs, key=_commonness) for branch in branches)),)


def _commonness(words: frozenset[str]) -> tuple[bool, int]:
    """How little it tells that a text has one of these words."""
    return len(words & vocabulary.COMMON) > 0, len(words)


def _sequence(pieces: Sequence[_Piece]) -> _Piece:
    """Pieces one after another."""
    needs = tuple(dict.fromkeys(need for piece in pieces for need in piece.needs))
    return _Piece("".join(piece.regex for piece in pieces), needs)


def _single(part: str, lists: Mapping[str, Sequence[str]], source: str) -> _Piece:
    if part == "...":
        return _Piece(f"(?:{_WORD}){{0,5}}?", ())
    if part == "_":
        return _Piece(_WORD, ())
    if part == "$":
        return _Piece(r"(?=[.?] |\Z)", ())
    if part == "^":
        raise PatternError(f"'^' stands only at the beginning: '{source}'")
    if part.startswith("{"):
        return _listed(part[1:-1], lists, source)
    if part.endswith("~"):
        said = {tokens.read(form).joined for form in lemmas.forms(part[:-1])}
        return _Piece(_either(said), (frozenset(form.split()[0] for form in said),))
    said_as = tokens.read(part).words
    if not said_as and part in vocabulary.FILLERS:
        return _Piece("", ())  # "uh huh" is heard as "huh": fillers are heard by nobody
    if not said_as:
        raise PatternError(f"'{part}' is not a word in '{source}'")
    return _sequence([_Piece(re.escape(word) + " ", (frozenset({word}),)) for word in said_as])


def _listed(name: str, lists: Mapping[str, Sequence[str]], source: str) -> _Piece:
    if name in _BUILT_IN:
        word = {"name": tokens.NAME, "sir": tokens.SIR}.get(name)
        return _Piece(_BUILT_IN[name], (frozenset({word}),) if word else ())
    if name not in lists:
        raise PatternError(f"there is no word list '{name}' for '{source}', or it names itself")
    others = {other: phrases for other, phrases in lists.items() if other != name}
    piece, rest = _alternatives(_parts("|".join(lists[name])), others, source)
    if rest:
        raise PatternError(f"word list '{name}' has a bracket too many")
    return piece


def _either(phrases: set[str]) -> str:
    return "(?:" + "|".join(re.escape(phrase) for phrase in sorted(phrases)) + ")"
