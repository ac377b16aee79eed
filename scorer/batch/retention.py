"""What becomes of a recording where it came from, once its scorecard is safely in the store.

Only the recording that was scored is touched: another that lies at its address by now stays.
"""

from __future__ import annotations

from typing import Any, Literal

import fsspec

from scorer import disk
from scorer.errors import UnavailableError

After = Literal["keep", "delete", "archive"]

_CHUNK = 1 << 20


def apply(after: After, address: str, sha256: str, source: str, archive: str) -> None:
    """Deletes a recording, moves it to `archive` under its place in `source`, or leaves it.

    What an earlier run left half done is finished. Raises UnavailableError where the place cannot
    be written.
    """
    if after == "keep":
        return
    try:
        filesystem, path = fsspec.core.url_to_fs(address)
        if not _lies(filesystem, path, sha256):
            return
        if after == "archive":
            _copy(filesystem, path, f"{archive.rstrip('/')}/{_place(address, source)}", sha256)
        filesystem.rm_file(path)
    # A bucket that is not there is a FileNotFoundError, a library that is not an ImportError.
    except (OSError, ImportError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnavailableError(
            f"{address}: is scored, but could not be put away ({reason}); run again when it can"
        ) from error


def _place(address: str, source: str) -> str:
    """Where a recording lies in its source; its name alone where it lies elsewhere."""
    base = f"{source.rstrip('/')}/"
    return address[len(base) :] if address.startswith(base) else address.rsplit("/", 1)[-1]


def _lies(filesystem: Any, path: str, sha256: str) -> bool:
    """Whether the recording is still there; another run may be faster at any moment."""
    try:
        return filesystem.exists(path) and _content(filesystem, path) == sha256
    except FileNotFoundError:
        return False


def _content(filesystem: Any, path: str) -> str:
    with filesystem.open(path, "rb") as file:
        return disk.sha256(file)


def _copy(filesystem: Any, path: str, target: str, sha256: str) -> None:
    """Copies to a name beside the target's and renames it there when all of it has arrived."""
    there, place = fsspec.core.url_to_fs(target)
    folder, name = place.rsplit("/", 1)
    if there.exists(place):
        if _content(there, place) == sha256:
            return
        # Another recording of that name was archived before: both stay.
        place = f"{folder}/{sha256[:16]}-{name}"
    there.makedirs(folder, exist_ok=True)
    part = f"{folder}/.{sha256[:16]}.part"
    with filesystem.open(path, "rb") as source, there.open(part, "wb") as out:
        while chunk := source.read(_CHUNK):
            out.write(chunk)
    there.mv(part, place)
