"""What Ray's processes do with a recording before and after it is heard.

Whichever process takes a task, what it needs is loaded there once: for sound the decoders and the
store, for scoring the rubrics as well, for neither a speech model.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from scorer.audio.apart import Apart
from scorer.audio.recording import Shorts, Store
from scorer.batch.events import Event
from scorer.batch.item import Item
from scorer.batch.steps import DoneBefore, Ready, Setup, Unopened, finish, make_ready

if TYPE_CHECKING:
    from scorer.speech.heard import Heard


class Shared(Store):
    """The sound of a recording in Ray's object store, read by all processes of a node."""

    def __init__(self, both: Shorts) -> None:
        self._both, self.length = both, len(both)

    def __reduce__(self) -> tuple[Any, ...]:
        return Shared, (self._both,)

    def read(self, channel: int, first: int, last: int) -> Shorts:
        return self._both[max(first, 0) : min(last, self.length), channel]


@dataclass(frozen=True, slots=True)
class Carried:
    """An opened recording on its way between nodes; with its bytes where it had to be fetched."""

    ready: Ready
    content: bytes | None


def open_one(setup: Setup, item: Item, by: tuple[str, str]) -> Carried | DoneBefore | Unopened:
    """See `steps.make_ready`. The sound leaves its file: the next to need it may be elsewhere."""
    at_home(setup)
    ready = make_ready(item, _apart(setup), _store(setup), by, setup.patience, setup.fetched)
    if isinstance(ready, DoneBefore | Unopened):
        return ready
    try:
        recording, sound = ready.sound
        assert recording.store is not None
        kept = range(min(recording.channels, 2) if recording.channels <= 2 else 1)
        both = np.stack([recording.store.read(c, 0, recording.store.length) for c in kept], axis=1)
        shared = replace(recording, store=Shared(both))
        content = ready.path.read_bytes() if ready.fetched else None
        return Carried(replace(ready, sound=(shared, sound), fetched=None), content)
    finally:
        ready.close()


def finish_one(setup: Setup, item: Item, carried: Carried, words: Heard) -> Event:
    """See `steps.finish`. Run twice, it puts the card in once."""
    at_home(setup)
    ready, fetched = carried.ready, None
    if carried.content is not None:
        fetched = ready.path.parent
        fetched.mkdir(0o700, parents=True, exist_ok=True)
        ready.path.write_bytes(carried.content)
    try:
        return finish(item, ready, (ready.sound, words), _scorer(setup), _store(setup), setup)
    finally:
        replace(ready, fetched=fetched).close()


def at_home(setup: Setup) -> None:
    """A node looks for models and settings where the run's own machine does, unless told other."""
    os.environ.setdefault("SCORER_HOME", str(setup.home))


@cache
def _apart(setup: Setup) -> Apart:
    return Apart(setup.limits, setup.open)


@cache
def _scorer(setup: Setup) -> Any:
    return setup.scorer()


@cache
def _store(setup: Setup) -> Any:
    return setup.opened_store()
