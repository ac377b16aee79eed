"""Recordings arrive a request each: whose they are goes with them, and memory stays as it is."""

import json
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from full_disk import no_file_larger_than
from starlette.applications import Starlette
from starlette.testclient import TestClient
from test_pages import calls_page, run, texts

from scorer.pages import arrivals, ticket
from scorer.pages.server import ROUTES
from scorer.store import jobs
from scorer.store.access import LOCAL, Person

RITA = Person("rita", "reviewer", frozenset({"north", "west"}))


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr(jobs, "start_worker", lambda: None)


@pytest.fixture
def send():
    """Sends a file as the page does; returns the answer's status and text."""
    client = TestClient(Starlette(routes=ROUTES))

    def send(name, content=b"sound", who=LOCAL, about=(), **asked):
        seal = {"ticket": ticket.issue(who, "upload"), "about": json.dumps(dict(about))}
        answer = client.post(
            "/upload", params={**seal, "name": name, "batch": "1", **asked}, content=content
        )
        return answer.status_code, answer.text

    return send


def test_the_nearer_word_counts_csv_then_name_then_form(send):
    form = dict.fromkeys(("team", "agent", "customer"), "form")
    said = {"about": form, "pattern": "{agent}-{customer}"}
    assert send("calls.csv", b"file,customer\nmarta-brandt.wav,C-17\n", **said)[0] == 200
    assert send("marta-brandt.wav", **said) == (200, "taken in")
    assert send("ann-li.wav", **said, batch="2")[0] == 200  # of another batch: the table is not its
    status, told = send("unlike.wav", **said)
    assert (status, told[:44]) == (400, "unlike.wav: its name is not of the form {age")
    first, second = jobs.jobs()
    assert dict(first.metadata) == {"team": "form", "agent": "marta", "customer": "C-17"}
    assert dict(second.metadata) == {"team": "form", "agent": "ann", "customer": "li"}
    assert jobs.recording(first).read_bytes() == b"sound"


def test_a_table_with_a_cell_beyond_all_reason_is_refused_in_a_line(send):
    status, told = send("calls.csv", b"file,agent\na.wav," + b"x" * 200_000)
    assert (status, told[:34]) == (400, "calls.csv: is no table of calls (f")


def test_a_reviewers_upload_goes_to_their_team_whatever_names_and_tables_say(send):
    for team in ("north", "south", "west"):
        send(f"{team}_17.wav", who=RITA, pattern="{team}_*")
    assert [dict(job.metadata)["team"] for job in jobs.jobs()] == ["north", "west"]
    told = (400, "south_17.wav: south: not a team of yours; choose north or west")
    assert send("south_17.wav", who=RITA, pattern="{team}_*") == told
    assert send("a.wav", who=RITA) == (400, "a.wav: no team is said; choose north or west")


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"ticket": ticket.issue(LOCAL, "a call")}, 403, "the page is too old to add recordings"),
        ({"ticket": ""}, 403, "the page is too old to add recordings"),
        ({"about": "[]"}, 400, "the page sent something unknown"),
        ({"about": '{"started": "soon"}'}, 400, "soon is no date and time"),
    ],
)
def test_what_the_page_did_not_send_is_refused_in_a_line(asked, status, told):
    client = TestClient(Starlette(routes=ROUTES))
    whole = {"ticket": ticket.issue(LOCAL, "upload"), "name": "monday.wav", **asked}
    answer = client.post("/upload", params=whole, content=b"sound")
    assert (answer.status_code, answer.text[:12]) == (status, "monday.wav: ")
    assert told in answer.text
    assert "\n" not in answer.text
    assert jobs.jobs() == []


def test_a_disk_that_takes_no_more_is_said_and_nothing_is_left(send):
    with no_file_larger_than(1 << 20):
        status, told = send("monday.wav", bytes(3 << 20))
    said = "monday.wav: could not be taken in (File too large); make room and try again"
    assert (status, told) == (400, said)
    assert list(jobs.folder().iterdir()) == []


def test_what_is_too_large_is_refused_and_nothing_is_left(send, monkeypatch):
    monkeypatch.setattr(arrivals, "LARGEST", 1)
    status, told = send("monday.wav", bytes(2 << 20))
    assert status == 400
    assert told.startswith("monday.wav: larger than 1 MB; score it by `scorer batch`")
    assert list(jobs.folder().iterdir()) == []


def arrive(pieces, name="monday.wav"):
    """The route, asked with a body that comes in pieces; returns the answer's status."""
    seal = ticket.issue(LOCAL, "upload")
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/upload",
        "query_string": f"ticket={seal}&name={name}".encode(),
        "headers": [],
    }
    sent = []

    async def receive():
        return next(pieces)

    async def send(message):
        sent.append(message)

    async def ask():
        await Starlette(routes=ROUTES)(scope, receive, send)

    with ThreadPoolExecutor(1) as apart:  # a browser of other tests has a loop in this thread
        apart.submit(anyio.run, ask).result()
    return sent[0]["status"]


def test_a_recording_is_never_whole_in_memory():
    piece = bytes(1 << 18)
    body = ({"type": "http.request", "body": piece, "more_body": n < 255} for n in range(256))
    arrive(iter([{"type": "http.request", "body": piece, "more_body": False}]), "first.wav")
    tracemalloc.start()
    assert arrive(body) == 200
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert jobs.recording(jobs.jobs()[-1]).stat().st_size == 64 << 20
    assert peak < 8 << 20


def test_who_goes_away_halfway_leaves_nothing():
    body = iter(
        [
            {"type": "http.request", "body": b"half of it", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    arrive(body)
    assert list(jobs.folder().iterdir()) == []


def test_the_form_says_what_goes_with_the_next_ones():
    test = run(calls_page)
    test.text_input(key="about-team").set_value("north").run()
    test.text_input(key="about-agent").set_value("marta").run()
    [drop] = [json.loads(each.proto.json) for each in test.get("bidi_component")]
    assert drop["goes"] == "What you add now goes in as team north, agent marta."
    assert (drop["about"]["team"], drop["about"]["agent"]) == ("north", "marta")
    assert not any("Scored calls" in text for text in texts(test))
