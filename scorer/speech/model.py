"""Whisper on CTranslate2: features in, hypotheses and timed words out. Knows no calls or parties.

faster-whisper gives the tokenizer; its `transcribe` is not used, since it ties one window to the
next, and every window here stands alone so that many are heard in one batch.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from scorer.call import Word
from scorer.errors import ScorerError
from scorer.heap import keep_large_blocks
from scorer.speech.writing import written

TOKENS_PER_SECOND = 50.0  # of the encoder's output, and so of word times

#: More tokens than 30 s of the fastest speech take; a loop ends here rather than at Whisper's 448.
MOST_TOKENS = 224

#: The encoder's output for one window [shape=(positions, width)], 20 ms a position.
Encoded = NDArray[np.floating[Any]]

_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a window was heard as, with the figures that Whisper's own checks look at."""

    tokens: tuple[int, ...]
    text: str
    avg_logprob: float  # mean log-probability a token, end of text included
    temperature: float = 0.0

    @property
    def compression_ratio(self) -> float:
        """Bytes over zlib's bytes: above 2.4 the text repeats itself (Radford et al. 2022, 4.5)."""
        data = self.text.encode()
        return len(data) / len(zlib.compress(data)) if data else 0.0

    @property
    def cut_off(self) -> bool:
        return len(self.tokens) >= MOST_TOKENS


class Whisper:
    """A loaded model. `workers` threads may use it at once: a CPU's cores, or the GPUs.

    On a CPU every worker is one thread with a window of its own, which wastes less than two threads
    at one window do.
    """

    def __init__(self, folder: Path, device: str, compute_type: str, threads: int) -> None:
        self.device = _device(device)
        self.compute_type = _compute_type(compute_type, self.device)
        gpus = ctranslate2.get_cuda_device_count() if self.device == "cuda" else 0
        self.workers = max(gpus, 1) if self.device == "cuda" else threads
        if self.device == "cpu":
            keep_large_blocks()
        try:
            self.model: Any = ctranslate2.models.Whisper(
                str(folder),
                device=self.device,
                device_index=list(range(gpus)) if gpus > 1 else 0,
                compute_type=self.compute_type,
                inter_threads=1 if self.device == "cuda" else threads,
                intra_threads=1,  # a GPU leaves the processor little to do, and more of them spin
            )
        except (RuntimeError, ValueError) as fault:
            reason = str(fault).splitlines()[0]
            raise ScorerError(f"cannot load the Whisper model in {folder}: {reason}") from fault
        self.n_mels: int = self.model.n_mels
        self._vocabulary = _read_tokenizer(folder)
        self._tokenizer = cache(self._make_tokenizer)

    @property
    def multilingual(self) -> bool:
        return bool(self.model.is_multilingual)

    def encode(self, features: Sequence[NDArray[np.float32]]) -> list[Encoded]:
        """The encoder's output for each window's features [shape=(n_mels, frames)]."""
        size = self._at_once(features)
        encoded: list[Encoded] = []
        for at in range(0, len(features), size):
            view = ctranslate2.StorageView.from_array(np.stack(features[at : at + size]))
            # Brought back from a GPU, so that any of them may be decoded on any device.
            found = self.model.encode(view, to_cpu=True)
            if found.dtype == ctranslate2.DataType.bfloat16:  # which NumPy does not know
                found = found.to(ctranslate2.DataType.float32)
            encoded.extend(np.asarray(found))
        return encoded

    def languages(self, encoded: Sequence[Encoded]) -> list[dict[str, float]]:
        """For each window, how likely each language is: {ISO 639-1 code: probability}."""
        found = self.model.detect_language(_together(encoded))
        return [{token[2:-2]: float(p) for token, p in window} for window in found]

    def decode(
        self,
        encoded: Sequence[Encoded],
        language: str,
        hints: Sequence[str] = (),
        beam: int = 1,
        temperature: float = 0.0,
    ) -> list[Hypothesis]:
        """One hypothesis for each encoded window; above temperature 0 the best of five samples."""
        tokenizer = self._tokenizer(language)
        prompt = [*_hint(tokenizer, hints), *tokenizer.sot_sequence, tokenizer.no_timestamps]
        if temperature:
            search = {"beam_size": 1, "num_hypotheses": 5, "sampling_topk": 0}
        else:
            search = {"beam_size": beam}
        results = self.model.generate(
            _together(encoded),
            [prompt] * len(encoded),
            max_length=min(len(prompt) + MOST_TOKENS, 448),
            sampling_temperature=temperature or 1.0,
            suppress_tokens=_suppressed(tokenizer),
            return_scores=True,
            **search,
        )
        return [_hypothesis(tokenizer, result, temperature) for result in results]

    def align(
        self, encoded: Sequence[Encoded], language: str, hypotheses: Sequence[Hypothesis]
    ) -> list[list[Word]]:
        """The words of each hypothesis with their times in the window [s] and probabilities.

        Times follow the decoder's attention to the sound (dynamic time warping over its alignment
        heads); a word's probability is the mean over its tokens.
        """
        tokenizer = self._tokenizer(language)
        found: list[list[Word]] = []
        size = self._at_once(encoded)
        for at in range(0, len(encoded), size):
            some = encoded[at : at + size]
            tokens = [list(hypothesis.tokens) for hypothesis in hypotheses[at : at + size]]
            frames = [2 * len(one) for one in some]  # of features, two to a position
            results = self.model.align(_together(some), tokenizer.sot_sequence, tokens, frames)
            found.extend(
                _words(tokenizer, ids, result) if ids else []
                for ids, result in zip(tokens, results, strict=True)
            )
        return found

    def _at_once(self, items: Sequence[Any]) -> int:
        """How many of some windows are encoded or aligned at once: on a GPU all.

        A CPU takes them one by one, since its caches hold no more. And aligning gives each of up to
        224 tokens of a window a likelihood of all 51,865 there are, which takes 46 MB, twice.
        """
        return max(len(items), 1) if self.device == "cuda" else 1

    def _make_tokenizer(self, language: str) -> Tokenizer:
        known = language if self.multilingual else "en"
        try:
            return Tokenizer(self._vocabulary, self.multilingual, task="transcribe", language=known)
        except ValueError as fault:
            raise ScorerError(
                f"{language!r} is no language that Whisper knows: give an ISO 639-1 code such as en"
            ) from fault


def _together(encoded: Sequence[Encoded]) -> Any:
    """Outputs of the encoder as one batch."""
    return ctranslate2.StorageView.from_array(np.stack(encoded))


def _device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _compute_type(wanted: str, device: str) -> str:
    if wanted != "default":
        return wanted
    return "float16" if device == "cuda" else "int8"


def _read_tokenizer(folder: Path) -> tokenizers.Tokenizer:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ScorerError(f"{folder} has no tokenizer.json: copy it there from the original model")
    return tokenizers.Tokenizer.from_file(str(path))


def _hint(tokenizer: Tokenizer, hints: Sequence[str]) -> list[int]:
    """Names to expect, told as if they had just been spoken; as many as half the context holds."""
    if not hints:
        return []
    tokens = tokenizer.encode(" " + ", ".join(hint.strip() for hint in hints))
    return [tokenizer.sot_prev, *tokens[: 448 - MOST_TOKENS - 8]]


def _suppressed(tokenizer: Tokenizer) -> list[int]:
    """Tokens that are no speech: speaker tags, music signs, and the model's own controls."""
    controls = [
        tokenizer.transcribe,
        tokenizer.translate,
        tokenizer.sot,
        tokenizer.sot_prev,
        tokenizer.sot_lm,
        tokenizer.no_speech,
    ]
    return sorted(
        {*tokenizer.non_speech_tokens, *(token for token in controls if token is not None)}
    )


def _hypothesis(tokenizer: Tokenizer, result: Any, temperature: float) -> Hypothesis:
    tokens = tuple(token for token in result.sequences_ids[0] if token < tokenizer.eot)
    count = len(result.sequences_ids[0])
    return Hypothesis(
        tokens=tokens,
        text=tokenizer.decode(list(tokens)).strip(),
        avg_logprob=result.scores[0] * count / (count + 1),
        temperature=temperature,
    )


def _words(tokenizer: Tokenizer, tokens: list[int], result: Any) -> list[Word]:
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    if tokenizer.language_code not in _UNSPACED:
        texts, groups = _by_spaces(texts, groups)
    edges = np.cumsum([0, *(len(group) for group in groups[:-1])])
    text_index = np.array([pair[0] for pair in result.alignments])
    time_index = np.array([pair[1] for pair in result.alignments])
    # Where the path steps on to the next token, that token begins.
    steps = np.diff(text_index, prepend=text_index[0] - 1) > 0
    begins = time_index[steps] / TOKENS_PER_SECOND
    return [
        Word(
            written(text.strip()),
            float(begins[first]),
            float(begins[after]),
            float(np.mean(result.text_token_probs[first:after])),
        )
        for text, first, after in zip(texts, edges, edges[1:], strict=False)
        if text.strip()
    ]


def _by_spaces(texts: list[str], groups: list[list[int]]) -> tuple[list[str], list[list[int]]]:
    """Joins "twenty", "-", "five", "." to one word: only a space begins a new one."""
    joined: list[str] = []
    tokens: list[list[int]] = []
    for text, group in zip(texts[:-1], groups[:-1], strict=True):
        if joined and not text.startswith(" "):
            joined[-1] += text
            tokens[-1] = tokens[-1] + group
        else:
            joined.append(text)
            tokens.append(list(group))
    return [*joined, texts[-1]], [*tokens, groups[-1]]
