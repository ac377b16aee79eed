"""Recordings beside the database, each in a folder named by its content.

`recordings/ab/abcd.../recording.wav` and, beside it, what is made from it (`peaks.json`, a copy
that browsers play), so that one removal takes all of it. A file is written beside its place and
moved there: a reader never meets half of one, and two writers of the same content do no harm.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from scorer.disk import whole
from scorer.errors import ScorerError, UnavailableError

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Files:
    """The recordings under one folder."""

    root: Path

    def folder(self, sha256: str) -> Path:
        """Where a recording and what is made from it lie."""
        return self.root / sha256[:2] / sha256

    def put(self, source: Path, sha256: str, suffix: str) -> int:
        """Copies a recording to its place and returns its size in bytes.

        Raises ScorerError when the file is not the one that was scored, or cannot be written.
        """
        place = self.folder(sha256) / f"recording{suffix}"
        if place.is_file():
            return place.stat().st_size
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with whole(place) as out:
                if _copied(source, out) != sha256:
                    raise ScorerError(
                        f"{source.name}: the file changed while it was being scored; score it again"
                    )
            return place.stat().st_size
        except OSError as error:
            raise _not_kept(self.root, error) from error

    def put_json(self, sha256: str, name: str, value: Any) -> None:
        """Writes something made from a recording beside it."""
        place = self.folder(sha256) / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with whole(place) as out:
                out.write(json.dumps(value, ensure_ascii=False).encode())
        except OSError as error:
            raise _not_kept(self.root, error) from error

    def find(self, sha256: str) -> Path | None:
        """The recording, or None where it is gone."""
        return next(iter(sorted(self.folder(sha256).glob("recording*"))), None)

    def drop(self, sha256: str) -> None:
        """Removes a recording with all that was made from it."""
        shutil.rmtree(self.folder(sha256), ignore_errors=True)

    def all(self) -> Iterator[str]:
        """The name (SHA-256) of every folder."""
        for path in self.root.glob("??/*"):
            if path.is_dir():
                yield path.name

    def age(self, sha256: str) -> float:
        """Seconds since something was last put into the folder."""
        return time.time() - self.folder(sha256).stat().st_mtime


def _copied(source: Path, out: IO[bytes]) -> str:
    """Copies, and returns the SHA-256 of what was copied."""
    seen = hashlib.sha256()
    with source.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            seen.update(chunk)
            out.write(chunk)
    return seen.hexdigest()


def _not_kept(root: Path, error: OSError) -> UnavailableError:
    return UnavailableError(
        f"{root}: the call could not be kept ({error.strerror}); make room or set SCORER_HOME"
    )
