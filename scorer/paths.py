"""Where things lie: what ships with the program, and where a centre's own files are kept."""

from __future__ import annotations

import os
from pathlib import Path

#: Endings of files that are taken for recordings when a folder is named.
SOUND = frozenset(
    {".wav", ".mp3", ".opus", ".ogg", ".oga", ".m4a", ".mp4", ".flac", ".aac", ".amr"}
    | {".wma", ".webm", ".au", ".gsm"}
)

#: Where, in an installation's folder, a judge's replies are kept. They quote calls.
OPINIONS = Path("cache", "judge")

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """A file or folder that ships with the program: in the wheel, or beside it in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name


def rubrics() -> Path:
    """What calls are scored on: the version that was published here, else what ships."""
    here = home() / "rubrics"
    try:
        named = (here / "published").read_text(encoding="utf-8").strip()
    except OSError:
        return shipped("rubrics")
    return here / named


def calibration() -> Path:
    """What the centre's own surveys taught predicted satisfaction; there once it was fitted."""
    return home() / "calibration.json"


def hints() -> Path:
    """The names to expect in this installation's calls; there once somebody wrote them down."""
    return home() / "hints.txt"


def home() -> Path:
    """The folder for this installation's own calls: `SCORER_HOME`, else `~/.local/share/scorer`."""
    named = os.environ.get("SCORER_HOME")
    return Path(named).expanduser() if named else Path.home() / ".local" / "share" / "scorer"
