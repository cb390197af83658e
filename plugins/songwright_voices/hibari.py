"""The embedded voice: hibari, a small neural voice that ships inside its package.

hibari-tts 0.2.1 (Apache-2.0) holds its 8 MB model; the model's graph also holds what a singer needs
(durations of its tokens), which is made an output here, and gives its own pitch curve.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import threading
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import PhonemeSpan, Pitch, Request, Speech, Voice, VoiceUnavailableError
from songwright_voices import misaki
from songwright_voices.hibari_timing import END_S, OFFSET_S, PAUSE_S, USUAL_S

_SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"  # hibari-tts 0.2.1
_TOKEN_S = 0.025  # a unit of the duration predictor
_FRAME_S = 0.0125  # of the decoder; frame k stands at (k + ½) frames
_LONGEST = 400  # phoneme letters the model takes at once
_PRONOUNCED = re.compile(r"(\S*?)\[([^\]\s]+)\](\S*)")


class Hibari(Voice):
    """An American woman's voice that works offline: the default singer."""

    name = "hibari"
    version = "1"
    credit = "Voice: hibari-tts 0.2.1 (Apache-2.0), distilled from Kokoro-82M af_heart (Apache-2.0)"
    languages = ("en",)
    sample_rate = 24_000
    gives_durations = True
    gives_pitch = True
    takes_pronunciations = True
    midi_range = (55, 69)
    workers: ClassVar[int] = 2
    identity = "kokoro/af_heart"

    def available(self) -> str:
        """What is missing, if anything."""
        missing = [name for name in ("hibari", "onnxruntime") if find_spec(name) is None]
        return f"{' and '.join(missing)} not installed: pip install hibari-tts==0.2.1 onnxruntime" if missing else ""

    def pronounce(self, text: str, language: str = "en") -> tuple[tuple[str, ...], ...]:
        """The phonemes of each word."""
        words = _phonemise(text)
        return tuple(tuple(sound.phoneme for sound in misaki.sounds(word)) for word in words)

    def speak(self, request: Request) -> Speech:
        """Speak, with phoneme times and pitch."""
        pieces, first_word, at_s = [], 0, 0.0
        for words in _pieces(_phonemise(request.text)):
            pieces.append(_speak(words, request.speed, first_word, at_s))
            first_word += len(words)
            at_s += pieces[-1].seconds
        if not pieces:
            return Speech(np.zeros(0, np.float32), self.sample_rate, (), Pitch(np.zeros(1, np.float32), _FRAME_S))
        pitch = np.concatenate([piece.pitch.hz for piece in pieces if piece.pitch])
        return Speech(
            np.concatenate([piece.audio for piece in pieces]),
            self.sample_rate,
            tuple(span for piece in pieces for span in piece.phonemes),
            Pitch(pitch, _FRAME_S, 0.5 * _FRAME_S),
        )


def _speak(words: list[str], speed: float, first_word: int, at_s: float) -> Speech:
    """One run of the model over words of misaki's letters."""
    letters = misaki.join(words)
    session, vocabulary = _model()
    known = "".join(letter for letter in letters if letter in vocabulary)
    ids = [0, *(vocabulary[letter] for letter in known), 0]
    feeds = {"ids": np.array([ids], np.int64), "speed": np.array([speed], np.float32)}
    *spectrum, f0_hz, durations = session.run(None, feeds)
    seed = int.from_bytes(hashlib.blake2b(f"{known}|{speed:.6g}".encode(), digest_size=16).digest(), "little")
    rng = np.random.Generator(np.random.Philox(key=seed))
    audio = import_module("hibari.dsp").synth(*(part[0] for part in spectrum), f0_hz[0], rng)
    spans = _spans(known, np.asarray(durations, np.float64).ravel(), first_word, at_s)
    return Speech(np.asarray(audio, np.float32), 24_000, spans, Pitch(np.asarray(f0_hz[0], np.float32), _FRAME_S))


def _spans(letters: str, durations: NDArray[np.float64], first_word: int, at_s: float) -> tuple[PhonemeSpan, ...]:
    """When each sound is heard: token times, less the lead of each letter."""
    tokens_s = np.cumsum(durations)[:-1] * _TOKEN_S  # start of each letter, then the end
    heard_s = np.empty(len(letters) + 1)
    for i, letter in enumerate(letters):
        before = letters[i - 1] if i else ""
        if before in misaki.STRESS:
            heard_s[i] = heard_s[i - 1]
        elif letter in misaki.STRESS or letter == " " or letter in misaki.PUNCTUATION:
            heard_s[i] = tokens_s[i] + PAUSE_S
        else:
            heard_s[i] = tokens_s[i] + OFFSET_S.get(letter, USUAL_S)
    heard_s[-1] = tokens_s[-1] + END_S
    heard_s = at_s + np.maximum.accumulate(np.maximum(heard_s, 0.0))
    return tuple(
        PhonemeSpan(
            sound.phoneme,
            float(heard_s[sound.first]),
            float(heard_s[sound.last + 1]),
            first_word + sound.word,
            sound.stress,
        )
        for sound in misaki.sounds(letters)
    )


def _phonemise(text: str) -> list[str]:
    """Each whitespace-separated word of the text as misaki's letters, its punctuation kept."""
    words = text.split()
    links = [_PRONOUNCED.fullmatch(word) for word in words]
    marked = [
        f"[{link[1] or 'x'}](/{misaki.letters(link[2])}/){link[3]}" if link else word
        for word, link in zip(words, links, strict=True)
    ]
    g2p = _g2p()
    spoken = g2p(" ".join(marked)).split(" ") if words else []
    if len(spoken) != len(words):  # numbers and signs become several words: word by word keeps the count
        spoken = [g2p(word).replace(" ", "") for word in marked]
    return [str(word) for word in spoken]


def _pieces(words: list[str]) -> list[list[str]]:
    """Words in runs that the model takes at once: sentences, cut at clauses where they are too long."""
    pieces: list[list[str]] = [[]]
    for word in words:
        size = sum(len(other) + 1 for other in pieces[-1]) + len(word)
        if pieces[-1] and (size > _LONGEST or _ends_sentence(pieces[-1][-1])):
            pieces.append([])
        pieces[-1].append(word)
    return [piece for piece in pieces if any(misaki.sounds(word) for word in piece)]


def _ends_sentence(word: str) -> bool:
    return word.rstrip('"”)').endswith((".", "!", "?", "…"))


_LOAD = threading.Lock()


def _g2p() -> Any:
    with _LOAD:
        return _loaded_g2p()


def _model() -> tuple[Any, dict[str, int]]:
    with _LOAD:
        return _loaded_model()


@functools.cache
def _loaded_g2p() -> Any:
    return import_module("hibari.g2p").G2P()


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
