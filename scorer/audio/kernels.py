"""The compiled kernels where they are, else the reference, which says once that it is slow."""

from __future__ import annotations

import warnings
from types import ModuleType

from scorer.audio import reference

#: What each file of `ext/` holds.
FAMILIES = {
    "spectrum": ("log_mel", "band_levels", "lines"),
    "level": ("levels", "census", "extremes", "lows", "rise"),
    "network": ("likelihoods",),
}


def _compiled(family: str) -> ModuleType | None:
    """None where it is missing, or left over from a build of older sources."""
    try:
        module = __import__(f"scorer._ext.{family}", fromlist=[family])
    except ImportError:
        return None
    return module if all(hasattr(module, name) for name in FAMILIES[family]) else None


spectrum, level, network = (_compiled(family) or reference for family in FAMILIES)

#: Whether every kernel is compiled.
COMPILED = reference not in (spectrum, level, network)

if not COMPILED:
    warnings.warn(
        "the compiled kernels are missing or out of date, so listening is about ten times slower; "
        "install gcc and run `pip install` again",
        RuntimeWarning,
        stacklevel=2,
    )
