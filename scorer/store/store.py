"""The store's one door: every page, worker and run asks here, each as the person that it is.

store = Store()                       # SCORER_STORE, else SCORER_HOME/scorer.db; one local person
store.seen_by(person).calls()         # the same store with that person's role and reach
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl
from sqlalchemy import URL

from scorer import paths
from scorer.errors import ScorerError
from scorer.scorecard import Became, Result
from scorer.store import (
    audit,
    backup,
    calls,
    check,
    frames,
    history,
    removal,
    resolved,
    reviews,
    runs,
    search,
    sources,
    surveys,
)
from scorer.store.access import LOCAL, Action, Person
from scorer.store.audit import Act
from scorer.store.calibration import Calibration
from scorer.store.calls import Version
from scorer.store.check import Finding
from scorer.store.clips import Clips
from scorer.store.coaching import Coaching
from scorer.store.company import Company
from scorer.store.complaints import Register
from scorer.store.database import Database, inside, opened
from scorer.store.files import Files
from scorer.store.guidance import Guidance
from scorer.store.history import Event
from scorer.store.index import Card
from scorer.store.listing import Entries, Entry, Filter, Order, names_like
from scorer.store.playlists import Playlists
from scorer.store.practice import Practice
from scorer.store.promised import Ledger
from scorer.store.published import RubricVersions
from scorer.store.resolved import Resolution
from scorer.store.reviews import Judged, PromiseStatus
from scorer.store.runs import Failure, Run
from scorer.store.search import Hit
from scorer.store.surveys import Survey
from scorer.store.tallies import ALL, Among, Tallies
from scorer.store.wall import Wall

__all__ = ["Entry", "Filter", "Store"]


class Store:
    """Calls, scorecards and what people said of them, as one person may see them.

    `url` is a database's address (`SCORER_STORE` where it is None) and `home` the folder beside
    which the recordings lie (`SCORER_HOME`). Making one is cheap: the database is opened once.
    Every method raises ScorerError when the person's role does not allow it, and the same "no such
    call" for a call that is out of reach as for one that is not there.
    """

    def __init__(
        self, url: str | URL | None = None, person: Person = LOCAL, home: Path | None = None
    ) -> None:
        self.person = person
        self._home = home or paths.home()
        self._database: Database = opened(url or (inside(home) if home else None))
        self._files = Files(self._home / "recordings")

    def seen_by(self, person: Person) -> Store:
        """The same store with another person's role and reach."""
        other = object.__new__(Store)
        other.__dict__.update(self.__dict__, person=person)
        return other

    @property
    def address(self) -> str:
        """Which store this is, without its password."""
        return self._database.engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Lets go of the connections; the next question opens new ones."""
        self._database.engine.dispose()

    # Calls

    def keep(self, recording: Path | None, card: Card, peaks: Sequence[Any] = ()) -> str:
        """Puts a scored call in, exactly once, and returns its key."""
        return calls.keep(self._database, self._files, self.person, recording, card, peaks)

    def done(
        self, recording_sha256s: Iterable[str], rubrics_sha256: str | None, model: str | None
    ) -> set[str]:
        """Those of the recordings that these rubrics and this speech model scored; None: any."""
        return calls.done(self._database, self.person, recording_sha256s, rubrics_sha256, model)

    def calls(self, wanted: Filter | None = None, order: Order = "latest") -> Entries:
        """The calls that fit, the latest scored first or as the queue orders them; read lazily."""
        return Entries(self._database, self.person, wanted, order)

    def names_like(self, field: Literal["team", "agent"], part: str) -> list[str]:
        """The teams or agents whose names have a part in them, the one that is it first."""
        return names_like(self._database, self.person, field, part)

    def card(self, key: str, version: int | None = None) -> dict[str, Any]:
        """The scorecard in the file contract as the machine made it, the newest unless named."""
        return calls.card(self._database, self.person, key, version)

    def versions(self, key: str) -> list[Version]:
        """Every scorecard of the call, the newest first."""
        return calls.versions(self._database, self.person, key)

    def peaks(self, key: str) -> dict[str, Any]:
        """`{"channels": [[[lowest, highest], ...], ...]}`, about 2,000 pairs a channel."""
        folder = self._files.folder(self._content("read", key))
        peaks: dict[str, Any] = json.loads((folder / "peaks.json").read_bytes())
        return peaks

    def recording(self, key: str) -> Path:
        """The recording as it came."""
        found = self._files.find(self._content("listen", key))
        if found is None:
            raise ScorerError(f"{key}: the recording is gone; score the file again")
        return found

    def remove(self, key: str) -> None:
        """Erases a call with its recording and all that was said of it. The audit says who did."""
        removal.erase(self._database, self._files, self._home, self.person, key)

    # What people say

    def judged(self, key: str) -> list[Judged]:
        """Every judgement of the newest scorecard, with what people made of it."""
        return reviews.judged(self._database, self.person, key)

    def edit(self, judgement: int, to: Result, reason: str = "") -> int:
        """Agrees with a judgement (its own outcome again) or changes it, with a reason."""
        return reviews.edit(self._database, self.person, judgement, to, reason)

    def take_back(self, judgement: int) -> int:
        """Takes back that the person agreed with a judgement."""
        return reviews.take_back(self._database, self.person, judgement)

    def resolve(self, key: str, to: Became, reason: str = "") -> int:
        """Agrees with what became of the customer or changes it, with a reason."""
        return resolved.resolve(self._database, self.person, key, to, reason)

    def resolution(self, key: str) -> Resolution | None:
        """What a person said last became of the customer; None where the machine's word counts."""
        return resolved.resolution(self._database, self.person, key)

    def take_back_resolution(self, key: str) -> int:
        """Takes back that the person agreed with what became of the customer."""
        return resolved.take_back(self._database, self.person, key)

    def dispute(self, judgement: int, reason: str, days: int = reviews.ANSWER_WITHIN) -> int:
        """Says that a judgement of one's own call is wrong; another person answers in `days`."""
        return reviews.dispute(self._database, self.person, judgement, reason, days)

    def answer(self, dispute: int, to: Result, reason: str) -> int:
        """Settles a dispute with the outcome that counts from now on."""
        return reviews.answer(self._database, self.person, dispute, to, reason)

    def note(
        self, key: str, text: str, turn: int | None = None, reply_to: int | None = None
    ) -> int:
        """Writes a note on a call, at a turn, or as a reply."""
        return reviews.note(self._database, self.person, key, text, turn, reply_to)

    def sign(self, key: str, disputed: bool = False) -> int:
        """Puts the person's name under the newest scorecard with its edits; refused while a
        dispute is open, unless the person knows so (`disputed`)."""
        return reviews.sign(self._database, self.person, key, disputed)

    def follow(self, promise: int, status: PromiseStatus, reason: str = "") -> int:
        """Says whether a promise was kept, late or broken."""
        return reviews.follow(self._database, self.person, promise, status, reason)

    def history(self, key: str) -> list[Event]:
        """All that happened to the call, oldest first."""
        return history.history(self._database, self.person, key)

    def generated(self) -> bool:
        """Whether calls that nobody made (`scorer demo`) are among those that the person sees."""
        return calls.any_generated(self._database, self.person)

    # What leads do with their teams

    @property
    def calibration(self) -> Calibration:
        """Sessions in which several people score the same calls blind."""
        return Calibration(self._database, self.person)

    @property
    def coaching(self) -> Coaching:
        """Coaching plans, for those who coach and for the agent of each."""
        return Coaching(self._database, self.person)

    @property
    def practice(self) -> Practice:
        """What one agent's calls show, for who coaches them and for the agent."""
        return Practice(self._database, self.person)

    @property
    def wall(self) -> Wall:
        """The recognition wall."""
        return Wall(self._database, self.person)

    @property
    def guidance(self) -> Guidance:
        """Creed and goals."""
        return Guidance(self._database, self.person)

    @property
    def rubrics(self) -> RubricVersions:
        """The versions of the rubrics, and which one calls are scored on."""
        return RubricVersions(self._database, self.person, self._home)

    @property
    def tallies(self) -> Tallies:
        """Counts over many calls by period."""
        return Tallies(self._database, self.person)

    @property
    def clips(self) -> Clips:
        """Moments with the words around them."""
        return Clips(self._database, self.person)

    @property
    def playlists(self) -> Playlists:
        """Clips gathered to be heard together."""
        return Playlists(self._database, self.person)

    @property
    def ledger(self) -> Ledger:
        """The promises, and what becomes of them."""
        return Ledger(self._database, self.person)

    @property
    def complaints(self) -> Register:
        """The complaint register."""
        return Register(self._database, self.person)

    @property
    def company(self) -> Company:
        """The three figures that stand together."""
        return Company(self._database, self.person)

    # Looking across calls

    def search(
        self,
        words: str,
        limit: int = 50,
        among: Among = ALL,
        since: datetime | None = None,
        until: datetime | None = None,
        heard: bool = False,
    ) -> list[Hit]:
        """The turns in which all the words stand, those of the latest call first; "quotes" hold a
        phrase. `heard` leaves out calls without a recording."""
        return search.search(self._database, self.person, words, limit, among, since, until, heard)

    def frame(
        self,
        name: frames.Name,
        since: datetime | None = None,
        until: datetime | None = None,
        team: str = "",
    ) -> pl.DataFrame:
        """calls, judgements, moments, promises or surveys as a Polars frame."""
        return frames.frame(self._database, self.person, name, since, until, team)

    def began(self, scored_since: datetime) -> pl.Series:
        """When each of the calls began that were scored since then."""
        return frames.began(self._database, self.person, scored_since)

    def survey(self, answered: Iterable[Survey]) -> list[Survey]:
        """Links surveys to their calls; returns those whose call is not here."""
        return surveys.add(self._database, self.person, answered)

    # Nightly runs

    def run_started(self, options: Mapping[str, Any]) -> int:
        """Writes down that a run began, and returns its number."""
        return runs.start(self._database, self.person, options)

    def run_report(
        self, run: int, report: Mapping[str, Any], state: runs.RunState = "running"
    ) -> None:
        """Writes how far a run is; a state other than running ends it."""
        runs.report(self._database, self.person, run, report, state)

    def runs(self, limit: int = 50) -> list[Run]:
        """The runs, the latest first."""
        return runs.latest(self._database, self.person, limit)

    def run(self, number: int) -> Run:
        """The run of that number."""
        return runs.one(self._database, self.person, number)

    def found_before(self, addresses: Iterable[str]) -> list[sources.Found]:
        """What was last found at these addresses of a run's source: (address, stamp, sha256)."""
        return sources.found_before(self._database, self.person, addresses)

    def found(self, what: Iterable[sources.Found]) -> None:
        """Remembers what was found at addresses, so that it is not read again while it stays."""
        sources.found(self._database, self.person, what)

    def failed(self, source: str, rubrics_sha256: str, model: str, reason: str) -> Failure:
        """Counts a failure of a recording; `set_aside` says whether to try it again."""
        return runs.failed(self._database, self.person, source, rubrics_sha256, model, reason)

    def failing(self) -> list[Failure]:
        """The recordings that failed and were neither scored nor forgiven since."""
        return runs.failing(self._database, self.person)

    def forgive(self, source: str | None = None) -> int:
        """Forgets the failures of a recording, or of all, so that it is tried again."""
        return runs.forgive(self._database, self.person, source)

    # Letting go

    def let_go(self, key: str) -> None:
        """Deletes a call's recording and keeps its scorecard."""
        removal.let_go(self._database, self._files, self.person, key)

    def remove_customer(self, customer: str) -> int:
        """Erases every call of a customer; returns how many."""
        return removal.erase_customer(
            self._database, self._files, self._home, self.person, customer
        )

    def remove_before(self, until: datetime) -> int:
        """Erases every call that began before `until`; returns how many."""
        return removal.erase_before(self._database, self._files, self._home, self.person, until)

    # Upkeep

    def check(self, deep: bool = False) -> list[Finding]:
        """Everything that is wrong with the store; `deep` reads every recording and card."""
        return check.check(self._database, self._files, self.person, self._home, deep)

    def sweep(self) -> int:
        """Deletes recordings that belong to no call, and erased words that the database's log still
        holds; returns how many recordings."""
        return check.sweep(self._database, self._files, self.person)

    def audit(self, limit: int = 200) -> list[Act]:
        """Who did what, the latest first."""
        return audit.latest(self._database, self.person, limit)

    def backup(self, folder: Path, recordings: bool = True) -> dict[str, Any]:
        """Writes the whole store into a new folder and returns its manifest."""
        return backup.backup(self._database, self._files, self.person, folder, recordings)

    def restore(self, folder: Path) -> dict[str, Any]:
        """Puts a backup into this store, which must be empty; on either engine."""
        manifest = backup.restore(self._database, self._files, self.person, folder)
        self.rubrics.lay_out()
        return manifest

    def _content(self, action: Action, key: str) -> str:
        with self._database.read() as connection:
            return str(calls.one(connection, self.person, action, key)["recording_sha256"])
