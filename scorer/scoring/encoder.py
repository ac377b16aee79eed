"""Sentences as vectors: the first half of MiniLM, through onnxruntime, without PyTorch.

    encoder = Encoder.load()                # None where the weights are not on this machine
    vectors = encoder.embed(["so you were charged twice"])      # [shape=(1, 384)], length 1

The model is `all-MiniLM-L6-v2` (Apache-2.0; Wang et al. 2020, *MiniLM*; Reimers & Gurevych 2019,
*Sentence-BERT*). Its last layers are trained to tell topics apart; what a sentence *does* - ask,
say back, promise - stands in its middle layers (Tenney et al. 2019, *BERT rediscovers the
classical NLP pipeline*), so reading stops after the third of six, at half the cost.

For service calls the second and third layer come as they were taught to read calls
(`Encoder.embed_twice`, `tests/training/reading.py`), in the 8-bit format of the model's file.

Sentences are read whole, with others of their own length only, so that no padding enters: a
sentence's vector does not depend on its company, nor on the processor that computes it
(see `scorer.scoring.products`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.paths import shipped
from scorer.scoring import encoder_weights
from scorer.scoring.onnx_parts import node, own_node, part
from scorer.scoring.onnx_session import session

Floats = NDArray[np.float32]

WIDTH = 384
TUNED = "scoring/reading.npz"
_BELOW, _LAYER = "layer_norm_2", "layer_norm_6"  # what the first and the third layer put out
_LAYERS, _HEADS = 3, 12
_LONGEST = 64  # pieces of words; what a sentence does is clear by then
_TOGETHER = 320  # pieces read at once, in sentences of one length: fewer use a core badly


class Encoder:
    """The loaded model. `sha256` says which weights it is, `sha256_of_calls` with which layers it
    reads calls."""

    def __init__(self, model: Path, sha256: str) -> None:
        file, instead = model.read_bytes(), _instead()
        self._below = session(part(file, [_BELOW], instead=instead))
        self._plain, self._of_calls = (
            session(part(file, [_LAYER], begins=_BELOW, tuned=tuned, instead=instead))
            for tuned in ({}, tuned_layers())
        )
        self._tokenizer = tokenizer()
        self.sha256 = sha256
        tuned = hashlib.sha256(sha256.encode() + shipped(TUNED).read_bytes())
        self.sha256_of_calls = tuned.hexdigest()

    @staticmethod
    def load() -> Encoder | None:
        """The model where it is on this machine, loaded once; None where it is not.

        Raises ScorerError where a file is there that is not the one we know.
        """
        found = encoder_weights.find()
        return None if found is None else _loaded(found, encoder_weights.verified(found))

    def embed(self, sentences: Sequence[str]) -> Floats:
        """A vector of length 1 for each sentence [shape=(sentences, 384)]."""
        vectors: Floats = self._read(sentences, self._plain)[0][0]
        return vectors

    def embed_of_calls(self, sentences: Sequence[str]) -> Floats:
        """The same by the layers that were taught to read calls."""
        vectors: Floats = self._read(sentences, self._of_calls)[0][0]
        return vectors

    def embed_twice(self, sentences: Sequence[str]) -> tuple[Floats, Floats]:
        """Both [shape=(2, sentences, 384)]; and in both readings the most of any piece of a
        sentence, in which a single word stands out [shape=(2, sentences, 384)]."""
        return self._read(sentences, self._plain, self._of_calls)

    def _read(self, sentences: Sequence[str], *readings: Any) -> tuple[Floats, Floats]:
        """By the first layer, which all readings share, and then by each reading's own."""
        pieces = [self._tokenizer.encode(sentence).ids for sentence in sentences]
        alike: dict[int, list[int]] = defaultdict(list)
        for place, ids in enumerate(pieces):
            alike[len(ids)].append(place)
        vectors = np.zeros((len(readings), len(sentences), WIDTH), np.float32)
        most = np.zeros_like(vectors)
        for length, places in alike.items():
            together = _TOGETHER // length
            for first in range(0, len(places), together):
                some = places[first : first + together]
                ids = np.array([pieces[place] for place in some], np.int64)
                given = {"input_ids": ids, "token_type_ids": np.zeros_like(ids)}
                (below,) = self._below.run(None, given)
                for reading, above in enumerate(readings):
                    (states,) = above.run(None, {_BELOW: below})
                    means = states.mean(axis=1)
                    vectors[reading, some] = means / np.linalg.norm(means, axis=1, keepdims=True)
                    most[reading, some] = states.max(axis=1)
        return vectors, most


def _instead() -> dict[str, list[bytes]]:
    """Each layer's attention without the file's mask, which is of no use where nothing is padded,
    and the bend between its two last products by one operator."""
    made = {}
    for layer in range(_LAYERS):
        asked, has, says, _, wide, _ = (_numbered("linear", 6 * layer + n) for n in range(6))
        answers, bent = _numbered("view", 4 * layer + 3), _numbered("gelu", layer)
        made[answers] = _attention(asked, has, says, answers)
        made[bent] = [own_node("Gelu", [wide], bent)]
    return made


def _attention(asked: str, has: str, says: str, answers: str) -> list[bytes]:
    """Vaswani et al. 2017, part by part: onnxruntime's softmax and what it has of one piece add up
    in as many lanes as a processor has, all that is here in one order."""
    parted, joined, fits, most, below, powers, sums, told, shares, back = (
        f"{answers}_{number}" for number in range(10)
    )
    by_head = {name: f"{name}_by_head" for name in (asked, has, says)}
    return [
        node("Constant", [], parted, value_ints=[0, 0, _HEADS, WIDTH // _HEADS]),
        *(node("Reshape", [name, parted], f"{name}_parted") for name in by_head),
        *(
            node("Transpose", [f"{name}_parted"], heads, perm=[0, 2, 1, 3])
            for name, heads in by_head.items()
        ),
        own_node(
            "FusedMatMul", [by_head[asked], by_head[has]], fits,
            alpha=(WIDTH / _HEADS) ** -0.5, transB=1,
        ),
        node("ReduceMax", [fits], most, axes=[-1]),
        node("Sub", [fits, most], below),
        node("Exp", [below], powers),
        node("ReduceL1", [powers], sums, axes=[-1]),  # a plain sum: no power is below nothing
        node("MatMul", [powers, by_head[says]], told),
        node("Div", [told, sums], shares),
        node("Transpose", [shares], back, perm=[0, 2, 1, 3]),
        node("Constant", [], joined, value_ints=[0, 0, WIDTH]),
        node("Reshape", [back, joined], answers),
    ]  # fmt: skip


def _numbered(name: str, number: int) -> str:
    """As the model's file numbers values of one name."""
    return f"{name}_{number}" if number else name


def tuned_layers() -> dict[str, NDArray[Any]]:
    """The layers as they were taught to read calls (`tests/training/reading.py`), by the names that
    the model's file has for them."""
    with np.load(shipped(TUNED)) as kept:
        return {name: kept[name] for name in kept.files}


@cache
def _loaded(model: Path, sha256: str) -> Encoder:
    return Encoder(model, sha256)


def tokenizer() -> Any:
    """BERT's uncased word pieces (Devlin et al. 2019; the vocabulary is Google's, Apache-2.0)."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = shipped("scoring/wordpiece.txt").read_text(encoding="utf-8").splitlines()
    vocabulary = {word: place for place, word in enumerate(words)}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    made.enable_truncation(_LONGEST)
    return made
