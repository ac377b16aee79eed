"""Transcripts in and scorecards out, as JSON Lines: the file contract of docs/files.md."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from scorer.call import Call, Turn
from scorer.errors import ScorerError

#: A line longer than this is refused: a ten-hour transcript has about 1 MB.
MAX_LINE = 64 * 1024 * 1024


def read_transcripts(stream: IO[bytes], name: str) -> Iterator[tuple[str, Call | ScorerError]]:
    """Each line of `stream` as (id, call), or (id or "name:line", what is wrong with it).

    Lines are read one at a time, so that memory does not grow with the file. Blank lines are
    passed over. `name` is how the file is called in messages.
    """
    for _, identity, call in numbered_transcripts(stream, name):
        yield identity, call


def numbered_transcripts(
    stream: IO[bytes], name: str
) -> Iterator[tuple[int, str, Call | ScorerError]]:
    """The same, each with the number of its line."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        where = f"{name}:{number}"
        if len(line) > MAX_LINE:
            yield (
                number,
                where,
                ScorerError(
                    f"{where}: the line is over {MAX_LINE >> 20} MiB; put one call on each line"
                ),
            )
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            continue
        if line.strip():
            yield (number, *_parse(line, where))


def _parse(line: bytes, where: str) -> tuple[str, Call | ScorerError]:
    identity = where
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            raise ScorerError(f"{where}: expected a JSON object, found {_kind(record)}")
        identity = _text(record, "id", where) or where
        return identity, to_call(record, where)
    except ScorerError as error:
        return identity, error
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "nested too deeply or not UTF-8"
        return identity, ScorerError(f"{where}: not JSON ({reason}); write one object a line")


def to_call(record: dict[str, Any], where: str = "transcript") -> Call:
    """A call from one object of the contract; ScorerError says which field is wrong and why."""
    turns = record.get("turns")
    if not isinstance(turns, list):
        raise ScorerError(f'{where}: "turns" must be a list, found {_kind(turns)}')
    metadata = record.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise ScorerError(f'{where}: "metadata" must be an object, found {_kind(metadata)}')
    return Call(
        id=_text(record, "id", where),
        turns=tuple(_turn(turn, f"{where}: turn {n}") for n, turn in enumerate(turns)),
        metadata=metadata or {},
    )


def _turn(turn: Any, where: str) -> Turn:
    if not isinstance(turn, dict):
        raise ScorerError(f"{where}: expected an object, found {_kind(turn)}")
    start, end = _seconds(turn, "start", where), _seconds(turn, "end", where)
    if start is not None and end is not None and end < start:
        raise ScorerError(f"{where}: ends at {end} s, before it starts at {start} s")
    speaker = _text(turn, "speaker", where)
    if not speaker:
        raise ScorerError(f'{where}: "speaker" is empty; write "agent" or "customer"')
    return Turn(speaker=speaker, text=_text(turn, "text", where), start=start, end=end)


def _text(record: dict[str, Any], field: str, where: str) -> str:
    value = record.get(field)
    if not isinstance(value, str):
        raise ScorerError(f'{where}: "{field}" must be text, found {_kind(value)}')
    return value


def _seconds(record: dict[str, Any], field: str, where: str) -> float | None:
    value = record.get(field)
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value < float("inf"):  # NaN fails this too
        raise ScorerError(
            f'{where}: "{field}" must be seconds from 0 up or null, found {value!r:.40}'
        )
    return float(value)


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    return {dict: "an object", list: "a list", str: "text", bool: "true/false"}.get(
        type(value), "a number"
    )


@contextmanager
def writer(out: str) -> Iterator[IO[str]]:
    """A text stream to `out` ("-": standard output) that appears whole or not at all.

    Lines go to `OUT.part` beside it, which takes the place of `out` only when all is written. A
    pipe or a device is written straight. Raises ScorerError where the place cannot be written.
    """
    if out == "-":
        yield open_stdout()
        return
    path = Path(out)
    part = path.with_name(path.name + ".part")
    try:
        if path.exists() and not path.is_file():  # a pipe, /dev/stdout; a folder fails in open()
            with path.open("w", encoding="utf-8") as stream:
                yield stream
            return
        with part.open("w", encoding="utf-8") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        so_far = f"; what was scored so far is in {part}" if part.exists() else ""
        raise ScorerError(
            f"{out}: cannot be written ({error.strerror}); "
            f"choose another --out or make room{so_far}"
        ) from error


def open_stdout() -> IO[str]:
    """Standard output as UTF-8, whatever the terminal's locale says."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return sys.stdout
