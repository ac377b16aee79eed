"""`scorer demo`: the pages with life in them, before anyone's own calls are there."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import click
from tqdm import tqdm

#: The sample calls all take place on this Monday, so that "by Thursday" has a date.
SAMPLE_METADATA = {"team": "Sample calls", "started": "2025-03-03T10:00:00-05:00"}

_CALLS_BAR = "{l_bar}{bar}| {n:.1f}/{total} {desc}"


@click.command()
@click.option("--port", default=8501, show_default=True)
@click.option(
    "--samples",
    type=click.Path(path_type=Path),
    default=Path("tests/samples"),
    show_default=True,
    help="Recordings to score; generated calls take their sound from here.",
)
@click.option("--day", "span", flag_value="day", help="A day of generated calls.")
@click.option("--month", "span", flag_value="month", help="A month of generated calls.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day of the generated calls, if not today.",
)
@click.option("--seed", default=7, show_default=True, help="Another seed, other calls.")
@click.option("--mix", is_flag=True, help="Generate calls also where real ones are.")
@click.option(
    "--serve/--no-serve", "serving", default=True, help="Open the pages when the calls are scored."
)
def demo(
    port: int,
    samples: Path,
    span: str | None,
    until: datetime | None,
    seed: int,
    mix: bool,
    serving: bool,
) -> None:
    """Scores the sample calls, or generated ones, then serves the pages with them."""
    if span is None:
        _samples(samples)
    else:
        _generated(span, (until or datetime.now(UTC)), seed, samples, mix)
    if serving:
        from scorer.pages.server import serve

        serve(port)


def _generated(span: str, until: datetime, seed: int, samples: Path, mix: bool) -> None:
    from scorer.demo.fill import DAYS, fill
    from scorer.store.store import Store

    with tqdm(unit="call", disable=None, leave=False) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        count = fill(Store(), until.date(), DAYS[span], seed, samples, mix, progress)
    click.echo(f"{count} generated calls are in the store; no person made them", err=True)


def _samples(samples: Path) -> None:
    from scorer.errors import ScorerError
    from scorer.pipeline import Scorer
    from scorer.store.access import MACHINE
    from scorer.store.store import Store

    if not samples.is_dir():
        raise ScorerError(f"{samples}: no such folder; name one with recordings, or say --month")
    loaded, store = Scorer(), Store(person=MACHINE)
    files = {sha256(p.read_bytes()).hexdigest(): p for p in sorted(samples.glob("*.wav"))}
    done = store.done(files, loaded.rubrics.sha256, loaded.model_sha256)
    todo = [path for digest, path in files.items() if digest not in done]
    with tqdm(total=len(todo), disable=not todo, bar_format=_CALLS_BAR) as bar:
        for number, path in enumerate(todo):

            def progress(stage: str, share: float, done: int = number, path: Path = path) -> None:
                bar.n = done + share
                bar.set_description_str(f"{path.stem}: {stage}")

            scored = loaded.recording(path, metadata=SAMPLE_METADATA, progress=progress)
            store.keep(path, scored.card.to_dict(), scored.peaks)
