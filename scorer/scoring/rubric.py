"""Rubrics from their files: read strictly, checked as a whole, frozen, with a content hash."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from graphlib import CycleError
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scorer import paths
from scorer.errors import ScorerError
from scorer.scoring import encoder_weights
from scorer.scoring.cues import CueBook, Lists
from scorer.scoring.marks import rubrics_looked_at
from scorer.scoring.pattern import PatternError, compile_pattern
from scorer.scoring.remedies import did_you_mean, of_schema
from scorer.scoring.schema import Criterion, CueEntry, CueFile, RubricFile, Shown
from scorer.scoring.sightings import in_order, made_of
from scorer.scoring.yaml_files import Place, YamlFile

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, eq=False)
class Rubrics:
    """The rubrics a call is scored on, their cues, and the hash of all the files they came from."""

    rubrics: tuple[RubricFile, ...]
    cues: CueBook
    sha256: str
    # Of the same folder: what reviewers would mark hangs on what these find, too.
    others: tuple[RubricFile, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(rubric.rubric for rubric in self.rubrics)

    @cached_property
    def criteria(self) -> Mapping[str, tuple[RubricFile, Criterion]]:
        """Each criterion with its rubric, by its whole name ("rubric.criterion")."""
        return _criteria(self.rubrics)

    @cached_property
    def all_criteria(self) -> Mapping[str, tuple[RubricFile, Criterion]]:
        """The same, with those of the folder's other rubrics."""
        return _criteria((*self.rubrics, *self.others))

    def only(self, names: Collection[str]) -> Rubrics:
        """Those of these rubrics that have one of the names."""
        kept = tuple(one for one in self.rubrics if one.rubric in names)
        left = tuple(one for one in self.rubrics if one.rubric not in names)
        return replace(self, rubrics=kept, others=(*self.others, *left))


def _criteria(rubrics: Iterable[RubricFile]) -> Mapping[str, tuple[RubricFile, Criterion]]:
    return {f"{r.rubric}.{one.id}": (r, one) for r in rubrics for one in r.criteria}


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
    for path in (*sorted(folder.glob("*.yml")), *sorted(folder.glob("cues/*.yml"))):
        if not path.name.startswith("."):
            remedy = f"files of rubrics and cues end in .yaml: call it {path.stem}.yaml"
            raise ScorerError(f"{path}: not read; {remedy}")
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
    every = [_rubric(path, book) for path in files]
    rubrics = [one for one in every if (one.default if names is None else one.rubric in names)]
    others = tuple(one for one in every if one not in rubrics)
    if not every:
        raise ScorerError(f"{folder}: no rubric in it; each is a file that ends in .yaml")
    if not rubrics:
        remedy = "write it into the file of each rubric that calls are to be scored on"
        raise ScorerError(f"{folder}: no rubric with 'default: true'; {remedy}")
    order = {name: place for place, name in enumerate(names or ())}
    rubrics.sort(key=lambda rubric: order.get(rubric.rubric, 0))
    digest, used = hashlib.sha256(), {one.rubric for one in rubrics} | rubrics_looked_at()
    for path, sha in contents:
        place = Path(path)
        if place.parent.name == "cues" or place.stem in used:
            digest.update(f"{place.parent.name == 'cues'}/{place.name} {sha}\n".encode())
    return Rubrics(tuple(rubrics), book, digest.hexdigest(), others)


def _cue_book(paths: Sequence[Path]) -> CueBook:
    """All cues of the files. A word list serves its own file first; every other may use it too."""
    sources = [YamlFile(path) for path in paths]
    parsed = [(source, _parse(source, CueFile)) for source in sources]
    everywhere = {name: phrases for _, file in parsed for name, phrases in file.lists.items()}
    worded: dict[str, tuple[CueEntry, Lists]] = {}
    stands: dict[str, str] = {}
    for source, file in parsed:
        lists = {**everywhere, **file.lists}
        for place, entry in enumerate(file.cues):
            here = ("cues", place, "id")
            if entry.id in worded:
                problem = f"there is another cue '{entry.id}', at {stands[entry.id]}"
                raise source.error(here, f"{problem}: call one of them otherwise")
            worded[entry.id] = (entry, lists)
            stands[entry.id] = f"{source.path}:{source.line(here)}"
    by_meaning = [cue for cue, (entry, _) in worded.items() if entry.meaning]
    for source, file in parsed:
        wrong = [*_unknown_parts(file, worded, by_meaning)]
        if wrong:
            raise source.errors(wrong)
    _refuse_circles(parsed)
    _refuse_unopposed(parsed)
    try:
        return CueBook(worded.values())
    except PatternError:
        for source, file in parsed:
            for place, entry in enumerate(file.cues):
                _check_patterns(source, place, entry, worded[entry.id][1])
        raise


def _unknown_parts(
    file: CueFile, known: Collection[str], by_meaning: Collection[str]
) -> Iterator[tuple[Place, str]]:
    """The cues that others of a file are made of, or can be meant beside, and that are none."""
    for place, entry in enumerate(file.cues):
        for other in made_of(entry):
            if other not in known:
                yield ("cues", place), f"'{entry.id}' is made of it, but {_no_cue(other, known)}"
        for other in entry.meaning.beside if entry.meaning else ():
            if other not in by_meaning:
                near = did_you_mean(other, by_meaning)
                yield ("cues", place, "meaning", "beside"), f"no cue by meaning is '{other}'{near}"


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
    wrong = [*_wrong_criteria(rubric, book), *_wrong_shown(rubric.shown, book)]
    if wrong:
        raise source.errors(wrong)
    return rubric


def _wrong_criteria(rubric: RubricFile, book: CueBook) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    for place, criterion in enumerate(rubric.criteria):
        if criterion.id in seen:
            yield ("criteria", place, "id"), f"'{criterion.id}' stands here twice"
        seen.add(criterion.id)
        for field, number, clause in criterion.clauses:
            for cue in clause.cue:
                if cue not in book.entries:
                    yield ("criteria", place, field, number, "cue"), _no_cue(cue, book.entries)


def _wrong_shown(shown: Shown, book: CueBook) -> Iterator[tuple[Place, str]]:
    for field, cues in (("cues", shown.cues), ("meant", shown.meant)):
        for cue in cues:
            place = ("shown", field, cue)
            if cue not in book.entries:
                yield place, _no_cue(cue, book.entries)
                continue
            meaning = book.entries[cue].meaning
            if (meaning is None) == (field == "meant"):
                yield place, "cues by meaning stand under 'meant', all others under 'cues'"
            elif meaning and not meaning.like:
                yield place, f"'{cue}' has no examples under 'like'"


def _no_cue(cue: str, known: Iterable[str]) -> str:
    return f"there is no cue '{cue}' in cues/*.yaml{did_you_mean(cue, known)}"


def _parse(source: YamlFile, model: type[_Model]) -> _Model:
    if not isinstance(source.values, dict):
        first = next(iter(model.model_fields)) if model is RubricFile else "cues"
        remedy = f"begin it with '{first}: ' and copy the rest from the example in docs/rubrics.md"
        raise source.error((), f"is empty or no 'name: value' lines: {remedy}")
    try:
        return model.model_validate(_as_tuples(source.values))
    except ValidationError as error:
        raise source.errors(of_schema(error, model)) from None


def _as_tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    return tuple(_as_tuples(item) for item in value) if isinstance(value, list) else value


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ScorerError(f"{path}: cannot be read ({error.strerror})") from None
