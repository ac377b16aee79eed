"""What made a scorecard, as content hashes: the same inputs give the same card."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import scorer


@cache
def code_sha256() -> str:
    """One hash over the program's own files, by name and content: its source, what its networks
    were taught, and its word lists."""
    root = Path(scorer.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for kind in ("*.py", "*.npz", "*.txt") for path in root.rglob(kind)):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
