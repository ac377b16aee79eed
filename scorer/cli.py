"""The command line. Results go to standard output, progress and errors to standard error."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

import scorer
from scorer.commands.batch import batch
from scorer.commands.company import company
from scorer.commands.demo import demo
from scorer.commands.models import models
from scorer.commands.rubrics import rubrics as rubric_files
from scorer.commands.runs import reports, runs
from scorer.commands.store import store
from scorer.commands.surveys import surveys
from scorer.errors import ScorerError
from scorer.interop.jsonl import read_transcripts, writer
from scorer.paths import SOUND

if TYPE_CHECKING:
    from scorer.scoring.judge import Judge

_model = click.option(
    "--model",
    default="base",
    show_default=True,
    metavar="NAME|PATH|HUB ID",
    help="Any CTranslate2 Whisper.",
)
_device = click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
_threads = click.option("--threads", default=0, help="CPU threads; 0 takes what the machine has.")
_language = click.option(
    "--language", metavar="CODE", help="Of all calls, such as en; else found out call by call."
)
_hints = click.option(
    "--hints",
    type=click.Path(path_type=Path),
    help="Names to expect, one a line, instead of the scorer's own hints.txt.",
)
_rubrics = click.option(
    "--rubrics",
    type=click.Path(path_type=Path),
    help="A folder of rubric files instead of the published ones.",
)
_calibration = click.option(
    "--calibration",
    type=click.Path(path_type=Path),
    help="What `surveys calibrate` wrote, if not the scorer's own.",
)
_out = click.option(
    "--out",
    default="-",
    show_default=True,
    metavar="FILE",
    help="Where the lines go; - is standard output.",
)


class Group(click.Group):
    """Prints a ScorerError as its one line; other faults keep their traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ScorerError as error:
            click.echo(f"scorer: {error}", err=True)
            ctx.exit(1)


@click.group(cls=Group)
@click.version_option(scorer.__version__, prog_name="scorer")
def main() -> None:
    """Listens to recorded calls and scores how the customer was treated, quote by quote."""


@main.command()
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@_out
@_rubrics
@_calibration
@_model
@_device
@_threads
@click.option(
    "--judge",
    metavar="URL",
    help="A language model's second opinion beside each judgement: the base URL of an OpenAI-"
    "compatible endpoint on your own network. Off by default; changes no score.",
)
@click.option("--judge-model", metavar="NAME", help="The model to ask there.")
@click.option(
    "--judge-anywhere", is_flag=True, help="Allow an address outside your network: calls leave it."
)
@_language
@_hints
def score(
    inputs: tuple[str, ...],
    out: str,
    rubrics: Path | None,
    calibration: Path | None,
    model: str,
    device: str,
    threads: int,
    judge: str | None,
    judge_model: str | None,
    judge_anywhere: bool,
    language: str | None,
    hints: Path | None,
) -> None:
    """Scores recordings, folders of recordings and transcript files (.jsonl); - reads transcripts.

    Writes one scorecard a line, in the order of the inputs. An input that cannot be scored becomes
    a line {"id", "error"}; the others are scored all the same, and the exit status is then 1.
    """
    from scorer.pipeline import Scorer

    second = _second(judge, judge_model, judge_anywhere)
    loaded = Scorer(
        model, rubrics, device, threads, calibration, judge=second, language=language, hints=hints
    )
    files, failed = list(_expand(inputs)), 0
    if not all(map(_is_transcript, files)):
        loaded.load_ears()  # a missing model is said once, before anything is written
    with writer(out) as stream:
        for card in _cards(files, loaded):
            failed += "error" in card
            stream.write(json.dumps(card, ensure_ascii=False) + "\n")
            stream.flush()
    if second and (told := second.went_without()):
        click.echo(f"scorer: {told}", err=True)
    if failed:
        click.echo(
            f'scorer: {failed} could not be scored; the lines with "error" say why', err=True
        )
        sys.exit(1)


def _second(url: str | None, model: str | None, anywhere: bool) -> Judge | None:
    """The language model to ask, reached once before any call is scored; None: nobody is asked."""
    if url is None:
        if model is not None or anywhere:
            alone = "--judge-model" if model is not None else "--judge-anywhere"
            raise ScorerError(f"{alone} asks nobody without an address: add --judge URL")
        return None
    if model is None:
        raise ScorerError("say which model the judge should use: --judge-model NAME")
    from scorer.scoring.judge import Judge

    judge = Judge(url, model, os.environ.get("SCORER_JUDGE_KEY"), anywhere)
    judge.reach()
    return judge


def _cards(files: list[str], loaded: Any) -> Iterator[dict[str, Any]]:
    """A scorecard or an error line for each call, in the order of the inputs."""
    bar = tqdm(
        total=len(files),
        unit="file",
        disable=None,
        bar_format="{l_bar}{bar}| {n:.1f}/{total} {desc} [{elapsed}<{remaining}]",
    )
    with bar:
        for number, name in enumerate(files):
            if _is_transcript(name):
                yield from _transcripts(name, loaded)
            else:
                yield _recording(Path(name), loaded, bar, number)
            bar.n = number + 1
            bar.refresh()


def _is_transcript(name: str) -> bool:
    return name == "-" or Path(name).suffix == ".jsonl"


def _recording(path: Path, loaded: Any, bar: Any, number: int) -> dict[str, Any]:
    def progress(stage: str, fraction: float) -> None:
        bar.n = number + fraction
        bar.set_description_str(f"{path.name}: {stage}")

    def work() -> dict[str, Any]:
        card: dict[str, Any] = loaded.recording(path, progress=progress).card.to_dict()
        return card

    return _guarded(path.name, work)


def _transcripts(name: str, loaded: Any) -> Iterator[dict[str, Any]]:
    called = "standard input" if name == "-" else Path(name).name
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as lines:
            for identity, call in read_transcripts(lines, called):
                if isinstance(call, ScorerError):
                    yield _error(identity, call)
                else:
                    yield _guarded(identity, lambda call=call: loaded.call(call).to_dict())
    except OSError as error:
        reason = f"{name}: cannot be read ({error.strerror}); check the path and its permissions"
        yield _error(called, ScorerError(reason))


def _guarded(identity: str, work: Any) -> dict[str, Any]:
    """One bad input must not end the others: what goes wrong becomes its line."""
    try:
        card: dict[str, Any] = work()
        return card
    except ScorerError as error:
        return _error(identity, error)
    except Exception as error:  # a fault of ours: traceback to standard error, the rest goes on
        traceback.print_exc()
        fault = f"a fault in the program ({type(error).__name__}: {error})"
        return _error(identity, ScorerError(f"{identity}: {fault}; please report it"))


def _error(identity: str, error: ScorerError) -> dict[str, Any]:
    tqdm.write(f"scorer: {error}", file=sys.stderr)
    return {"id": identity, "error": str(error)}


def _expand(inputs: Iterable[str]) -> Iterator[str]:
    """Folders become the recordings and transcripts in them, by name."""
    for name in inputs:
        if name != "-" and Path(name).is_dir():
            found = sorted(
                p for p in Path(name).rglob("*") if p.suffix.lower() in {*SOUND, ".jsonl"}
            )
            if not found:
                click.echo(
                    f"scorer: {name}: no recordings or .jsonl files in this folder", err=True
                )
            yield from map(str, found)
        else:
            yield name


@main.command()
@click.argument("recordings", nargs=-1, required=True, type=click.Path(path_type=Path))
@_out
@_model
@_device
@_threads
@_language
@_hints
def transcribe(
    recordings: tuple[Path, ...],
    out: str,
    model: str,
    device: str,
    threads: int,
    language: str | None,
    hints: Path | None,
) -> None:
    """Recordings to transcripts (.jsonl) that `score` reads again; nothing is judged."""
    from scorer.pipeline import Scorer

    loaded = Scorer(model, device=device, threads=threads, language=language, hints=hints)
    loaded.load_ears()  # a missing model is said once, before anything is written
    failed = 0
    with writer(out) as stream:
        for path in tqdm(recordings, unit="file", disable=None):

            def work(path: Path = path) -> dict[str, Any]:
                call = loaded.listen(path).call
                turns = [
                    {"speaker": t.speaker, "text": t.text, "start": t.start, "end": t.end}
                    for t in call.turns
                ]
                return {"id": call.id, "turns": turns}

            line = _guarded(path.name, work)
            failed += "error" in line
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.exit(1 if failed else 0)


@main.group()
def audio() -> None:
    """What the sound alone tells: activity, quality, a picture."""


@audio.command("activity")
@click.argument("recording", type=click.Path(path_type=Path))
def audio_activity(recording: Path) -> None:
    """Prints who speaks when, hold, tones, overlap and recording quality as JSON."""
    from dataclasses import asdict

    from scorer.audio.activity import analyse
    from scorer.audio.decode import decode

    opened = decode(recording)
    sound = analyse(opened)
    found = {
        "id": opened.id,
        "duration": opened.duration,
        "layout": opened.layout,
        "notes": opened.notes,
        "activity": [asdict(lane) for lane in sound.lanes],
        "overlap": [asdict(interval) for interval in sound.overlap],
        "quality": asdict(sound.quality),
    }
    click.echo(json.dumps(found, indent=1))


@audio.command("show")
@click.argument("recording", type=click.Path(path_type=Path))
@click.option("--png", required=True, type=click.Path(path_type=Path), help="The picture to write.")
def audio_show(recording: Path, png: Path) -> None:
    """Draws both channels with activity, overlap, hold and quality."""
    from scorer.audio.activity import analyse
    from scorer.audio.decode import decode
    from scorer.audio.picture import draw

    opened = decode(recording)
    draw(opened, analyse(opened), png)


@main.command()
@click.option("--port", default=8501, show_default=True)
@click.option(
    "--address",
    default="localhost",
    show_default=True,
    help="What to listen on; another than this machine's own needs a sign-in.",
)
def app(port: int, address: str) -> None:
    """Serves the pages at http://localhost:PORT, on this machine only unless --address is given."""
    from scorer.pages.server import serve

    serve(port, address)


for command in (batch, company, demo, models, reports, rubric_files, runs, store, surveys):
    main.add_command(command)

if __name__ == "__main__":
    main()
