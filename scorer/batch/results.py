"""The newest scorecards as Parquet, for any tool that reads it; docs/batch.md has the schema.

`PLACE/TABLE/date=2026-03-31/team=North/part-0.parquet`, the layout that Hive began and Polars,
DuckDB, Spark and Power BI know. There is no word of any call in it and no length of one. A part is
written beside its place and moved there, so that a reader never meets half of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import fsspec
import polars as pl

from scorer.errors import ScorerError, UnavailableError
from scorer.store import frames
from scorer.store.listing import Filter
from scorer.store.store import Store

#: Counts up when a column's meaning or type changes; columns that are only added leave it.
VERSION = "1"
#: The columns of each table, beside `date` and `team`, which stand in the path.
COLUMNS: Mapping[frames.Name, tuple[str, ...]] = MappingProxyType({
    "calls": (
        "key", "call", "agent", "started", "scored", "resolution", "satisfaction", "effort",
        "quality", "promises", "complaint", "proposed", "disputed", "signed",
    ),
    "judgements": (
        "key", "agent", "rubric", "criterion", "outcome", "score", "machine", "confidence",
        "weight", "critical", "decided_by",
    ),
    "moments": (
        "key", "agent", "rubric", "criterion", "outcome", "kind", "confidence", "turn", "start",
        "end",
    ),
    "promises": ("key", "agent", "promise", "speaker", "due", "status", "turn", "start"),
})  # fmt: skip
#: Calls whose rows are in memory at once, where a day's calls begin evenly.
AT_ONCE = 20_000
#: As Hive calls a part of what has no value.
_NOBODY = "__HIVE_DEFAULT_PARTITION__"


def zone(name: str) -> ZoneInfo:
    """A time zone by its name. ScorerError where there is none of it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ScorerError(f"{name}: is no time zone; write it as Europe/Berlin") from error


def day(when: date, there: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a day somewhere, and of the next."""
    first, after = (datetime.combine(when + timedelta(days=n), time(), there) for n in (0, 1))
    return first, after


def days(store: Store, scored_since: datetime, there: ZoneInfo) -> list[date]:
    """The days of the calls that were scored since then."""
    return sorted(store.began(scored_since).dt.convert_time_zone(there.key).dt.date().unique())


def write(store: Store, place: str, which: Iterable[date], there: ZoneInfo) -> int:
    """Writes these days anew, whatever was there of them; returns how many calls they hold.

    Raises UnavailableError where the place cannot be written.
    """
    count = 0
    try:
        filesystem, root = fsspec.core.url_to_fs(place.rstrip("/"))
        for each in which:
            count += _write(store, filesystem, root, each, there)
    except (OSError, ImportError, ValueError) as error:
        raise UnavailableError(f"{place}: the results cannot be written ({error})") from error
    return count


def _write(store: Store, filesystem: Any, root: str, when: date, there: ZoneInfo) -> int:
    begin, end = day(when, there)
    count = len(store.calls(Filter(since=begin, until=end)))
    pieces = list(_pieces(begin, end, max(1, -(-count // AT_ONCE))))
    for table in COLUMNS:
        folder, written = f"{root}/{table}/date={when.isoformat()}", set()
        for number, (since, until) in enumerate(pieces):
            frame = store.frame(table, since, until)
            for (team,), rows in frame.group_by("team"):
                part = f"{folder}/team={_named(str(team))}/part-{number}.parquet"
                _put(filesystem, part, rows.select(COLUMNS[table]))
                written.add(part)
        _tidy(filesystem, folder, written)
    return count


def _pieces(begin: datetime, end: datetime, count: int) -> Iterator[tuple[datetime, datetime]]:
    # In a zone of its own Python counts by the clock on the wall, which jumps twice a year.
    begin, end = begin.astimezone(UTC), end.astimezone(UTC)
    step = (end - begin) / count
    edges = [begin + n * step for n in range(count)] + [end]
    yield from pairwise(edges)


def _named(team: str) -> str:
    return quote(team, safe=" ") or _NOBODY


def _put(filesystem: Any, part: str, rows: pl.DataFrame) -> None:
    folder, name = part.rsplit("/", 1)
    filesystem.makedirs(folder, exist_ok=True)
    beside = f"{folder}/.{name}.part"
    with filesystem.open(beside, "wb") as file:
        rows.sort("key").write_parquet(file, metadata={"scorer.schema": VERSION})
    filesystem.mv(beside, part)


def _tidy(filesystem: Any, folder: str, written: set[str]) -> None:
    """Removes what an earlier run wrote of this day and nothing stands for any more."""
    for path in filesystem.find(folder) if filesystem.exists(folder) else ():
        if not any(str(path).endswith(part.lstrip("/")) for part in written):
            filesystem.rm_file(path)
