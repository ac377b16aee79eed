"""What a fresh process loads before its first result: no more than its task needs."""

import subprocess
import sys

import pytest

OPENS = """
from pathlib import Path
from scorer.batch.item import Item
from scorer.batch.ray_tasks import Carried, open_one
from scorer.batch.steps import Setup

item = Item({path!r}, "call.wav", "", None, None, {{}})
assert isinstance(open_one(Setup(home=Path({home!r})), item, ("r" * 64, "m" * 64)), Carried)
"""
SCORES = """
from scorer.call import Call, Turn
from scorer.pipeline import Scorer

turns = (Turn("customer", "My card was charged twice."), Turn("agent", "I am so sorry."))
assert Scorer().call(Call("call", turns)).judgements
"""
HEARS = ("ctranslate2", "faster_whisper", "librosa", "torch")


@pytest.mark.parametrize(
    ("work", "never"),
    [
        (OPENS, (*HEARS, "onnxruntime", "scorer.speech", "scorer.scoring", "scorer.pipeline")),
        (SCORES, (*HEARS, "sqlalchemy", "scorer.store")),
    ],
    ids=["sound", "scoring"],
)
def test_a_fresh_process_loads_only_what_its_task_needs(work, never, home, calls) -> None:
    [path] = calls(1)
    code = work.format(path=str(path), home=str(home))
    told = f"{code}\nimport sys\nprint(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert set(never).isdisjoint(ran.stdout.split())
