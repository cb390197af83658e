"""The embedded voice: hibari, a small neural voice that ships inside its package.

hibari-tts 0.2.1 (Apache-2.0) holds its 8 MB model; the model's graph also holds what a singer needs
(durations of its tokens), which is made an output here, and gives its own pitch curve.
"""

from __future__ import annotations

import functools
import hashlib
import json
import threading
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from songwright.interfaces.voice import Speech, VoiceUnavailableError
from songwright_voices.token_timing import pitch, spans
from songwright_voices.token_voice import TokenVoice

_SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"  # hibari-tts 0.2.1


class Hibari(TokenVoice):
    """An American woman's voice that works offline: the default singer."""

    name = "hibari"
    character = "woman, American"
    licence = "Apache-2.0"
    version = "1"
    credit = "Voice: hibari-tts 0.2.1 (Apache-2.0), distilled from Kokoro-82M af_heart (Apache-2.0)"
    midi_range = (55, 69)
    identity = "kokoro/af_heart"

    def available(self) -> str:
        """What is missing, if anything."""
        missing = [name for name in ("hibari", "onnxruntime") if find_spec(name) is None]
        return f"{' and '.join(missing)} not installed: pip install hibari-tts==0.2.1 onnxruntime" if missing else ""

    def run(self, letters: str, speed: float, first_word: int, at_s: float) -> Speech:
        """One run of the model. Its noise depends on the words alone."""
        session, vocabulary = _model()
        known = "".join(letter for letter in letters if letter in vocabulary)
        ids = [0, *(vocabulary[letter] for letter in known), 0]
        feeds = {"ids": np.array([ids], np.int64), "speed": np.array([speed], np.float32)}
        *spectrum, f0_hz, durations = session.run(None, feeds)
        seed = int.from_bytes(hashlib.blake2b(f"{known}|{speed:.6g}".encode(), digest_size=16).digest(), "little")
        rng = np.random.Generator(np.random.Philox(key=seed))
        audio = import_module("hibari.dsp").synth(*(part[0] for part in spectrum), f0_hz[0], rng)
        heard = spans(known, np.asarray(durations, np.float64).ravel(), first_word, at_s)
        return Speech(np.asarray(audio, np.float32), self.sample_rate, heard, pitch(f0_hz))


_LOAD = threading.Lock()


def _model() -> tuple[Any, dict[str, int]]:
    with _LOAD:
        return _loaded_model()


@functools.cache
def _loaded_model() -> tuple[Any, dict[str, int]]:
    """The model with its durations as an output, one thread; and its letters."""
    spec = find_spec("hibari")
    if spec is None or not spec.submodule_search_locations:
        raise VoiceUnavailableError("not installed: pip install hibari-tts==0.2.1", voice="hibari")
    import onnxruntime

    from songwright_voices.onnx_outputs import read_checked, with_output

    assets = Path(spec.submodule_search_locations[0]) / "assets"
    model = with_output(read_checked(assets / "hibari.onnx", _SHA256, "hibari"), "/Clip_output_0", ("L",))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    vocabulary: dict[str, int] = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))
    return session, vocabulary
