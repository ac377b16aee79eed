"""`scorer company`: the three figures that stand together (S21), from a file."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def company() -> None:
    """Employee satisfaction, customer satisfaction and profit, by month, beside the calls."""


@company.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_figures(file: Path) -> None:
    """Reads FILE (CSV, as `template` prints it) into the store; the last of a month counts."""
    from scorer.store.company import read
    from scorer.store.store import Store

    figures = read(file)
    new = Store().company.put(figures)
    click.echo(f"{new} figures are new, {len(figures) - new} were there already")


@company.command()
def template() -> None:
    """Prints a file to fill in."""
    from scorer.store.company import TEMPLATE

    click.echo(TEMPLATE, nl=False)
