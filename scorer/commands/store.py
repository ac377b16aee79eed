"""`scorer store`: is all that was kept still whole, and a second copy of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from scorer.errors import ScorerError

_folder = click.argument("folder", type=click.Path(path_type=Path))


@click.group()
def store() -> None:
    """The store of calls: check it, back it up, restore it, erase from it."""


@store.command()
@click.option("--deep", is_flag=True, help="Read every recording and scorecard too.")
@click.option("--sweep", is_flag=True, help="First delete what belongs to no call any more.")
def check(deep: bool, sweep: bool) -> None:
    """Says what is wrong with the store, and what to do about it."""
    from scorer.store.store import Store

    if sweep:
        click.echo(f"{Store().sweep()} recordings without a call deleted")
    findings = Store().check(deep)
    for finding in findings:
        click.echo(f"{finding.what}; {finding.do}")
    if findings:
        raise ScorerError(f"{len(findings)} things are not as they should be")
    click.echo("the store is in order")


@store.command()
@click.option("--call", "key", metavar="KEY", help="One call, as its address names it.")
@click.option("--customer", metavar="NAME", help="Every call of a customer.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Every call that began earlier.")
@click.option("--plans", "agent", metavar="AGENT", help="Every coaching plan of an agent.")
@click.confirmation_option(prompt="This cannot be taken back. Erase?")
def erase(
    key: str | None, customer: str | None, before: datetime | None, agent: str | None
) -> None:
    """Erases calls with their recordings and all that was said of them; --yes does not ask."""
    from scorer.store.store import Store

    if sum(each is not None for each in (key, customer, before, agent)) != 1:
        raise ScorerError("say what: one of --call, --customer, --before and --plans")
    if agent is not None:
        plans = Store().coaching.all(agent)
        for plan in plans:
            Store().coaching.erase(plan.number)
        click.echo(f"{len(plans)} coaching plans erased")
        return
    count = 1
    if key is not None:
        Store().remove(key)
    elif customer is not None:
        count = Store().remove_customer(customer)
    elif before is not None:
        count = Store().remove_before(before.replace(tzinfo=UTC))
    click.echo(f"{count} calls erased")


@store.command()
@_folder
@click.option("--recordings/--no-recordings", default=True, show_default=True)
def backup(folder: Path, recordings: bool) -> None:
    """Writes the whole store into FOLDER, which must be new."""
    from scorer.store.store import Store

    Store().backup(folder, recordings)
    click.echo(f"the store is in {folder}")


@store.command()
@_folder
def restore(folder: Path) -> None:
    """Puts the backup in FOLDER into this store, which must be empty."""
    from scorer.store.store import Store

    Store().restore(folder)
    click.echo("restored")
