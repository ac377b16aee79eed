"""`scorer models`: which models of speech and of meaning are here, and getting one."""

from __future__ import annotations

import click

from scorer.errors import ScorerError
from scorer.scoring import encoder_weights


@click.group()
def models() -> None:
    """Models of speech (Whisper) and of meaning (minilm): what is here, and getting one."""


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
    found = encoder_weights.find()
    state, size = ("ready", f"{found.stat().st_size / 1e6:.0f} MB") if found else ("absent", "")
    click.echo(f"{encoder_weights.NAME:24}{state:10}{size:>9}  {found or ''}".rstrip())


@models.command()
@click.argument("name", default="base")
def fetch(name: str) -> None:
    """Gets a model onto this machine and verifies it; does nothing when it is here."""
    from scorer.speech.weights import resolve

    if name == encoder_weights.NAME:
        click.echo(encoder_weights.fetch())
        return
    click.echo(resolve(name))


@models.command()
@click.argument("name", default="base")
def check(name: str) -> None:
    """Reads a model's weights and says whether they are what they should be."""
    from scorer.speech.weights import check as read

    if name == encoder_weights.NAME:
        file = encoder_weights.find()
        if file is None:
            raise ScorerError(f"{name}: absent; {encoder_weights.REMEDY}")
        click.echo(f"{name}: sha256 as published, sha256 {encoder_weights.verified(file)}")
        return
    found = read(name)
    if found.state != "ready":
        raise ScorerError(f"{name}: {found.state}; {found.note}")
    click.echo(f"{name}: {found.note}, sha256 {found.sha256}")
