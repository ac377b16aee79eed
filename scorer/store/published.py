"""Rubrics as leads write, publish and take back: every version is kept, one is scored with.

The files of a version lie under `SCORER_HOME/rubrics`, in a folder named by their content, where
scoring reads them; `published` beside it names the folder that counts. The store remembers who
published what and why, so the folder can always be made again from it (`lay_out`).
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, select

from scorer import paths
from scorer.disk import whole
from scorer.errors import ScorerError
from scorer.store.access import Person, require
from scorer.store.database import Database
from scorer.store.records import append, needed, once
from scorer.store.schema_team import rubric_decisions, rubric_versions

#: Where a version came from: a person's pen, or what reviewers' corrections speak for.
Origin = Literal["written", "proposed"]

#: A file of a version: a rubric, or cues. Nothing else is written to the disk.
_NAME = re.compile(r"(cues/)?[a-z][a-z0-9_]*\.yaml")
#: How much of a version's hash names its folder.
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a version: published or refused, by whom and why."""

    decision: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RubricVersion:
    """A set of rubric files. Number 0 is what ships with the program."""

    number: int
    sha256: str
    origin: str
    note: str
    by: str
    at: datetime | None
    report: Mapping[str, Any] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()

    @property
    def refused(self) -> bool:
        return bool(self.decisions) and self.decisions[-1].decision == "refused"

    @property
    def waits(self) -> bool:
        """Whether it was proposed by the program and nobody decided yet."""
        return self.origin == "proposed" and not self.decisions


@dataclass(frozen=True, slots=True)
class RubricVersions:
    """The versions as one person may see and change them. `home` is the installation's folder."""

    database: Database
    person: Person
    home: Path

    def all(self) -> list[RubricVersion]:
        """Every version, the latest first, and what ships with the program last."""
        require(self.person, "learn")
        with self.database.read() as connection:
            told = _decisions(connection)
            columns = [c for c in rubric_versions.columns if c.name != "files"]
            rows = connection.execute(
                select(*columns).order_by(rubric_versions.c.id.desc())
            ).mappings()
            found = [
                RubricVersion(
                    row["id"],
                    row["sha256"],
                    row["origin"],
                    row["note"],
                    row["author"],
                    row["at"],
                    row["report"],
                    told.get(row["id"], ()),
                )
                for row in rows
            ]
        shipped = content(read(paths.shipped("rubrics")))
        origin = RubricVersion(0, shipped, "shipped", "", "", None, decisions=told.get(0, ()))
        return [*found, origin]

    def published(self) -> int:
        """The number of the version that calls are scored on; 0 is what ships."""
        require(self.person, "learn")
        with self.database.read() as connection:
            return _published(connection)

    def files(self, number: int) -> dict[str, str]:
        """The text of every file of a version, by its path: `listening.yaml`, `cues/…`."""
        require(self.person, "learn")
        if number == 0:
            return read(paths.shipped("rubrics"))
        with self.database.read() as connection:
            return _files(connection, number)

    def folder(self, number: int) -> Path:
        """Where the files of a version can be loaded from; laid out where they are not yet."""
        if number == 0:
            return paths.shipped("rubrics")
        return lay(self.home, self.files(number))

    def save(
        self,
        files: Mapping[str, str],
        note: str,
        origin: Origin = "written",
        report: Mapping[str, Any] | None = None,
    ) -> int:
        """Keeps a version, once it was checked, and returns its number.

        The same content is kept once. Raises ScorerError, with file, line and remedy, where a file
        does not fit or an example does not come out as it should.
        """
        require(self.person, "publish")
        said = needed(note, "say in a sentence what changed and why")
        validate(files)
        values: dict[str, Any] = {"sha256": content(files), "origin": origin, "note": said}
        values |= {"files": dict(files), "report": dict(report or {})}

        def write(connection: Connection, token: str) -> int:
            same = rubric_versions.c.sha256 == values["sha256"]
            there = connection.execute(select(rubric_versions.c.id).where(same)).scalar()
            if there is not None:
                return int(there)
            return append(connection, self.person, rubric_versions, values, token)

        return once(self.database, rubric_versions, write)

    def publish(self, number: int, note: str) -> None:
        """Scores calls on this version from now on; also the way back to an earlier one."""
        require(self.person, "publish")
        files = self.files(number)
        said = needed(note, "say in a sentence why")
        folder = lay(self.home, files) if number else None
        self._decide(number, "published", said)
        point(self.home, folder)

    def refuse(self, number: int, note: str) -> None:
        """Says that a proposed version is not wanted."""
        require(self.person, "publish")
        self.files(number)
        if number == self.published():
            raise ScorerError("calls are scored on this version; publish another one instead")
        self._decide(number, "refused", needed(note, "say in a sentence why"))

    def lay_out(self) -> bool:
        """Makes the folder say what the store says; True where it said something else."""
        with self.database.read() as connection:
            number = _published(connection)
            folder = lay(self.home, _files(connection, number)) if number else None
        if pointed(self.home) == folder:
            return False
        point(self.home, folder)
        return True

    def _decide(self, number: int, decision: str, note: str) -> None:
        values = {"rubric_version_id": number or None, "decision": decision, "note": note}

        def write(connection: Connection, token: str) -> int:
            return append(connection, self.person, rubric_decisions, values, token)

        once(self.database, rubric_decisions, write)


def read(folder: Path) -> dict[str, str]:
    """The rubric and cue files of a folder, by their path in it."""
    found = (*sorted(folder.glob("*.yaml")), *sorted(folder.glob("cues/*.yaml")))
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


def content(files: Mapping[str, str]) -> str:
    """The SHA-256 of all files with their names."""
    seen = hashlib.sha256()
    for name in sorted(files):
        seen.update(f"{name} {hashlib.sha256(files[name].encode()).hexdigest()}\n".encode())
    return seen.hexdigest()


def validate(files: Mapping[str, str]) -> None:
    """Raises ScorerError with file, line and remedy where something is wrong with the files."""
    # Only where rubrics are written: a store that keeps calls loads nothing of scoring.
    from scorer.scoring.at_odds import at_odds
    from scorer.scoring.check import check
    from scorer.scoring.rubric import available, load

    bad = next((name for name in files if not _NAME.fullmatch(name)), None)
    if bad is not None:
        raise ScorerError(f"{bad}: name a file like listening.yaml or cues/listening.yaml")
    with tempfile.TemporaryDirectory(prefix="scorer-rubrics-") as scratch:
        folder = Path(scratch)
        _write(folder, files)
        try:
            loaded = load(folder, available(folder))
            if not any(rubric.default for rubric in loaded.rubrics):
                raise ScorerError("no rubric with 'default: true'; set it in at least one")
            if odd := at_odds(loaded, folder):
                raise ScorerError(odd[0])
            if wrong := check(loaded.cues, folder):
                more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
                raise ScorerError(f"an example does not come out as it should: {wrong[0]}{more}")
        except ScorerError as error:
            raise ScorerError(str(error).replace(f"{scratch}/", "").replace(scratch, "")) from None


def lay(home: Path, files: Mapping[str, str]) -> Path:
    """Puts a version's files into their folder, whole or not at all, and returns it."""
    folder = home / "rubrics" / content(files)[:_SHORT]
    if folder.is_dir() and content(read(folder)) == content(files):
        return folder
    part = folder.with_name(f".{uuid.uuid4().hex}.part")
    try:
        _write(part, files)
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    except OSError as error:
        if folder.is_dir():  # another process was faster
            return folder
        raise ScorerError(f"{folder}: cannot be written ({error.strerror}); make room") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def point(home: Path, folder: Path | None) -> None:
    """Says which folder calls are scored on; None: what ships with the program."""
    pointer = home / "rubrics" / "published"
    if folder is None:
        pointer.unlink(missing_ok=True)
        return
    with whole(pointer) as out:
        out.write(folder.name.encode())


def pointed(home: Path) -> Path | None:
    """The folder that calls are scored on; None where it is what ships."""
    try:
        return home / "rubrics" / (home / "rubrics" / "published").read_text("utf-8").strip()
    except OSError:
        return None


def wanted(connection: Connection) -> str | None:
    """The hash of the version that was published last; None where it is what ships."""
    mine = rubric_versions.c.id == _published(connection)
    found: str | None = connection.execute(select(rubric_versions.c.sha256).where(mine)).scalar()
    return found


def _write(folder: Path, files: Mapping[str, str]) -> None:
    (folder / "cues").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _decisions(connection: Connection) -> dict[int, tuple[Decision, ...]]:
    found: dict[int, tuple[Decision, ...]] = {}
    rows = connection.execute(select(rubric_decisions).order_by(rubric_decisions.c.id))
    for row in rows.mappings():
        number = row["rubric_version_id"] or 0
        one = Decision(row["decision"], row["note"], row["author"], row["at"])
        found[number] = (*found.get(number, ()), one)
    return found


def _published(connection: Connection) -> int:
    last = (
        select(rubric_decisions.c.rubric_version_id)
        .where(rubric_decisions.c.decision == "published")
        .order_by(rubric_decisions.c.id.desc())
        .limit(1)
    )
    return int(connection.execute(last).scalar() or 0)


def _files(connection: Connection, number: int) -> dict[str, str]:
    query = select(rubric_versions.c.files).where(rubric_versions.c.id == number)
    found = connection.execute(query).scalar()
    if found is None:
        raise ScorerError(f"{number}: no such version of the rubrics; choose one from the list")
    return dict(found)
