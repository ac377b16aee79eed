"""The work behind the rubric page: comparing versions, and what people's answers speak for."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from scorer import rubric_worker
from scorer.call import Call, Turn
from scorer.cli import main
from scorer.errors import ScorerError
from scorer.pipeline import Scorer
from scorer.scorecard import call_of
from scorer.scoring.score import score
from scorer.store import tasks
from scorer.store.access import Person
from scorer.store.calibration import Answer
from scorer.store.store import Store

NOOR = Person("noor", "lead", frozenset({"north"}))
FEELING = ("empathy", "acknowledges_feeling")


def late_answer(number):
    """A feeling that is met only in the agent's third turn after it: too late for the rule."""
    lines = [
        ("customer", "I'm really upset."), ("agent", "Number?"), ("customer", "It's four."),
        ("agent", "And the date?"), ("customer", "May."), ("agent", "I'm so sorry about that."),
    ]  # fmt: skip
    about = {"team": "north", "agent": "marta"}
    return Call(f"call-{number:02}", tuple(Turn(*line) for line in lines), about)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def store(home):
    """Twelve calls, of which a reviewer said that the feeling was met."""
    store, scorer = Store(home=home), Scorer()
    for number in range(12):
        card = json.loads(json.dumps(scorer.call(late_answer(number)).to_dict()))
        key = store.keep(None, card)
        lead = store.seen_by(NOOR)
        [judged] = [each for each in lead.judged(key) if each.criterion == FEELING[1]]
        assert judged.outcome != "met"
        lead.edit(judged.id, "met", "late, but heard")
    yield store.seen_by(NOOR)
    store.close()


def quiet(_):
    pass


def test_a_card_scores_as_its_call_did(sample_cards):
    """From the sound: with timing, lanes and words."""
    for name, card in sample_cards.items():
        call = call_of(card)
        assert asdict(call.quality) == {**card["quality"], "reasons": call.quality.reasons}
        again = score(call, Scorer().rubrics)
        said = [(j["rubric"], j["criterion"], j["outcome"], j["score"]) for j in card["judgements"]]
        assert [(j.rubric, j.criterion, j.outcome, j.score) for j in again.judgements] == said, name


def test_corrections_speak_for_a_version_that_a_lead_decides_on(store):
    told = rubric_worker.tune(store, {}, quiet)
    [proposal] = [each for each in told["proposals"] if each["criterion"] == FEELING[1]]
    assert (proposal["before"], proposal["after"]) == (0.0, 1.0)
    assert proposal["changed"] == {"reach": "3"}
    assert proposal["notes"][0] == "12 gained and 0 lost"
    [version, _] = store.rubrics.all()
    assert (version.number, version.waits) == (told["version"], True)
    assert store.rubrics.published() == 0  # nothing is switched by itself

    # What it would have said of the same calls, counted once more from the frames.
    compared = rubric_worker.compare(
        store, {"before": 0, "after": version.number, "calls": 50}, quiet
    )
    [row] = [each for each in compared["criteria"] if each["criterion"] == FEELING[1]]
    judged = store.frame("judgements").filter(pl.col("criterion") == FEELING[1])
    [(machine, count)] = judged.group_by("machine").len().rows()
    assert row["moves"] == [[machine, "met", count]]
    decided = judged.filter(pl.col("decided_by").is_not_null())
    before = decided.filter(pl.col("machine") == pl.col("outcome")).height
    assert row["decided"] == [decided.height, before, decided.height] == [12, 0, 12]
    assert {key for key, _, _ in row["examples"]} == set(judged["key"])
    assert all(len(key) == 16 for key, _, _ in row["examples"])  # keys, never words of a call


def test_what_most_people_said_blind_counts_as_a_correction(home):
    store, scorer = Store(home=home), Scorer()
    card = json.loads(json.dumps(scorer.call(late_answer(0)).to_dict()))
    key = store.keep(None, card)
    lead = store.seen_by(NOOR)
    session = lead.calibration.open("May", [key], ["empathy"])
    for who in ("rita", "rob"):
        person = Person(who, "reviewer", frozenset({"north"}))
        store.seen_by(person).calibration.answer(session, key, [Answer(*FEELING, "met")])
    assert list(rubric_worker.corrections(lead)) == []  # the session is open
    lead.calibration.close(session)
    [one] = rubric_worker.corrections(lead)
    assert (one.call.id, one.rubric, one.criterion, one.outcome) == ("call-00", *FEELING, "met")
    # What a person decided on the call itself comes first.
    [judged] = [each for each in lead.judged(key) if each.criterion == FEELING[1]]
    lead.edit(judged.id, "partly", "heard it once more")
    [one] = rubric_worker.corrections(lead)
    assert one.outcome == "partly"


def test_the_command_takes_corrections_from_the_store(store, tmp_path):
    assert store.rubrics.published() == 0
    out = tmp_path / "proposed"
    done = CliRunner().invoke(main, ["rubrics", "tune", "--store", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "empathy.acknowledges_feeling (12 corrections): reach: 3" in done.output
    assert "turns: 3" in (out / "empathy.yaml").read_text()
    assert f"scorer score --rubrics {out}" in done.output
    checked = CliRunner().invoke(main, ["rubrics", "check", str(out)])
    assert checked.exit_code == 0, checked.output
    done = CliRunner().invoke(main, ["rubrics", "tune", "--out", str(out)])
    assert done.exit_code != 0


def done(key, patience=60.0):
    until = time.monotonic() + patience
    while time.monotonic() < until:
        task = tasks.load(key)
        if task is not None and task.state != "running":
            return task
        time.sleep(0.05)
    raise AssertionError("the task did not end")


@pytest.mark.usefixtures("store")
def test_a_task_is_done_by_a_process_of_its_own_as_who_asked():
    key = tasks.submit(NOOR, "compare", {"before": 0, "after": 0, "calls": 3})
    task = done(key)
    assert (task.state, task.error) == ("done", "")
    assert task.result["calls"] == 3
    south = Person("lars", "lead", frozenset({"south"}))
    assert done(tasks.submit(south, "compare", {"before": 0, "after": 0, "calls": 3})).result[
        "calls"
    ] == 0  # fmt: skip
    broken = done(tasks.submit(NOOR, "compare", {"before": 0, "after": 99, "calls": 3}))
    assert (broken.state, broken.error[:26]) == ("failed", "99: no such version of the")


@pytest.mark.usefixtures("home")
def test_a_task_whose_process_died_says_so(home):
    key = "20260101000000-abcdef01"
    (home / "tasks" / key).mkdir(parents=True)
    tasks.save(tasks.Task(key, "tune", NOOR, {}))
    code = f"from scorer.store import tasks; tasks.hold({key!r}); print(1, flush=True); input()"
    held = subprocess.Popen(
        [sys.executable, "-c", "held = None\n" + code.replace("tasks.hold", "held = tasks.hold")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    held.stdout.readline()
    assert tasks.load(key).state == "running"
    os.kill(held.pid, signal.SIGKILL)
    held.wait()
    assert tasks.load(key).error == "the work stopped half way; try again"
    tasks.save(replace(tasks.Task(key, "tune", NOOR, {}), state="done", result={"version": 0}))
    assert tasks.load(key).state == "done"


@pytest.mark.usefixtures("home")
def test_a_task_whose_process_died_at_once_says_so(monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    key = tasks.submit(NOOR, "tune", {})
    assert done(key).error == "the work stopped half way; try again"


def test_only_what_ended_long_ago_is_cleared(home, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    old = [f"20260101000000-abcdef{number:02}" for number in range(14)]
    for key in old:
        (home / "tasks" / key).mkdir(parents=True)
        tasks.save(tasks.Task(key, "tune", NOOR, {}, "running" if key == old[0] else "done"))
    with tasks.hold(old[0]):
        tasks.submit(NOOR, "tune", {})
        assert [key for key in old if tasks.load(key)] == [old[0], *old[3:]]
        assert tasks.load(old[0]).state == "running"


@pytest.mark.usefixtures("home")
def test_there_are_no_tasks_elsewhere():
    assert tasks.load("../../etc") is None
    assert tasks.load("20260101000000-abcdef01") is None


def test_a_task_cannot_begin_on_a_full_disk(home, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(ScorerError, match="make room"):
        tasks.submit(NOOR, "tune", {})
    assert home
