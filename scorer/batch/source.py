"""Where the recordings are: a folder, a prefix of an object store, or a manifest that lists them.

All become one frame, a row a recording: `address`, `name`, `size` and `modified` (null where they
are not known without opening it), `stamp` (changes when the recording does; "" unknown), `sha256`
(where a manifest tells it), and every further column of a manifest, which is metadata of the call.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
import polars as pl

from scorer.batch.item import is_local
from scorer.errors import ScorerError
from scorer.paths import SOUND

#: Endings of manifests.
MANIFESTS = frozenset([".csv", ".parquet", ".jsonl", ".ndjson"])

#: Columns that every frame has; all others are metadata.
SCHEMA: dict[str, Any] = {
    "address": pl.String,
    "name": pl.String,
    "size": pl.Int64,
    "modified": pl.Datetime("us", "UTC"),
    "stamp": pl.String,
    "sha256": pl.String,
}
#: What a disk has at its root for its own repair; its owner alone may list it.
_NOT_OURS = "lost+found"
_SLICE = 50_000  # rows gathered as Python values before they become a frame


def recordings(source: str) -> pl.DataFrame:
    """The recordings of a source, in the order of their addresses or of the manifest.

    Raises ScorerError where the source is not there, cannot be reached, or is no such thing.
    """
    if PurePosixPath(source).suffix.lower() in MANIFESTS:
        return _manifest(source)
    filesystem, root = reached(source)
    try:
        if not filesystem.exists(root):
            raise ScorerError(f"{source}: is not there; name a folder, a prefix or a manifest")
        if filesystem.isfile(root):
            raise ScorerError(
                f"{source}: is neither a folder nor a manifest (.csv, .parquet, .jsonl); "
                "`scorer score` takes single recordings"
            )
        rows = _walked(filesystem, root)
        frames = list(_frames(rows))
    except OSError as error:
        raise ScorerError(f"{source}: cannot be listed ({error})") from error
    found = pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)
    return found.sort("address")


def reached(source: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it. ScorerError where there is none for it."""
    try:
        filesystem, path = fsspec.core.url_to_fs(source)
    except (ImportError, ValueError) as error:  # its library is missing, or nobody knows it
        raise ScorerError(f"{source}: cannot be reached ({error})") from error
    return filesystem, str(path)


def _walked(filesystem: Any, root: str) -> Iterator[dict[str, Any]]:
    """A row for every recording, one folder after the other. Hidden files are half-written ones.

    Raises OSError where a folder cannot be listed, which fsspec's own walk passes over in silence.
    """
    folders = [root]
    while folders:
        here = folders.pop()
        try:
            listed = filesystem.ls(here, detail=True)
        except FileNotFoundError:
            continue  # it was removed meanwhile
        for info in listed:
            name = info["name"].rstrip("/").rsplit("/", 1)[-1]
            if info["type"] == "directory":
                # An object store may list a prefix in itself.
                if info["name"].rstrip("/") != here.rstrip("/") and name != _NOT_OURS:
                    folders.append(info["name"])
            elif PurePosixPath(name).suffix.lower() in SOUND and not name.startswith("."):
                yield _row(_plain(_address(filesystem, info["name"])), _plain(name), info)


def _address(filesystem: Any, path: str) -> str:
    local = "file" in filesystem.protocol or filesystem.protocol == "file"
    return path if local else str(filesystem.unstrip_protocol(path))


def _plain(name: str) -> str:
    """A name as text. One that is not, since its bytes are no UTF-8, is then found by nobody: the
    run says so of it, and goes on with the others."""
    return name.encode("utf-8", "backslashreplace").decode()


def _row(address: str, name: str, info: dict[str, Any]) -> dict[str, Any]:
    """What a listing tells of a file, in the terms of whichever storage it is."""
    changed = next(
        (info[k] for k in ("mtime", "LastModified", "updated", "created") if k in info), None
    )
    if isinstance(changed, int | float):
        changed = datetime.fromtimestamp(changed, UTC)
    modified = changed.astimezone(UTC) if isinstance(changed, datetime) else None
    tag = info.get("ETag") or info.get("etag") or (modified.isoformat() if modified else "")
    return {
        "address": address,
        "name": name,
        "size": info.get("size"),
        "modified": modified,
        "stamp": f"{info.get('size')} {tag}" if tag else "",
        "sha256": None,
    }


def _frames(rows: Iterator[dict[str, Any]]) -> Iterator[pl.DataFrame]:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == _SLICE:
            yield pl.DataFrame(some, schema=SCHEMA)
            some = []
    if some:
        yield pl.DataFrame(some, schema=SCHEMA)


def _manifest(source: str) -> pl.DataFrame:
    """A manifest's rows. A path in it is meant from the manifest's own folder."""
    listed = _read(source)
    listed = listed.rename(
        {name: name.strip().lower().replace(" ", "_") for name in listed.columns}
    )
    if "file" not in listed.columns:
        raise ScorerError(f"{source}: needs a column file with the path of each recording")
    clash = sorted({"address", "name", "size", "modified", "stamp"} & set(listed.columns))
    if clash:
        raise ScorerError(f"{source}: the column {clash[0]} is ours; give it another name")
    unnamed = listed["file"].is_null() | (listed["file"].cast(pl.String).str.strip_chars() == "")
    if unnamed.any():
        line = int(unnamed.arg_true()[0]) + 1
        raise ScorerError(f"{source}: row {line} names no file; mend or remove it")
    base = source.rsplit("/", 1)[0] + "/" if "/" in source else ""
    base = base if "://" in source else f"{Path(source).resolve().parent}/"
    file = pl.col("file").cast(pl.String).str.strip_chars()
    whole = file.str.contains("://", literal=True) | file.str.starts_with("/")
    if "sha256" not in listed.columns:
        listed = listed.with_columns(sha256=pl.lit(None))
    frame = listed.with_columns(
        address=pl.when(whole).then(file).otherwise(pl.lit(base) + file),
        name=file.str.split("::").list.first().str.split("/").list.last(),
        sha256=pl.col("sha256").cast(pl.String),
    ).drop("file")
    frame = frame.unique("address", keep="last", maintain_order=True)
    facts = pl.DataFrame([_fact(a) for a in frame["address"]], schema=_FACTS, orient="row")
    return pl.concat([frame, facts], how="horizontal").select(*SCHEMA, pl.exclude(*SCHEMA))


_FACTS = {name: SCHEMA[name] for name in ("size", "modified", "stamp")}


def _fact(address: str) -> tuple[int | None, datetime | None, str]:
    """Size, time and stamp of a file of this machine. Others would cost a request each."""
    if not is_local(address):
        return None, None, ""
    try:
        found = os.stat(address)  # noqa: PTH116 (a million of them)
    except (OSError, ValueError):  # a null character
        return None, None, ""  # the run says so when it comes to it
    modified = datetime.fromtimestamp(found.st_mtime, UTC)
    return found.st_size, modified, f"{found.st_size} {modified.isoformat()}"


def _read(source: str) -> pl.DataFrame:
    """A manifest as it is; every value of a CSV is text, since 007 is a name and not a number."""
    ending = PurePosixPath(source).suffix.lower()
    try:
        with fsspec.open(source, "rb") as file:
            if ending == ".csv":
                return pl.read_csv(file, infer_schema=False)
            if ending == ".parquet":
                return pl.read_parquet(file)
            return pl.read_ndjson(file, infer_schema_length=None)
    except FileNotFoundError as error:
        raise ScorerError(f"{source}: no such file; check the name") from error
    except (OSError, ImportError, ValueError, pl.exceptions.PolarsError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ScorerError(f"{source}: is not a manifest that can be read ({reason})") from error
