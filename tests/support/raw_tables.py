"""The store's raw tables in Polars, joined here alone: figures are held against these."""

import sqlite3
from datetime import UTC, datetime

import polars as pl

_TABLES = {
    "calls": "id, key, team, queue, topic, agent, customer, started, scorecard_id, resolution, "
    "satisfaction, effort",
    "judgements": "id, call_id, scorecard_id, rubric, criterion, outcome, proposed",
    "edits": "id, call_id, rubric, criterion, outcome",
    "moments": "call_id, scorecard_id, rubric, criterion, outcome, kind, quote",
    "promises": "id, call_id, scorecard_id, speaker, due, turn, quote",
    "followups": "id, promise_id, status",
    "surveys": "call_id, kind, value, low, high, answered",
    "disputes": "id, call_id, due",
    "answers": "dispute_id",
    "complaint_entries": "call_id, about",
}
_TIMES = ("started", "answered")


class Raw:
    """What calls of some teams say, between two times; the newest scorecards, a person's last word.

    Each frame carries the call's own columns beside its own.
    """

    def __init__(self, home, since, until, **about):
        with sqlite3.connect(home / "scorer.db") as connection:
            read = {
                name: pl.read_database(
                    f"SELECT {columns} FROM {name}", connection, infer_schema_length=None
                )
                for name, columns in _TABLES.items()
            }
        read = {name: _timed(frame) for name, frame in read.items()}
        within = [pl.col(name) == value for name, value in about.items() if value]
        calls = read["calls"].filter(pl.col("started") >= since, pl.col("started") < until, *within)
        self.calls = calls
        self._calls = calls.rename({"id": "call_id"})
        self._read = read
        self.judgements = self._judged()
        self.moments = self._newest(read["moments"])
        self.promises = self._promised()
        self.surveys = (
            read["surveys"]
            .join(self._calls, on="call_id")
            .with_columns(
                share=(pl.col("value") - pl.col("low")) / (pl.col("high") - pl.col("low"))
            )
        )

    def _newest(self, rows):
        return rows.join(self._calls, on=["call_id", "scorecard_id"])

    def _judged(self):
        """Each judgement with the outcome that counts; null where a critical one waits."""
        what = ["call_id", "rubric", "criterion"]
        last = self._read["edits"].sort("id").group_by(what).last().drop("id")
        return (
            self._newest(self._read["judgements"])
            .join(last.rename({"outcome": "said"}), on=what, how="left")
            .with_columns(
                outcome=pl.when(pl.col("said").is_not_null())
                .then("said")
                .when(pl.col("proposed") == 0)
                .then("outcome")
            )
        )

    def _promised(self):
        """What the centre promised, with the last word on it by the place where it was made."""
        place = ["call_id", "turn", "quote"]
        made = self._read["promises"]
        last = (
            self._read["followups"]
            .sort("id")
            .join(made.select(pl.col("id").alias("promise_id"), *place), on="promise_id")
            .group_by(place, maintain_order=True)
            .last()
            .select(*place, "status")
        )
        ours = self._newest(made).filter(pl.col("speaker") != "customer")
        return ours.join(last, on=place, how="left")

    def disputes(self):
        """Those that nobody answered."""
        asked, told = self._read["disputes"], self._read["answers"]["dispute_id"].to_list()
        return asked.filter(~pl.col("id").is_in(told)).join(self._calls, on="call_id")

    def bad_answers(self):
        """Calls with a bad answer about which nobody wrote: the lower two fifths, or detractors."""
        limit = pl.when(pl.col("kind") == "nps").then(0.6).otherwise(0.4)
        wrote = self._read["complaint_entries"].filter(pl.col("about") == "survey")["call_id"]
        waits = self.surveys.filter(
            pl.col("share") <= limit, ~pl.col("call_id").is_in(wrote.to_list())
        )
        return waits["call_id"].n_unique()


def _timed(frame):
    return frame.with_columns(
        pl.col(name).str.to_datetime(time_zone="UTC", time_unit="us")
        for name in _TIMES
        if name in frame.columns and frame[name].dtype == pl.String
    )


#: All of it, whenever it was.
EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
