"""Proposals as files: a whole folder of rubrics, with those that changed as next versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryFile
from typing import Any

from ruamel.yaml import YAML

from scorer.errors import ScorerError
from scorer.scoring.proposal import Proposal
from scorer.scoring.variants import at_least_of


def write(folder: Path, proposals: Iterable[Proposal], out: Path) -> tuple[Path, ...]:
    """All files of `folder` in `out`, with the proposals as next versions; those that changed.

    Comments and order stay as they were. A rubric's `version` is raised; a cue file has none.
    Nothing is written where nothing changed; raises ScorerError where `out` holds something or
    cannot be written.
    """
    refuse_unfit(out)
    try:
        return _written(folder, proposals, out)
    except OSError as error:
        remedy = "make room, or name another folder; what is in it now is not whole"
        raise ScorerError(f"{out}: cannot be written ({error.strerror}); {remedy}") from None


def refuse_unfit(out: Path) -> None:
    """Raises ScorerError where proposals would be written over something, or cannot be written.

    What it makes to find out is gone afterwards.
    """
    made: list[Path] = []
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise ScorerError(f"{out}: there is something already; give the name of a new folder")
        made = [one for one in (out, *out.parents) if not one.exists()]
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        remedy = "name a folder that can be"
        raise ScorerError(f"{out}: cannot be made ({error.strerror}); {remedy}") from None
    finally:
        for one in made:
            with suppress(OSError):  # others have put something there
                one.rmdir()


def _written(folder: Path, proposals: Iterable[Proposal], out: Path) -> tuple[Path, ...]:
    changed: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    surely: dict[str, float] = {}
    # Of two thresholds for one cue that stands which gains more.
    for proposal in sorted(proposals, key=lambda one: one.after - one.before):
        if thresholds := at_least_of(proposal.changed):
            surely.update(thresholds)
        elif proposal.changed:
            changed[proposal.rubric][proposal.criterion] = proposal.changed
    if not (changed or surely):
        return ()
    for path in (*folder.glob("*.yaml"), *folder.glob("cues/*.yaml")):
        copy = out / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, copy)
    written = list(_cue_files(folder, surely, out)) if surely else []
    for rubric, criteria in changed.items():
        yaml = _yaml()
        text = yaml.load((folder / f"{rubric}.yaml").read_text(encoding="utf-8"))
        text["version"] += 1
        for criterion in text["criteria"]:
            for name, value in criteria.get(criterion["id"], {}).items():
                _apply(criterion, name, value)
        with (out / f"{rubric}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(text, file)
        written.append(out / f"{rubric}.yaml")
    return tuple(written)


def _cue_files(folder: Path, surely: Mapping[str, float], out: Path) -> Iterator[Path]:
    """The cue files with other thresholds in them."""
    for path in sorted(folder.glob("cues/*.yaml")):
        yaml = _yaml()
        text = yaml.load(path.read_text(encoding="utf-8"))
        theirs = [cue for cue in text["cues"] if cue["id"] in surely]
        for cue in theirs:
            cue["meaning"]["at_least"] = surely[cue["id"]]
        if theirs:
            with (out / "cues" / path.name).open("w", encoding="utf-8") as file:
                yaml.dump(text, file)
            yield out / "cues" / path.name


def _yaml() -> YAML:
    """Reads and writes a file with its comments and order as they were."""
    yaml = YAML()
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _apply(criterion: dict[str, Any], name: str, value: Any) -> None:
    if name == "reach":
        criterion.setdefault("reach", {})["turns"] = value
    elif name.startswith("without"):
        for field in ("meets", "misses"):
            for clause in criterion.get(field, ()):
                if value in clause["cue"] and len(clause["cue"]) > 1:
                    clause["cue"].remove(value)
    else:
        criterion[name] = value
