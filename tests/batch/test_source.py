"""A folder, a prefix and a manifest become the same frame."""

import errno
import json
import os
from datetime import UTC, datetime

import fsspec
import polars as pl
import pytest
from fsspec.implementations.local import LocalFileSystem

from scorer.batch.source import SCHEMA, recordings
from scorer.errors import ScorerError


def names(frame):
    return frame["name"].to_list()


@pytest.fixture
def folder(tmp_path):
    for name in ("b.wav", "a.MP3", "north/c.opus", "notes.txt", ".half.wav", "north/.d.wav"):
        path = tmp_path / "calls" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "calls"


def test_a_folder_gives_its_recordings_and_nothing_half_written(folder):
    os.utime(folder / "b.wav", (1_700_000_000, 1_700_000_000))
    found = recordings(str(folder))
    assert found.schema == SCHEMA
    assert found["address"].to_list() == [
        str(folder / name) for name in ("a.MP3", "b.wav", "north/c.opus")
    ]
    b = found.row(1, named=True)
    assert b["size"] == 5
    assert b["modified"] == datetime.fromtimestamp(1_700_000_000, UTC)
    assert b["sha256"] is None


def test_a_folder_that_cannot_be_read_is_told_of_and_one_that_has_gone_is_not(folder, monkeypatch):
    """The tests may run as root, who may read everything."""
    ls, errors = LocalFileSystem.ls, {}

    def listed(self, path, **more):
        if error := errors.get(path.rsplit("/", 1)[-1]):
            raise error
        return ls(self, path, **more)

    monkeypatch.setattr(LocalFileSystem, "ls", listed)
    (folder / "lost+found").mkdir()
    errors["lost+found"] = PermissionError(errno.EACCES, "Permission denied")
    assert names(recordings(str(folder))) == ["a.MP3", "b.wav", "c.opus"]
    errors["north"] = FileNotFoundError(errno.ENOENT, "No such file or directory")
    assert names(recordings(str(folder))) == ["a.MP3", "b.wav"]
    errors["north"] = PermissionError(errno.EACCES, "Permission denied", str(folder / "north"))
    with pytest.raises(ScorerError, match=r"cannot be listed \(.*Permission denied: '.*/north'"):
        recordings(str(folder))


def test_a_name_that_is_no_text_does_not_stop_the_others(folder):
    for name in (b"caf\xe9.wav", b"caf\xe8.wav"):
        (folder / os.fsdecode(name)).write_bytes(b"sound")
    found = recordings(str(folder))
    assert names(found) == ["a.MP3", "b.wav", "caf\\udce8.wav", "caf\\udce9.wav", "c.opus"]


def test_a_stamp_changes_with_the_file_and_only_then(folder):
    first, same = recordings(str(folder)), recordings(str(folder))
    assert first.equals(same)
    (folder / "b.wav").write_bytes(b"longer than before")
    now = recordings(str(folder))
    assert (first["stamp"] != now["stamp"]).to_list() == [False, True, False]


def test_a_prefix_of_an_object_store_gives_the_same(folder):
    store = fsspec.filesystem("memory")
    for path in folder.rglob("*.*"):
        store.pipe_file(f"/bucket/{path.relative_to(folder)}", path.read_bytes())
    found = recordings("memory://bucket")
    assert names(found) == ["a.MP3", "b.wav", "c.opus"]
    assert found["address"][2] == "memory:///bucket/north/c.opus"
    assert found["size"].to_list() == [5, 5, 12]
    assert found["stamp"].n_unique() == 3
    store.rm("/bucket", recursive=True)


def rows():
    return [
        {"file": "b.wav", "team": "North", "agent": "007", "consent": "yes"},
        {"file": "north/c.opus", "team": "South", "agent": "Bea", "consent": None},
    ]


def write(kind, folder):
    path = folder / f"night.{kind}"
    frame = pl.DataFrame(rows())
    if kind == "csv":
        frame.write_csv(path)
    elif kind == "parquet":
        frame.write_parquet(path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows()))
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_manifests_of_every_kind_say_the_same(folder, kind):
    found = recordings(str(write(kind, folder)))
    assert found["address"].to_list() == [str(folder / row["file"]) for row in rows()]
    assert found["agent"].to_list() == ["007", "Bea"]
    assert found["consent"].to_list() == ["yes", None]
    assert found["size"].to_list() == [5, 12]
    folders = recordings(str(folder)).filter(pl.col("address").is_in(found["address"].implode()))
    assert found["stamp"].to_list() == folders["stamp"].to_list()


def test_a_manifest_may_name_what_lies_elsewhere_and_what_is_not_there(folder):
    path = folder / "night.csv"
    path.write_text("File,Team\ns3://bucket/a.wav,North\n/absolute/b.wav,\ngone.wav,South\n")
    found = recordings(str(path))
    assert found["address"].to_list() == [
        "s3://bucket/a.wav",
        "/absolute/b.wav",
        str(folder / "gone.wav"),
    ]
    assert found["stamp"].to_list() == ["", "", ""]


def test_the_last_word_on_a_recording_counts(folder):
    path = folder / "night.csv"
    path.write_text("file,team\nb.wav,North\nb.wav,South\n")
    assert recordings(str(path))["team"].to_list() == ["South"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("recording,team\na.wav,North\n", "needs a column file"),
        ("file,size\na.wav,3\n", "the column size is ours"),
        ("file,team\na.wav,North\n,South\n", "row 2 names no file"),
        ("", "is not a manifest that can be read"),
    ],
)
def test_a_manifest_that_is_wrong_says_where(tmp_path, content, told):
    path = tmp_path / "night.csv"
    path.write_text(content)
    with pytest.raises(ScorerError, match=told):
        recordings(str(path))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("nowhere", "is not there"),
        ("nowhere.csv", "no such file"),
        ("notes.txt", "neither a folder nor a manifest"),
        ("quux://bucket", "cannot be reached"),
    ],
)
def test_what_is_no_source_says_so(folder, source, told, monkeypatch):
    monkeypatch.chdir(folder)
    with pytest.raises(ScorerError, match=told):
        recordings(source)
