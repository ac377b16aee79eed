import pytest


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of the test's own, so that no page meets the calls of whoever runs the tests."""
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
