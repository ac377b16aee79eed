"""A change to a criterion that corrections speak for, and what a person should know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scorer.scoring.variants import in_words


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change to one criterion, with the agreement before and after it.

    `before` and `after` in [0, 1] are the shares of held-out corrections that the criterion's
    outcome equals; `changed` is empty where nothing is proposed. `worse` are the ids of the calls
    on which the change says something else than the reviewers, and what it changes did not.
    `gained` and `lost` count the held-out answers that become right and wrong. `also` says what
    becomes of other criteria's answers, and `notes` what else one should know.
    """

    rubric: str
    criterion: str
    changed: Mapping[str, Any]
    before: float
    after: float
    corrections: int
    worse: tuple[str, ...] = ()
    gained: int = 0
    lost: int = 0
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.rubric}.{self.criterion}"

    @property
    def counted(self) -> list[str]:
        """Answers that it gains and loses, and what it makes of other questions'."""
        if not self.changed:
            return []
        counts = f"{self.gained} gained and {self.lost} lost"
        return [counts, *(f"also changes {one}" for one in self.also)]

    def __str__(self) -> str:
        told = f"{self.name} ({self.corrections} corrections)"
        if not self.changed:
            return f"{told}: keep; agreement {self.before:.2f}"
        agreement = f"agreement {self.before:.2f} -> {self.after:.2f}"
        worse = [f"worse on {', '.join(self.worse)}"] if self.worse else []
        return f"{told}: {'; '.join([in_words(self.changed), agreement, *self.counted, *worse])}"
