"""Transcript lines in: good ones become calls, bad ones say what is wrong and stop nothing."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.call import Call
from scorer.errors import ScorerError
from scorer.interop import jsonl


def read(*lines):
    data = b"".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return list(jsonl.read_transcripts(io.BytesIO(data), "calls.jsonl"))


def turn(**changes):
    return {"speaker": "agent", "text": "Hello.", "start": 0.0, "end": 1.0, **changes}


def line(**changes):
    return json.dumps({"id": "a", "turns": [turn()], **changes}) + "\n"


def test_a_good_line_is_a_call():
    [(identity, call)] = read(line(metadata={"team": "North"}))
    assert identity == "a"
    assert call.turns[0].text == "Hello."
    assert call.turns[0].end == 1.0
    assert call.metadata == {"team": "North"}


def test_times_may_be_null_or_left_out():
    [(_, call)] = read(json.dumps({"id": "a", "turns": [{"speaker": "customer", "text": "Hi"}]}))
    assert call.turns[0].start is None


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{not json}\n", "not JSON"),
        ("[1]\n", "expected a JSON object, found a list"),
        (json.dumps({"turns": []}), '"id" must be text'),
        (line(turns=None), '"turns" must be a list'),
        (line(turns=[3]), "turn 0: expected an object"),
        (line(turns=[turn(text=None)]), '"text" must be text'),
        (line(turns=[turn(speaker="")]), '"speaker" is empty'),
        (line(turns=[turn(start=2.0)]), "before it starts"),
        (line(turns=[turn(start=float("nan"))]), "seconds from 0 up"),
        (line(turns=[turn(start=True)]), "seconds from 0 up"),
        (line(turns=[turn(end=-1)]), "seconds from 0 up"),
        (line(metadata=[]), '"metadata" must be an object'),
        (b"\xff\xfe\n", "not JSON"),
        ("[" * 100_000 + "\n", "not JSON"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_the_next_is_read(bad, says):
    (_, error), (_, good) = read(bad if bad[-1:] in ("\n", b"\n", 10) else bad + "\n", line())
    assert isinstance(error, ScorerError)
    assert says in str(error)
    assert "\n" not in str(error)
    assert isinstance(good, Call)


def test_an_error_carries_the_id_where_there_is_one_and_the_place_where_not():
    found = read("nonsense\n", line(id="call-7", turns=3))
    assert [identity for identity, _ in found] == ["calls.jsonl:1", "call-7"]


def test_a_line_without_end_is_refused_without_being_read_whole(monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_LINE", 100)
    (_, error), (_, good) = read("x" * 350 + "\n", line(turns=[]))
    assert "over 0 MiB" in str(error)
    assert isinstance(good, Call)


@given(st.binary(max_size=300))
def test_any_bytes_give_calls_or_errors_and_never_break(data):
    for _, found in jsonl.read_transcripts(io.BytesIO(data), "x"):
        assert isinstance(found, Call | ScorerError)


def test_a_file_appears_only_when_it_is_whole(tmp_path):
    out = tmp_path / "cards.jsonl"
    with jsonl.writer(str(out)) as stream:
        stream.write("one\n")
        stream.flush()
        assert not out.exists()
    assert out.read_text() == "one\n"
    assert [p.name for p in tmp_path.iterdir()] == ["cards.jsonl"]


def test_an_older_file_stays_when_the_work_breaks_off(tmp_path):
    out = tmp_path / "cards.jsonl"
    out.write_text("old\n")
    with suppress(KeyboardInterrupt), jsonl.writer(str(out)) as stream:
        stream.write("new\n")
        raise KeyboardInterrupt
    assert out.read_text() == "old\n"


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path):
    with (
        pytest.raises(ScorerError, match="cannot be written"),
        jsonl.writer(str(tmp_path / "no" / "x")),
    ):
        pass
    with pytest.raises(ScorerError, match="cannot be written"), jsonl.writer(str(tmp_path)):
        pass


def test_a_full_disk_is_one_clear_line():
    with (
        pytest.raises(ScorerError, match=r"No space left.*make room"),
        jsonl.writer("/dev/full") as stream,
    ):
        stream.write("x" * 100_000)
