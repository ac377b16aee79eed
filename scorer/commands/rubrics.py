"""`scorer rubrics`: are the rubric files right, and what do they see in a call?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from scorer import paths
from scorer.call import Call
from scorer.errors import ScorerError
from scorer.scorecard import Result

if TYPE_CHECKING:
    from scorer.scoring.tune import Correction

_folder = click.argument("folder", required=False, type=click.Path(path_type=Path))


@click.group()
def rubrics() -> None:
    """Rubric files: checking and reading them."""


@rubrics.command()
@_folder
def check(folder: Path | None) -> None:
    """Reads every rubric in FOLDER and runs every cue's examples.

    Without one it reads those that calls are scored on: the published ones, or else the shipped.
    """
    from scorer.scoring.at_odds import at_odds
    from scorer.scoring.check import check as failures
    from scorer.scoring.check import untried
    from scorer.scoring.encoder_weights import REMEDY
    from scorer.scoring.rubric import available, load
    from scorer.scoring.verdicts import settles

    loaded = load(folder, available(folder))
    odd = at_odds(loaded, folder or paths.rubrics())
    wrong = failures(loaded.cues, folder or paths.rubrics())
    for line in (*odd, *wrong):
        click.echo(str(line))
    if wrong:
        raise ScorerError(f"{len(wrong)} examples do not come out as they should; see above")
    if odd:
        raise ScorerError("not all that is written counts as it stands; see above")
    if left_out := untried(loaded.cues):
        click.echo(f"{len(left_out)} cues by meaning were not tried, no encoder here: {REMEDY}")
    if folder is not None and (folder / "calls").exists() and not _ships(folder):
        click.echo(
            f"{folder / 'calls'} is not read: only the calls that ship with the program teach cues "
            "by meaning; leave it out of a folder of your own"
        )
    settled = settles(loaded)
    if changed := [name for name, by_verdicts in settled.items() if not by_verdicts]:
        click.echo(f"Changed, so their rule decides alone: {', '.join(changed)}")
        if len(changed) < len(settled):
            click.echo(
                "Other questions' answers may become a little more or less sure: what reviewers "
                "would mark hangs on what all rules find"
            )
    if off := [rubric.rubric for rubric in loaded.rubrics if not rubric.default]:
        remedy = "write 'default: true' into its file to score calls on it"
        click.echo(f"Off, so that no call is scored on it: {', '.join(off)}; {remedy}")
    click.echo(f"{len(loaded.names)} rubrics in order: {', '.join(loaded.names)}")


def _ships(folder: Path) -> bool:
    """Whether a folder is that of the rubrics that ship with the program."""
    return folder.resolve() == paths.shipped("rubrics").resolve()


@rubrics.command()
@click.argument("transcript", type=click.Path(path_type=Path))
@click.option("--rubrics", "folder", type=click.Path(path_type=Path))
@click.option("--call", "wanted", help="The id of one call; all of them by default.")
@click.option(
    "--only",
    multiple=True,
    metavar="RUBRIC.CRITERION",
    help="One question, told of in full; may be given again. All of them by default.",
)
def explain(
    transcript: Path, folder: Path | None, wanted: str | None, only: tuple[str, ...]
) -> None:
    """Prints why each moment of a call was or was not found. TRANSCRIPT is JSON Lines."""
    from scorer.scoring.explain import explain as told
    from scorer.scoring.rubric import available, load

    loaded = load(folder, available(folder))
    calls = _calls(transcript, wanted)
    if not calls:
        raise ScorerError(f"{transcript}: no call {wanted or ''} in it; look at its ids")
    for call in calls:
        lines = told(call, loaded, only)
        click.echo(f"== {call.id}")
        for line in lines:
            click.echo(line)


@rubrics.command()
@click.argument("transcripts", required=False, type=click.Path(path_type=Path))
@click.argument("corrections", required=False, type=click.Path(path_type=Path))
@click.option("--store", "stored", is_flag=True, help="What people decided on the stored calls.")
@click.option("--rubrics", "folder", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
def tune(
    transcripts: Path | None,
    corrections: Path | None,
    stored: bool,
    folder: Path | None,
    out: Path,
) -> None:
    """Proposes changes that reviewers' CORRECTIONS speak for, as new versions for a person to read.

    TRANSCRIPTS are JSON Lines; CORRECTIONS too: {"id", "rubric", "criterion", "outcome"} a line.
    With --store both come from the store: edits, and what most people said in calibrations.
    """
    from scorer.scoring.next_version import refuse_unfit, write
    from scorer.scoring.rubric import available, load
    from scorer.scoring.tune import propose, untried

    if stored == bool(transcripts and corrections):
        raise click.UsageError("give TRANSCRIPTS and CORRECTIONS, or --store")
    refuse_unfit(out)
    loaded = load(folder, available(folder))
    corrected = list(_corrected(transcripts, corrections))
    if not corrected:
        if corrections:
            raise ScorerError(f"{corrections}: no correction in it; write one a line")
        raise ScorerError("the store has no correction yet: edit answers, or hold a calibration")
    for line in untried(loaded, corrected):
        click.echo(line)
    proposals = propose(loaded, corrected)
    for proposal in proposals:
        click.echo(str(proposal))
        for note in proposal.notes:
            click.echo(f"  {note}")
    if not proposals:
        raise ScorerError("nothing was tried: no question has corrections enough; see above")
    if not any(proposal.changed for proposal in proposals):
        click.echo("no change agrees better with the reviewers than the rubrics do, beyond luck")
        return
    for path in write(folder or paths.rubrics(), proposals, out):
        click.echo(f"written for you to read: {path}")
    click.echo(
        f"To accept it, score with it (scorer score --rubrics {out}), or put the files that "
        "changed into the app: Rubrics, Change"
    )


@rubrics.command()
def schema() -> None:
    """Prints the JSON Schema of a rubric file, for editors that check while one types."""
    from scorer.scoring.rubric import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


def _corrected(transcripts: Path | None, corrections: Path | None) -> Iterator[Correction]:
    """From two files, else from the store."""
    if transcripts and corrections:
        return _corrections(corrections, _calls_by_id(transcripts))
    from scorer import rubric_worker
    from scorer.store.store import Store

    return rubric_worker.corrections(Store())


def _corrections(file: Path, by_id: Mapping[str, Call]) -> Iterator[Correction]:
    from scorer.scoring.tune import Correction

    given: dict[tuple[str, str, str], tuple[int, Result]] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ScorerError(f"{file}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        what, outcome = _correction(f"{file}:{number}", line)
        identity, rubric, criterion = what
        if identity not in by_id:
            remedy = "give its transcript too, or take the line out"
            raise ScorerError(f"{file}:{number}: no call '{identity}' in the transcripts: {remedy}")
        first, before = given.setdefault(what, (number, outcome))
        if before != outcome:
            raise ScorerError(
                f"{file}:{number}: '{outcome}' for {rubric}.{criterion} of call '{identity}', "
                f"which line {first} answers '{before}': keep one of the two"
            )
        yield Correction(by_id[identity], rubric, criterion, outcome)


def _correction(place: str, line: str) -> tuple[tuple[str, str, str], Result]:
    """The call, the rubric and the criterion of a line, and what it says of them."""
    try:
        row = json.loads(line)
        outcome: Result = row["outcome"]
        if outcome not in get_args(Result):
            raise ValueError(f"outcome {outcome!r} is none of {', '.join(get_args(Result))}")
        return (str(row["id"]), str(row["rubric"]), str(row["criterion"])), outcome
    except KeyError as error:
        raise ScorerError(f"{place}: {error} is missing: add it") from None
    except RecursionError:
        raise ScorerError(f"{place}: not a correction (nested too deeply)") from None
    except (ValueError, TypeError) as error:
        raise ScorerError(f"{place}: not a correction ({error})") from None


def _calls_by_id(transcript: Path) -> dict[str, Call]:
    """The calls of a transcript file. Two of one id are refused: which one was corrected?"""
    found: dict[str, tuple[int, Call]] = {}
    for number, call in _numbered(transcript):
        first, _ = found.setdefault(call.id, (number, call))
        if first != number:
            raise ScorerError(
                f"{transcript}:{number}: another call '{call.id}', which line {first} has too: "
                "keep one of the two, or give them ids of their own"
            )
    return {identity: call for identity, (_, call) in found.items()}


def _calls(transcript: Path, wanted: str | None) -> list[Call]:
    """The calls of a transcript file (or of scorecards, whose turns are in the same shape)."""
    return [call for _, call in _numbered(transcript, wanted)]


def _numbered(transcript: Path, wanted: str | None = None) -> Iterator[tuple[int, Call]]:
    """Each call of a file with its line."""
    from scorer.interop.jsonl import numbered_transcripts

    try:
        with transcript.open("rb") as lines:
            for number, identity, call in numbered_transcripts(lines, transcript.name):
                if wanted is not None and identity != wanted:
                    continue
                if isinstance(call, ScorerError):
                    raise call
                yield number, call
    except OSError as error:
        raise ScorerError(f"{transcript}: cannot be read ({error.strerror})") from None
