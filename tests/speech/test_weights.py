"""Weights are found in order, checked before use, and a missing model says how to get it."""

import hashlib
import sys
import time
from pathlib import Path

import pytest

from scorer.errors import ScorerError
from scorer.speech import packages, weights
from scorer.speech.packages import File, PackagedModel


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cache but an empty one, no hub, and no model packages but those a test makes."""
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(weights, "_hub_snapshot", lambda *_, **__: None)
    monkeypatch.setattr(weights, "_hub_answers", lambda: False)
    monkeypatch.setattr(packages, "PACKAGED", ())


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackagedModel:
    """An installed model of two packages, whose model.bin is "onetwo"."""
    for name, files in {
        "tiny_one": {"a": b"one", "config": b"{}"},
        "tiny_two": {"b": b"two"},
    }.items():
        folder = tmp_path / "site" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        for file, content in files.items():
            (folder / file).write_bytes(content)
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path / "site")
    model = PackagedModel(
        "base",
        ("tiny-one==1", "tiny-two==1"),
        (
            File("model.bin", (("tiny_one", "a"), ("tiny_two", "b")), digest(b"onetwo")),
            File("config.json", (("tiny_one", "config"),), digest(b"{}")),
        ),
    )
    monkeypatch.setattr(packages, "PACKAGED", (model,))
    return model


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.usefixtures("packaged")
def test_installed_parts_are_joined_once_and_used_from_then_on(tmp_path: Path) -> None:
    folder = weights.resolve("base")
    assert folder == tmp_path / "home" / "models" / "base"
    assert (folder / "model.bin").read_bytes() == b"onetwo"
    assert weights.fingerprint(folder) == digest(b"onetwo")
    before = (folder / "model.bin").stat().st_mtime_ns
    assert weights.resolve("base") == folder
    assert (folder / "model.bin").stat().st_mtime_ns == before
    assert [path.name for path in folder.parent.iterdir()] == ["base"]


@pytest.mark.usefixtures("packaged")
def test_a_part_that_was_tampered_with_is_never_put_in_place(tmp_path: Path) -> None:
    (tmp_path / "site" / "tiny_two" / "b").write_bytes(b"TWO")
    with pytest.raises(
        ScorerError, match=r"model\.bin from the installed package tiny_one, tiny_two"
    ):
        weights.resolve("base")
    assert list((tmp_path / "home" / "models").iterdir()) == []


@pytest.mark.usefixtures("packaged")
def test_a_copy_that_changed_later_is_refused() -> None:
    folder = weights.resolve("base")
    (folder / "model.bin").write_bytes(b"other")
    with pytest.raises(ScorerError, match="damaged"):
        weights.fingerprint(folder)
    assert weights.check("base").state == "damaged"


@pytest.mark.usefixtures("packaged")
def test_what_is_here_is_used_without_asking_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    weights.resolve("base")

    def asked() -> bool:
        raise AssertionError("asked the hub")

    monkeypatch.setattr(weights, "_hub_answers", asked)
    weights.resolve("base")


def test_the_second_source_serves_where_the_first_is_not_installed(
    packaged: PackagedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = File("model.bin", (("not_installed", "a"),), digest(b"onetwo"))
    absent = PackagedModel("base", ("not-installed==1",), (elsewhere,))
    monkeypatch.setattr(packages, "PACKAGED", (absent, packaged))
    assert (weights.resolve("base") / "model.bin").read_bytes() == b"onetwo"


def test_a_missing_model_names_every_way_to_get_it_in_one_line() -> None:
    with pytest.raises(ScorerError) as fault:
        weights.resolve("small")
    line = str(fault.value)
    assert "\n" not in line
    assert "path" in line
    assert "scorer models fetch small" in line


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(ScorerError, match="name a size"):
        weights.resolve("smal")


def test_a_folder_that_is_no_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ScorerError, match=r"model\.bin and config\.json missing"):
        weights.resolve(str(tmp_path))


def test_a_model_by_path_is_taken_as_it_is(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json"):
        (tmp_path / name).write_bytes(b"x")
    assert weights.resolve(str(tmp_path)) == tmp_path
    assert weights.check(str(tmp_path)).sha256 == digest(b"x")


@pytest.mark.usefixtures("packaged")
def test_listing_says_what_is_ready_what_is_installed_and_what_is_absent() -> None:
    states = {status.name: status.state for status in weights.listing()}
    assert states["base"] == "package"
    assert states["large-v3"] == "absent"
    weights.resolve("base")
    assert {status.name: status.state for status in weights.listing()}["base"] == "ready"


def test_a_hub_that_does_not_answer_is_given_up_on_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(weights, "HUB_PATIENCE", 0.2)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)

    def slow(*_: object, **__: object) -> None:
        time.sleep(3)
        raise OSError("timed out")

    monkeypatch.setattr(weights.urllib.request, "urlopen", slow)
    began = time.monotonic()
    assert not weights._hub_answers()
    assert time.monotonic() - began < 2.0


def test_the_published_sums_are_those_of_the_known_files() -> None:
    # From the model cards of both uploads; a change here must be deliberate.
    published = {
        file.sha256[:8]
        for model in packages_as_shipped()
        for file in model.files
        if file.name == "model.bin"
    }
    assert published == {"d01c3014", "905e5bf8"}


def packages_as_shipped() -> tuple[PackagedModel, ...]:
    import importlib

    return importlib.reload(packages).PACKAGED
