"""What happens to a recording in a run, as the workers tell it. No event holds a word of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a recording.

    "begun": its words are being written down; "scored": its card is in the store (a `reason` says
    why the recording could not be put away then); "done": it was scored before; "failed": it cannot
    be scored, and `reason` says why; "fault": the program failed on it, or died; "busy": a sign of
    life, of no recording.
    """

    kind: Literal["begun", "scored", "done", "failed", "fault", "busy"]
    address: str = ""
    group: str = ""  # the queue or team it belongs to, else the folder it lies in
    stamp: str = ""
    sha256: str = ""
    reason: str = ""
    size: int = 0  # bytes of the recording, where they are known
    sound: float = 0.0  # seconds of it
    keeping: float = 0.0  # seconds that the store took of it
    memory: int = 0  # bytes that the process held at most so far
    quality: str = ""  # "good", "fair" or "poor", and why, in words
    quality_reasons: tuple[str, ...] = ()
