"""What a worker does with its share of the recordings: the same on every engine.

Recordings are opened ahead, heard as one stream packed across calls, and put into the store one by
one. So the speech model never waits for sound, and each call is safe as soon as it is scored.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Protocol

from scorer.audio.apart import Apart, Opened
from scorer.batch.events import Event
from scorer.batch.item import Item
from scorer.batch.steps import DoneBefore, Ready, Setup, Unopened, failure, finish, make_ready
from scorer.errors import ScorerError, UnavailableError
from scorer.pipeline import Scorer, Spoken

Tell = Callable[[Event], None]
Opening = Ready | DoneBefore | Unopened


class Hands(Protocol):
    """Who opens recordings before they are heard, and scores and stores them afterwards."""

    ahead: int  # recordings that may be opened, or being opened, before they are wanted
    behind: int  # heard recordings that may wait for the store before hearing goes on

    def open(self, item: Item) -> Future[Opening]:
        """See `steps.make_ready`."""
        ...

    def finish(self, item: Item, one: Ready, spoken: Spoken) -> Future[Event]:
        """See `steps.finish`."""
        ...


class Threads:
    """Hands of this process: threads that open, each in a child of its own, and one that stores."""

    behind = 8

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        self._setup, self._scorer, self._store = setup, scorer, setup.opened_store()
        self.ahead = setup.openers + 3  # each lies on disk as it was decoded, 32 kB a second
        self._by = (scorer.rubrics.sha256, scorer.model_sha256)
        self._opening = ThreadPoolExecutor(setup.openers, initializer=self._begin)
        self._finishing, self._own = ThreadPoolExecutor(1), threading.local()

    def _begin(self) -> None:
        self._own.apart = Apart(self._setup.limits, self._setup.open)

    def open(self, item: Item) -> Future[Opening]:
        return self._opening.submit(self._open, item)

    def _open(self, item: Item) -> Opening:
        setup = self._setup
        return make_ready(
            item, self._own.apart, self._store, self._by, setup.patience, setup.fetched
        )

    def finish(self, item: Item, one: Ready, spoken: Spoken) -> Future[Event]:
        more = (self._scorer, self._store, self._setup)
        return self._finishing.submit(finish, item, one, spoken, *more)


class Worker:
    """Loads the models once, then works through one share after another."""

    def __init__(self, setup: Setup, hands: Callable[[Setup, Scorer], Hands] = Threads) -> None:
        self._scorer = setup.scorer()
        self._scorer.load_ears()
        self._hands = hands(setup, self._scorer)

    def __call__(self, share: Sequence[Item]) -> Iterator[Event]:
        """Scores the recordings of a share, and tells what happens as it happens.

        A recording of which no end was told is not in the store, or its end was lost on the way:
        the store knows. Raises UnavailableError where the store stays out of reach.
        """
        told: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()

        def run() -> None:
            try:
                self._work(share, told.put)
                told.put(None)
            except BaseException as error:  # raised where what it told is read
                told.put(error)

        # A thread of its own, so that "begun" is told before the words are there.
        threading.Thread(target=run, daemon=True).start()
        while (event := told.get()) is not None:
            if isinstance(event, BaseException):
                raise event
            yield event

    def _work(self, share: Sequence[Item], tell: Tell) -> None:
        opened: dict[str, Ready | Unopened] = {}
        ending: deque[tuple[Ready, Future[Event]]] = deque()

        def settle(waiting: int) -> None:
            while len(ending) > waiting:
                one, end = ending.popleft()
                try:
                    tell(end.result())
                finally:
                    one.close()

        ahead = self._ahead(share)
        heard = self._scorer.hear(_sounds(ahead, opened, tell), lambda *_: tell(Event("busy")))
        try:
            with closing(ahead), closing(heard):  # who takes the sounds lets go of them first
                for item, spoken in heard:
                    one = opened.pop(item.address)
                    if isinstance(one, Ready) and not isinstance(spoken, Exception):
                        ending.append((one, self._hands.finish(item, one, spoken)))
                    else:
                        tell(_unheard(item, one, spoken))
                    settle(self._hands.behind)
            settle(0)
        finally:
            for left in [*opened.values(), *(one for one, _ in ending)]:
                if isinstance(left, Ready):
                    left.close()

    def _ahead(self, share: Sequence[Item]) -> Generator[tuple[Item, Opening], None, None]:
        """What comes of opening each recording; some are opened before they are asked for."""
        opening: deque[tuple[Item, Future[Opening]]] = deque()
        coming = iter(share)
        try:
            while True:
                while len(opening) < self._hands.ahead and (item := next(coming, None)) is not None:
                    opening.append((item, self._hands.open(item)))
                if not opening:
                    return
                item, promised = opening.popleft()
                yield item, promised.result()
        finally:
            for _, promised in opening:  # nobody asks for them any more
                promised.cancel()
                promised.add_done_callback(_let_go)


def _sounds(
    ahead: Iterator[tuple[Item, Opening]], opened: dict[str, Ready | Unopened], tell: Tell
) -> Iterator[tuple[Item, Opened | ScorerError]]:
    """The sound of each recording that is new, or why it has none; what it is of is in `opened`."""
    for item, one in ahead:
        if isinstance(one, DoneBefore):
            known = item.size or 0
            tell(Event("done", item.address, item.group, item.stamp, one.sha256, size=known))
            continue
        opened[item.address] = one
        if isinstance(one, Unopened):
            yield item, one.error
        else:
            tell(Event("begun", item.address))
            yield item, one.sound


def _let_go(opening: Future[Opening]) -> None:
    """Of a recording that was opened for nobody, as soon as it is."""
    if not opening.cancelled() and opening.exception() is None:
        one = opening.result()
        if isinstance(one, Ready):
            one.close()


def _unheard(item: Item, one: Ready | Unopened, error: object) -> Event:
    if isinstance(one, Ready):
        one.close()
    if isinstance(error, UnavailableError):
        raise error
    assert isinstance(error, Exception)
    return failure(item, error, one.sha256)
