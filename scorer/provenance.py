"""What made a scorecard, as content hashes: the same inputs give the same card."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import scorer


@cache
def code_sha256() -> str:
    """One hash over the program's own source files, by name and content."""
    root = Path(scorer.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
