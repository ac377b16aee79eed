"""The command line on transcripts and bad input: every line answered, the rest goes on."""

import json
import os
import subprocess
import sys

import pytest

GOOD = {"id": "good", "turns": [{"speaker": "agent", "text": "Thank you for calling."}]}


def scorer(*arguments, cwd, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "scorer.cli", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def transcript(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_a_transcript_becomes_a_scorecard_with_every_field_of_the_contract(tmp_path):
    transcript(tmp_path / "in.jsonl", GOOD)
    done = scorer("score", "in.jsonl", "--out", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    [card] = lines((tmp_path / "out.jsonl").read_text())
    assert card["id"] == "good"
    for name in ("listening", "empathy", "ownership", "respectful_address"):
        criterion = card["criteria"][name]
        assert {"score", "shown", "outcome", "confidence", "evidence"} <= set(criterion)
        assert 0 <= criterion["shown"] <= 1
    assert {"satisfaction", "satisfaction_interval", "resolution", "effort", "promises"} <= set(
        card["outcome"]
    )
    assert {"agent_talk", "customer_talk", "silence", "hold", "overlap", "interruptions"} <= set(
        card["timing"]
    )
    assert len(card["turns"]) == 1
    assert card["provenance"]["rubrics_sha256"]
    assert "duration" in card["context"]
    assert "duration" not in json.dumps([card["criteria"], card["outcome"], card["judgements"]])


def test_it_pipes(tmp_path):
    done = scorer("score", "-", cwd=tmp_path, stdin=json.dumps(GOOD) + "\n")
    assert done.returncode == 0, done.stderr
    assert [card["id"] for card in lines(done.stdout)] == ["good"]


def test_the_same_transcript_gives_the_same_bytes(tmp_path):
    first, second = (scorer("score", "-", cwd=tmp_path, stdin=json.dumps(GOOD)) for _ in range(2))
    assert first.stdout == second.stdout != ""


def test_bad_inputs_are_error_lines_in_their_place_and_the_rest_is_scored(tmp_path):
    transcript(tmp_path / "a.jsonl", GOOD, {"id": "bad", "turns": 3}, {**GOOD, "id": "after"})
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("this is no sound\n" * 50)
    names = ("empty.wav", "a.jsonl", "text.wav", "missing.wav", "missing.jsonl", "-")
    done = scorer("score", *names, cwd=tmp_path, stdin=json.dumps(GOOD))
    assert done.returncode == 1
    cards = lines(done.stdout)
    assert [card["id"] for card in cards] == [
        "empty.wav",
        "good",
        "bad",
        "after",
        "text.wav",
        "missing.wav",
        "missing.jsonl",
        "good",
    ]
    assert [("error" in card) for card in cards] == [
        True,
        False,
        True,
        False,
        True,
        True,
        True,
        False,
    ]
    for card in cards:
        if "error" in card:
            assert set(card) == {"id", "error"}
            assert "\n" not in card["error"]
    assert "Traceback" not in done.stderr


def test_a_file_that_may_not_be_read_says_so(tmp_path):
    """In a child that is nobody, since root may read anything."""
    transcript(tmp_path / "a.jsonl", GOOD).chmod(0)
    (tmp_path / "call.wav").write_bytes(b"RIFF")
    (tmp_path / "call.wav").chmod(0)
    from scorer.cli import _cards
    from scorer.pipeline import Scorer

    inputs, loaded = [str(tmp_path / "a.jsonl"), str(tmp_path / "call.wav")], Scorer()
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            for folder in (tmp_path, *tmp_path.parents[:-2]):
                folder.chmod(0o755)
            os.setuid(65534)
        errors = [card.get("error", "") for card in _cards(inputs, loaded)]
        right = len(errors) == 2 and all("ermission" in error for error in errors)
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("score", "a.jsonl", "--rubrics", "nowhere"), "nowhere"),
        (("score", "a.jsonl", "--out", "no/such/folder/x"), "cannot be written"),
        (("models", "check", "no-such-model"), "no-such-model"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_1(tmp_path, arguments, says):
    transcript(tmp_path / "a.jsonl", GOOD)
    done = scorer(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("scorer: ")
    assert says in line


def test_a_missing_model_is_said_at_once_and_names_every_way_to_get_it(tmp_path):
    (tmp_path / "call.wav").write_bytes(b"RIFF")
    (tmp_path / "other.wav").write_bytes(b"RIFF")
    done = scorer(
        "score", "call.wav", "other.wav", "--model", "large-v3", "--out", "out", cwd=tmp_path
    )
    assert done.returncode == 1
    [line] = done.stderr.strip().splitlines()
    assert "path" in line
    assert "scorer models fetch large-v3" in line
    assert not (tmp_path / "out").exists()
