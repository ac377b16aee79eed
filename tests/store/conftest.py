"""A store on each engine, and cards to put into it."""

import hashlib
import json
import shutil
import uuid

import postgres_server
import pytest
from sqlalchemy import create_engine, text
from store_cards import PEAKS, SAID, judgement, moment, turn

from scorer.store.access import Person
from scorer.store.columns import metadata
from scorer.store.store import Store


@pytest.fixture(scope="session")
def server():
    """The address of a real PostgreSQL server, with {name} for the database."""
    bindir = postgres_server.binaries()
    if bindir is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
    with postgres_server.running(bindir) as address:
        yield address


@pytest.fixture(scope="session")
def new_database(server):
    """Makes an empty database on the server and returns its address."""
    address = server.format(name="postgres").replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(address, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def make():
        name = f"t{uuid.uuid4().hex}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return server.format(name=name)

    yield make
    engine.dispose()


@pytest.fixture(scope="session")
def shared_database(new_database):
    """The address of a database that is used again by one test after the other."""
    return new_database()


@pytest.fixture
def emptied(shared_database):
    """The shared database with its tables empty; a superuser gets past the triggers this way."""
    store = Store(shared_database)
    names = ", ".join(table.name for table in metadata.sorted_tables)
    with store._database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return shared_database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A store with its tables made; copying it is faster than making them for every test."""
    home = tmp_path_factory.mktemp("migrated")
    Store(home=home).close()
    return home


@pytest.fixture
def home(migrated, tmp_path):
    """The folder of an empty SQLite store."""
    return shutil.copytree(migrated, tmp_path / "home")


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request, tmp_path):
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/scorer.db"
    return request.getfixturevalue("new_database")()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    """The address of an empty store, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('home')}/scorer.db"
    return request.getfixturevalue("emptied")


@pytest.fixture
def store(url, tmp_path):
    store = Store(url, home=tmp_path / "home")
    yield store
    store.close()


@pytest.fixture
def people():
    """One person of each role; `Ann` and `Bob` take calls in North, `Cid` in South."""
    north = frozenset({"North"})
    return {
        "reviewer": Person("rita", "reviewer", north),
        "second": Person("rob", "reviewer", north),
        "lead": Person("lena", "lead", north),
        "agent": Person("Ann", "agent", north),
        "operator": Person("olaf", "operator"),
        "admin": Person("ada", "admin"),
    }


@pytest.fixture
def as_(store, people):
    """The store as each of them sees it."""
    return {name: store.seen_by(person) for name, person in people.items()}


@pytest.fixture
def make_call(tmp_path):
    """Writes a recording and returns it with a card in the file contract for it."""

    def make(
        content="sound",
        name="call.wav",
        said=SAID,
        judgements=None,
        rubrics="r1",
        model="m1",
        **metadata,
    ):
        path = tmp_path / f"{uuid.uuid4().hex}.wav"
        path.write_bytes(content.encode())
        felt = moment(said[1][1]) if len(said) > 1 else None
        default = [
            judgement(moments=[felt] if felt else []),
            judgement("listening", "restates", "met"),
        ]
        card = {
            "id": name,
            "criteria": {},
            "judgements": default if judgements is None else judgements,
            "outcome": {
                "satisfaction": 0.25,
                "resolution": "promised",
                "effort": {"repeat_contact": True, "held": True},
                "promises": [
                    {
                        "by": "agent",
                        "what": "call back",
                        "when": "on Friday",
                        "due": "2026-11-27",
                        "evidence": {
                            "turn": 2,
                            "quote": "I will call you back",
                            "start": 8.0,
                            "end": 9.0,
                        },
                    }
                ],
                "moments": [],
            },
            "turns": [turn(place, *each) for place, each in enumerate(said)],
            "quality": {"verdict": "good", "reasons": [], "figures": {}},
            "context": {"duration": 12.0, "language": "en", "speakers_known": True},
            "metadata": {"team": "North", "agent": "Ann", **metadata},
            "provenance": {
                "recording_sha256": hashlib.sha256(content.encode()).hexdigest(),
                "rubrics_sha256": rubrics,
                "speech_model_sha256": model,
                "code_sha256": "c1",
            },
        }
        return path, json.loads(json.dumps(card))

    return make


@pytest.fixture
def keep(store, make_call):
    """Puts a call into the store and returns its key."""

    def keep(*args, **more):
        path, card = make_call(*args, **more)
        return store.keep(path, card, PEAKS)

    return keep
