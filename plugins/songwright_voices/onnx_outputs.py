"""Make an inner value of an ONNX model one of its outputs, without the onnx package.

A model is a protobuf message, and protobuf messages merge when their bytes are put end to end: a few
bytes appended to the file add an output to its graph. Check the file's hash first; the names are those
of one exact file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from songwright.interfaces.voice import VoiceUnavailableError

FLOAT = 1  # TensorProto.DataType
_MODEL_GRAPH, _GRAPH_OUTPUT = 7, 12  # field numbers of ModelProto.graph, GraphProto.output


def read_checked(path: Path, sha256: str, voice: str) -> bytes:
    """The bytes of ``path`` when they hash to ``sha256``.

    Raises:
        VoiceUnavailableError: the file is missing or another one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VoiceUnavailableError(f"cannot read its weights {path}: {error.strerror}", voice=voice) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise VoiceUnavailableError(
            f"its weights {path} have sha256 {found[:12]}…, expected {sha256[:12]}…: install the pinned version",
            voice=voice,
        )
    return data


def with_output(model: bytes, name: str, dims: tuple[str | int, ...], element: int = FLOAT) -> bytes:
    """The model with its inner value ``name`` as one more output.

    Args:
        model: a serialised ``ModelProto``.
        name: the value's name in the graph.
        dims: its shape: numbers, or names for what varies.
        element: its element type, as in ``TensorProto.DataType``.
    """
    return model + field(_MODEL_GRAPH, field(_GRAPH_OUTPUT, value_info(name, dims, element)))


def value_info(name: str, dims: tuple[str | int, ...], element: int = FLOAT) -> bytes:
    """A ``ValueInfoProto``: a value's name, element type and shape."""
    shape = b"".join(field(1, number(1, d) if isinstance(d, int) else field(2, d.encode())) for d in dims)
    tensor = number(1, element) + field(2, shape)  # TypeProto.Tensor
    return field(1, name.encode()) + field(2, field(1, tensor))


def varint(number: int) -> bytes:
    """A number in protobuf's way: seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number: int, payload: bytes) -> bytes:
    """A field of bytes, a text or a message."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def number(key: int, value: int) -> bytes:
    """A field that is a number."""
    return varint(key << 3) + varint(value)
