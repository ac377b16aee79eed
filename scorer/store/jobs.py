"""Recordings waiting to be scored, and how far each has come.

A job is a folder under `SCORER_HOME/jobs` with the recording and a `job.json`. A page submits and
looks, as the person that it is; one worker process (`python -m scorer.worker`) does the work, so
that leaving the page or closing the browser stops nothing. The worker holds a lock file: who finds
it free starts one. It looks through the jobs only when the bell was rung.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Literal

from scorer import paths
from scorer.disk import sha256, whole
from scorer.errors import ScorerError
from scorer.store.access import MACHINE, Person, require, sees_upload, uploads_to
from scorer.store.index import plain

#: How often a recording may bring the worker down before it is set aside.
MAX_TRIES = 2
#: How long a job that is done or failed is remembered, where nobody clears it, in seconds.
REMEMBERED = 7 * 86400.0
#: Seconds that a worker may take to begin; another one is not started meanwhile.
BEGINS = 5.0
#: After how many seconds a job that was never quite submitted is one that never will be.
HALF = 86400.0

#: When this process last started a worker.
_began = -BEGINS


@dataclass(frozen=True, slots=True)
class Job:
    """One recording on its way. `fraction` in [0, 1] is how much of the whole walk is done.

    `by` uploaded it and is the person as whom it is put into the store. A job that is done has no
    recording and metadata of its own any more: the call has them, and `call` is its key.
    """

    key: str
    name: str
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    stage: str = "waiting"
    fraction: float = 0.0
    error: str | None = None
    call: str | None = None
    tries: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)  # team, agent, customer, started
    by: Person = MACHINE

    @property
    def busy(self) -> bool:
        """Whether something still happens to it by itself."""
        return self.state in ("waiting", "running")


def folder() -> Path:
    """Where the jobs of this installation lie."""
    return paths.home() / "jobs"


def submit(
    person: Person,
    recordings: Iterable[tuple[str, Path]],
    metadata: Mapping[str, Any] | None = None,
    start: bool = True,
) -> list[Job]:
    """Queues (name, file) pairs, copying each file, and makes sure that a worker runs.

    `name` is what the recording is called; only its last part is used. `metadata` goes with each.
    Raises ScorerError where the person may not upload for that team, or the disk is full.
    """
    submitted = []
    for name, source in recordings:
        with arriving(person, name, metadata) as (job, copy), source.open("rb") as recording:
            shutil.copyfileobj(recording, copy)
        submitted.append(job)
    if start and submitted:
        start_worker()
    return submitted


@contextmanager
def arriving(
    person: Person, name: str, metadata: Mapping[str, Any] | None = None
) -> Iterator[tuple[Job, IO[bytes]]]:
    """A job and the file that becomes its recording; queued once all of that is written.

    Where writing fails nothing is left. Raises ScorerError as `submit` does.
    """
    about = dict(metadata or {})
    team = uploads_to(person, str(about.get("team") or ""))
    about |= {"team": team} if team else {}
    # Time first, so that the names of the folders sort by age.
    key = f"{time.time_ns():020d}{uuid.uuid4().hex[:8]}"
    new = folder() / f".{key}"
    job = Job(key, Path(name).name or "recording", metadata=about, by=person)
    try:
        new.mkdir(parents=True)
        with (new / "recording").open("wb") as recording:
            yield job, recording
        save(job, new)
        new.rename(folder() / key)
    except OSError as error:
        raise ScorerError(
            f"{job.name}: could not be taken in ({error.strerror}); make room and try again"
        ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    _ring()


def seen_by(person: Person) -> list[Job]:
    """The jobs that the person sees: their own, or all for whoever may upload for all."""
    return [job for job in jobs() if sees_upload(person, job.by.name)]


def jobs() -> list[Job]:
    """All jobs, the oldest first, including those that are done or failed."""
    return [job for path in sorted(folder().glob("[0-9]*")) if (job := load(path.name)) is not None]


def load(key: str) -> Job | None:
    """One job, or None when it is gone."""
    return _read(folder() / key)


def _read(place: Path) -> Job | None:
    try:
        told = json.loads((place / "job.json").read_bytes())
        if "by" in told:  # else left by an earlier version, which had none
            name, role, teams, agent = told["by"]
            told["by"] = Person(name, role, frozenset(teams), agent)
        return Job(**told)
    except (OSError, ValueError, TypeError, ScorerError):  # dismissed, or of a later version
        return None


def save(job: Job, place: Path | None = None) -> None:
    """Writes how a job stands, whole or not at all. A dismissed job stays dismissed."""
    by = [job.by.name, job.by.role, sorted(job.by.teams), job.by.agent]
    told = {**asdict(replace(job, by=MACHINE)), "by": by}
    with suppress(FileNotFoundError), whole((place or folder() / job.key) / "job.json") as out:
        out.write(json.dumps(told).encode())


def finish(job: Job, call: str) -> None:
    """The call is in the store: the job stays to say so, without what the call has now."""
    save(replace(job, state="done", stage="done", fraction=1.0, call=call, metadata={}))
    recording(job).unlink(missing_ok=True)


def recording(job: Job) -> Path:
    """The submitted file."""
    return folder() / job.key / "recording"


def dismiss(person: Person, key: str) -> None:
    """Forgets a job that is not being worked on."""
    job = _theirs(person, key)
    if job is not None and job.state != "running":
        forget(job)


def forget(job: Job) -> None:
    """Removes a job with its files."""
    shutil.rmtree(folder() / job.key, ignore_errors=True)


def forget_of(home: Path, calls: Mapping[str, str], customer: str = "") -> None:
    """Removes the uploads of calls that are erased, whatever became of them.

    `home` is the installation's folder, `calls` the SHA-256 of each recording by its call's key,
    and `customer` whose calls all of them are, where it is one's.
    """
    contents = set(calls.values())
    for place in (home / "jobs").glob("[0-9]*"):
        job = _read(place)
        if job is None:
            continue
        theirs = customer and plain(job.metadata.get("customer") or "") == customer
        if theirs or job.call in calls or (contents and _content(place) in contents):
            shutil.rmtree(place, ignore_errors=True)


def _content(place: Path) -> str:
    """The SHA-256 of a job's recording; "" where it has none any more."""
    try:
        return sha256(place / "recording")
    except OSError:
        return ""


def tidy() -> None:
    """Removes what nobody asks for any more: what is long done or failed, and halves of a
    submission that somebody's machine did not live to finish."""
    for job in jobs():
        if not job.busy and _still(folder() / job.key) > REMEMBERED:
            forget(job)
    for half in folder().glob(".[0-9]*"):
        if _still(half) > HALF:
            shutil.rmtree(half, ignore_errors=True)


def _still(place: Path) -> float:
    """Seconds since something was last written in a folder; 0 where it is gone."""
    with suppress(OSError):
        return time.time() - place.stat().st_mtime
    return 0.0


def retry(person: Person, key: str) -> None:
    """Queues a failed job again."""
    job = _theirs(person, key)
    if job is not None and job.state == "failed":
        save(replace(job, state="waiting", stage="waiting", fraction=0.0, error=None, tries=0))
        _ring()
        start_worker()


def _theirs(person: Person, key: str) -> Job | None:
    """The job, where it is there and the person sees it."""
    require(person, "upload")
    job = load(key) if key.isalnum() else None
    return job if job is not None and sees_upload(person, job.by.name) else None


def bell() -> int:
    """When the bell was last rung, in ns: whether a job may have come needs no look at all jobs."""
    try:
        return (folder() / "bell").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _ring() -> None:
    (folder() / "bell").touch()
    # The system's own stamps move on only every few ms; two rings in one would be heard as one.
    os.utime(folder() / "bell", ns=(time.time_ns(),) * 2)


def start_worker() -> None:
    """Starts the worker unless one runs. It outlives the page and this process."""
    global _began
    with lock() as free:
        if not free or time.monotonic() - _began < BEGINS:
            return
    _began = time.monotonic()
    log = folder() / "worker.log"
    with log.open("ab") as stream:
        subprocess.Popen(
            [sys.executable, "-m", "scorer.worker"],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )


@contextmanager
def lock() -> Iterator[bool]:
    """Yields whether the worker's lock is ours. The system frees it when its holder dies."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "worker.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
