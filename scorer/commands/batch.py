"""`scorer batch`: every call of the day, scored by the morning."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from scorer.commands.runs import write_whole
from scorer.errors import ScorerError

_path = click.Path(path_type=Path)


@click.command()
@click.argument("source")
@click.option("--store", metavar="URL", help="The store's database, if not SCORER_STORE.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--workers", default=0, help="Processes at work; 0: --per-gpu, or one for 4 cores.")
@click.option(
    "--per-gpu", default=0, help="Workers that share a GPU; 0: as many as it has room for."
)
@click.option("--ray-address", default="", help="A Ray cluster, if not RAY_ADDRESS.")
@click.option("--model", default="base", show_default=True, metavar="NAME|PATH|HUB ID")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@click.option("--rubrics", type=_path, help="A folder of rubric files, if not the published ones.")
@click.option("--calibration", type=_path, help="What `surveys calibrate` wrote, if not our own.")
@click.option("--language", metavar="CODE", help="Of all calls, such as en; else found out.")
@click.option("--hints", type=_path, help="Names to expect, if not our own hints.txt.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and end.")
@click.option("--limit", type=click.IntRange(0), help="Score no more than so many.")
@click.option("--since", metavar="TIME", help="Calls from then on: 2026-03-31, yesterday.")
@click.option("--only-missing", is_flag=True, help="Leave what any rubrics and model ever scored.")
@click.option("--require-consent", is_flag=True, help="Only calls whose column consent says yes.")
@click.option(
    "--after",
    type=click.Choice(["keep", "delete", "archive"]),
    default="keep",
    show_default=True,
    help="What becomes of a recording in SOURCE once its scorecard is safe.",
)
@click.option("--archive", default="", metavar="PLACE", help="Where --after archive moves to.")
@click.option("--copy/--no-copy", "copies", default=True, help="Whether the store keeps the sound.")
@click.option(
    "--patience",
    type=click.FloatRange(0, 1500),
    default=600.0,
    help="Seconds to wait for a database or a disk.",
)
@click.option("--results", metavar="PLACE", help="A folder or prefix for the night as Parquet.")
@click.option("--time-zone", default="UTC", show_default=True, help="Whose days are meant.")
@click.option("--report", type=_path, metavar="FILE", help="The run's report as a page (.html).")
@click.option("--log", type=_path, metavar="FILE", help="One JSON object a line is appended there.")
@click.option("--metrics", metavar="FILE|:PORT", help="Figures for Prometheus.")
@click.option("--webhook", metavar="URL", help="Is told the run's figures when it is over.")
def batch(source: str, **options: Any) -> None:
    """Scores every recording of SOURCE that these rubrics and this model have not scored yet.

    SOURCE is a folder, a manifest (.csv, .parquet, .jsonl) with a column `file`, or a prefix of an
    object store (s3://...). Exit status: 0 all is scored, 1 some recordings could not be, 2 the
    command line is wrong, 3 the run had to stop, 4 another run is at work, 130 it was interrupted.
    """
    from scorer.batch import run

    try:
        sys.exit(_batch(source, options))
    except run.AtWorkError as error:
        click.echo(f"scorer: {error}", err=True)
        sys.exit(run.AT_WORK)
    except run.InterruptedRunError as error:
        click.echo(f"scorer: {error}", err=True)
        sys.exit(run.INTERRUPTED)
    except ScorerError as error:
        click.echo(f"scorer: {error}", err=True)
        sys.exit(run.STOPPED)


def _batch(source: str, options: dict[str, Any]) -> int:
    from scorer.batch import results, run
    from scorer.batch.source import reached

    setup = _setup(source, options)
    results.zone(options["time_zone"])  # a word that is wrong is said before the night
    for place in filter(None, (setup.archive, options["results"])):
        reached(place)
    if options["dry_run"]:
        click.echo(f"scorer: {_told(_planned(source, setup, options).plan.counts)}", err=True)
        return run.ALL_SCORED
    with run.alone(setup.home) as fetched:
        night = _planned(source, replace(setup, fetched=fetched), options)
        click.echo(f"scorer: {_told(night.plan.counts)}", err=True)
        tally = _worked(night, options)
    figures = tally.counts()
    click.echo(
        f"scorer: run {night.number}: {tally.scored} scored, {figures['failed']} failed, "
        f"{figures['set_aside']} set aside, {figures['sound_hours']} h of sound "
        f"at {figures['times_real_time']} x real time",
        err=True,
    )
    return run.SOME_FAILED if tally.failed or tally.left_behind else run.ALL_SCORED


def _planned(source: str, setup: Any, options: dict[str, Any]) -> Any:
    """The run with its plan. ScorerError where any part of it is not to be had."""
    from scorer.batch import results, run
    from scorer.batch.plan import Wanted

    store, scorer = setup.opened_store(), setup.scorer()
    wanted = Wanted(
        rubrics_sha256=scorer.rubrics.sha256,
        model=scorer.model_sha256,
        limit=options["limit"],
        since=_time(options["since"], results.zone(options["time_zone"])),
        only_missing=options["only_missing"],
        consent=options["require_consent"],
    )
    plan = run.planned(setup, wanted, store, source)
    return run.Run(setup, wanted, store, plan, _kept(source, options))


def _setup(source: str, options: dict[str, Any]) -> Any:
    from scorer.batch.item import is_local
    from scorer.batch.source import MANIFESTS
    from scorer.batch.steps import Setup

    if (options["after"] == "archive") != bool(options["archive"]):
        raise click.UsageError("--after archive and --archive PLACE go together")
    if options["store"]:
        os.environ["SCORER_STORE"] = options["store"]  # children on this machine see it too
    whole = str(Path(source).resolve()) if is_local(source) else source
    folder = whole.rsplit("/", 1)[0] if Path(source).suffix.lower() in MANIFESTS else whole
    archive = options["archive"]
    named = [
        "model",
        "rubrics",
        "calibration",
        "language",
        "hints",
        "device",
        "store",
        "copies",
        "after",
        "patience",
    ]
    return Setup(
        **{name: options[name] for name in named},
        source=folder,
        archive=str(Path(archive).resolve()) if archive and is_local(archive) else archive,
    )


def _engine(setup: Any, options: dict[str, Any]) -> Any:
    if options["engine"] == "ray":
        from scorer.batch.on_ray import OnRay

        return OnRay(setup, options["workers"], options["per_gpu"], options["ray_address"])
    from scorer.batch.local import Local

    return Local(setup, options["workers"], options["per_gpu"])


def _worked(night: Any, options: dict[str, Any]) -> Any:
    """The figures of the night. One that had to stop has results and a report too."""
    began = datetime.now(UTC)
    try:
        tally = night.work(_engine(night.setup, options), lambda n: _watchers(n, night, options))
    except Exception:
        if night.number is not None:
            try:
                _afterwards(night, began, options)
            except ScorerError as error:  # why the night had to stop is told last, and counts
                click.echo(f"scorer: {error}", err=True)
        raise
    _afterwards(night, began, options)
    return tally


def _watchers(number: int, night: Any, options: dict[str, Any]) -> Iterator[Any]:
    from scorer.batch import watch

    yield watch.Bar(len(night.plan.todo))
    if options["log"]:
        yield watch.Log(options["log"], number)
    if options["metrics"]:
        finished = (run.finished for run in night.store.runs() if run.state == "finished")
        yield watch.Prometheus(options["metrics"], next(finished, None))
    if options["webhook"]:
        yield watch.Webhook(options["webhook"], number)


def _afterwards(night: Any, began: datetime, options: dict[str, Any]) -> None:
    """What is made of a night once it is over."""
    from scorer.batch import results
    from scorer.batch.sheets import sheet
    from scorer.store.access import LOCAL

    if options["results"]:
        store, there = night.store.seen_by(LOCAL), results.zone(options["time_zone"])
        results.write(store, options["results"], results.days(store, began, there), there)
    if options["report"]:
        [this] = [run for run in night.store.runs() if run.id == night.number]
        write_whole(options["report"], sheet("run.html", run=this).encode())


def _kept(source: str, options: dict[str, Any]) -> dict[str, Any]:
    """The options that a run is remembered by; an address of a database may hold a password."""
    secret = ("store", "webhook")
    said = {name: value for name, value in options.items() if value and name not in secret}
    return {"source": source, **{name: str(value) for name, value in said.items()}}


def _told(counts: dict[str, int]) -> str:
    """The plan in a line."""
    words = {
        "to do": "to be scored",
        "done": "scored before",
        "set aside": "set aside (`scorer runs failures`)",
        "no consent": "without the customer's consent",
        "before": "earlier than asked for",
    }
    told = [f"{counts[state]} {word}" for state, word in words.items() if counts.get(state)]
    return ", ".join(told) or "no recordings there"


def _time(said: str | None, there: ZoneInfo) -> datetime | None:
    """A time as people write it, by the clock there unless it names another."""
    if not said:
        return None
    import dateparser

    settings = {"TIMEZONE": there.key, "RETURN_AS_TIMEZONE_AWARE": True}
    named: datetime | None = dateparser.parse(said, settings=settings)
    if named is None:
        raise click.UsageError(f"--since: {said} is no time; write 2026-03-31 or yesterday")
    found = named.astimezone(there)
    if not any(each.isdigit() for each in said):  # "yesterday" is a day, not this time of it
        found = found.replace(hour=0, minute=0, second=0, microsecond=0)
    return found.astimezone(UTC)
