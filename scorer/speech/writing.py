"""How a word is kept, where Whisper writes it in a way that nobody would."""

from __future__ import annotations

import re

# Four groups of figures and more, or groups of three and more, but for a telephone number; three
# single figures; and three groups that neither begin nor end as a date does, but for a social
# security number. Others are dates, ranges and scores: 2025-03-01, 10-15 days, 24-7.
_TOLD = re.compile(
    r"""(?<![\w-])
    (?!(?:(?:\d{1,3}-)?\d{3}-)?\d{3}-\d{4}(?![\w-]))
    (?!\d{3}-\d{2}-\d{4}(?![\w-]))
    (?:\d+(?:-\d+){3,} | \d{3,}(?:-\d{3,})+ | \d-\d-\d | \d{3,}-\d+-\d{3,})
    (?![\w-])""",
    re.VERBOSE,
)
_NOD = re.compile(r"(m)m+-?hm+(\W*)", re.IGNORECASE)
_TITLE = re.compile(r"(M)(RS?|S)[.,]")


def written(text: str) -> str:
    """A word as it is kept.

    Numbers that Whisper wrote as they were told lose their hyphens: "7-7-4-29-813" is account
    77429813, and only so can it be found, or covered up. Telephone numbers keep theirs, by which
    people know them. "MMHM." is a nod, "Mm-hm.", and "MS," a title, "Ms.".
    """
    if nod := _NOD.fullmatch(text):
        return f"{nod[1]}m-hm{nod[2]}"
    if title := _TITLE.fullmatch(text):
        return f"{title[1]}{title[2].lower()}."
    return _TOLD.sub(lambda found: found[0].replace("-", ""), text)
