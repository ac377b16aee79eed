"""The noun of this room: the words of every party, and how surely they were heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scorer.call import Word


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard on each lane of a recording, in the order of the sound's lanes.

    `words` stand in order of time, each inside its lane's activity. `language` is an ISO 639-1
    code, None where nothing was said. `provenance` says what heard them, and counts what was
    removed and which windows were heard a second time.
    """

    words: tuple[tuple[Word, ...], ...]
    language: str | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
