"""`scorer rubrics`: are the rubric files right, and what do they see in a call?"""

from __future__ import annotations

import json
from pathlib import Path

import click

_folder = click.argument("folder", required=False, type=click.Path(path_type=Path))


@click.group()
def rubrics() -> None:
    """Rubric files: checking and reading them."""


@rubrics.command()
@_folder
def check(folder: Path | None) -> None:
    """Reads every rubric in FOLDER (or the shipped ones) and runs every cue's examples."""
    from scorer.errors import ScorerError
    from scorer.scoring.examples import failures
    from scorer.scoring.rubric import available, load

    rubrics = load(folder, available(folder))
    wrong = failures(rubrics)
    for line in wrong:
        click.echo(line)
    if wrong:
        raise ScorerError(f"{len(wrong)} examples do not come out as they should; see above")
    click.echo(f"{len(rubrics.names)} rubrics in order: {', '.join(rubrics.names)}")


@rubrics.command()
def schema() -> None:
    """Prints the JSON Schema of a rubric file, for editors that check while one types."""
    from scorer.scoring.rubric import json_schema

    click.echo(json.dumps(json_schema(), indent=2))
