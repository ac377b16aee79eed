"""The pages' logic, run without a browser."""

import hashlib
import json
import re
from dataclasses import replace

import example_call
import pytest
from streamlit.testing.v1 import AppTest

from scorer import paths
from scorer.pages.words import plain
from scorer.store import jobs
from scorer.store.access import LOCAL, Person
from scorer.store.store import Store


def calls_page():
    from scorer.pages import calls

    calls.page()


def call_page():
    from scorer.pages import call

    call.page()


def run(page, /, **query):
    test = AppTest.from_function(page, default_timeout=20)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def texts(test):
    kinds = ("title", "header", "markdown", "text", "caption", "error", "warning", "info")
    return [element.value for kind in kinds for element in getattr(test, kind)]


def listed(test):
    """What the rows of the list say, and whether they open."""
    lists = [json.loads(each.proto.json) for each in test.get("bidi_component")]
    return next((each for each in lists if "rows" in each), {"rows": [], "opens": False})


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr(jobs, "start_worker", lambda: None)


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(b"sound")
    return path


def test_the_navigation_opens_the_list_of_calls():
    test = AppTest.from_file(str(paths.shipped("app.py")), default_timeout=20).run()
    assert not test.exception
    assert test.title[0].value == "Calls"


def test_an_empty_list_says_what_to_do_first():
    shown = " ".join(texts(run(calls_page)))
    assert "Start here." in shown
    assert "nothing leaves it" in shown
    assert "Scored calls" not in shown


def test_the_list_says_what_became_of_each_customer(home, tmp_path):
    example_call.shelve(home, tmp_path)
    shown = listed(run(calls_page))
    [row] = shown["rows"]
    assert (row["outcome"], row["mood"], row["facts"]) == (
        "Promised",
        "upset → glad",
        ["1 promise"],
    )
    assert not re.search(r"1:15|75|duration|handle", " ".join(map(str, row.values())), re.I)


def test_a_row_says_whose_call_it_is_and_what_wants_an_ear(home, tmp_path):
    about = {"team": "north", "agent": "marta", "started": "2026-11-23T10:00:00+00:00"}
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    card["judgements"][0].update(critical=True, proposed=True)
    changed = {"metadata": about, "judgements": card["judgements"]}
    changed["outcome"] = {**card["outcome"], "parts": {}, "resolution": "unresolved"}
    changed["context"] = {**card["context"], "speakers_known": False}
    key = example_call.shelve(home, tmp_path, **changed)
    [row] = listed(run(calls_page, order="Queue"))["rows"]
    assert row["about"].startswith("north · marta · 23 Nov 2026, ")
    assert (row["outcome"], row["tone"], row["mood"]) == ("Not resolved", "poor", "")
    assert row["facts"] == ["1 promise", "read with care"]
    assert row["why"] == "a critical point to confirm"
    Store(home=home).edit(Store(home=home).judged(key)[0].id, "partly")
    Store(home=home).sign(key)
    [row] = listed(run(calls_page))["rows"]
    assert (row["signed"], row["why"], row["facts"]) == (True, "", ["1 promise", "read with care"])


def test_the_queue_says_how_it_is_made_and_a_link_shows_the_same(home, tmp_path):
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    for judgement in card["judgements"]:
        judgement["confidence"] = 0.4
    for seed, team in enumerate(("north", "south")):
        about = {"metadata": {"team": team}, "judgements": card["judgements"]}
        example_call.shelve(home, tmp_path, seed=seed, **about)
    test = run(calls_page, order="Queue", team="north")
    told = " ".join(texts(test))
    for said in (
        "critical points",
        "unsure",
        "disputes",
        "complaints",
        "random 2 %",
        "signed call",
    ):
        assert said in told
    [row] = listed(test)["rows"]
    assert row["about"].startswith("north · ")


def test_a_waiting_job_shows_its_stage(sound):
    jobs.submit(LOCAL, [("monday.wav", sound)])
    test = run(calls_page)
    assert "On the way" in texts(test)
    [bar] = test.get("progress")
    assert bar.proto.text.replace("\\", "") == "monday.wav: waiting"


def test_a_failed_job_says_why_and_can_be_tried_again_or_dismissed(sound):
    [job] = jobs.submit(LOCAL, [("monday.wav", sound)])
    fail(job)
    test = run(calls_page)
    assert any("monday.wav" in text and "no sound in it" in text for text in texts(test))
    [again] = [button for button in test.button if button.label == "Try again"]
    again.click().run()
    assert jobs.load(job.key).state == "waiting"

    fail(job)
    test = run(calls_page)
    [away] = [button for button in test.button if button.label == "Dismiss"]
    away.click().run()
    assert jobs.jobs() == []


def test_a_failure_names_the_file_as_the_person_knows_it(sound):
    [job] = jobs.submit(LOCAL, [("monday.wav", sound)])
    jobs.save(replace(job, state="failed", error=f"{jobs.recording(job)}: is empty"))
    assert "⚠ Not scored. monday.wav: is empty" in texts(run(calls_page))
    jobs.save(replace(job, state="failed", error="the disk is full"))
    assert "⚠ Not scored. monday.wav: the disk is full" in texts(run(calls_page))


def fail(job):
    jobs.save(replace(job, state="failed", error="monday.wav: no sound in it; export it again"))


def test_a_finished_job_leads_to_its_call_until_it_is_cleared(sound, home, tmp_path):
    [job] = jobs.submit(LOCAL, [("oak_legs.wav", sound)])
    jobs.finish(job, example_call.shelve(home, tmp_path))
    assert not jobs.recording(job).exists()  # the store has it
    test = run(calls_page)
    assert "On the way" not in texts(test)
    assert {"✓ 1 call scored", "Scored calls"} <= set(texts(test))
    [clear] = [button for button in test.button if button.label == "Clear"]
    clear.click().run()
    assert jobs.jobs() == []


def test_of_many_uploads_one_is_at_work_and_the_others_are_named(sound):
    first, *_ = jobs.submit(LOCAL, [(f"{n:02}.wav", sound) for n in range(14)])
    jobs.save(replace(first, state="running", stage="writing down the words", fraction=0.5))
    test = run(calls_page)
    [bar] = test.get("progress")
    assert bar.proto.text.replace("\\", "") == "00.wav: writing down the words"
    assert "0 of 14 are through. You can leave this page; the work goes on." in texts(test)
    [waiting] = [text for text in texts(test) if text.startswith("Next: 01.wav, 02.wav")]
    assert waiting.endswith("10.wav and 3 more")


def test_many_failures_are_tried_again_at_once(sound):
    for job in jobs.submit(LOCAL, [(f"{n}.wav", sound) for n in range(3)]):
        fail(job)
    test = run(calls_page)
    [again] = [button for button in test.button if button.label == "Try all again"]
    again.click().run()
    assert {job.state for job in jobs.jobs()} == {"waiting"}


def fill(home, count, **changes):
    store = Store(home=home)
    for number in range(count):
        card = {**json.loads(json.dumps(example_call.scorecard().to_dict())), **changes}
        card["id"] = f"call-{number:02}.wav"
        card["provenance"]["recording_sha256"] = hashlib.sha256(bytes([number])).hexdigest()
        store.keep(None, card)


def test_a_long_list_comes_in_pages_that_have_an_address(home, monkeypatch):
    fill(home, 4)
    monkeypatch.setattr("scorer.pages.calls.PAGE_LENGTH", 3)
    test = run(calls_page)
    assert len(listed(test)["rows"]) == 3
    assert "1 to 3 of 4" in texts(test)
    [on] = [button for button in test.button if button.label == "Next"]
    on.click().run()
    assert len(listed(test)["rows"]) == 1
    assert test.query_params["page"] == "2"
    assert "4 to 4 of 4" in texts(run(calls_page, page="2"))
    assert "1 to 3 of 4" in texts(run(calls_page, page="a page"))


def test_a_call_that_is_not_here_is_said_plainly():
    told = "nothere: no such call here; open it from the list of calls"
    assert plain(told) in texts(run(call_page, key="nothere"))
    assert any("Choose a call" in text for text in texts(run(call_page)))


def test_a_call_opens_without_its_waveform(home, tmp_path):
    key = example_call.shelve(home, tmp_path)
    [peaks] = home.glob("recordings/*/*/peaks.json")
    peaks.unlink()
    assert not texts(run(call_page, key=key))  # no warning: the waveform is a help, not a need


def test_a_name_that_nobody_has_offers_those_that_are_like_it(home, tmp_path):
    example_call.shelve(home, tmp_path, metadata={"team": "north", "agent": "marta"})
    test = run(calls_page, agent="Mart")
    assert "No call fits. Take a filter out to see more." in texts(test)
    [meant] = [button for button in test.button if button.label == "Agent marta"]
    meant.click().run()
    assert len(listed(test)["rows"]) == 1
    assert test.query_params["agent"] == "marta"
    # A name that somebody has is what was meant, whatever else is asked.
    test = run(calls_page, agent="marta", only="Signed")
    assert not [button for button in test.button if button.label.startswith("Agent")]


def test_the_queue_leads_to_the_disputes_and_says_until_when(home, tmp_path):
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    about = {"metadata": {"agent": "marta"}, "judgements": card["judgements"]}
    key = example_call.shelve(home, tmp_path, **about)
    agent = Store(home=home).seen_by(Person("marta", "agent"))
    agent.dispute(agent.judged(key)[0].id, "I did say so", days=-1)
    test = run(calls_page, order="Queue")
    [way] = [button for button in test.button if "disputed" in button.label]
    assert way.label.startswith("1 call disputed, the first answer was due ")
    way.click().run()
    assert (test.query_params["order"], test.query_params["only"]) == ("Queue", "Disputed")
    [row] = listed(test)["rows"]
    assert any("answer was due" in text for text in [row["why"], *row["facts"]])
