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
    shape = b"".join(_field(1, _number(1, d) if isinstance(d, int) else _field(2, d.encode())) for d in dims)
    tensor = _number(1, element) + _field(2, shape)  # TypeProto.Tensor
    value = _field(1, name.encode()) + _field(2, _field(1, tensor))  # ValueInfoProto
    return model + _field(_MODEL_GRAPH, _field(_GRAPH_OUTPUT, value))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)
