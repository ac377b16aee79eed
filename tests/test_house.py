"""The house rules that keep a call walking one way: who imports whom, how big a file may grow."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "scorer"

#: The walk of a call. A room may import itself and what stands to its left.
WALK = [
    "nouns",
    "_ext",
    "audio",
    "speech",
    "conversation",
    "scoring",
    "outcome",
    "interop",
    "store",
    "analytics",
]
NOUNS = {"call", "scorecard", "errors", "disk", "paths", "provenance", "child", "heap", "threads"}
#: These meet the rooms through the pipeline and the store. The command line and the demo also open
#: single rooms, since each stage runs alone.
DOORS = {"pipeline", "cli", "worker", "rubric_worker", "pages", "commands", "batch", "demo"}
#: What the pages may know of: results and how to ask for them, never how they are made.
PAGES_MAY = {"nouns", "store", "analytics", "pipeline", "scoring", "pages"}

FILES = sorted(PACKAGE.rglob("*.py"))


def room(module):
    parts = module.split(".")
    if parts == ["scorer"]:
        return "nouns"
    return "nouns" if parts[1] in NOUNS else parts[1]


def imports(path):
    """Every module of ours that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "scorer")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "scorer":
            assert node.level == 0
            yield from (
                (f"{node.module}.{a.name}" for a in node.names)
                if node.module == "scorer"
                else [node.module]
            )


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_what_stands_before_it(path):
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    mine = "nouns" if own in NOUNS | {"__init__"} else own
    if mine in DOORS - {"pages"}:
        return
    allowed = PAGES_MAY if mine == "pages" else set(WALK[: WALK.index(mine) + 1])
    found = {room(name) for name in imports(path) if name != "scorer.__version__"}
    assert found <= allowed, f"{path.name} stands in {mine} and reaches into {found - allowed}"


def test_the_nouns_do_no_work():
    known = {"__future__", "collections", "dataclasses", "typing", "scorer"}
    for name in ("call", "scorecard"):
        tree = ast.parse((PACKAGE / f"{name}.py").read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] in known
            assert not isinstance(node, ast.Import)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_holds_one_idea(path):
    assert len(path.read_text().splitlines()) <= 420


def test_no_feature_of_a_voice_can_reach_a_score():
    """EU AI Act Art. 5(1)(f): people's emotions at work are not read from their voice.

    From scoring on, no room may import sound; the call it gets carries words and times alone.
    """
    for later in ("scoring", "outcome"):
        for path in (PACKAGE / later).rglob("*.py"):
            assert not {room(name) for name in imports(path)} & {"audio", "speech", "_ext"}
    for word in ("pitch", "f0", "prosody", "jitter", "shimmer"):
        for path in (*(PACKAGE / "audio").rglob("*.py"), *(ROOT / "ext").glob("*.pyx")):
            names = (
                {
                    n.name
                    for n in ast.walk(ast.parse(path.read_text()))
                    if isinstance(n, ast.FunctionDef)
                }
                if path.suffix == ".py"
                else set()
            )
            assert not any(word in name.lower().split("_") for name in names)


def test_the_project_stands_alone():
    """Nothing that is shipped or tested may need a file outside the checkout."""
    for path in (
        *FILES,
        *(ROOT / "tests").rglob("*.py"),
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "Makefile",
    ):
        assert "../" + "shared" not in path.read_text(), path
