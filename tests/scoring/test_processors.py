"""The same call scores the same on every kind of processor that the program runs on."""

import builtins
import functools
import io
import json
import math
import operator
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from marked import transcript_of, truth_of

from scorer.interop.jsonl import read_transcripts
from scorer.pipeline import Scorer

PROGRAM = Path(__file__).parents[1] / "support" / "told_here.py"
EMULATOR = shutil.which("qemu-x86_64")
OLDER = [str(EMULATOR), "-cpu", "Haswell"]  # AVX2, no AVX-512
ITS_BLAS = "Sandybridge"  # other kernels of numpy's BLAS than most of today's processors get
TURNS = 8


@pytest.mark.skipif(
    not EMULATOR or platform.machine() != "x86_64",
    reason="needs qemu-x86_64 (apt install qemu-user) on x86-64",
)
def test_an_older_processor_says_the_same_to_the_bit(tmp_path: Path) -> None:
    if subprocess.run([*OLDER, sys.executable, "-c", ""], check=False).returncode:
        pytest.skip("the emulator runs no Python on this machine")
    call = transcript_of(truth_of("billing_recovered"))
    (tmp_path / "in.jsonl").write_text(json.dumps(call | {"turns": call["turns"][:TURNS]}))
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    assert _told(tmp_path / "in.jsonl", here) == _told(
        tmp_path / "in.jsonl", there, OLDER, OPENBLAS_CORETYPE=ITS_BLAS
    )
    assert here.read_text() == there.read_text()
    assert json.loads(here.read_text())["judgements"]


def _told(
    transcript: Path, out: Path, emulated: list[str] | None = None, **environment: str
) -> str:
    done = subprocess.run(
        [*(emulated or []), sys.executable, str(PROGRAM), str(transcript), str(out)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_how_a_python_adds_up_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 3.12 on `sum` of floats is compensated, before it is not."""
    line = json.dumps(transcript_of(truth_of("delivery_calm")))
    ((_, call),) = read_transcripts(io.BytesIO(line.encode()), "delivery_calm")
    scorer = Scorer()
    here = scorer.call(call).to_dict()

    def carelessly(values: Iterable[Any], start: Any = 0) -> Any:
        return functools.reduce(operator.add, values, start)

    def compensated(values: Iterable[Any], start: Any = 0) -> Any:
        values = list(values)
        floats = values and all(isinstance(one, float) for one in values)
        return math.fsum(values) if floats else carelessly(values, start)

    for adding in (carelessly, compensated):
        monkeypatch.setattr(builtins, "sum", adding)
        assert scorer.call(call).to_dict() == here
