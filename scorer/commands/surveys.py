"""`scorer surveys`: what customers answered, beside what was predicted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scorer import paths
from scorer.errors import ScorerError

if TYPE_CHECKING:
    from scorer.outcome.surveys import Survey

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

    Columns: call, and csat, nps or ces (or kind and answer); scale where it is not the usual one.
    """
    from scorer.outcome.surveys import read
    from scorer.store.store import Store

    found = read(file)
    unknown = Store().survey(_stored(found.surveys))
    for problem in found.problems:
        click.echo(f"scorer: {problem}", err=True)
    linked = len(found.surveys) - len(unknown)
    click.echo(f"{linked} answers linked to their calls, {len(unknown)} to calls not here")
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

    fitted = fit(examples(_read_cards(cards), _read_surveys(file), kind))
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

    for found in relations(_read_cards(cards), _read_surveys(file), kind):
        if found.rho is None:
            click.echo(f"{found.name:45} too few calls ({found.calls})")
        else:
            span = f"[{found.low:+.2f}, {found.high:+.2f}]"
            click.echo(f"{found.name:45} {found.rho:+.2f} {span} over {found.calls} calls")


def _read_cards(file: Path | None) -> Iterable[dict[str, Any]]:
    if file is None:
        from scorer.store.store import Store

        store = Store()
        return (store.card(entry.key) for entry in store.calls())
    return _lines(file)


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


def _read_surveys(file: Path | None) -> Iterable[Survey]:
    from scorer.outcome.surveys import Survey, read

    if file is not None:
        return read(file).surveys
    from scorer.store.store import Store

    rows = Store().frame("surveys").iter_rows(named=True)
    return [Survey(r["call"], r["kind"], r["value"], (r["low"], r["high"])) for r in rows]


def _stored(answers: Iterable[Survey]) -> Iterator[Any]:
    """The same answers as the store keeps them. One without a time was given now."""
    from scorer.store.surveys import Survey as Stored

    for answer in answers:
        worst, best = answer.scale
        at = datetime.fromisoformat(answer.at) if answer.at else datetime.now(UTC)
        yield Stored(answer.call, answer.kind, answer.answer, worst, best, at, answer.comment or "")
