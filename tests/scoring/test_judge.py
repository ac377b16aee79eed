"""A second opinion from a real HTTP server on this machine: what it sees, and what counts."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scorer.call import Call, Turn
from scorer.cli import main
from scorer.errors import ScorerError
from scorer.scorecard import SecondOpinion
from scorer.scoring.anonymous import found, masked
from scorer.scoring.endpoint import Endpoint, private
from scorer.scoring.judge import Judge
from scorer.scoring.rubric import load
from scorer.scoring.score import score

CALL = Call(
    "call-4711",
    (
        Turn("customer", "My name is Ngozi Okafor, and I'm really upset. It's account 4470 1182."),
        Turn("agent", "I'm so sorry to hear that, Ms. Okafor. I'll call you on Thursday at ten."),
        Turn("customer", "Write to ngozi@example.org then."),
    ),
    {"agent": "a17", "history": "three complaints"},
)


class Model:
    """A server that speaks the OpenAI API and says what it is told to."""

    def __init__(self) -> None:
        self.reply: Any = {"outcome": "cannot_tell"}
        self.status = 200
        self.asked: list[dict[str, Any]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                model.asked.append(json.loads(self.rfile.read(size)))
                reply = model.reply if isinstance(model.reply, str) else json.dumps(model.reply)
                body = json.dumps({"choices": [{"message": {"content": reply}}]}).encode()
                self.send_response(model.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    monkeypatch.setenv("SCORER_HOME", str(tmp_path))
    made = Model()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def seconds(model: Model, call: Call = CALL) -> dict[str, SecondOpinion | None]:
    rubrics = load()
    before = score(call, rubrics).judgements
    after = Judge(model.url, "small").beside(call, rubrics, before)
    assert [(one.outcome, one.score) for one in after] == [
        (one.outcome, one.score) for one in before
    ]
    return {one.criterion: one.second for one in after}


def test_a_verbatim_quote_counts_and_disagreement_is_said(model: Model) -> None:
    model.reply = {"outcome": "missed", "turn": 1, "quote": "I'm so sorry to hear that"}
    second = seconds(model)["acknowledges_feeling"]
    assert second is not None
    assert (second.outcome, second.agrees) == ("missed", False)
    assert second.evidence[0].quote == "I'm so sorry to hear that"
    assert second.evidence[0].turn == 1


@pytest.mark.parametrize(
    "reply",
    [
        {"outcome": "met", "quote": "I am deeply sorry"},
        {"outcome": "met", "quote": ""},
        {"outcome": "met"},
        {"outcome": "splendid", "quote": "I'm so sorry"},
        "I think it went well.",
        "{",
    ],
)
def test_without_a_quote_that_stands_there_it_is_discarded(model: Model, reply: Any) -> None:
    model.reply = reply
    second = seconds(model)["acknowledges_feeling"]
    assert second is not None
    assert (second.outcome, second.agrees, second.evidence) == (None, None, ())
    assert second.note.startswith("discarded")


def test_a_quote_across_a_name_is_found_again_with_the_name(model: Model) -> None:
    answer = json.dumps({"outcome": "met", "turn": 1, "quote": "that, Ms. [name]."})
    model.reply = f"<think>they {{say}} so</think>```json\n{answer}```"
    second = seconds(model)["acknowledges_feeling"]
    assert second is not None
    assert second.evidence[0].quote == "that, Ms. Okafor."


def test_it_sees_no_name_number_id_history_or_answer_of_ours(model: Model) -> None:
    seconds(model)
    sent = json.dumps(model.asked)
    for private_part in ("Ngozi", "Okafor", "4470", "1182", "example.org", "call-4711", "a17",
                         "three complaints"):  # fmt: skip
        assert private_part not in sent
    assert "I'm really upset" in sent
    assert all(one["temperature"] == 0 for one in model.asked)


def test_the_same_words_are_asked_about_once(model: Model) -> None:
    model.reply = {"outcome": "met", "quote": "I'm so sorry"}
    first = seconds(model)
    asked = len(model.asked)
    again = seconds(model, Call("another", CALL.turns, {"agent": "b"}))
    assert len(model.asked) == asked
    assert again == first


def test_a_judge_that_fails_leaves_every_score_and_says_why(model: Model) -> None:
    model.status = 500
    said = seconds(model)
    assert len(model.asked) == 1  # not asked again and again
    assert {one.note for one in said.values() if one} == {
        "not asked: the judge at 127.0.0.1 answered 500"
    }


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("192.168.7.7", True), ("172.31.0.9", True),
        ("169.254.1.1", True), ("::1", True), ("fd00::5", True), ("fe80::1%eth0", True),
        ("::ffff:10.0.0.1", True), ("8.8.8.8", False), ("172.32.0.1", False),
        ("2606:4700::1111", False), ("::ffff:8.8.8.8", False), ("0.0.0.0", False),
        ("192.0.2.1", False), ("198.18.0.1", False), ("203.0.113.5", False), ("0.1.2.3", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)  # fmt: skip
def test_what_a_private_network_is(address: str, ours: bool) -> None:
    assert private(address) is ours


def test_a_public_address_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ScorerError, match="not on a private network"):
        Endpoint("https://8.8.8.8/v1")
    Endpoint("https://8.8.8.8/v1", anywhere=True)
    for nonsense in ("llm.internal:8000", "ftp://10.0.0.1", "http://", "http://10.0.0.1:port"):
        with pytest.raises(ScorerError, match="no address of a judge"):
            Endpoint(nonsense)


def test_masking_never_loses_the_way_back() -> None:
    (first, second, third) = masked(CALL)
    assert first.text == "My name is [name], and I'm really upset. It's account [number]."
    assert third.text == "Write to [address] then."
    back = found((first, second, third), "[name], and I'm", None)
    assert back is not None
    assert back.quote == "Ngozi Okafor, and I'm"


def test_the_command_asks_only_when_told_and_says_at_once_when_nobody_is_there(
    model: Model, tmp_path: Path
) -> None:
    calls = tmp_path / "calls.jsonl"
    turns = [{"speaker": turn.speaker, "text": turn.text} for turn in CALL.turns]
    calls.write_text(json.dumps({"id": "c", "turns": turns}))
    plain = CliRunner().invoke(main, ["score", str(calls)])
    assert plain.exit_code == 0, plain.output
    assert not model.asked
    told = ["score", str(calls), "--judge", model.url, "--judge-model", "small"]
    card = json.loads(CliRunner().invoke(main, told).stdout)
    assert card["provenance"]["judge"] == "small"
    assert all(one["second"]["model"] == "small" for one in card["judgements"])
    assert CliRunner().invoke(main, told[:4]).exit_code == 1  # no model named
    model.server.shutdown()
    model.server.server_close()
    gone = CliRunner().invoke(main, told)
    assert gone.exit_code == 1
    assert "no judge at 127.0.0.1" in gone.output


def test_names_of_every_form_are_masked() -> None:
    said = "I told DeShawn O'Brien, NGOZI OKAFOR and Ana. Write to Ana.okafor@example.org, Ana."
    (only,) = masked(Call("c", (Turn("customer", said), Turn("agent", "Hi, Ana."))))[:1]
    assert only.text == (
        "I told [name] [name], [name] [name] and [name]. Write to [address], [name]."
    )


def test_a_reply_that_is_no_answer_is_asked_for_again(model: Model) -> None:
    model.reply = "I think it went well."
    assert seconds(model)["acknowledges_feeling"].note.startswith("discarded")
    model.reply = '{"a":' * 20_000
    assert seconds(model)["acknowledges_feeling"].note.startswith("discarded")
    model.reply = {"outcome": "met", "quote": "I'm so sorry"}
    assert seconds(model)["acknowledges_feeling"].outcome == "met"
