"""The source archive and the wheel made from it install and run elsewhere, compiler or not."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRANSCRIPT = {
    "id": "t1",
    "turns": [
        {
            "speaker": "customer",
            "text": "I am really upset, my bill is wrong again.",
            "start": 0.0,
            "end": 3.0,
        },
        {
            "speaker": "agent",
            "text": "I'm so sorry about that. Let me look into it for you.",
            "start": 3.2,
            "end": 6.0,
        },
    ],
}


def run(*command, cwd, **environment):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "SCORER", "COV"))}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**env, **environment},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def test_what_is_imported_is_declared():
    """What comes along with something else today may stay away tomorrow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    told = [*project["dependencies"], *(each for name in extras for each in extras[name])]
    declared = {re.match(r"[\w.-]+", each)[0].lower().replace("_", "-") for each in told}
    imported = set()
    for path in (ROOT / "scorer").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module.partition(".")[0])
    known = packages_distributions()
    foreign = {
        each.lower().replace("_", "-")
        for name in imported - {"scorer"} - sys.stdlib_module_names
        for each in known.get(name, [name])
    }
    assert foreign - declared == set()


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    """The source archive, made from what git knows (or would take), in a folder of its own."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what belongs to the project is not known")
    folder = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file() and not name.endswith(".wav"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    run("-m", "build", "--sdist", "--no-isolation", "--outdir", "dist", cwd=folder)
    [archive] = (folder / "dist").glob("*.tar.gz")
    return archive


def wheel_of(sdist, folder, **environment):
    run(
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(sdist),
        cwd=folder,
        **environment,
    )
    [wheel] = folder.glob("*.whl")
    return wheel


def score_with(wheel, folder):
    """Installs the wheel into a folder of its own and scores a transcript with it."""
    place = folder / "installed"
    run("-m", "pip", "install", "-q", "--no-deps", "--target", str(place), str(wheel), cwd=folder)
    (folder / "in.jsonl").write_text(json.dumps(TRANSCRIPT) + "\n")
    done = run(
        "-m",
        "scorer.cli",
        "score",
        "in.jsonl",
        "--out",
        "out.jsonl",
        cwd=folder,
        PYTHONPATH=str(place),
    )
    where = run(
        "-c", "import scorer; print(scorer.__file__)", cwd=folder, PYTHONPATH=str(place)
    ).stdout
    assert str(place) in where, "the checkout answered instead of the installed wheel"
    return json.loads((folder / "out.jsonl").read_text()), done.stderr, place


def test_the_wheel_runs_elsewhere(sdist, tmp_path):
    wheel = wheel_of(sdist, tmp_path, SCORER_REQUIRE_KERNELS="1")
    names = zipfile.ZipFile(wheel).namelist()
    assert any(n.startswith("scorer/rubrics/") and n.endswith(".yaml") for n in names)
    assert "scorer/app.py" in names
    assert any(n.startswith("scorer/_ext/") and n.endswith(".so") for n in names)
    assert not any(n.startswith(("tests/", "rubrics/", "app.py")) for n in names)

    card, _, _ = score_with(wheel, tmp_path)
    assert card["id"] == "t1"
    assert card["criteria"]["empathy"]["outcome"] == "met"
    assert card["provenance"]["rubrics_sha256"]


def test_without_a_compiler_it_installs_and_says_once_that_it_is_slow(sdist, tmp_path):
    wheel = wheel_of(sdist, tmp_path, CC="false")
    assert not any(n.endswith(".so") for n in zipfile.ZipFile(wheel).namelist())
    _, _, place = score_with(wheel, tmp_path)
    twice = (
        "import numpy as np\n"
        "from scorer.audio.frontend import log_mel\n"
        "a = log_mel(np.zeros(16000, np.float32)); b = log_mel(np.zeros(16000, np.float32))\n"
        "print(a.shape)"
    )
    done = run("-c", twice, cwd=tmp_path, PYTHONPATH=str(place))
    assert "(80," in done.stdout
    assert done.stderr.count("slow") == 1
