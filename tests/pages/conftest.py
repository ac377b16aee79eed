"""A home of the test's own, and one with generated calls for the pages of leads."""

import pytest
from lead_pages import WEDNESDAY
from team_pages import Team

from scorer.demo.fill import fill
from scorer.pages import among, person
from scorer.store.store import Store


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of the test's own, so that no page meets the calls of whoever runs the tests."""
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A home with ten generated days in it."""
    home = tmp_path_factory.mktemp("filled")
    store = Store(home=home)
    fill(store, WEDNESDAY, 10)
    store.close()
    return home


@pytest.fixture
def store(filled, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(filled))
    monkeypatch.setattr(among, "today", lambda: WEDNESDAY)
    return Store()


@pytest.fixture
def as_(monkeypatch):
    def be(who):
        monkeypatch.setattr(person, "who", lambda: who)

    return be


@pytest.fixture
def team(home):
    return Team(home)
