"""`scorer runs` and `scorer report`: what the nights did, and what they say of a day."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from scorer.errors import ScorerError

_store = click.option("--store", "url", metavar="URL", help="The database, if not SCORER_STORE.")
_path = click.Path(path_type=Path)


@click.group()
def runs() -> None:
    """Nightly runs: what they did, what they could not do, and trying that again."""


@runs.command("list")
@_store
@click.option("--last", default=20, show_default=True, help="How many.")
def list_runs(url: str | None, last: int) -> None:
    """Prints the runs, the latest first."""
    for run in _opened(url).runs(last):
        report = run.report
        told = f"{report.get('scored', 0)} scored, {report.get('failed', 0)} failed"
        hours = f"{report.get('sound_hours', 0)} h of sound"
        began = f"{run.started:%Y-%m-%d %H:%M}"
        click.echo(f"{run.id:>5}  {began}  {run.state:8}  {told}, {hours}")


@runs.command()
@_store
@click.argument("number", type=int, required=False)
@click.option("--html", type=_path, required=True, metavar="FILE", help="The page to write.")
def report(url: str | None, number: int | None, html: Path) -> None:
    """Writes the report of a run, the last one unless NUMBER names another."""
    from scorer.batch.sheets import sheet

    found = _opened(url).runs(1_000_000 if number else 1)
    wanted = [run for run in found if number in (None, run.id)]
    if not wanted:
        raise ScorerError("no such run here; `scorer runs list` has them all")
    write_whole(html, sheet("run.html", run=wanted[0]).encode())


@runs.command()
@_store
def failures(url: str | None) -> None:
    """Prints every recording that could not be scored since, and why."""
    for one in _opened(url).failing():
        state = "set aside" if one.set_aside else "to be tried again"
        click.echo(f"{one.source}\t{state} ({one.tries} tries)\t{one.reason}")


@runs.command()
@_store
@click.argument("sources", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that failed.")
def retry(url: str | None, sources: tuple[str, ...], everything: bool) -> None:
    """Has the next run try recordings again, by what stands first in `failures`."""
    if everything == bool(sources):
        raise ScorerError("name the recordings as `scorer runs failures` does, or say --all")
    store = _opened(url)
    count = sum(store.forgive(source) for source in sources) if sources else store.forgive()
    click.echo(f"{count} recordings will be tried again by the next run")
    if sources and not count:
        raise ScorerError("none of them had failed; `scorer runs failures` has the names")


@click.group("report")
def reports() -> None:
    """What the calls of a day, taken together, say."""


@reports.command("daily")
@_store
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Yesterday unless named.")
@click.option("--team", default="", help="One team alone.")
@click.option("--time-zone", default="UTC", show_default=True, help="Whose days are meant.")
@click.option("--html", type=_path, metavar="FILE", help="The page to write.")
@click.option("--png", type=_path, metavar="FILE", help="The picture to write, for a mail.")
def daily_report(
    url: str | None,
    day: datetime | None,
    team: str,
    time_zone: str,
    html: Path | None,
    png: Path | None,
) -> None:
    """Outcome, recovery, promises due and complaints of a day, as a page and as a picture."""
    from datetime import timedelta

    from scorer.batch import daily, results

    if html is None and png is None:
        raise ScorerError("say where to: --html FILE, --png FILE or both")
    there = results.zone(time_zone)
    when = day.date() if day else (datetime.now(there) - timedelta(days=1)).date()
    found = daily.daily(_opened(url), when, there, team)
    if html is not None:
        write_whole(html, daily.page(found).encode())
    if png is not None:
        write_whole(png, daily.picture(found))


def _opened(url: str | None) -> Any:
    from scorer.store.store import Store

    return Store(url)


def write_whole(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise ScorerError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):  # it has its name by now, or never was
            part.unlink()
    click.echo(str(path))
