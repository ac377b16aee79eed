"""Recordings waiting to be scored, and how far each has come.

A job is a folder under `SCORER_HOME/jobs` with the recording and a `job.json`. A page submits and
looks; one worker process (`python -m scorer.worker`) does the work, so that leaving the page or
closing the browser stops nothing. The worker holds a lock file: who finds it free starts one.
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
from typing import Any, Literal

from scorer import paths
from scorer.errors import ScorerError

#: How often a recording may bring the worker down before it is set aside.
MAX_TRIES = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One recording on its way. `fraction` in [0, 1] is how much of the whole walk is done."""

    key: str
    name: str
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    stage: str = "waiting"
    fraction: float = 0.0
    error: str | None = None
    call: str | None = None  # the key in the store, once done
    tries: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)  # team, agent, customer, started


def folder() -> Path:
    """Where the jobs of this installation lie."""
    return paths.home() / "jobs"


def submit(
    recordings: Iterable[tuple[str, Path]],
    start: bool = True,
    metadata: Mapping[str, Any] | None = None,
) -> list[Job]:
    """Queues (name, file) pairs, copying each file, and makes sure that a worker runs.

    `name` is what the recording is called; only its last part is used. `metadata` goes with each.
    """
    submitted = []
    for name, path in recordings:
        # Time first, so that the names of the folders sort by age.
        key = f"{time.time_ns():020d}{uuid.uuid4().hex[:8]}"
        new, place = folder() / f".{key}", folder() / key
        job = Job(key, Path(name).name or "recording", metadata=dict(metadata or {}))
        try:
            new.mkdir(parents=True)
            shutil.copyfile(path, new / "recording")
            save(job, new)
            new.rename(place)
        except OSError as error:
            shutil.rmtree(new, ignore_errors=True)
            raise ScorerError(
                f"{job.name}: could not be taken in ({error.strerror}); make room and try again"
            ) from error
        submitted.append(job)
    if start and submitted:
        start_worker()
    return submitted


def jobs() -> list[Job]:
    """All jobs, the oldest first, including those that are done or failed."""
    return [job for path in sorted(folder().glob("[0-9]*")) if (job := load(path.name)) is not None]


def load(key: str) -> Job | None:
    """One job, or None when it is gone."""
    try:
        return Job(**json.loads((folder() / key / "job.json").read_bytes()))
    except (OSError, ValueError, TypeError):  # dismissed meanwhile, or left by another version
        return None


def save(job: Job, place: Path | None = None) -> None:
    """Writes how a job stands, whole or not at all. A dismissed job stays dismissed."""
    place = place or folder() / job.key
    part = place / f".job.{os.getpid()}.part"
    with suppress(FileNotFoundError):
        part.write_text(json.dumps(asdict(job)), encoding="utf-8")
        part.replace(place / "job.json")


def recording(job: Job) -> Path:
    """The submitted file."""
    return folder() / job.key / "recording"


def dismiss(key: str) -> None:
    """Forgets a job that is done or failed."""
    if key.isalnum():
        shutil.rmtree(folder() / key, ignore_errors=True)


def retry(key: str) -> None:
    """Queues a failed job again."""
    job = load(key)
    if job is not None and job.state == "failed":
        save(replace(job, state="waiting", stage="waiting", fraction=0.0, error=None, tries=0))
        start_worker()


def start_worker() -> None:
    """Starts the worker unless one runs. It outlives the page and this process."""
    with lock() as free:
        if not free:
            return
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
