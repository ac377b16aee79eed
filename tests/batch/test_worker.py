"""A worker loads once, opens each recording once and ahead of the model, and packs across calls."""

import os
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from scorer.audio.apart import opened
from scorer.batch import cards
from scorer.batch.item import Item
from scorer.batch.local import Place, places
from scorer.batch.steps import Setup
from scorer.batch.work import Worker
from scorer.disk import sha256
from scorer.errors import UnavailableError
from scorer.speech import engine
from scorer.store.store import Store


def opens(path):
    """As `opened`; leaves a line for each time."""
    with Path(path).with_name("opened.txt").open("a") as told:
        told.write(f"{path}\n")
    return opened(path)


def test_one_decode_a_recording_one_model_a_worker_and_few_batches(home, calls, monkeypatch):
    paths, loaded, batches = calls(6), [], []
    load, hear = engine.Whisper, engine.Engine._hear

    def heard(self, items, hints):
        batches.append(items)
        hear(self, items, hints)

    monkeypatch.setattr(engine, "Whisper", lambda *told: loaded.append(told) or load(*told))
    monkeypatch.setattr(engine.Engine, "_hear", heard)
    worker = Worker(Setup(home=home, open=opens, threads=1))
    items = [Item(str(path), path.name, "", None, None, {}) for path in paths]
    first = [event.kind for event in worker(items[:5])]
    assert first.count("scored") == 5
    # The model got none of them before all were opened and had begun.
    assert first.index("scored") > 4 == first[: first.index("scored")].count("begun") - 1
    assert len(batches) == 1  # five calls of one window each
    assert [event.kind for event in worker(items[5:])].count("scored") == 1
    assert len(loaded) == 1
    seen = (paths[0].parent / "opened.txt").read_text().splitlines()
    assert sorted(seen) == sorted(map(str, paths))
    assert [e.kind for e in worker(items)] == ["done"] * 6  # and none is opened for nothing
    assert len((paths[0].parent / "opened.txt").read_text().splitlines()) == 6


def test_a_share_that_cannot_go_on_leaves_nothing_that_was_fetched(
    home, calls, tmp_path, monkeypatch
):
    """The store is gone just when it is asked about the first; others are opened by then."""
    paths, archive, place = calls(6), tmp_path / "night.zip", tmp_path / "fetched"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with zipfile.ZipFile(archive, "w") as packed:
        for path in paths:
            packed.write(path, path.name)
    items = [Item(f"zip://{p.name}::{archive}", p.name, "", None, None, {}) for p in paths]
    first, until = sha256(paths[0]), time.monotonic() + 60

    def done(_store, hashes, *_):
        if hashes != [first]:
            return set()
        while len(list(place.iterdir())) < 5:
            assert time.monotonic() < until
            time.sleep(0.05)
        raise UnavailableError("the store is gone")

    monkeypatch.setattr(Store, "done", done)
    with pytest.raises(UnavailableError, match="the store is gone"):
        list(Worker(Setup(home=home, patience=0.0, openers=2, threads=1))(items))
    while fetched := list(place.iterdir()):  # one is under way
        assert time.monotonic() < until, fetched
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("cores", "workers", "expected"),
    [
        (2, 0, [(0, 1)]),
        (8, 0, [(0, 2, 4, 6), (1, 3, 5, 7)]),
        (1, 2, [(0,), (0,)]),
    ],
)
def test_a_machine_without_a_gpu_is_divided_into_groups_of_cores(
    monkeypatch, cores, workers, expected
):
    """No machine here has exactly so many cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    assert places("base", workers) == [Place(group) for group in expected]


@pytest.mark.parametrize(
    ("gpus", "workers", "per_gpu", "free", "memory", "expected"),
    [
        (1, 0, 0, 80 << 30, 64 << 30, [0] * 6),  # three for two cores
        (2, 0, 0, 80 << 30, 64 << 30, [0, 1] * 3),  # two cores for each
        (1, 0, 0, 4 << 30, 64 << 30, [0, 0]),  # as its memory holds: 1.7 GB each
        (1, 0, 0, 1 << 30, 64 << 30, [0]),
        (1, 0, 0, 80 << 30, 5 << 30, [0] * 3),  # as the machine's memory holds: 1.6 GB each
        (2, 0, 0, 80 << 30, 8 << 30, [0, 1] * 2),
        (2, 0, 0, 0, 64 << 30, [0, 1]),  # where the driver does not say
        (2, 0, 3, 0, 64 << 30, [0, 1, 0, 1, 0, 1]),
        (2, 3, 0, 80 << 30, 64 << 30, [0, 1, 0]),
        (2, 5, 1, 0, 64 << 30, [0, 1, 0, 1, 0]),
    ],
)
def test_workers_share_gpus_and_the_cores_beside_them(
    monkeypatch, tmp_path, gpus, workers, per_gpu, free, memory, expected
):
    """No machine here has a GPU: its driver is a program that says how much memory is free."""
    smi = tmp_path / "nvidia-smi"
    smi.write_text(f"#!/bin/sh\necho {free >> 20}\n" if free else "#!/bin/sh\nexit 9\n")
    smi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)))
    monkeypatch.setattr(cards, "count", lambda: gpus)
    monkeypatch.setattr(cards, "memory", lambda: memory)
    groups = {1: [(0, 1, 2, 3)], 2: [(0, 2), (1, 3)]}[gpus]
    found = places("base", workers, per_gpu)
    assert found == [Place(groups[gpu], gpu) for gpu in expected]
