"""Rubrics from their files: read strictly, checked as a whole, frozen, with a content hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scorer import paths
from scorer.errors import ScorerError
from scorer.scoring import encoder_weights
from scorer.scoring.cues import CueBook, Lists
from scorer.scoring.pattern import PatternError, compile_pattern
from scorer.scoring.schema import Clause, Criterion, CueEntry, CueFile, RubricFile
from scorer.scoring.sightings import in_order, made_of
from scorer.scoring.yaml_files import YamlFile

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, eq=False)
class Rubrics:
    """The rubrics a call is scored on, their cues, and the hash of all the files they came from."""

    rubrics: tuple[RubricFile, ...]
    cues: CueBook
    sha256: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(rubric.rubric for rubric in self.rubrics)


def available(folder: Path | None = None) -> tuple[str, ...]:
    """The names of all rubrics in a folder (None: those that calls are scored on)."""
    return tuple(path.stem for path in sorted((folder or paths.rubrics()).glob("*.yaml")))


def load(folder: Path | None = None, names: Iterable[str] | None = None) -> Rubrics:
    """The rubrics of a folder: `names`, or else those that say `default: true`.

    `folder` holds `*.yaml` (a rubric each, named as the file) and `cues/*.yaml`; None is what was
    published in this installation, else what ships with the program. Raises ScorerError with file,
    line and remedy where a file does not fit.
    """
    folder = Path(folder) if folder is not None else paths.rubrics()
    if not folder.is_dir():
        raise ScorerError(f"{folder}: no such folder of rubrics; give one with *.yaml and cues/")
    wanted = tuple(names) if names is not None else None
    contents = tuple(
        (str(path), hashlib.sha256(_bytes(path)).hexdigest())
        for path in (*sorted(folder.glob("*.yaml")), *sorted(folder.glob("cues/*.yaml")))
    )
    return _load(folder, wanted, contents, encoder_weights.find())


def json_schema() -> dict[str, Any]:
    """The JSON Schema of rubric files and of cue files, for editors that check while one types."""
    return {"rubric": RubricFile.model_json_schema(), "cues": CueFile.model_json_schema()}


@lru_cache(maxsize=8)
def _load(
    folder: Path,
    names: tuple[str, ...] | None,
    contents: tuple[tuple[str, str], ...],
    encoder: Path | None,  # noqa: ARG001 (one that came since is read by)
) -> Rubrics:
    """Cached by what the files hold, so that many calls read them once and an edit is seen."""
    paths = [Path(path) for path, _ in contents]
    book = _cue_book([path for path in paths if path.parent.name == "cues"])
    files = [path for path in paths if path.parent.name != "cues"]
    unknown = set(names or ()) - {path.stem for path in files}
    if unknown:
        have = ", ".join(path.stem for path in files) or "none"
        raise ScorerError(f"{folder}: no rubric named {sorted(unknown)[0]}; there are: {have}")
    rubrics = [_rubric(path, book) for path in files if names is None or path.stem in names]
    if names is None:
        rubrics = [rubric for rubric in rubrics if rubric.default]
    if not rubrics:
        raise ScorerError(f"{folder}: no rubric with 'default: true'; set it, or name rubrics")
    order = {name: place for place, name in enumerate(names or ())}
    rubrics.sort(key=lambda rubric: order.get(rubric.rubric, 0))
    digest = hashlib.sha256()
    for path, sha in contents:
        place = Path(path)
        if place.parent.name == "cues" or place.stem in {r.rubric for r in rubrics}:
            digest.update(f"{place.parent.name == 'cues'}/{place.name} {sha}\n".encode())
    return Rubrics(tuple(rubrics), book, digest.hexdigest())


def _cue_book(paths: Sequence[Path]) -> CueBook:
    """All cues of the files. A word list serves its own file first; every other may use it too."""
    sources = [YamlFile(path) for path in paths]
    parsed = [(source, _parse(source, CueFile)) for source in sources]
    everywhere = {name: phrases for _, file in parsed for name, phrases in file.lists.items()}
    worded: dict[str, tuple[CueEntry, Lists]] = {}
    for source, file in parsed:
        lists = {**everywhere, **file.lists}
        for place, entry in enumerate(file.cues):
            if entry.id in worded:
                raise source.error(("cues", place, "id"), f"there is another cue '{entry.id}'")
            worded[entry.id] = (entry, lists)
    for source, file in parsed:
        for place, entry in enumerate(file.cues):
            for other in made_of(entry):
                if other not in worded:
                    raise source.error(("cues", place), f"there is no cue '{other}'")
            for other in entry.meaning.beside if entry.meaning else ():
                if other not in worded or worded[other][0].meaning is None:
                    where = ("cues", place, "meaning", "beside")
                    raise source.error(where, f"there is no cue '{other}' by meaning")
    _refuse_circles(parsed)
    _refuse_unopposed(parsed)
    try:
        return CueBook(worded.values())
    except PatternError:
        for source, file in parsed:
            for place, entry in enumerate(file.cues):
                _check_patterns(source, place, entry, worded[entry.id][1])
        raise


def _refuse_circles(parsed: Sequence[tuple[YamlFile, CueFile]]) -> None:
    """Names the line of a cue that is made of itself."""
    try:
        in_order({entry.id: entry for _, file in parsed for entry in file.cues})
    except CycleError as circle:
        first, *others = circle.args[1]
        for source, file in parsed:
            for place, entry in enumerate(file.cues):
                if entry.id == first:
                    by_way = f" by way of '{others[0]}'" if others[:-1] else ""
                    problem = f"'{first}' is made of itself{by_way}"
                    raise source.error(("cues", place), problem) from None


def _refuse_unopposed(parsed: Sequence[tuple[YamlFile, CueFile]]) -> None:
    """Names the line of a cue by meaning that every sentence would mean: nothing is said of what
    does not mean it."""
    lessons = [
        (source, place, entry.id, entry.meaning)
        for source, file in parsed
        for place, entry in enumerate(file.cues)
        if entry.meaning
    ]
    for source, place, cue, own in lessons:
        if not any(
            other.by == own.by and other.lesson == own.lesson and name not in (cue, *own.beside)
            for _, _, name, other in lessons
        ) and not (own.unlike or own.calls_unlike):
            problem = f"nothing stands against '{cue}': say under 'unlike' what does not mean it"
            raise source.error(("cues", place, "meaning"), problem)


def _check_patterns(source: YamlFile, place: int, entry: CueEntry, lists: Lists) -> None:
    """Names the line of a pattern that cannot be read."""
    for field in ("wording", "unless"):
        for number, written in enumerate(getattr(entry, field)):
            try:
                compile_pattern(written, lists)
            except PatternError as error:
                raise source.error(("cues", place, field, number), str(error)) from None


def _rubric(path: Path, book: CueBook) -> RubricFile:
    source = YamlFile(path)
    rubric = _parse(source, RubricFile)
    if rubric.rubric != path.stem:
        raise source.error(("rubric",), f"call it '{path.stem}', as the file is called")
    seen: set[str] = set()
    for place, criterion in enumerate(rubric.criteria):
        if criterion.id in seen:
            raise source.error(("criteria", place, "id"), f"'{criterion.id}' stands here twice")
        seen.add(criterion.id)
        for field, number, clause in _clauses(criterion):
            for cue in clause.cue:
                if cue not in book.entries:
                    where = ("criteria", place, field, number, "cue")
                    raise source.error(where, f"there is no cue '{cue}' in cues/*.yaml")
    for cue in (*rubric.shown.cues, *rubric.shown.meant):
        field = "cues" if cue in rubric.shown.cues else "meant"
        if cue not in book.entries:
            raise source.error(("shown", field, cue), f"there is no cue '{cue}' in cues/*.yaml")
        if (book.entries[cue].meaning is None) == (field == "meant"):
            remedy = "cues by meaning stand under 'meant', all others under 'cues'"
            raise source.error(("shown", field, cue), remedy)
        meaning = book.entries[cue].meaning
        if field == "meant" and meaning and not meaning.like:
            raise source.error(("shown", field, cue), f"'{cue}' has no examples under 'like'")
    return rubric


def _clauses(criterion: Criterion) -> Iterable[tuple[str, int, Clause]]:
    for field in ("opens", "meets", "misses"):
        for number, clause in enumerate(getattr(criterion, field)):
            yield field, number, clause


def _parse(source: YamlFile, model: type[_Model]) -> _Model:
    if not isinstance(source.values, dict):
        raise source.error((), "is empty or a list: see docs/rubrics.md for what it should hold")
    try:
        return model.model_validate(_as_tuples(source.values))
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(part for part in first["loc"] if not str(part).startswith("function"))
        raise source.error(place, _remedy(place, first)) from None


def _remedy(place: tuple[str | int, ...], problem: Any) -> str:
    """What a lead should change, from what pydantic found."""
    field = next((str(part) for part in reversed(place) if isinstance(part, str)), "the file")
    kind, message = problem["type"], str(problem["msg"])
    if kind == "missing":
        return f"'{field}' is missing: add it"
    if kind == "extra_forbidden":
        return f"'{field}' is not a field here: check its spelling against docs/rubrics.md"
    if kind == "bool_type":
        return f"'{field}' should be true or false"
    if kind == "string_type":
        return f"'{field}' should be text: put it in quotes"
    if kind == "tuple_type":
        return f"'{field}' should be a list: write [one, two] or a line with '- ' for each"
    return f"'{field}': {message.removeprefix('Value error, ')}"


def _as_tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    return tuple(_as_tuples(item) for item in value) if isinstance(value, list) else value


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ScorerError(f"{path}: cannot be read ({error.strerror})") from None
