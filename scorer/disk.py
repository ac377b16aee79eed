"""Files on the disk: written whole or not at all, and known by their content."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose bytes stand at `path` once all are written, in place of what stood there.

    They go to a file beside it under a name that no one else uses, and to the disk itself before
    they take the place: a reader never meets half of them, and writers at once do no harm. Where
    anything is raised, what stood there stays and nothing is left beside it. The folder must be
    there; its files are read by whom the umask lets. Raises OSError.
    """
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def sha256(file: Path | BufferedReader) -> str:
    """The SHA-256 of a file's bytes, or of those that are left in a stream. Raises OSError."""
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return sha256(stream)
    return hashlib.file_digest(file, "sha256").hexdigest()
