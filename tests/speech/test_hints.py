"""Names to expect come from a file that a centre keeps."""

from pathlib import Path

import pytest

from scorer import paths
from scorer.errors import ScorerError
from scorer.speech.hints import MOST, read


def test_names_stand_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("# the company\nBrightWave\n\n  Ms. Ortiz  \n")
    assert read(file) == ("BrightWave", "Ms. Ortiz")


def test_an_installation_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORER_HOME", str(tmp_path))
    assert read() == ()
    paths.hints().write_text("Marston\n")
    assert read() == ("Marston",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"Caf\xe9\n", "is not UTF-8"),
        (b"name\n" * (MOST + 1), f"keep the {MOST}"),
    ],
)
def test_a_file_of_no_use_says_what_to_do(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "names.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ScorerError, match=says):
        read(file)
