"""Numbers that were told figure by figure, as they are kept: in one piece."""

from __future__ import annotations

import re

# Four groups of figures and more, or groups of three and more that are no telephone number. Shorter
# ones are dates, ranges and scores: 2025-03-01, 10-15 days, 24-7.
_TOLD = re.compile(
    r"""(?<![\w-])
    (?!(?:(?:\d{1,3}-)?\d{3}-)?\d{3}-\d{4}(?![\w-]))
    (?:\d+(?:-\d+){3,} | \d{3,}(?:-\d{3,})+)
    (?![\w-])""",
    re.VERBOSE,
)


def joined(text: str) -> str:
    """`text` with the hyphens taken out of numbers that Whisper wrote as they were told.

    "7-7-4-29-813" is account 77429813, and only so can it be found, or covered up. Telephone
    numbers keep their hyphens, by which people know them.
    """
    return _TOLD.sub(lambda found: found[0].replace("-", ""), text)
