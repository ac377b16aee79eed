"""Sentences as vectors: the first half of MiniLM, through onnxruntime, without PyTorch.

    encoder = Encoder.load()                # None where the weights are not on this machine
    vectors = encoder.embed(["so you were charged twice"])      # [shape=(1, 384)], length 1

The model is `all-MiniLM-L6-v2` (Apache-2.0; Wang et al. 2020, *MiniLM*; Reimers & Gurevych 2019,
*Sentence-BERT*). Its last layers are trained to tell topics apart; what a sentence *does* - ask,
say back, promise - stands in its middle layers (Tenney et al. 2019, *BERT rediscovers the
classical NLP pipeline*), so reading stops after the third of six, at half the cost.

For service calls the second and third layer come as they were taught to read calls
(`Encoder.load(of_calls=True)`, `tests/training/reading.py`), in the 8-bit format of the model's file.

Sentences are read whole, with others of their own length only, so that no padding enters, on one
thread: a sentence's vector does not depend on its company. What is made of the vectors is rounded
(see `scorer.scoring.meaning`), since processors differ in the last bits of a sum.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.errors import ScorerError
from scorer.paths import shipped
from scorer.scoring import encoder_weights

Floats = NDArray[np.float32]

WIDTH = 384
TUNED = "scoring/reading.npz"
_MATRICES = (  # of each layer, as the file numbers them
    (49, 57, 65, 105, 109, 118),
    (122, 130, 138, 176, 180, 189),
    (193, 201, 209, 247, 251, 260),
)
BIASES = (
    "attention.self.query.bias", "attention.self.key.bias", "attention.self.value.bias",
    "attention.output.dense.bias", "intermediate.dense.bias", "output.dense.bias",
)  # fmt: skip
_LAYER = "layer_norm_6"  # the output of the third layer, as the file names it
_LONGEST = 64  # pieces of words; what a sentence does is clear by then
_TOGETHER = 16  # sentences read at once
# Fields of ONNX's protobuf messages: onnx/onnx.proto, ModelProto and below.
_GRAPH, _NODE, _OUTPUT, _NODE_OUTPUT, _VALUE_NAME = 7, 1, 12, 2, 1
_INITIALIZER, _TENSOR_SHAPE, _TENSOR_KIND, _TENSOR_NAME, _TENSOR_VALUES = 5, 1, 2, 8, 9


class Encoder:
    """The loaded model. `sha256` says which weights it is."""

    def __init__(self, model: Path, sha256: str, tuned: Mapping[str, NDArray[Any]]) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # that weights of the second half go unused is meant
        self._session: Any = onnxruntime.InferenceSession(
            _first_half(model.read_bytes(), tuned), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = tokenizer()
        self.sha256 = sha256

    @staticmethod
    def load(of_calls: bool = False) -> Encoder | None:
        """The model where it is on this machine, loaded once; None where it is not. `of_calls`: as
        it was taught to read calls.

        Raises ScorerError where a file is there that is not the one we know.
        """
        found = encoder_weights.find()
        return None if found is None else _loaded(found, encoder_weights.verified(found), of_calls)

    def embed(self, sentences: Sequence[str]) -> Floats:
        """A vector of length 1 for each sentence [shape=(sentences, 384)]."""
        pieces = [self._tokenizer.encode(sentence).ids for sentence in sentences]
        alike: dict[int, list[int]] = defaultdict(list)
        for place, ids in enumerate(pieces):
            alike[len(ids)].append(place)
        vectors = np.zeros((len(sentences), WIDTH), np.float32)
        for places in alike.values():
            for first in range(0, len(places), _TOGETHER):
                some = places[first : first + _TOGETHER]
                vectors[some] = self._read(np.array([pieces[place] for place in some], np.int64))
        return vectors

    def _read(self, ids: NDArray[np.int64]) -> Floats:
        """Vectors of sentences of one length [shape=(sentences, pieces)]."""
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        (layer,) = self._session.run(None, given)
        means: Floats = layer.mean(axis=1)
        unit: Floats = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit


def tuned_layers() -> dict[str, NDArray[Any]]:
    """The layers as they were taught to read calls (`tests/training/reading.py`), by the names that
    the model's file has for them."""
    with np.load(shipped(TUNED)) as kept:
        return {name: kept[name] for name in kept.files}


def matrix_name(layer: int, matrix: int) -> str:
    """What the model's file calls a layer's matrices: of query, key, value and output of its
    attention, and the two after it."""
    return f"val_{_MATRICES[layer][matrix]}"


def weights(model: Path) -> dict[str, NDArray[Any]]:
    """All that the model's file holds in its names for it."""
    (graph,) = (content for number, _, content in _fields(model.read_bytes()) if number == _GRAPH)
    return dict(_tensor(content) for number, _, content in _fields(graph) if number == _INITIALIZER)


def _tensor(message: bytes) -> tuple[str, NDArray[Any]]:
    shape, kind, name, raw = [], 1, "", b""
    for number, _, content in _fields(message):
        if number == _TENSOR_SHAPE:
            shape.append(_varint(content, 0)[0])
        elif number == _TENSOR_KIND:
            kind = content[0]
        elif number == _TENSOR_NAME:
            name = content.decode()
        elif number == _TENSOR_VALUES:
            raw = content
    kinds = {1: np.float32, 3: np.int8, 7: np.int64, 9: np.bool_}
    return name, np.frombuffer(raw, kinds[kind]).reshape(shape)


@cache
def _loaded(model: Path, sha256: str, of_calls: bool) -> Encoder:
    if not of_calls:
        return Encoder(model, sha256, {})
    layers = hashlib.sha256(sha256.encode() + shipped(TUNED).read_bytes())
    return Encoder(model, layers.hexdigest(), tuned_layers())


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


def _first_half(model: bytes, tuned: Mapping[str, NDArray[Any]]) -> bytes:
    """The ONNX model cut after `_LAYER`, which becomes its only output, with the `tuned` weights in
    place of its own.

    A cut by hand, since onnxruntime runs a whole graph whatever is asked of it. Nodes stand in the
    order of computation, so those after the layer are left out.
    """
    kept: list[bytes] = []
    for number, whole, content in _fields(model):
        kept.append(_field(_GRAPH, _cut_graph(content, tuned)) if number == _GRAPH else whole)
    return b"".join(kept)


def _cut_graph(graph: bytes, tuned: Mapping[str, NDArray[Any]]) -> bytes:
    kept: list[bytes] = []
    reached = False
    for number, whole, content in _fields(graph):
        if number == _OUTPUT or (number == _NODE and reached):
            continue
        kept.append(_replaced(content, tuned) if number == _INITIALIZER else whole)
        if number == _NODE:
            reached = any(
                n == _NODE_OUTPUT and c == _LAYER.encode() for n, _, c in _fields(content)
            )
    if not reached:
        raise ScorerError(f"the MiniLM file has no {_LAYER}: run `scorer models fetch minilm`")
    return b"".join(kept) + _field(_OUTPUT, _field(_VALUE_NAME, _LAYER.encode()))


def _replaced(tensor: bytes, tuned: Mapping[str, NDArray[Any]]) -> bytes:
    """A tensor of the graph, its values those of its `tuned` namesake if there is one."""
    fields = list(_fields(tensor))
    (name,) = (content.decode() for number, _, content in fields if number == _TENSOR_NAME)
    if name in tuned:
        raw = _field(_TENSOR_VALUES, tuned[name].tobytes())
        fields = [(n, raw if n == _TENSOR_VALUES else whole, c) for n, whole, c in fields]
    return _field(_INITIALIZER, b"".join(whole for _, whole, _ in fields))


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each field of a protobuf message: its number, all its bytes, and its content."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _varint(message, at)
        if tag & 7 == 2:  # bytes, text or a message
            size, at = _varint(message, at)
            begin, at = at, at + size
        elif tag & 7 == 0:
            begin = at
            _, at = _varint(message, at)
        else:
            begin, at = at, at + {1: 8, 5: 4}[tag & 7]
        yield tag >> 3, message[start:at], message[begin:at]


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _field(number: int, content: bytes) -> bytes:
    return _as_varint(number << 3 | 2) + _as_varint(len(content)) + content


def _as_varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
