"""`scorer rubrics`: are the rubric files right, and what do they see in a call?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from scorer.call import Call
from scorer.errors import ScorerError

_folder = click.argument("folder", required=False, type=click.Path(path_type=Path))


@click.group()
def rubrics() -> None:
    """Rubric files: checking and reading them."""


@rubrics.command()
@_folder
def check(folder: Path | None) -> None:
    """Reads every rubric in FOLDER (or the shipped ones) and runs every cue's examples."""
    from scorer.scoring.check import check as failures
    from scorer.scoring.rubric import available, load

    loaded = load(folder, available(folder))
    wrong = failures(loaded.cues)
    for failure in wrong:
        click.echo(str(failure))
    if wrong:
        raise ScorerError(f"{len(wrong)} examples do not come out as they should; see above")
    click.echo(f"{len(loaded.names)} rubrics in order: {', '.join(loaded.names)}")


@rubrics.command()
@click.argument("transcript", type=click.Path(path_type=Path))
@click.option("--rubrics", "folder", type=click.Path(path_type=Path))
@click.option("--call", "wanted", help="The id of one call; all of them by default.")
def explain(transcript: Path, folder: Path | None, wanted: str | None) -> None:
    """Prints why each moment of a call was or was not found. TRANSCRIPT is JSON Lines."""
    from scorer.scoring.explain import explain as told
    from scorer.scoring.rubric import load

    loaded = load(folder)
    calls = _calls(transcript, wanted)
    if not calls:
        raise ScorerError(f"{transcript}: no call {wanted or ''} in it; look at its ids")
    for call in calls:
        click.echo(f"== {call.id}")
        for line in told(call, loaded):
            click.echo(line)


@rubrics.command()
def schema() -> None:
    """Prints the JSON Schema of a rubric file, for editors that check while one types."""
    from scorer.scoring.rubric import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


def _calls(transcript: Path, wanted: str | None) -> list[Call]:
    """The calls of a transcript file (or of scorecards, whose turns are in the same shape)."""
    from scorer.interop.jsonl import read_transcripts

    found = []
    try:
        with transcript.open("rb") as lines:
            for identity, call in read_transcripts(lines, transcript.name):
                if wanted is not None and identity != wanted:
                    continue
                if isinstance(call, ScorerError):
                    raise call
                found.append(call)
    except OSError as error:
        raise ScorerError(f"{transcript}: cannot be read ({error.strerror})") from None
    return found
