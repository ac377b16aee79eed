"""Scored calls on a shelf: one folder a call, named by the content of its recording.

`recording.<ext>`, `card.json` (the file contract) and `peaks.json` (the waveform). Everything is
written beside its place and moved there, so that a reader never meets half a file.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scorer import paths
from scorer.errors import ScorerError

#: Per channel about 2,000 (lowest, highest) pairs in [-1, 1].
Peaks = Sequence[Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A call on the shelf, as a list of calls shows it."""

    key: str
    id: str
    when: datetime
    card: Mapping[str, Any]


class Shelf:
    """The scored calls under one folder, `SCORER_HOME/calls` unless named."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.home() / "calls"

    def keep(self, recording: Path, card: Mapping[str, Any], peaks: Peaks) -> str:
        """Puts a scored recording on the shelf and returns its key.

        The same content under another name is the same call: its card is renewed.
        """
        key = str(card["provenance"]["recording_sha256"])[:16]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            place = self.folder / key
            if place.exists():
                _write(place / "peaks.json", {"channels": peaks})
                _write(place / "card.json", card)
                return key
            with tempfile.TemporaryDirectory(prefix=".new-", dir=self.folder) as scratch:
                new = Path(scratch) / key
                new.mkdir()
                suffix = Path(str(card["id"])).suffix.lower()
                shutil.copyfile(recording, new / f"recording{suffix}")
                _write(new / "peaks.json", {"channels": peaks})
                _write(new / "card.json", card)
                new.rename(place)
        except OSError as error:
            raise ScorerError(
                f"{self.folder}: the call could not be kept ({error.strerror}); "
                "make room or set SCORER_HOME"
            ) from error
        return key

    def calls(self) -> list[Entry]:
        """All calls, the latest scored first. A folder that cannot be read is passed over."""
        entries = []
        for path in self.folder.glob("*/card.json"):
            try:
                card = json.loads(path.read_bytes())
                when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except (
                OSError,
                ValueError,
            ):  # being removed at this moment, or harmed by another program
                continue
            if not path.parent.name.startswith("."):
                entries.append(Entry(path.parent.name, card["id"], when, card))
        return sorted(entries, key=lambda entry: (-entry.when.timestamp(), entry.key))

    def card(self, key: str) -> dict[str, Any]:
        """The scorecard in the file contract."""
        card: dict[str, Any] = json.loads((self._place(key) / "card.json").read_bytes())
        return card

    def peaks(self, key: str) -> dict[str, Any]:
        """`{"channels": [[[lowest, highest], ...], ...]}`, about 2,000 pairs a channel."""
        peaks: dict[str, Any] = json.loads((self._place(key) / "peaks.json").read_bytes())
        return peaks

    def recording(self, key: str) -> Path:
        """The recording as it came."""
        found = sorted(self._place(key).glob("recording*"))
        if not found:
            raise ScorerError(f"{key}: the recording is gone; score the file again")
        return found[0]

    def remove(self, key: str) -> None:
        """Takes a call off the shelf, with its recording."""
        shutil.rmtree(self._place(key))

    def _place(self, key: str) -> Path:
        place = self.folder / key
        # A key comes from an address that a person can edit: it must not lead out of the shelf.
        if not key.isalnum() or not (place / "card.json").is_file():
            raise ScorerError(f"{key}: no such call here; open it from the list of calls")
        return place


def _write(path: Path, value: Any) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
