"""Read an ONNX model's nodes, and feed it its noise from outside, without the onnx package.

A model is a protobuf message: a row of fields, each with a number and, here, a length. Models of the VITS
family draw random numbers inside; two runs on the same text then differ. :func:`with_fed_noise` puts a look-up
in a table in the place of every such node, and makes the table an input of the model: who fills it from a
seed gets the same sound each time.

Field numbers are those of onnx.proto3: ModelProto.graph = 7; GraphProto.node = 1, initializer = 5, input = 11;
NodeProto.input = 1, output = 2, op_type = 4; TensorProto.data_type = 2, int64_data = 7, name = 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from songwright_voices.onnx_outputs import FLOAT, field, number, value_info

NOISE = "songwright/noise"  # the input that takes the table
NOISE_SIZE = 1 << 18  # numbers in it; longer noise goes round
_INT64 = 7  # TensorProto.DataType


@dataclass(frozen=True)
class Node:
    """One step of a graph, by the names of its values."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def nodes(model: bytes) -> Iterator[Node]:
    """The steps of a model, in order.

    Raises:
        ValueError: these bytes are no ONNX model.
    """
    for graph in _parts(memoryview(model), 7):
        yield from map(_node, _parts(graph, 1))


def output_of(model: bytes, kind: str) -> str:
    """The name of what the only node of ``kind`` puts out; empty without one, or with several."""
    found = [node.outputs[0] for node in nodes(model) if node.kind == kind]
    return found[0] if len(found) == 1 else ""


def with_fed_noise(model: bytes) -> bytes:
    """The model with the input :data:`NOISE`, ``NOISE_SIZE`` normal numbers, in the place of its chance.

    A model without chance comes back as it is.

    Raises:
        ValueError: these bytes are no ONNX model.
    """
    if not any(node.kind == "RandomNormalLike" for node in nodes(model)):
        return model
    out: list[bytes | memoryview] = []
    for key, payload, whole in _fields(memoryview(model)):
        out.append(field(7, _fed(payload)) if key == 7 else whole)
    return b"".join(out)


def _fed(graph: memoryview) -> bytes:
    out: list[bytes | memoryview] = []
    for key, payload, whole in _fields(graph):
        node = _node(payload) if key == 1 else None
        out.append(whole if node is None or node.kind != "RandomNormalLike" else _looked_up(node))
    out += [_scalar("songwright/zero", 0), _scalar("songwright/one", 1), _scalar("songwright/size", NOISE_SIZE)]
    out.append(field(11, value_info(NOISE, (NOISE_SIZE,), FLOAT)))
    return b"".join(out)


def _looked_up(node: Node) -> bytes:
    """Nodes that give the table's numbers, over and over, in the shape of the node's input."""
    like, out = node.inputs[0], node.outputs[0]
    steps = (
        Node("Shape", (like,), (f"{out}/shape",)),
        Node("Size", (like,), (f"{out}/size",)),
        Node("Range", ("songwright/zero", f"{out}/size", "songwright/one"), (f"{out}/index",)),
        Node("Mod", (f"{out}/index", "songwright/size"), (f"{out}/place",)),
        Node("Gather", (NOISE, f"{out}/place"), (f"{out}/flat",)),
        Node("Reshape", (f"{out}/flat", f"{out}/shape"), (out,)),
    )
    return b"".join(field(1, written(step)) for step in steps)


def written(node: Node, attributes: bytes = b"") -> bytes:
    """A ``NodeProto``; ``attributes`` are its serialised attribute fields."""
    names = [field(1, name.encode()) for name in node.inputs] + [field(2, name.encode()) for name in node.outputs]
    return b"".join(names) + field(4, node.kind.encode()) + attributes


def _scalar(name: str, value: int) -> bytes:
    """An initializer of the graph: one int64."""
    return field(5, number(2, _INT64) + number(7, value) + field(8, name.encode()))


def _node(payload: memoryview) -> Node:
    texts: dict[int, list[str]] = {1: [], 2: [], 4: []}
    for key, text, _ in _fields(payload):
        if key in texts:
            texts[key].append(bytes(text).decode())
    return Node("".join(texts[4]), tuple(texts[1]), tuple(texts[2]))


def _parts(message: memoryview, wanted: int) -> Iterator[memoryview]:
    return (payload for key, payload, _ in _fields(message) if key == wanted)


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Each field: its number, its content (empty for plain numbers), and all of its bytes."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _varint(message, at)
        kind, size = tag & 7, 0
        if kind == 0:
            _, at = _varint(message, at)
        elif kind == 2:
            size, at = _varint(message, at)
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError(f"a field of wire type {kind}: not an ONNX model")
        if at + size > len(message):
            raise ValueError("a field reaches beyond the end: not an ONNX model, or one that was cut")
        yield tag >> 3, message[at : at + size], message[start : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 64:
        value |= (message[at] & 127) << shift
        at += 1
        if message[at - 1] < 128:
            return value, at
        shift += 7
    raise ValueError("a number without an end: not an ONNX model")
