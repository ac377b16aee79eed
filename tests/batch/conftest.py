"""Short nights: real calls of a few seconds, real workers, a store of their own."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from short_calls import cut

from scorer import paths
from scorer.batch import run
from scorer.batch.local import Local
from scorer.batch.plan import Wanted
from scorer.batch.steps import Setup
from scorer.speech.weights import models_home
from scorer.store.access import LOCAL


@pytest.fixture(scope="session")
def identity(loaded_scorer):
    """The hashes of the shipped rubrics and of the speech model."""
    return loaded_scorer.rubrics.sha256, loaded_scorer.model_sha256


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of its own that borrows the machine's models, and what their lessons taught."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(models_home())
    taught = paths.home() / "cache"
    taught.mkdir(parents=True, exist_ok=True)
    (home / "cache").symlink_to(taught)
    monkeypatch.setenv("SCORER_HOME", str(home))
    monkeypatch.delenv("SCORER_STORE", raising=False)
    return home


@pytest.fixture
def calls(tmp_path):
    """Makes a folder with so many short calls; returns their paths."""
    return lambda count, **more: cut(tmp_path / "calls", count, **more)


@dataclass
class Seen:
    """A watcher that remembers, and may do something as it sees."""

    does: object = None
    events: list = field(default_factory=list)

    def see(self, event, _):
        self.events.append(event)
        if self.does:
            self.does(event)

    def end(self, state, _):
        self.state = state

    def addresses(self, kind):
        return [Path(e.address).name for e in self.events if e.kind == kind]


@pytest.fixture
def night(home, identity, tmp_path):
    """Runs a night over the folder of calls, as the command does, and tells what came of it."""

    def night(source=None, engine=None, does=None, workers=1, wanted=None, **setup):
        source = str(source or tmp_path / "calls")
        setup = Setup(**{"home": home, "source": source, "patience": 20.0, **setup})
        store, seen = setup.opened_store(), Seen(does)
        wanted = Wanted(*identity, **(wanted or {}))
        plan = run.planned(setup, wanted, store, source)
        at = (engine or Local)(setup, workers)
        seen.engine = at
        tally = run.Run(setup, wanted, store, plan).work(at, lambda _: [seen])
        return SimpleNamespace(
            tally=tally,
            seen=seen,
            plan=plan,
            store=store.seen_by(LOCAL),
            setup=setup,
        )

    return night


@pytest.fixture
def whole():
    """Holds a store against the names that must be in it: each once, and nothing else or half."""

    def whole(store, names):
        assert sorted(entry.id for entry in store.calls()) == sorted(names)
        assert store.check(deep=True) == []
        for entry in store.calls():
            assert len(store.versions(entry.key)) == 1

    return whole


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0] != "Z"
