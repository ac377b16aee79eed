"""Work that takes longer than a page may: each task a folder and a process of its own.

A page submits and looks again. The process is born with a lock and holds it as long as it lives, so
that a page can tell one that is at it from one that died. Nothing of a call is written here but its
key.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal

from scorer import paths
from scorer.disk import whole
from scorer.errors import ScorerError
from scorer.store.access import Person

Kind = Literal["compare", "tune"]
#: Tasks that are kept, the latest; one that is at work stays besides.
_KEPT = 12


@dataclass(frozen=True, slots=True)
class Task:
    """A task and how far it is. `fraction` in [0, 1]; `options` and `result` are plain JSON."""

    key: str
    kind: Kind
    person: Person
    options: Mapping[str, Any]
    state: Literal["running", "done", "failed"] = "running"
    fraction: float = 0.0
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


def submit(person: Person, kind: Kind, options: Mapping[str, Any]) -> str:
    """Starts a task as this person and returns its key. Raises ScorerError where it cannot."""
    when = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
    task = Task(f"{when}-{uuid.uuid4().hex[:8]}", kind, person, dict(options))
    try:
        _folder(task.key).mkdir(parents=True)
        with hold(task.key) as lock, (_folder(task.key) / "log").open("ab") as log:
            save(task)
            subprocess.Popen(
                [sys.executable, "-m", "scorer.rubric_worker", task.key],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )
    except OSError as error:
        raise ScorerError(f"the work could not be started ({error.strerror}); make room") from error
    _clear()
    return task.key


def load(key: str) -> Task | None:
    """A task as it stands; None where it is gone. One whose process died has failed."""
    if not key.replace("-", "").isalnum():
        return None
    try:
        told = json.loads((_folder(key) / "task.json").read_bytes())
        person = told["person"]
        about = {**person, "teams": frozenset(person["teams"])}
        task = Task(**{**told, "person": Person(**about)})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if task.state == "running" and _stopped(key):
        return replace(task, state="failed", error="the work stopped half way; try again")
    return task


def save(task: Task) -> None:
    """Writes how a task stands, whole or not at all."""
    told = asdict(task)
    told["person"]["teams"] = sorted(task.person.teams)
    with whole(_folder(task.key) / "task.json") as out:
        out.write(json.dumps(told).encode())


def hold(key: str) -> IO[str]:
    """The lock of a task, held until it is closed by all who have it, or they end."""
    handle = (_folder(key) / "lock").open("w")
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _stopped(key: str) -> bool:
    """Whether nobody holds the lock of a task that did not end."""
    try:
        with (_folder(key) / "lock").open() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:  # left by an earlier version, whose process died before it took it
        return True
    # It may have ended between the two looks: what it wrote last counts.
    with suppress(OSError, ValueError):
        told = json.loads((_folder(key) / "task.json").read_bytes())
        return bool(told["state"] == "running")
    return True


def _folder(key: str) -> Path:
    return paths.home() / "tasks" / key


def _clear() -> None:
    """Removes what ended long ago; a task that is at work is somebody's, and stays."""
    for old in sorted((paths.home() / "tasks").glob("*"))[:-_KEPT]:
        task = load(old.name)
        if task is None or task.state != "running":
            shutil.rmtree(old, ignore_errors=True)
