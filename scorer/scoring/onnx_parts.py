"""Parts of an ONNX model, cut out by hand, since onnxruntime runs a whole graph whatever is asked
of it; and models of a few nodes.

    part(model, ["layer_norm_6"])                           # all that the third layer needs
    part(model, ["layer_norm_6"], begins="layer_norm_2")    # from the first layer's output on
    part(model, ["layer_norm_6"], instead={"gelu": [own_node("Gelu", ["linear_4"], "gelu")]})

A model is a protobuf message (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); of its
fields only those named below are looked into, all others are taken over as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.errors import ScorerError

Tensors = Mapping[str, NDArray[Any]]
# Fields of ModelProto, OperatorSetIdProto, GraphProto, NodeProto, AttributeProto, ValueInfoProto
# and TensorProto.
_FORMAT, _GRAPH, _OPERATORS = 1, 7, 8
_DOMAIN, _VERSION = 1, 2
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR, _NODE_ATTRIBUTE, _NODE_DOMAIN = 1, 2, 4, 5, 7
_ATTRIBUTE_NAME, _ATTRIBUTE_KIND = 1, 20
_ATTRIBUTE_REAL, _ATTRIBUTE_WHOLE, _ATTRIBUTE_WHOLES = 2, 3, 8
_VALUE_NAME, _VALUE_TYPE = 1, 2
_SHAPE, _KIND, _NAME, _VALUES = 1, 2, 8, 9
_KINDS = {1: np.float32, 3: np.int8, 7: np.int64, 9: np.bool_}
_FLOATS = b"\x0a\x02\x08\x01"  # TypeProto: a tensor of floats, of any shape
_REAL, _WHOLE, _WHOLES = 1, 2, 7  # kinds of an attribute: a number, or several
_FORMAT_VERSION, _OPERATORS_VERSION = 10, 17  # as MiniLM's file has them
_OWN = b"com.microsoft"  # where onnxruntime's own operators are


def part(
    model: bytes,
    outputs: Sequence[str],
    begins: str | None = None,
    tuned: Tensors = MappingProxyType({}),
    instead: Mapping[str, Sequence[bytes]] = MappingProxyType({}),
) -> bytes:
    """What of a model computes `outputs`: from its inputs on, or from the value that it `begins`
    with, which becomes an input. `tuned` tensors take the place of their namesakes; the values in
    `instead` are computed by these nodes, the last of which has the value, instead of the model's.

    Raises ScorerError where the model computes no such value.
    """
    kept: list[bytes] = [_field(_OPERATORS, _field(_DOMAIN, _OWN) + _number(_VERSION, 1))]
    for number, whole, content in _fields(model):
        if number == _GRAPH:
            whole = _field(_GRAPH, _graph(content, outputs, begins, tuned, instead))
        kept.append(whole)
    return b"".join(kept)


def model(nodes: Sequence[bytes], inputs: Sequence[str], outputs: Sequence[str]) -> bytes:
    """A model of some nodes, in the order of computation; all that goes in or out are floats."""
    graph = [
        *(_field(_NODE, one) for one in nodes),
        *(_field(_INPUT, _value(name)) for name in inputs),
        *(_field(_OUTPUT, _value(name)) for name in outputs),
    ]
    return b"".join(
        [
            _number(_FORMAT, _FORMAT_VERSION),
            _field(_GRAPH, b"".join(graph)),
            _field(_OPERATORS, _number(_VERSION, _OPERATORS_VERSION)),
            _field(_OPERATORS, _field(_DOMAIN, _OWN) + _number(_VERSION, 1)),
        ]
    )


def node(
    operator: str, inputs: Sequence[str], output: str, **attributes: float | Sequence[int]
) -> bytes:
    """A node that computes a value (https://onnx.ai/onnx/operators/)."""
    return b"".join(
        [
            *(_field(_NODE_INPUT, name.encode()) for name in inputs),
            _field(_NODE_OUTPUT, output.encode()),
            _field(_NODE_OPERATOR, operator.encode()),
            *(_field(_NODE_ATTRIBUTE, _attribute(*one)) for one in attributes.items()),
        ]
    )


def own_node(
    operator: str, inputs: Sequence[str], output: str, **attributes: float | Sequence[int]
) -> bytes:
    """The same by one of onnxruntime's own operators
    (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md)."""
    return node(operator, inputs, output, **attributes) + _field(_NODE_DOMAIN, _OWN)


def _attribute(name: str, value: float | Sequence[int]) -> bytes:
    if isinstance(value, int):
        kind, content = _WHOLE, _number(_ATTRIBUTE_WHOLE, value)
    elif isinstance(value, float):
        kind = _REAL
        content = _as_varint(_ATTRIBUTE_REAL << 3 | 5) + np.float32(value).tobytes()
    else:
        kind = _WHOLES
        content = b"".join(_number(_ATTRIBUTE_WHOLES, one) for one in value)
    return _field(_ATTRIBUTE_NAME, name.encode()) + content + _number(_ATTRIBUTE_KIND, kind)


def tensors(model: bytes) -> dict[str, NDArray[Any]]:
    """All tensors that a model holds, by its names for them."""
    (graph,) = (content for number, _, content in _fields(model) if number == _GRAPH)
    return dict(_tensor(content) for number, _, content in _fields(graph) if number == _INITIALIZER)


def _graph(
    graph: bytes,
    outputs: Sequence[str],
    begins: str | None,
    tuned: Tensors,
    instead: Mapping[str, Sequence[bytes]],
) -> bytes:
    fields = list(_fields(graph))
    needed = set(outputs)
    nodes: list[bytes] = []
    for number, _, content in reversed(fields):  # nodes stand in the order of computation
        made = _names(content, _NODE_OUTPUT) if number == _NODE else set()
        if made & needed and begins not in made:
            others = next((instead[name] for name in made if name in instead), [content])
            for one in reversed(others):
                nodes.append(_field(_NODE, one))
                needed -= _names(one, _NODE_OUTPUT)
                needed |= _names(one, _NODE_INPUT)
    kept = nodes[::-1]
    for number, whole, content in fields:
        if number in (_INITIALIZER, _INPUT):
            name = _name(content, _NAME if number == _INITIALIZER else _VALUE_NAME)
            if name in needed:
                kept.append(_replaced(content, tuned[name]) if name in tuned else whole)
                needed.discard(name)
        elif number not in (_NODE, _OUTPUT):
            kept.append(whole)
    if begins is not None:
        kept.append(_field(_INPUT, _value(begins)))
        needed.discard(begins)
    if needed - {""}:
        raise ScorerError(f"the model computes no {sorted(needed)[0]}: it is another than expected")
    return b"".join([*kept, *(_field(_OUTPUT, _value(name)) for name in outputs)])


def _value(name: str) -> bytes:
    return _field(_VALUE_NAME, name.encode()) + _field(_VALUE_TYPE, _FLOATS)


def _names(message: bytes, field: int) -> set[str]:
    return {content.decode() for number, _, content in _fields(message) if number == field}


def _name(message: bytes, field: int) -> str:
    return next(content.decode() for number, _, content in _fields(message) if number == field)


def _tensor(message: bytes) -> tuple[str, NDArray[Any]]:
    shape, kind, name, raw = [], 1, "", b""
    for number, _, content in _fields(message):
        if number == _SHAPE:
            shape.append(_varint(content, 0)[0])
        elif number == _KIND:
            kind = content[0]
        elif number == _NAME:
            name = content.decode()
        elif number == _VALUES:
            raw = content
    return name, np.frombuffer(raw, _KINDS[kind]).reshape(shape)


def _replaced(tensor: bytes, values: NDArray[Any]) -> bytes:
    """A tensor of the graph with other values, of the same shape and kind."""
    kept = [whole for number, whole, _ in _fields(tensor) if number != _VALUES]
    return _field(_INITIALIZER, b"".join([*kept, _field(_VALUES, values.tobytes())]))


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


def _number(number: int, value: int) -> bytes:
    return _as_varint(number << 3) + _as_varint(value)


def _as_varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # below nothing as protobuf has it
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
