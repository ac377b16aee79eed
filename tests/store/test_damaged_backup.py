"""A damaged backup is said in one line, and nothing of it is restored."""

import json

import pytest
from test_upkeep import rows

from scorer.errors import ScorerError
from scorer.store.store import Store


def changed_within(data):
    middle = len(data) // 2
    return (
        data[:middle]
        + bytes(each ^ 0xFF for each in data[middle : middle + 8])
        + data[middle + 8 :]
    )


@pytest.mark.parametrize("table", ["calls", "scorecards", "turns"])
@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda data: data[:-9], lambda _: b"noise" * 99, changed_within]
)
def test_a_damaged_backup_names_the_file_and_restores_nothing(store, keep, tmp_path, table, damage):
    keep("a")
    store.backup(tmp_path / "backup")
    path = tmp_path / "backup" / "tables" / table / "000000.parquet"
    path.write_bytes(damage(path.read_bytes()))
    second = Store(home=tmp_path / "second")
    with pytest.raises(ScorerError, match=rf"{path}: damaged, so nothing was restored; copy it"):
        second.restore(tmp_path / "backup")
    assert not second.calls()
    second.close()


def test_a_backup_of_before_its_files_had_hashes_still_comes_back(store, keep, tmp_path):
    keep("a")
    store.backup(tmp_path / "backup")
    manifest = tmp_path / "backup" / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({name: told[name] for name in told if name != "sha256"}))
    tables = tmp_path / "backup" / "tables"
    turns = tables / "turns" / "000000.parquet"
    whole = turns.read_bytes()
    second = Store(home=tmp_path / "second")
    for damage in (b"", whole[:-9], (tables / "calls" / "000000.parquet").read_bytes()):
        turns.write_bytes(damage)
        with pytest.raises(ScorerError, match=rf"{turns}: damaged"):
            second.restore(tmp_path / "backup")
    turns.write_bytes(whole)
    second.restore(tmp_path / "backup")
    assert rows(second) == rows(store)
    second.close()


@pytest.mark.parametrize("told", ["", "{", "[]", "{}", '{"rows": []}'])
def test_a_damaged_manifest_is_said_in_one_line(store, keep, tmp_path, told):
    keep("a")
    store.backup(tmp_path / "backup")
    (tmp_path / "backup" / "manifest.json").write_text(told)
    second = Store(home=tmp_path / "second")
    with pytest.raises(ScorerError, match=r"manifest\.json is missing or damaged"):
        second.restore(tmp_path / "backup")
    second.close()
