"""The walk of a call, front door to back: the only file that knows every room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import scorer
from scorer import paths
from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.sound import Sound
from scorer.call import Call
from scorer.conversation import timing, turns
from scorer.conversation.waveform import Pairs, pairs
from scorer.outcome.calibrate import read as read_calibration
from scorer.outcome.outcome import measure
from scorer.provenance import code_sha256
from scorer.scorecard import Scorecard
from scorer.scoring.rubric import Rubrics, load
from scorer.scoring.score import score
from scorer.speech.engine import Engine
from scorer.speech.parties import tell_apart
from scorer.speech.weights import fingerprint, resolve

#: Called with the stage's name in words and how much of the whole walk is done, in [0, 1].
Progress = Callable[[str, float], None]

# Where each stage begins, as a share of the walk: transcribing is nearly all of it.
_DECODE, _ACTIVITY, _WORDS, _SCORE = 0.0, 0.05, 0.10, 0.97


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
    files, the shipped ones where it is None; `calibration` what the centre's surveys taught
    predicted satisfaction, this installation's own where it is None. Raises ScorerError where one
    of them cannot be loaded.
    """

    def __init__(
        self,
        model: str = "base",
        rubrics: Path | None = None,
        device: str = "auto",
        threads: int = 0,
        calibration: Path | None = None,
    ) -> None:
        self.rubrics: Rubrics = load(rubrics)
        self.calibration = read_calibration(calibration or paths.calibration())
        self._model, self._device, self._threads = model, device, threads

    @cached_property
    def engine(self) -> Engine:
        """The speech model; loaded when first asked for, since transcripts need none."""
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
        heard = self.listen(path, name, tell)
        tell("reading the conversation", _SCORE)
        card = self.call(replace(heard.call, metadata=metadata or {}), heard.provenance)
        tell("done", 1.0)
        return Scored(card, pairs(heard.sound, heard.call.duration or 0.0))

    def listen(
        self, path: Path, name: str | None = None, progress: Progress | None = None
    ) -> Heard:
        """Recording to conversation: sound, words and turns, nothing judged yet."""
        tell = progress or _silent
        tell("opening the recording", _DECODE)
        recording = decode(path)
        tell("finding who speaks when", _ACTIVITY)
        sound = analyse(recording)
        tell("writing down the words", _WORDS)
        heard = self.engine.transcribe(
            recording,
            sound,
            progress=lambda done: tell("writing down the words", _WORDS + (_SCORE - _WORDS) * done),
        )
        heard, sound, speakers_known = tell_apart(recording, sound, heard)
        spoken = turns.build(heard, sound)
        call = Call(
            id=name or recording.id,
            turns=spoken,
            lanes=sound.lanes,
            quality=sound.quality,
            timing=timing.measure(sound, spoken),
            duration=recording.duration,
            language=heard.language,
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
            **heard.provenance,
        }
        return Heard(call, sound, provenance)

    def call(self, call: Call, heard_by: dict[str, Any] | None = None) -> Scorecard:
        """Conversation to scorecard. `heard_by` says how it was heard; None: it came in writing."""
        if call.timing is None:
            call = replace(call, timing=timing.from_turns(call.turns))
        scores = score(call, self.rubrics)
        return Scorecard(
            call=call,
            criteria=scores.criteria,
            judgements=scores.judgements,
            outcome=measure(call, scores, self.rubrics, self.calibration),
            provenance={
                "version": scorer.__version__,
                "code_sha256": code_sha256(),
                "rubrics_sha256": self.rubrics.sha256,
                "calibrated_on": self.calibration.surveys if self.calibration else None,
                **(heard_by or {}),
            },
        )


def _silent(stage: str, fraction: float) -> None:
    """No one is watching."""
