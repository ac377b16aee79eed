"""The sample calls are what their truth says: in the sound, in the words and in what is marked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from ruamel.yaml import YAML

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / "scripts").glob("*.yaml"))
RATE = 8000
SPEAKERS = {"agent": 0, "agent2": 0, "customer": 1}

CRITERIA = {
    "listening": ["lets_finish", "acknowledges", "restates", "asks_open", "does_not_ask_again"],
    "empathy": ["acknowledges_feeling", "does_not_dismiss"],
    "ownership": ["takes_charge", "no_blame", "warm_handover", "concrete_promise"],
    "respectful_address": [
        "name_as_invited",
        "please_and_thanks",
        "hold_manners",
        "no_belittling",
    ],
    "customer_satisfaction": ["need_met", "little_effort", "leaves_better"],
}
KINDS = {"met": {"truth", "magic"}, "recovered": {"truth", "magic"}, "missed": {"misery"}}
RESOLUTIONS = {"resolved", "promised", "handed_over", "unresolved", "unclear"}

# dBFS. The hiss lies at -62 to -63, a faint last consonant just above it.
HISS, QUIET, SPOKEN = -61.0, -54.0, -40.0


def truth(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.json").read_text())


def script(name: str) -> dict[str, Any]:
    return YAML(typ="safe").load((HERE / "scripts" / f"{name}.yaml").read_text())


def sound(name: str) -> np.ndarray:
    """Both channels, shape=(2, n)."""
    return soundfile.read(HERE / f"{name}.wav")[0].T


def level(samples: np.ndarray) -> float:
    """RMS in dB under full scale."""
    return float(10 * np.log10((samples**2).mean() + 1e-12))


def cut(channel: np.ndarray, start: float, end: float) -> np.ndarray:
    return channel[round(start * RATE) : round(end * RATE)]


def every(call: dict[str, Any], channel: int) -> list[tuple[float, float]]:
    """All stretches in which the truth says that this channel sounds."""
    spans = [s for t in call["turns"] if t["channel"] == channel for s in t["speech_spans"]]
    others = [x for x in call["holds"] + call["tones"] if x["channel"] == channel]
    return [(a, b) for a, b in spans] + [(x["start"], x["end"]) for x in others]


def test_there_are_at_least_eight_calls_under_twelve_megabytes() -> None:
    assert len(NAMES) >= 8
    assert sorted(p.stem for p in HERE.glob("*.wav")) == NAMES
    assert sorted(p.stem for p in HERE.glob("*.json")) == NAMES
    files = [*HERE.glob("*.wav"), *HERE.glob("*.json")]
    assert sum(file.stat().st_size for file in files) < 12e6


@pytest.mark.parametrize("name", NAMES)
class TestSound:
    def test_is_a_two_channel_mu_law_recording(self, name: str) -> None:
        info = soundfile.info(HERE / f"{name}.wav")
        assert (info.format, info.subtype) == ("WAV", "ULAW")
        assert (info.samplerate, info.channels) == (RATE, 2)
        assert 70 <= info.duration <= 130
        assert info.duration == pytest.approx(truth(name)["duration"], abs=0.001)

    def test_every_speech_span_is_heard_on_its_own_channel(self, name: str) -> None:
        both = sound(name)
        for turn in truth(name)["turns"]:
            assert turn["channel"] == SPEAKERS[turn["speaker"]]
            for start, end in turn["speech_spans"]:
                heard = level(cut(both[turn["channel"]], start, end))
                assert heard > SPOKEN, (turn["text"], start, end)

    def test_spans_begin_and_end_with_the_sound(self, name: str) -> None:
        """The first and last 60 ms of a turn rise above the hiss; the next test looks outside."""
        both = sound(name)
        for turn in truth(name)["turns"]:
            first, last = turn["speech_spans"][0][0], turn["speech_spans"][-1][1]
            assert level(cut(both[turn["channel"]], first, first + 0.06)) > HISS
            assert level(cut(both[turn["channel"]], last - 0.06, last)) > HISS

    def test_nothing_is_heard_where_nobody_speaks(self, name: str) -> None:
        both, call = sound(name), truth(name)
        for channel in (0, 1):
            free = np.ones(both.shape[1], bool)
            for start, end in every(call, channel):
                free[round((start - 0.03) * RATE) : round((end + 0.03) * RATE)] = False
            frames = np.flatnonzero(free[: free.size // 160 * 160].reshape(-1, 160).all(axis=1))
            assert frames.size, "no pause at all"
            loudest = max(level(both[channel][f * 160 : (f + 1) * 160]) for f in frames)
            assert loudest < QUIET

    def test_hold_music_and_tones_are_where_the_truth_says(self, name: str) -> None:
        both, call = sound(name), truth(name)
        for stretch in call["holds"] + call["tones"]:
            assert level(cut(both[stretch["channel"]], stretch["start"], stretch["end"])) > -35
            inside = [
                t
                for t in call["turns"]
                if t["start"] < stretch["end"] and stretch["start"] < t["end"]
            ]
            assert inside == []

    def test_overlaps_are_where_both_channels_speak(self, name: str) -> None:
        both, call = sound(name), truth(name)
        for overlap in call["overlaps"]:
            middle = (overlap["start"] + overlap["end"]) / 2
            for channel in both:
                assert level(cut(channel, middle - 0.1, middle + 0.1)) > QUIET
        interruptions = [t for t in call["turns"] if t["kind"] == "interruption"]
        for turn in interruptions:
            assert any(
                o["start"] <= turn["start"] + 0.3 and turn["start"] < o["end"]
                for o in call["overlaps"]
            )

    def test_silences_are_long_and_silent(self, name: str) -> None:
        both = sound(name)
        for silence in truth(name)["silences"]:
            assert silence["end"] - silence["start"] >= 2
            assert level(cut(both[0], silence["start"] + 0.05, silence["end"] - 0.05)) < QUIET
            assert level(cut(both[1], silence["start"] + 0.05, silence["end"] - 0.05)) < QUIET


@pytest.mark.parametrize("name", NAMES)
class TestWords:
    def test_turns_stand_in_order_and_say_what_the_script_says(self, name: str) -> None:
        call = truth(name)
        starts = [turn["start"] for turn in call["turns"]]
        assert starts == sorted(starts)
        written = [
            " ".join(text.split())
            for step in script(name)["call"]
            for who, text in step.items()
            if who in SPEAKERS
        ]
        said = [turn["text"] for turn in call["turns"] if turn["kind"] != "backchannel"]
        assert said == written

    def test_words_and_sentences_lie_in_their_turn(self, name: str) -> None:
        for turn in truth(name)["turns"]:
            assert " ".join(s["text"] for s in turn["sentences"]) == turn["text"]
            words = turn["words"]
            assert [w["w"] for w in words] == turn["text"].replace(" —", "—").split()
            for word, after in zip(words, [*words[1:], None], strict=True):
                assert turn["start"] <= word["start"] < word["end"] <= turn["end"] + 0.002
                assert after is None or word["end"] <= after["start"] + 0.002


@pytest.mark.parametrize("name", NAMES)
class TestMarks:
    def test_moments_name_known_criteria_and_outcomes(self, name: str) -> None:
        moments = truth(name)["moments"]
        assert 10 <= len(moments) <= 20
        for moment in moments:
            assert moment["criterion"] in CRITERIA[moment["rubric"]]
            assert moment["kind"] in KINDS[moment["outcome"]]
            assert moment["why"].endswith(".")

    def test_quotes_stand_in_their_turns(self, name: str) -> None:
        call = truth(name)
        evidence = [m[part] for m in call["moments"] for part in ("opened", "response") if m[part]]
        for quoted in evidence + call["outcome"]["promises"]:
            assert quoted["quote"] in call["turns"][quoted["turn"]]["text"]

    def test_a_response_never_comes_before_what_opened_it(self, name: str) -> None:
        for moment in truth(name)["moments"]:
            response = moment["response"]
            assert response is None or response["turn"] >= moment["opened"]["turn"]

    def test_outcome_speaks_the_known_words(self, name: str) -> None:
        call = truth(name)
        outcome = call["outcome"]
        assert outcome["resolution"] in RESOLUTIONS
        assert isinstance(outcome["repeat_contact"], bool)
        assert isinstance(outcome["asked_again"], bool)
        second = any(t["speaker"] == "agent2" for t in call["turns"])
        assert outcome["transfers"] == int(second)
        for promise in outcome["promises"]:
            assert call["turns"][promise["turn"]]["speaker"] == promise["by"]
            when = promise["when"]
            assert when is None or when in call["turns"][promise["turn"]]["text"]


def test_every_criterion_is_marked_and_every_rubric_both_ways() -> None:
    marks = [m for name in NAMES for m in truth(name)["moments"]]
    marked = {(m["rubric"], m["criterion"]) for m in marks}
    assert marked == {(r, c) for r, names in CRITERIA.items() for c in names}
    for rubric in CRITERIA:
        assert {"met", "missed"} <= {m["outcome"] for m in marks if m["rubric"] == rubric}


def test_the_set_holds_what_calls_bring() -> None:
    calls = [truth(name) for name in NAMES]
    kinds = {turn["kind"] for call in calls for turn in call["turns"]}
    assert kinds == {"turn", "backchannel", "interruption"}
    assert sum(bool(call["holds"]) for call in calls) >= 2
    assert {tone["kind"] for call in calls for tone in call["tones"]} == {"ringback", "dtmf"}
    assert any(call["silences"] for call in calls)
    assert {"resolved", "promised", "handed_over", "unresolved"} <= {
        c["outcome"]["resolution"] for c in calls
    }
