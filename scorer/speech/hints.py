"""Names to expect in the calls of one installation: the company's, its products', its people's."""

from __future__ import annotations

from pathlib import Path

from scorer import paths
from scorer.errors import ScorerError

#: More than these would push one another out of what Whisper keeps in mind.
MOST = 60


def read(path: Path | None = None) -> tuple[str, ...]:
    """The names in a text file, one a line; empty lines and those that begin with # are skipped.

    Without a path the installation's own, `SCORER_HOME/hints.txt`, where there is one.

    Raises:
        ScorerError: the file is missing, no text, or holds more than `MOST` names.
    """
    file = path or paths.hints()
    if path is None and not file.exists():
        return ()
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as fault:
        raise ScorerError(f"{file}: cannot be read ({fault.strerror}); check the path") from fault
    except UnicodeDecodeError as fault:
        raise ScorerError(f"{file}: is not UTF-8 text; save it so, one name a line") from fault
    names = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if len(names) > MOST:
        raise ScorerError(
            f"{file}: has {len(names)} names; keep the {MOST} that are misheard most often"
        )
    return names
