"""`scorer surveys`: what customers answered, beside what was predicted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scorer import paths
from scorer.errors import ScorerError

if TYPE_CHECKING:
    from scorer.outcome.surveys import Imported, Kind, Survey
    from scorer.store.store import Store
    from scorer.store.surveys import Survey as Stored

_path = click.Path(path_type=Path)
_kind = click.option(
    "--kind", type=click.Choice(["csat", "nps", "ces"]), default="csat", show_default=True
)
_surveys = click.option("--surveys", "file", type=_path, help="A survey file, not the store's.")
_cards = click.option("--cards", type=_path, help="Scorecards as JSON Lines, not the store's.")


@click.group()
def surveys() -> None:
    """Survey answers: import them, and hold the scores against them."""


@surveys.command("import")
@click.argument("file", type=_path)
def import_surveys(file: Path) -> None:
    """Reads FILE (CSV or JSON Lines) and links each answer to its call in the store.

    Columns: call, and csat, nps or ces (or kind and answer); scale where it is not the usual one;
    at, when it was answered (2026-03-31 or 2026-03-31 14:05).
    """
    from scorer.store.store import Store

    found, store = _read(file), Store()
    answers, unknown = _timed(store, found.surveys)
    unlinked = len(unknown) + len(store.survey(map(_stored, answers)))
    linked = len(found.surveys) - unlinked
    click.echo(f"{linked} answers linked to their calls, {unlinked} to calls not here")
    if found.problems:
        raise ScorerError(f"{len(found.problems)} rows could not be read; the others are in")


@surveys.command()
@_kind
@_surveys
@_cards
@click.option("--out", type=_path, help="Where the calibration goes; the scorer's own by default.")
def calibrate(kind: Any, file: Path | None, cards: Path | None, out: Path | None) -> None:
    """Fits predicted satisfaction to the surveyed calls, or says that they are too few."""
    from scorer.outcome.calibrate import fit, write
    from scorer.outcome.relation import examples

    fitted = fit(examples(*_surveyed(kind, file, cards), kind))
    write(fitted, out or paths.calibration())
    click.echo(
        f"calibrated on {fitted.surveys} surveys: mean error {fitted.error_before:.3f} before, "
        f"{fitted.error_after:.3f} after; {fitted.level:.0%} interval ± {fitted.half_width:.3f}"
    )


@surveys.command()
@_kind
@_surveys
@_cards
def relate(kind: Any, file: Path | None, cards: Path | None) -> None:
    """Prints how each criterion relates to what customers answered, with intervals."""
    from scorer.outcome.relation import relations

    for found in relations(*_surveyed(kind, file, cards), kind):
        if found.rho is None:
            click.echo(f"{found.name:45} too few calls ({found.calls})")
        else:
            span = f"[{found.low:+.2f}, {found.high:+.2f}]"
            click.echo(f"{found.name:45} {found.rho:+.2f} {span} over {found.calls} calls")


def _surveyed(
    kind: Kind, file: Path | None, cards: Path | None
) -> tuple[list[dict[str, Any]], list[Survey]]:
    """The scorecards of the calls that were asked so, and what was answered.

    Both give a call by its key: two recordings may have the same name.
    """
    from scorer.outcome.surveys import linked
    from scorer.store.store import Store

    card: Callable[[str], dict[str, Any]]
    if cards is None:
        names, card = _names(Store()), Store().card
    else:
        given = {_key(each): each for each in _lines(cards) if "error" not in each}
        names, card = {key: str(each["id"]) for key, each in given.items()}, given.__getitem__
    answers = _kept(names) if file is None else _read(file).surveys
    known, _ = linked((each for each in answers if each.kind == kind), names)
    return [{**card(key), "id": key} for key in dict.fromkeys(each.call for each in known)], known


def _names(store: Store) -> dict[str, str]:
    """What the store's calls are named, by their keys."""
    return dict(store.frame("calls").select("key", "call").iter_rows())


def _key(card: dict[str, Any]) -> str:
    """By which key the store knows the call of a scorecard."""
    from scorer.store.calls import KEY
    from scorer.store.index import content

    return content(card)[:KEY]


def _kept(names: Mapping[str, str]) -> Iterator[Survey]:
    """The store's answers; those to calls of which only a name is known here go by that."""
    from scorer.outcome.surveys import Survey
    from scorer.store.store import Store

    for row in Store().frame("surveys").iter_rows(named=True):
        call = row["key"] if row["key"] in names else row["call"]
        yield Survey(call, row["kind"], row["value"], (row["low"], row["high"]))


def _read(file: Path) -> Imported:
    """A file's answers; says which rows could not be read."""
    from scorer.outcome.surveys import read

    found = read(file)
    for problem in found.problems:
        click.echo(f"scorer: {problem}", err=True)
    return found


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                card = json.loads(line)
                if not isinstance(card, dict) or "id" not in card:
                    raise ScorerError(f"{file}:{number}: not a scorecard; give what `score` wrote")
                yield card
    except (OSError, ValueError) as error:
        raise ScorerError(f"{file}: cannot be read as scorecards ({error})") from None


def _timed(store: Store, answers: Sequence[Survey]) -> tuple[list[Survey], list[Survey]]:
    """The answers, each with its time, and those without one whose call is not here.

    An answer without a time counts as given when its call began, or else when it was first scored:
    the same whenever the file is imported, so that it is in once.
    """
    from scorer.outcome.surveys import linked

    timed = [each for each in answers if each.when]
    if len(timed) == len(answers):
        return timed, []
    calls = store.frame("calls").select("key", "call", "started").rows_by_key("key", unique=True)
    names = {key: name for key, (name, _) in calls.items()}
    known, unknown = linked((each for each in answers if not each.when), names)
    for each in known:
        _, started = calls[each.call]
        began = started or store.versions(each.call)[-1].scored
        timed.append(replace(each, at=began.isoformat()))
    return timed, unknown


def _stored(answer: Survey) -> Stored:
    """The same answer as the store keeps it."""
    from scorer.store.surveys import Survey as Stored

    assert answer.when is not None
    worst, best = answer.scale
    about = (answer.when, answer.comment or "")
    return Stored(answer.call, answer.kind, answer.answer, worst, best, *about)
