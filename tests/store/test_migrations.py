"""The tables are made and brought up to date by whoever opens the store first."""

import multiprocessing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, make_url, text
from store_cards import PEAKS, moment

from scorer.errors import ScorerError
from scorer.store import database, migrate
from scorer.store.columns import metadata
from scorer.store.database import address, opened
from scorer.store.store import Store

# Processes of their own that share what was imported, since importing is slow and not the point.
SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["scorer.store.store"])


def ours(_object, name, kind, _reflected, _other):
    return not (kind == "table" and name.startswith("turns_words")) and name != "ix_turns_words"


# SQLite does not tell of what an index is made where that is more than columns.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_steps_make_the_tables_that_the_code_knows(bare):
    with opened(bare).engine.connect() as connection:
        options = {"include_object": ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    opened(bare).engine.dispose()


def opener(url, begin, answers):
    begin.wait()
    try:
        store = Store(url)
        answers.put(len(store.calls()))
    except Exception as error:  # told to the test, which fails on it
        answers.put(repr(error))


def test_processes_that_open_a_new_store_at_once_do_not_collide(bare):
    begin, answers = SPAWN.Barrier(4), SPAWN.Queue()
    processes = [SPAWN.Process(target=opener, args=(bare, begin, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=60) for _ in processes] == [0] * 4
    for process in processes:
        process.join()


def test_a_store_of_a_newer_version_is_left_alone(bare):
    Store(bare).close()
    engine = create_engine(address(bare))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ScorerError, match=r"newer version \(step 9999\); upgrade"):
        migrate.migrate(engine)
    engine.dispose()


def test_a_step_that_fails_leaves_the_store_as_it_was(bare, monkeypatch):
    engine = create_engine(address(bare))
    real = migrate.command.upgrade

    def failing(config, _):
        real(config, "0001")
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(migrate.command, "upgrade", failing)
    database._opened.cache_clear()
    with pytest.raises(RuntimeError):
        opened(bare)
    assert inspect(engine).get_table_names() == []
    monkeypatch.undo()
    Store(bare).close()
    assert "calls" in inspect(engine).get_table_names()
    engine.dispose()


def test_sqlite_keeps_a_write_ahead_log(tmp_path):
    store = Store(home=tmp_path)
    with store._database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    store.close()


def test_the_store_lies_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SCORER_STORE", raising=False)
    assert address() == make_url(f"sqlite:///{tmp_path}/home/scorer.db")
    monkeypatch.setenv("SCORER_STORE", "postgres://ada@db/calls")
    assert address() == make_url("postgresql+psycopg://ada@db/calls")
    Store(f"sqlite:///{tmp_path}/other/x.db").close()
    assert (tmp_path / "other" / "x.db").exists()


@pytest.mark.parametrize("name", ["our calls", "a%20b", "what?now", "one#two", "ünder"])
def test_a_folder_may_have_any_name(tmp_path, monkeypatch, name):
    Store(home=tmp_path / name).close()
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / name / "inner"))
    monkeypatch.delenv("SCORER_STORE", raising=False)
    Store().close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "scorer.db").is_file()
    assert (tmp_path / name / "inner" / "scorer.db").is_file()


#: What steps 0010 to 0012 brought, and how a store looked before them.
COUNTED = ("made_good", "left_open", "rule", "questionnaire_id", "answered")
BEFORE = (
    "DROP TABLE resolutions",
    "DROP INDEX ix_calls_began",
    "DROP INDEX ix_calls_team_began",
    "CREATE INDEX ix_calls_latest ON calls (scored, id)",
    "CREATE INDEX ix_calls_team_latest ON calls (team, scored, id)",
    "CREATE INDEX ix_calls_started ON calls (started, id)",
    "CREATE INDEX ix_calls_team_started ON calls (team, started, id)",
    "DROP INDEX ix_calls_about",
    "DROP INDEX ix_moments_of_call",
    "CREATE INDEX ix_moments_call_id ON moments (call_id)",
    *(f"ALTER TABLE calls DROP COLUMN {name}" for name in COUNTED),
    "DROP TABLE questionnaires",
)


def test_disputes_from_before_their_deadline_stood_in_the_list_get_it(store, keep, people):
    agent = store.seen_by(people["agent"])
    agent.dispute(agent.judged(keep("a"))[0].id, "I did say so")
    due = store.calls(None, "answers")[0].answer_due
    engine = store._database.engine
    with engine.begin() as connection:
        for statement in (
            *BEFORE,
            "DROP INDEX ix_calls_queue",
            "DROP INDEX ix_calls_team_queue",
            "DROP INDEX ix_calls_disputed",
            "ALTER TABLE calls DROP COLUMN urgency",
            "CREATE INDEX ix_calls_queue ON calls (attention, scored, id)",
            "CREATE INDEX ix_calls_team_queue ON calls (team, attention, scored, id)",
            "UPDATE alembic_version SET version_num = '0008'",
        ):
            connection.execute(text(statement))
    migrate.migrate(engine)
    [entry] = store.calls(None, "answers")
    assert abs((entry.answer_due - due).total_seconds()) < 0.001


def test_calls_of_before_are_counted_as_new_ones(bare, make_call, people):
    store = Store(bare)
    complained = {**moment("I am upset"), "rubric": "complaint_register", "criterion": "waiting"}
    for content, moments in (("a", [complained]), ("b", [])):
        path, card = make_call(content)
        card["outcome"]["moments"] = moments
        store.keep(path, card, PEAKS)
    said = store.seen_by(people["reviewer"])
    said.edit(said.judged(store.calls()[0].key)[0].id, "met", "she did, right away")
    query = text(f"SELECT {', '.join(COUNTED)}, asked FROM calls JOIN questionnaires q "
                 "ON q.id = questionnaire_id ORDER BY calls.id")  # fmt: skip
    with store._database.read() as connection:
        wanted = connection.execute(query).all()
    assert {row.answered for row in wanted} == {"xm", "mm"}
    assert [bool(row.left_open) for row in wanted] == [True, False]
    with store._database.engine.begin() as connection:
        for statement in (*BEFORE, "UPDATE alembic_version SET version_num = '0009'"):
            connection.execute(text(statement))
    store.close()
    database._opened.cache_clear()
    again = Store(bare)
    with again._database.read() as connection:
        assert connection.execute(query).all() == wanted
    again.close()
