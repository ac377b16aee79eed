"""Who is told how a run goes: a person at a terminal, a log, Prometheus, a web address.

None of them is told a word of any call, and none of them can stop the run.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from scorer.batch.events import Event
from scorer.batch.tally import Tally
from scorer.errors import ScorerError
from scorer.store.runs import RunState

#: How often figures are written [s].
EVERY = 10.0


class Watcher(Protocol):
    """Somebody who looks on."""

    def see(self, event: Event, tally: Tally) -> None:
        """After each event."""
        ...

    def end(self, state: RunState, tally: Tally) -> None:
        """When the run is over: "finished" or "failed"."""
        ...


class Bar:
    """A line that lives, on a terminal; now and then a plain line where there is none."""

    def __init__(self, total: int) -> None:
        # No estimate by calls: the largest come first. The line has one by their size.
        form = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} calls [{elapsed}{postfix}]"
        self._bar = tqdm(total=total, disable=None, dynamic_ncols=True, bar_format=form)
        self._next = time.monotonic() + 300

    def see(self, event: Event, tally: Tally) -> None:
        if event.kind in ("busy", "begun"):
            return
        if event.kind in ("failed", "fault"):
            tqdm.write(f"scorer: {event.reason}", file=sys.stderr)
        self._bar.n = tally.scored + tally.done + tally.failed
        self._bar.set_postfix_str(_line(tally))
        if self._bar.disable and time.monotonic() > self._next:
            self._next = time.monotonic() + 300
            print(f"scorer: {tally.scored} calls scored, {_line(tally)}", file=sys.stderr)

    def end(self, state: RunState, tally: Tally) -> None:
        del state, tally
        self._bar.close()


def _line(tally: Tally) -> str:
    hours = f"{tally.sound / 3600:.1f} h of sound, {tally.speed:.1f} x real time"
    left = f", {tqdm.format_interval(tally.left)} left" if tally.left else ""
    return f"{hours}, {tally.failed} failed{left}"


class Log:
    """One JSON object a line: when, what, which recording. Appended, so that nights follow."""

    def __init__(self, path: Path, run: int) -> None:
        self._run = run
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)  # closing it has nothing left to write
        except OSError as error:
            raise ScorerError(f"{path}: no log can be written there ({error.strerror})") from error

    def see(self, event: Event, tally: Tally) -> None:
        del tally
        if event.kind != "busy":
            said = {name: value for name, value in asdict(event).items() if value}
            self._write({"event": said.pop("kind"), **said})

    def end(self, state: RunState, tally: Tally) -> None:
        self._write({"event": state, **tally.counts()})
        self._file.close()

    def _write(self, said: dict[str, Any]) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "run": self._run}
        try:
            told = json.dumps({**line, **said}, ensure_ascii=False)
            self._file.write(f"{told}\n".encode())
        except OSError:  # a full disk ends the log, not the run
            pass


class Prometheus:
    """Figures for Prometheus: a file for node_exporter's textfile collector, or a port.

    `where` is a path that ends in .prom, or `:PORT`; `finished` is when a run before this one last
    did. Raises ScorerError where that is no port, or none that is free.
    """

    def __init__(self, where: str, finished: datetime | None = None) -> None:
        try:
            from prometheus_client import CollectorRegistry, Gauge, start_http_server
        except ModuleNotFoundError as error:
            raise ScorerError(
                "--metrics needs prometheus-client; run pip install 'call-quality-scorer[batch]'"
            ) from error
        self._registry = CollectorRegistry()
        self._gauges = {
            name: Gauge(f"scorer_batch_{name}", told, registry=self._registry)
            for name, told in _FIGURES.items()
        }
        if finished is not None:
            self._gauges[_FINISHED].set(finished.timestamp())
        self._file = None if where.startswith(":") else Path(where)
        if self._file is None:
            try:
                start_http_server(int(where[1:]), registry=self._registry)
            except (ValueError, OverflowError) as error:
                raise ScorerError(f"{where}: is no port; write --metrics :9200") from error
            except OSError as error:
                reason = error.strerror or error
                raise ScorerError(
                    f"{where}: no figures can be asked for there ({reason}); take another port"
                ) from error
        self._next = 0.0

    def see(self, event: Event, tally: Tally) -> None:
        del event
        if time.monotonic() > self._next:
            self._next = time.monotonic() + EVERY
            self._tell(tally.counts())

    def end(self, state: RunState, tally: Tally) -> None:
        done = {_FINISHED: time.time()} if state == "finished" else {}
        self._tell(tally.counts() | done)

    def _tell(self, figures: dict[str, float]) -> None:
        from prometheus_client import write_to_textfile

        for name, gauge in self._gauges.items():
            if name in figures:
                gauge.set(figures[name])
        if self._file is not None:
            try:
                write_to_textfile(str(self._file), self._registry)
            except OSError as error:
                tqdm.write(f"scorer: {self._file}: no figures written ({error})", file=sys.stderr)


_FINISHED = "last_finished_timestamp_seconds"
_FIGURES = {
    "planned": "Recordings that this run set out to score",
    "scored": "Recordings scored by this run",
    "done_before": "Recordings of the source that were scored before",
    "failed": "Recordings that could not be scored",
    "set_aside": "Recordings that failed too often to be tried again",
    "without_consent": "Recordings left alone for want of consent",
    "left_behind": "Recordings that are scored but could not be deleted or archived",
    "sound_hours": "Hours of sound scored by this run",
    "seconds": "Seconds that this run has worked",
    "seconds_left": "Seconds that are left, by the size of what is done",
    "times_real_time": "Seconds of sound scored a second",
    _FINISHED: "When a run last finished, Unix time",
}


class Webhook:
    """Tells an address, once the run is over, how it ended: figures only."""

    def __init__(self, url: str, run: int) -> None:
        if not url.startswith(("http://", "https://")):
            raise ScorerError(f"{url}: is no web address; give https://...")
        self._url, self._run = url, run

    def see(self, event: Event, tally: Tally) -> None:
        """Nothing before the end."""

    def end(self, state: RunState, tally: Tally) -> None:
        said = json.dumps({"run": self._run, "state": state, **tally.counts()}).encode()
        request = urllib.request.Request(
            self._url, said, {"Content-Type": "application/json"}, method="POST"
        )
        for wait in (1.0, 5.0, None):
            try:
                urllib.request.urlopen(request, timeout=10).close()
                return
            except (OSError, ValueError, HTTPException) as error:
                if wait is None:
                    tqdm.write(f"scorer: {self._url}: was not told ({error})", file=sys.stderr)
                else:
                    time.sleep(wait)


class Every:
    """Calls something now and then, and once more at the end."""

    def __init__(self, seconds: float, work: Callable[[RunState, Tally], None]) -> None:
        self._seconds, self._work, self._next = seconds, work, time.monotonic() + seconds

    def see(self, event: Event, tally: Tally) -> None:
        del event
        if time.monotonic() > self._next:
            self._next = time.monotonic() + self._seconds
            self._work("running", tally)

    def end(self, state: RunState, tally: Tally) -> None:
        self._work(state, tally)
