"""`scorer models`: which speech models are here, and getting one."""

from __future__ import annotations

import click

from scorer.errors import ScorerError


@click.group()
def models() -> None:
    """Speech models: what is here, and getting one."""


@models.command("list")
def list_models() -> None:
    """Prints every model that can be named, and whether it is on this machine."""
    from scorer.speech.weights import listing

    for model in listing():
        size = f"{model.size / 1e6:.0f} MB" if model.size else ""
        where = (
            str(model.folder)
            if model.folder
            else ("installed package" if model.state == "package" else "")
        )
        click.echo(f"{model.name:24}{model.state:10}{size:>9}  {where}".rstrip())


@models.command()
@click.argument("name", default="base")
def fetch(name: str) -> None:
    """Gets a model onto this machine and verifies it; does nothing when it is here."""
    from scorer.speech.weights import fetch as get

    click.echo(get(name))


@models.command()
@click.argument("name", default="base")
def check(name: str) -> None:
    """Reads a model's weights and says whether they are what they should be."""
    from scorer.speech.weights import check as read

    found = read(name)
    if found.state != "ready":
        raise ScorerError(f"{name}: {found.state}; {found.note}")
    click.echo(f"{name}: {found.note}, sha256 {found.sha256}")
