"""The process that scores what the pages submit: `python -m scorer.worker`.

It takes the oldest waiting job, keeps the models loaded between jobs, and ends when nothing came
for ten minutes. Only one runs at a time.
"""

from __future__ import annotations

import sys
import time
import traceback
from dataclasses import replace

from scorer.audio.apart import Apart
from scorer.errors import ScorerError
from scorer.pipeline import Scorer
from scorer.store import jobs
from scorer.store.jobs import Job
from scorer.store.store import Store

IDLE = 600.0  # seconds without work before the worker ends
POLL = 0.5


def main() -> int:
    """Works until idle. Exit status 0, also when another worker is already at it."""
    scorer = None
    # Asked once more after the lock is free: a job may come in the moment in which we let go of it.
    while any(job.busy for job in jobs.jobs()):
        with jobs.lock() as mine:
            if not mine:
                return 0
            _recover()
            try:
                scorer = scorer or Scorer(open=Apart())
            # A broken rubric file, say: nothing can be scored till it is mended.
            except ScorerError as error:
                _give_up(str(error))
                continue
            _serve(scorer)
    return 0


def _serve(scorer: Scorer) -> None:
    """Works through the queue until nothing came for a while."""
    since, heard = time.monotonic(), None
    while time.monotonic() - since < IDLE:
        rung = jobs.bell()
        waiting = None
        if rung != heard:
            waiting = next((job for job in jobs.jobs() if job.state == "waiting"), None)
        if waiting is None:
            heard = rung  # read before looking: a job that came meanwhile has rung again
            time.sleep(POLL)
            continue
        try:
            scorer.look_again()  # a lead may have published other rubrics meanwhile
        except ScorerError as error:
            _give_up(str(error))
            continue
        work(waiting, scorer)
        since = time.monotonic()


def _give_up(reason: str) -> None:
    """Tells every waiting job why it cannot be scored."""
    for job in jobs.jobs():
        if job.state == "waiting":
            jobs.save(replace(job, state="failed", stage="stopped", error=reason))


def _recover() -> None:
    """A job left running means that the last worker died on it: try again, then set it aside."""
    jobs.tidy()
    for job in jobs.jobs():
        if job.state != "running":
            continue
        if job.tries < jobs.MAX_TRIES:
            jobs.save(replace(job, state="waiting", stage="waiting", fraction=0.0))
        else:
            reason = (
                f"scoring stopped the worker {job.tries} times; "
                "check that the file plays, then try again"
            )
            jobs.save(replace(job, state="failed", error=reason))


def work(job: Job, scorer: Scorer) -> None:
    """Scores one job as the person who uploaded it, and writes how it went."""
    job = replace(job, state="running", tries=job.tries + 1)
    jobs.save(job)

    def progress(stage: str, fraction: float) -> None:
        jobs.save(replace(job, stage=stage, fraction=fraction))

    try:
        path = jobs.recording(job)
        scored = scorer.recording(path, job.name, progress, job.metadata)
        call = Store(person=job.by).keep(path, scored.card.to_dict(), scored.peaks)
    except ScorerError as error:
        jobs.save(replace(job, state="failed", stage="stopped", error=str(error)))
    except Exception:  # a fault of the program must not end the queue; it is told in the log
        traceback.print_exc()
        log = jobs.folder() / "worker.log"
        reason = f"{job.name}: something went wrong in the program; the details are in {log}"
        jobs.save(replace(job, state="failed", stage="stopped", error=reason))
    else:
        jobs.finish(job, call)


if __name__ == "__main__":
    sys.exit(main())
