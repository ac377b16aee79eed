"""A second opinion from a real HTTP server on this machine: what it sees, and what counts."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scorer.call import Call, Turn
from scorer.cli import main
from scorer.errors import ScorerError
from scorer.scorecard import SecondOpinion
from scorer.scoring import endpoint
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
        self.statuses: list[int] = []  # of the next answers, before all are `status`
        self.between = 0.0  # seconds between two bytes of an answer
        self.asked: list[dict[str, Any]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                model.asked.append(json.loads(self.rfile.read(size)))
                reply = model.reply if isinstance(model.reply, str) else json.dumps(model.reply)
                body = json.dumps({"choices": [{"message": {"content": reply}}]}).encode()
                self.send_response(model.statuses.pop(0) if model.statuses else model.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.drip(body)

            def drip(self, body: bytes) -> None:
                size = 1 if model.between else len(body)
                with suppress(OSError):  # whoever asked has hung up
                    for begin in range(0, len(body), size):
                        self.wfile.write(body[begin : begin + size])
                        time.sleep(model.between)

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
    return asked(Judge(model.url, "small"), call)


def asked(judge: Judge, call: Call = CALL) -> dict[str, SecondOpinion | None]:
    rubrics = load()
    before = score(call, rubrics).judgements
    after = judge.beside(call, rubrics, before)
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
    judge = Judge(model.url, "small")
    notes = [one.note for one in asked(judge).values() if one]
    assert len(model.asked) == 3  # not asked again and again
    assert notes[:3] == ["asked, but it answered 500"] * 3
    assert set(notes[3:]) == {"not asked: the judge at 127.0.0.1 answered 500"}
    asked(judge, Call("another", (*CALL.turns, Turn("agent", "Goodbye."))))
    assert len(model.asked) == 3
    assert judge.went_without() == (
        "the judge at 127.0.0.1 answered 500: 3 questions got no answer, "
        f"{2 * len(notes) - 3} questions not asked"
    )


@pytest.mark.parametrize("status", [401, 403])
def test_a_judge_that_refuses_is_asked_once(model: Model, status: int) -> None:
    model.status = status
    judge = Judge(model.url, "small")
    notes = [one.note for one in asked(judge).values() if one]
    assert len(model.asked) == 1
    assert notes[:2] == [
        f"asked, but it answered {status}",
        f"not asked: the judge at 127.0.0.1 answered {status}",
    ]
    assert "set SCORER_JUDGE_KEY" in (judge.went_without() or "")


@pytest.mark.parametrize("status", [429, 503])
def test_a_judge_that_is_busy_is_asked_once_more(
    model: Model, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "_PAUSE", 0.01)
    model.statuses = [status]
    judge = Judge(model.url, "small")
    notes = [one.note for one in asked(judge).values() if one]
    assert not any(notes)
    assert len(model.asked) == len(notes) + 1
    assert judge.went_without() is None


def test_one_failure_costs_one_question(model: Model) -> None:
    model.statuses = [200, 500, 200, 500, 500, 200]
    judge = Judge(model.url, "small")
    notes = [one.note for one in asked(judge).values() if one]
    assert len(model.asked) == len(notes)
    assert [bool(note) for note in notes[:6]] == [False, True, False, True, True, False]
    assert judge.went_without() == "the judge at 127.0.0.1 answered 500: 3 questions got no answer"


@pytest.mark.parametrize("between", [0.05, 30.0])
def test_an_answer_has_one_limit_of_time_however_it_comes(
    model: Model, between: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "_PATIENCE", 0.5)
    model.between = between
    begun = time.monotonic()
    judge = Judge(model.url, "small")
    notes = [one.note for one in asked(judge).values() if one]
    asked(judge, Call("another", (*CALL.turns, Turn("agent", "Goodbye."))))
    assert time.monotonic() - begun < 10
    assert len(model.asked) == 1  # silence is waited for once
    assert notes[0].startswith("asked, but it gave no answer in")
    assert notes[1].startswith("not asked: the judge at 127.0.0.1 gave no answer in")


def test_what_was_kept_is_used_though_nobody_answers_any_more(model: Model) -> None:
    first = seconds(model)
    model.status = 401
    judge = Judge(model.url, "small")
    other = Call("another", (*CALL.turns, Turn("agent", "Goodbye.")))
    asked(judge, other)
    assert asked(judge) == first


def test_another_server_under_the_same_name_is_asked_too(model: Model) -> None:
    seconds(model)
    before = len(model.asked)
    asked(Judge(model.url.replace("127.0.0.1", "localhost"), "small"))
    assert len(model.asked) == 2 * before


def test_a_reply_that_is_too_long_is_told_as_that(model: Model) -> None:
    model.reply = {"outcome": "met", "turn": 1, "quote": "I'm so sorry", "why": "x" * (2 << 20)}
    notes = [one.note for one in seconds(model).values() if one]
    assert notes[0] == "asked, but it sent more than 1 MiB"


@pytest.mark.parametrize("outcome", ["no_opportunity", "cannot_tell"])
def test_nulls_are_fine_where_no_quote_is_needed(model: Model, outcome: str) -> None:
    model.reply = {"outcome": outcome, "turn": None, "quote": None}
    second = seconds(model)["acknowledges_feeling"]
    assert second is not None
    assert (second.outcome, second.note) == (outcome, "")
    model.reply = {"outcome": "met", "turn": None, "quote": None}
    other = Call("another", (*CALL.turns, Turn("agent", "Goodbye.")))
    second = seconds(model, other)["acknowledges_feeling"]
    assert second is not None
    assert second.note.startswith("discarded: its quote")


@pytest.mark.parametrize(
    "quote",
    ["name", "[name]", "ame]", "[number]", "number", "is [name]", "a", "I", "upset",
     "m really upset", "I'm really ups", "]", "[name],"],
)  # fmt: skip
def test_pieces_of_words_and_what_was_taken_out_are_no_quote(model: Model, quote: str) -> None:
    model.reply = {"outcome": "met", "turn": 0, "quote": quote}
    second = seconds(model)["acknowledges_feeling"]
    assert second is not None
    assert (second.outcome, second.evidence) == (None, ())


def test_a_short_turn_may_be_quoted_whole(model: Model) -> None:
    for quote in ("Sorry.", "Sorry"):
        turns = (Turn("customer", f"I'm so upset, {len(quote)} times."), Turn("agent", "Sorry."))
        model.reply = {"outcome": "met", "turn": 1, "quote": quote}
        second = seconds(model, Call(quote, turns))["acknowledges_feeling"]
        assert second is not None
        assert second.evidence[0].quote == quote


def test_nobody_speaks_within_another_turn(model: Model) -> None:
    said = "It broke.\n1 agent: I'm so sorry.\r\n2 customer: Thanks\u2028a lot."
    model.reply = {"outcome": "met", "turn": 0, "quote": "It broke. 1 agent: I'm"}
    second = seconds(model, Call("c", (Turn("customer", said), Turn("agent", "Send it back."))))
    sent = model.asked[0]["messages"][1]["content"].split("Conversation:\n")[1]
    assert sent.splitlines() == [
        "0 customer: It broke. 1 agent: I'm so sorry. 2 customer: Thanks a lot.",
        "1 agent: Send it back.",
    ]
    opinion = second["acknowledges_feeling"]
    assert opinion is not None
    assert opinion.evidence[0].quote == "It broke.\n1 agent: I'm"  # as it stands in the call


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


def test_a_reply_that_is_no_answer_is_asked_for_again(model: Model) -> None:
    model.reply = "I think it went well."
    assert seconds(model)["acknowledges_feeling"].note.startswith("discarded")
    model.reply = '{"a":' * 20_000
    assert seconds(model)["acknowledges_feeling"].note.startswith("discarded")
    model.reply = {"outcome": "met", "quote": "I'm so sorry"}
    assert seconds(model)["acknowledges_feeling"].outcome == "met"


def transcript(folder: Path, calls: int) -> Path:
    """Some calls as the command reads them, each with other words."""
    path = folder / "calls.jsonl"
    turns = [{"speaker": turn.speaker, "text": turn.text} for turn in CALL.turns]
    lines = [
        {"id": f"c{number}", "turns": [*turns, {"speaker": "agent", "text": f"Bye {number}."}]}
        for number in range(calls)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_the_command_says_once_that_the_judge_refused(model: Model, tmp_path: Path) -> None:
    model.status = 401
    told = ["score", str(transcript(tmp_path, 3)), "--judge", model.url, "--judge-model", "small"]
    result = CliRunner().invoke(main, told)
    assert result.exit_code == 0
    assert len(model.asked) == 1
    (line,) = [one for one in result.stderr.splitlines() if "judge" in one]
    assert line.startswith("scorer: the judge at 127.0.0.1 answered 401: 1 question got no answer,")
    assert line.endswith("not asked; it wants a key: set SCORER_JUDGE_KEY")


def test_the_command_says_nothing_where_all_was_answered(model: Model, tmp_path: Path) -> None:
    told = ["score", str(transcript(tmp_path, 1)), "--judge", model.url, "--judge-model", "small"]
    result = CliRunner().invoke(main, told)
    assert result.exit_code == 0
    assert result.stderr == ""


@pytest.mark.parametrize("alone", [["--judge-model", "small"], ["--judge-anywhere"]])
def test_how_to_ask_is_nothing_without_whom(tmp_path: Path, alone: list[str]) -> None:
    result = CliRunner().invoke(main, ["score", str(transcript(tmp_path, 1)), *alone])
    assert result.exit_code == 1
    assert "add --judge URL" in result.stderr
    assert alone[0] in result.stderr
