"""The noun of a plan: one recording that is to be scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One recording to be scored. `size` in bytes, `sha256` where its content is known."""

    address: str
    name: str
    stamp: str
    size: int | None
    sha256: str | None
    metadata: Mapping[str, Any]

    @property
    def group(self) -> str:
        """What quality problems are told by: the call's queue or team, else its folder."""
        named = self.metadata.get("queue") or self.metadata.get("team")
        return str(named or self.address.rsplit("/", 1)[0])


def is_local(address: str) -> bool:
    """Whether the address is a path of this machine."""
    return "://" not in address
