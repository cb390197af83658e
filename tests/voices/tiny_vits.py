"""A Piper voice of a few hundred bytes: the graph of a VITS model as far as its host can see, humming.

Three frames of 256 samples a symbol (times ``length_scale``, shaken by noise), a tone whose height is the speaker's.
Written as protobuf by hand: the onnx package is not needed for so little.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from songwright_voices.onnx_graph import Node, written
from songwright_voices.onnx_outputs import FLOAT, field, number, value_info

INT64 = 7
HOP = 256
RATE = 22_050
LETTERS = "_^$ !'(),-.:;?abcdefhijklmnopqrstuvwxyzæçðøŋœɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒθβˈˌː\u0303"


def integers(name: str, *values: int, scalar: bool = True) -> bytes:
    dims = b"" if scalar else number(1, len(values))
    data = b"".join(number(7, value & (1 << 64) - 1) for value in values)
    return field(5, dims + number(2, INT64) + data + field(8, name.encode()))


def real(name: str, value: float) -> bytes:
    return field(5, number(2, FLOAT) + field(4, struct.pack("<f", value)) + field(8, name.encode()))


def attribute(name: str, value: int) -> bytes:
    return field(5, field(1, name.encode()) + number(3, value) + number(20, 2))


def model(*, speakers: int = 1, durations: bool = True, inputs: tuple[str, ...] = ()) -> bytes:
    """``durations=False`` hides them, as graphs do that round otherwise; ``inputs`` renames the three."""
    names = inputs or ("input", "input_lengths", "scales")
    rounding = "Ceil" if durations else "Round"
    steps = [
        (Node("Cast", (names[0],), ("symbols",)), attribute("to", FLOAT)),
        (Node("RandomNormalLike", ("symbols",), ("rhythm",)), b""),
        (Node("Gather", (names[2], "zero"), ("noise_scale",)), b""),
        (Node("Gather", (names[2], "one"), ("length_scale",)), b""),
        (Node("Gather", (names[2], "two"), ("noise_w",)), b""),
        (Node("Mul", ("rhythm", "noise_w"), ("shaken",)), b""),
        (Node("Exp", ("shaken",), ("shake",)), b""),
        (Node("Mul", ("shake", "three"), ("steps",)), b""),
        (Node("Mul", ("steps", "length_scale"), ("lasts",)), b""),
        (Node(rounding, ("lasts",), ("frames",)), b""),
        (Node("ReduceSum", ("frames",), ("total",)), attribute("keepdims", 0)),
        (Node("Mul", ("total", "hop"), ("samples",)), b""),
        (Node("Cast", ("samples",), ("count",)), attribute("to", INT64)),
        (Node("Range", ("zero", "count", "one"), ("clock",)), b""),
        (Node("Cast", ("clock",), ("time",)), attribute("to", FLOAT)),
        (Node("Mul", ("time", "height"), ("phase",)), b""),
        (Node("Sin", ("phase",), ("tone",)), b""),
        (Node("RandomNormalLike", ("tone",), ("breath",)), b""),
        (Node("Mul", ("breath", "noise_scale"), ("breathing",)), b""),
        (Node("Add", ("tone", "breathing"), ("voice",)), b""),
        (Node("Mul", ("voice", "loudness"), ("soft",)), b""),
        (Node("Reshape", ("soft", "shape"), ("output",)), b""),
    ]
    constants = [integers("zero", 0), integers("one", 1), integers("two", 2), real("three", 3.0), real("hop", HOP)]
    constants += [real("loudness", 0.2), integers("shape", 1, 1, 1, -1, scalar=False)]
    feeds = [
        value_info(names[0], (1, "n"), INT64),
        value_info(names[1], (1,), INT64),
        value_info(names[2], (3,), FLOAT),
    ]
    if speakers > 1:
        feeds.append(value_info("sid", (1,), INT64))
        at = next(k for k, (step, _) in enumerate(steps) if step.outputs == ("phase",))
        steps[at:at] = [
            (Node("Cast", ("sid",), ("who",)), attribute("to", FLOAT)),
            (Node("Mul", ("who", "base"), ("higher",)), b""),
            (Node("Add", ("higher", "base"), ("height",)), b""),
        ]
        constants.append(real("base", 0.04))
    else:
        constants.append(real("height", 0.04))
    graph = b"".join(field(1, written(step, more)) for step, more in steps)
    graph += field(2, b"tiny") + b"".join(constants) + b"".join(field(11, feed) for feed in feeds)
    graph += field(12, value_info("output", (1, 1, 1, "m"), FLOAT))
    return number(1, 8) + field(7, graph) + field(8, field(1, b"") + number(2, 15))


def config(**changes: Any) -> dict[str, Any]:
    return {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "en-us"},
        "phoneme_type": "espeak",
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "num_speakers": 1,
        "speaker_id_map": {},
        "language": {"code": "en_US"},
        "phoneme_id_map": {letter: [k] for k, letter in enumerate(LETTERS)},
        **changes,
    }


def voice(folder: Path, said: dict[str, Any] | None = None, **of_model: Any) -> Path:
    """A voice in ``folder``: the path of its model."""
    path = folder / "tiny.onnx"
    path.write_bytes(model(**of_model))
    Path(f"{path}.json").write_text(json.dumps(said or config()), encoding="utf-8")
    return path
