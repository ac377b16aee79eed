"""What is done with a single recording before and after its words are written down.

Each step stands alone, so that a thread of the worker or a task on another machine can take it; and
who only opens recordings loads neither rubrics nor speech.
"""

from __future__ import annotations

import errno
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

import fsspec

from scorer.audio.apart import Limits, Open, Opened, opened
from scorer.batch import retention
from scorer.batch.events import Event
from scorer.batch.item import Item, is_local
from scorer.disk import sha256
from scorer.errors import ScorerError, UnavailableError

if TYPE_CHECKING:
    from sqlalchemy import URL

    from scorer.pipeline import Scorer, Spoken
    from scorer.store.store import Store

T = TypeVar("T")

#: A step that waits for the store or a disk tries again after this long, doubled each time [s].
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Setup:
    """All that a worker has to know, on whichever machine it is."""

    model: str = "base"
    rubrics: Path | None = None
    calibration: Path | None = None
    language: str | None = None
    hints: Path | None = None
    device: str = "auto"
    threads: int = 0
    store: str | URL | None = None  # the address of the database; None: SCORER_STORE
    home: Path | None = None  # where the store keeps recordings; None: SCORER_HOME
    copies: bool = True  # whether the store keeps a copy of each recording
    after: retention.After = "keep"
    archive: str = ""  # where to, a folder or prefix
    source: str = ""  # the folder or prefix that the recordings' places are told from
    fetched: Path | None = None  # a folder for recordings from elsewhere; None: the system's own
    patience: float = 600.0  # seconds to wait for a store that cannot be reached, or a full disk
    openers: int = 1  # recordings opened at once
    limits: Limits = field(default_factory=Limits)
    open: Open = opened

    def scorer(self) -> Scorer:
        """The rubrics and, once it is asked for, the speech model."""
        from scorer.pipeline import Scorer

        return Scorer(
            self.model,
            self.rubrics,
            self.device,
            self.threads,
            self.calibration,
            language=self.language,
            hints=self.hints,
        )

    def opened_store(self) -> Store:
        """The store, as the machine itself. ScorerError where it is not to be had."""
        from scorer.store.access import MACHINE
        from scorer.store.store import Store

        return Store(self.store, MACHINE, self.home)


@dataclass(frozen=True, slots=True)
class Ready:
    """An opened recording: where it lies on this machine, its hash, its sound."""

    path: Path
    sha256: str
    sound: Opened
    fetched: Path | None = None  # the folder to be removed with it

    def close(self) -> None:
        """Lets go of what was fetched."""
        _remove(self.fetched)


@dataclass(frozen=True, slots=True)
class DoneBefore:
    """A recording that these rubrics and this model scored already, under whatever address."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Unopened:
    """A recording that cannot be scored. `sha256` is "" where not even its bytes can be read."""

    sha256: str
    error: ScorerError


def make_ready(
    item: Item,
    opens: Open,
    store: Store,
    by: tuple[str, str],
    patience: float,
    to: Path | None = None,
) -> Ready | DoneBefore | Unopened:
    """Fetches a recording, asks the store whether it is new, and opens it.

    `by`: the hashes of rubrics and speech model; `to`: see `Setup.fetched`. Raises
    UnavailableError where the store or the disk cannot be had.
    """
    sha256, path, fetched = "", Path(item.address), None
    try:
        path, fetched = patiently(lambda: _fetch(item, to), patience)
        sha256 = _hash(path)
        if sha256 and patiently(lambda: store.done([sha256], *by), patience):
            found: Ready | DoneBefore | Unopened = DoneBefore(sha256)
        else:
            return Ready(path, sha256, patiently(lambda: opens(path), patience), fetched)
    except UnavailableError:
        _remove(fetched)
        raise
    except ScorerError as error:
        # It is known by its address; where it was fetched to says nothing to anybody.
        found = Unopened(sha256, ScorerError(str(error).replace(str(path), item.address)))
    _remove(fetched)
    return found


def finish(
    item: Item, one: Ready, spoken: Spoken, scorer: Scorer, store: Store, setup: Setup
) -> Event:
    """Scores a recording whose words are there, and puts it into the store.

    Raises UnavailableError where the store cannot be reached for longer than the setup's patience.
    """
    try:
        scored = scorer.finish(spoken, item.name, item.metadata)
        card = scored.card.to_dict()
    except Exception as error:  # told of its recording; the others go on
        return failure(item, error, one.sha256)
    before, left = time.monotonic(), ""
    recording = one.path if setup.copies else None
    try:
        patiently(lambda: store.keep(recording, card, scored.peaks), setup.patience)
    except UnavailableError:
        raise
    except ScorerError as error:  # the file changed meanwhile, say
        return failure(item, error, one.sha256)
    try:
        retention.apply(setup.after, item.address, one.sha256, setup.source, setup.archive)
    except UnavailableError as error:
        left = str(error)
    quality = card["quality"] or {}
    return Event(
        "scored",
        item.address,
        item.group,
        item.stamp,
        one.sha256,
        left,
        item.size or 0,
        sound=one.sound[0].duration,
        keeping=time.monotonic() - before,
        memory=most_memory(),
        quality=quality.get("verdict") or "",
        quality_reasons=tuple(quality.get("reasons") or ()),
    )


def failure(item: Item, error: Exception, sha256: str = "") -> Event:
    """A recording that cannot be scored, or on which the program failed."""
    if isinstance(error, ScorerError):
        return Event(
            "failed", item.address, item.group, item.stamp, sha256, str(error), item.size or 0
        )
    told = f"a fault in the program ({type(error).__name__}: {error})"
    return Event("fault", item.address, item.group, item.stamp, sha256, f"{item.name}: {told}")


def patiently(work: Callable[[], T], patience: float) -> T:
    """Does something that may have to wait for a server or a disk, for `patience` seconds at most.

    Raises UnavailableError when it is still not possible by then.
    """
    until, wait = time.monotonic() + patience, FIRST_WAIT
    while True:
        try:
            return work()
        except UnavailableError:
            if time.monotonic() + wait > until:
                raise
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)


def most_memory() -> int:
    """The most bytes that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _fetch(item: Item, to: Path | None) -> tuple[Path, Path | None]:
    """The recording on this machine, and the folder that is to be removed when it is done with."""
    address = item.address
    if is_local(address):
        return Path(address), None
    if to is not None:  # on another node it may not be there yet
        to.mkdir(0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="scorer-", dir=to))
    path = folder / f"recording{PurePosixPath(item.name).suffix.lower()}"
    try:
        with fsspec.open(address, "rb") as source, path.open("wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)
        raise ScorerError(f"{address}: no such file; check the name") from None
    except Exception as error:  # each storage has errors of its own
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # of ours, not of theirs
            raise UnavailableError(f"{folder.parent}: no room to fetch to; make some") from error
        raise ScorerError(f"{address}: cannot be fetched ({error})") from error
    return path, folder


def _remove(folder: Path | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _hash(path: Path) -> str:
    """The SHA-256 of a recording; "" where it cannot be read, which opening it explains."""
    try:
        return sha256(path)
    except (OSError, ValueError):  # a name with a null character, say
        return ""
