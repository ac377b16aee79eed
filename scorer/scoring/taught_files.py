"""What lessons taught, as files: one that ships, and those that an installation laid aside.

Each file says of which lesson it is, by a digest of all that the lesson depends on; one of another
lesson is as good as none.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.disk import whole
from scorer.paths import home


def laid_aside(kind: str, lesson: str) -> Path:
    """Where an installation keeps what a lesson of some kind taught it."""
    return home() / "cache" / f"{kind}-{lesson[:32]}.npz"


def ready(place: Path, lesson: str, name: str = "") -> dict[str, NDArray[Any]] | None:
    """What lies at `place` (under a `name`, where there are several), where it is what this lesson
    teaches."""
    try:
        with np.load(place, allow_pickle=False) as kept:
            under = [one for one in kept.files if one.startswith(name)]
            found = {one.removeprefix(name): kept[one] for one in under}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):  # an empty file is an EOFError
        return None
    return found if str(found.get("lesson")) == lesson else None


def keep(place: Path, solved: Mapping[str, NDArray[Any]]) -> None:
    """Laid aside for the next start; a folder that cannot be written only costs the time again."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole(place) as out:
            np.savez(out, **solved)  # type: ignore[arg-type]  # no name is allow_pickle
    except OSError:
        pass
