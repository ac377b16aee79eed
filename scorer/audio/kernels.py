"""The compiled kernels where they are, else the reference, which says once that it is slow."""

from __future__ import annotations

import warnings
from types import ModuleType

from scorer.audio import reference

_FAMILIES = ("spectrum", "level", "network")


def _compiled(family: str) -> ModuleType | None:
    try:
        return __import__(f"scorer._ext.{family}", fromlist=[family])
    except ImportError:
        return None


spectrum, level, network = (_compiled(family) or reference for family in _FAMILIES)

#: Whether every kernel is compiled.
COMPILED = reference not in (spectrum, level, network)

if not COMPILED:
    warnings.warn(
        "the compiled kernels are missing, so listening is about ten times slower; "
        "install gcc and run `pip install` again",
        RuntimeWarning,
        stacklevel=2,
    )
