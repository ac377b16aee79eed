"""The walk of a call, front door to back: the only file that knows every room."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import scorer
from scorer import paths
from scorer.audio.apart import Open, Opened, opened
from scorer.audio.sound import Sound
from scorer.call import Call
from scorer.conversation import timing, turns
from scorer.conversation.waveform import Pairs, pairs
from scorer.errors import ScorerError
from scorer.outcome.calibrate import read as read_calibration
from scorer.outcome.outcome import measure
from scorer.provenance import code_sha256
from scorer.scorecard import Scorecard
from scorer.scoring.rubric import Rubrics, load
from scorer.scoring.score import score
from scorer.speech.heard import Heard as Words
from scorer.speech.hints import read as read_hints
from scorer.speech.parties import tell_apart
from scorer.speech.weights import fingerprint, resolve

if TYPE_CHECKING:
    from scorer.scoring.judge import Judge
    from scorer.speech.engine import Engine

#: Called with the stage's name in words and how much of the whole walk is done, in [0, 1].
Progress = Callable[[str, float], None]

#: An opened recording and the words that were heard in it.
Spoken = tuple[Opened, Words]

# Where each stage begins, as a share of the walk: transcribing is nearly all of it.
_OPEN, _WORDS, _SCORE = 0.0, 0.10, 0.97

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording as heard: the call, its sound, and what heard it."""

    call: Call
    sound: Sound
    provenance: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored recording: its card, and the waveform of each party's lane."""

    card: Scorecard
    peaks: list[Pairs]


class Scorer:
    """The loaded rubrics and, from the first recording on, the loaded speech model.

    `model` and `device` are as in `scorer.speech.engine.Engine`; `rubrics` is a folder of rubric
    files, those that count in this installation where it is None; `calibration` what the centre's
    surveys taught predicted satisfaction, this installation's own where it is None; `open` opens
    recordings, `apart.Apart()` where they come from outside; `language` is that of all calls where
    it need not be found out, `hints` a file of names to expect, this installation's own where it is
    None.
    Raises ScorerError where one of them cannot be loaded.
    """

    def __init__(
        self,
        model: str = "base",
        rubrics: Path | None = None,
        device: str = "auto",
        threads: int = 0,
        calibration: Path | None = None,
        open: Open = opened,
        judge: Judge | None = None,
        language: str | None = None,
        hints: Path | None = None,
    ) -> None:
        self._folder = rubrics
        self.rubrics: Rubrics = load(rubrics)
        self.calibration = read_calibration(calibration or paths.calibration())
        self._model, self._device, self._threads = model, device, threads
        self._open = open
        self._judge = judge
        self._language, self._hints = language, read_hints(hints)

    def look_again(self) -> None:
        """Takes the rubrics that count now: who scores for days sees what a lead publishes.

        Raises ScorerError where they cannot be read; then those from before stay.
        """
        self.rubrics = load(self._folder)

    @cached_property
    def engine(self) -> Engine:
        """The speech model; loaded when first asked for, with all that runs it: who only scores
        needs none of that."""
        from scorer.speech.engine import Engine

        return Engine(self._model, device=self._device, threads=self._threads)

    def load_ears(self) -> None:
        """Loads the speech model now. Raises ScorerError where it is missing."""
        _ = self.engine

    @property
    def model_sha256(self) -> str:
        """Which speech model this is, without loading it. ScorerError where it is missing."""
        return fingerprint(resolve(self._model))

    def recording(
        self,
        path: Path,
        name: str | None = None,
        progress: Progress | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Scored:
        """Recording to scorecard. `name` stands for the file's own name as the call's id.

        `metadata` is carried along; of it only `started` is read, to put dates to promises.
        """
        tell = progress or _silent
        spoken = self._hear_one(path, tell)
        tell("reading the conversation", _SCORE)
        scored = self.finish(spoken, name, metadata)
        tell("done", 1.0)
        return scored

    def listen(
        self, path: Path, name: str | None = None, progress: Progress | None = None
    ) -> Heard:
        """Recording to conversation: sound, words and turns, nothing judged yet."""
        return _conversation(self._hear_one(path, progress or _silent), name)

    def hear(
        self, sounds: Iterable[tuple[Key, Opened | ScorerError]], progress: Progress | None = None
    ) -> Generator[tuple[Key, Spoken | Exception], None, None]:
        """The words of many opened recordings, in their order, packed across calls.

        Recordings are taken from `sounds` only as the speech model needs them. One that could not
        be opened, or on which the model fails, is given back with its error; the others go on.
        """
        tell, rest = progress or _silent, iter(sounds)
        waiting: deque[tuple[Key, Opened | ScorerError]] = deque()
        ended: list[Exception | None] = []

        def taken() -> Iterator[Opened]:
            try:
                for key, sound in rest:
                    waiting.append((key, sound))
                    if not isinstance(sound, ScorerError):
                        yield sound
                ended.append(None)
            except Exception as error:  # whoever gives the recordings failed, not the model
                ended.append(error)

        def unopened() -> Iterator[tuple[Key, Exception]]:
            while waiting and isinstance(waiting[0][1], ScorerError):
                key, error = waiting.popleft()
                assert isinstance(error, ScorerError)
                yield key, error

        def share(done: float) -> None:
            tell("writing down the words", _WORDS + (_SCORE - _WORDS) * done)

        while not ended:
            spoiled = False
            try:
                for words in self.engine.transcribe_many(
                    taken(), share, self._language, self._hints
                ):
                    yield from unopened()
                    key, sound = waiting.popleft()
                    assert not isinstance(sound, ScorerError)
                    yield key, (sound, words)
            except Exception:  # any fault of one spoils the batch; found below
                if not waiting:  # no recording had a part in it
                    raise
                spoiled = True
            # One of those on their way spoiled the batch: each is heard alone, to find which. Only
            # now, when the error has let go of the engine's thread that takes recordings ahead.
            while spoiled and waiting:
                key, sound = waiting.popleft()
                yield key, self._alone(sound)
            yield from unopened()
        if ended[0] is not None:
            raise ended[0]

    def finish(
        self,
        spoken: Spoken,
        name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Scored:
        """What is left once the words are there: turns, scores, outcome, waveform."""
        heard = _conversation(spoken, name)
        card = self.call(replace(heard.call, metadata=metadata or {}), heard.provenance)
        return Scored(card, pairs(heard.sound, heard.call.duration or 0.0))

    def _hear_one(self, path: Path, tell: Progress) -> Spoken:
        tell("opening the recording", _OPEN)
        sound = self._open(path)
        tell("writing down the words", _WORDS)
        ((_, spoken),) = self.hear([(path, sound)], tell)
        if isinstance(spoken, Exception):
            raise spoken
        return spoken

    def _alone(self, sound: Opened | ScorerError) -> Spoken | Exception:
        if isinstance(sound, ScorerError):
            return sound
        try:
            return sound, self.engine.transcribe(*sound, language=self._language, hints=self._hints)
        except Exception as error:  # given back beside its recording
            return error

    def call(self, call: Call, heard_by: dict[str, Any] | None = None) -> Scorecard:
        """Conversation to scorecard. `heard_by` says how it was heard; None: it came in writing."""
        if call.timing is None:
            call = replace(call, timing=timing.from_turns(call.turns))
        scores = score(call, self.rubrics)
        judgements = scores.judgements
        if self._judge is not None:
            judgements = self._judge.beside(call, self.rubrics, judgements)
        return Scorecard(
            call=call,
            criteria=scores.criteria,
            judgements=judgements,
            outcome=measure(call, scores, self.rubrics, self.calibration),
            provenance={
                "version": scorer.__version__,
                "code_sha256": code_sha256(),
                "rubrics_sha256": self.rubrics.sha256,
                "meaning": self.rubrics.cues.read_by,
                "judge": self._judge.model if self._judge else None,
                "calibrated_on": self.calibration.surveys if self.calibration else None,
                **(heard_by or {}),
            },
        )


def _conversation(heard: Spoken, name: str | None) -> Heard:
    (recording, sound), words = heard
    words, sound, speakers_known = tell_apart(recording, sound, words)
    spoken = turns.build(words, sound)
    call = Call(
        id=name or recording.id,
        turns=spoken,
        lanes=sound.lanes,
        quality=sound.quality,
        timing=timing.measure(sound, spoken),
        duration=recording.duration,
        language=words.language,
        speakers_known=speakers_known,
    )
    provenance = {
        "recording_sha256": recording.sha256,
        "recording": {
            "layout": recording.layout,
            "codec": recording.codec,
            "sample_rate": recording.sample_rate,
            "channels": recording.channels,
            "notes": list(recording.notes),
        },
        **words.provenance,
    }
    return Heard(call, sound, provenance)


def _silent(stage: str, fraction: float) -> None:
    """No one is watching."""
