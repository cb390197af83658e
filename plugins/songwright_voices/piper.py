"""Piper's voices, run by onnxruntime alone: no code of Piper's (GPL-3 since 1.3) or of eSpeak's is loaded.

A voice is a VITS model, ``NAME.onnx``, and what it must be fed, ``NAME.onnx.json``. Its phonemes are eSpeak's
IPA: for English they are made from the dictionary of the embedded voice (:mod:`songwright_voices.ipa` says what
is approximated), for other languages by the espeak-ng program. Models that were trained on letters need neither.

The graph holds how many frames each symbol lasts (its only ``Ceil``), which is made an output: exact times, as
``piper.patch_voice_with_alignment`` does it. Its noise is fed from a seed that depends on the words alone, so
the same text gives the same bytes.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from songwright.interfaces.voice import PhonemeSpan, Request, Speech, Voice, VoiceRefusedError, VoiceUnavailableError
from songwright.knobs import Params, knob
from songwright.singing.text import without_pronunciations
from songwright_voices import english, espeak_words, ipa
from songwright_voices.misaki import PUNCTUATION, STRESS

MODEL_NAME = "SONGWRIGHT_PIPER_MODEL"  # the environment variable that names a model for want of another
_PEAK = 0.98
_PAUSE_S = 0.15  # between sentences, which the model speaks one by one


class PiperParams(Params):
    """Which model, and how it speaks."""

    model: Path | None = knob(None, help="path of a voice, NAME.onnx, with NAME.onnx.json beside it")
    speaker: str | int = knob("", help="name or number of one speaker of a model with several")
    length_scale: float = knob(1.0, 0.25, 4.0, "", "length of every sound, over the model's own")
    noise_percent: float = knob(0.0, 0.0, 200.0, "%", "liveliness of the sound; 100 %: as the model came")
    rhythm_noise_percent: float = knob(0.0, 0.0, 200.0, "%", "liveliness of the rhythm; 100 %: as the model came")


class Piper(Voice):
    """A Piper voice from a file of your own: over forty languages, a tenth of real time.

    ``model`` is the path of NAME.onnx, with NAME.onnx.json beside it (or set SONGWRIGHT_PIPER_MODEL).
    English needs nothing else; other languages need the program espeak-ng, unless the model learned letters.
    """

    name = "piper"
    character = "as the model is"
    licence = "the voice's own terms"
    Params = PiperParams
    languages = ("*",)  # the model decides: see speaks()
    sample_rate = 22_050
    gives_durations = True  # all models exported by Piper itself hold them; others are aligned
    takes_pronunciations = True
    midi_range = (43, 64)
    workers = 2

    def available(self) -> str:
        """What is missing, if anything."""
        if self._model is None:
            return (
                f"no model is named: write voice: {{use: {self.name}, model: PATH}} with the .onnx file of a Piper "
                f"voice, its .onnx.json beside it, or set {MODEL_NAME}=PATH in the environment"
            )
        try:
            config = self._config()
        except VoiceUnavailableError as error:
            return str(error).removeprefix(f"voice {self.name!r}: ")
        if config.kind == "espeak" and config.base != "en" and espeak_words.program() is None:
            return f"to turn {config.language} words into sounds, {espeak_words.MISSING}"
        return ""

    def speaks(self, language: str) -> bool:
        """Whether the model was trained on the language; regions do not matter."""
        try:
            return self._model is None or self._config().base == language.partition("-")[0].lower()
        except VoiceUnavailableError:
            return True  # what is wrong with the model is said by available()

    def fingerprint(self) -> str:
        """The model's content, not its place."""
        if self._model is None:
            return super().fingerprint()
        digest = _digest(*_state(self._model))
        return f"{self.name}/{self.version}/{digest}/{self.params.model_dump_json(exclude={'model'})}"

    def pronounce(self, text: str, language: str = "en") -> tuple[tuple[str, ...], ...]:
        """The phonemes of each word; none for models that were trained on letters."""
        if self.available() or self._config().kind != "espeak":
            return ()
        return tuple(tuple(sound.phoneme for sound in ipa.sounds(word)) for word in self._words(text, 30.0))

    def speak(self, request: Request) -> Speech:
        """Speak sentence by sentence, with phoneme times where the model holds them."""
        if missing := self.available():
            raise VoiceUnavailableError(missing, voice=self.name)
        config = self._config()
        if not self.speaks(request.language):
            raise VoiceRefusedError(
                f"its model {self._model} speaks {config.language}, not {request.language!r}",
                voice=self.name,
            )
        audio: list[np.ndarray] = []
        spans: list[PhonemeSpan] = []
        frames = 0
        for first_word, words in english.pieces(self._words(request.text, request.timeout_s)):
            if audio:
                audio.append(np.zeros(round(_PAUSE_S * config.sample_rate), np.float32))
                frames += len(audio[-1])
            sound, heard = self._run(" ".join(words), request.speed, first_word, frames / config.sample_rate)
            audio.append(sound)
            spans += heard
            frames += len(sound)
        whole = np.concatenate(audio) if audio else np.zeros(0, np.float32)
        peak = float(np.max(np.abs(whole), initial=0.0))
        if peak > _PEAK:
            whole *= np.float32(_PEAK / peak)
        return Speech(whole, config.sample_rate, tuple(spans))

    def _words(self, text: str, timeout_s: float) -> list[str]:
        config = self._config()
        if config.kind == "text":
            return without_pronunciations(text).split()
        if config.base == "en":
            return [ipa.from_misaki(word) for word in english.phonemise(text)]
        return espeak_words.phonemise(text, config.espeak, timeout_s, self.name)

    def _run(self, text: str, speed: float, first_word: int, at_s: float) -> tuple[np.ndarray, list[PhonemeSpan]]:
        """One run of the model over one sentence; words count from ``first_word``, times from ``at_s``."""
        config, model = self._config(), _loaded(*_state(self._file()))
        ids, owners = config.symbols(text)
        scales = [
            config.noise * self.params.noise_percent / 100.0,
            config.length * self.params.length_scale / speed,
            config.rhythm_noise * self.params.rhythm_noise_percent / 100.0,
        ]
        feeds = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        speaker = self._speaker(config)
        if "sid" in model.inputs:
            feeds["sid"] = np.array([speaker], np.int64)
        if model.noise:
            feeds[model.noise] = _noise(ids, scales, speaker)
        sound, *rest = model.session.run(None, feeds)
        sound = np.asarray(sound, np.float32).ravel()
        if not rest:
            return sound, []
        durations = np.asarray(rest[0], np.float64).ravel()
        return sound, _spans(text, owners, durations, len(sound) / config.sample_rate, first_word, at_s)

    def _speaker(self, config: _Config) -> int:
        wanted = str(self.params.speaker).strip()
        if not wanted:
            return 0
        if wanted in config.speakers:
            return config.speakers[wanted]
        if wanted.isdecimal() and int(wanted) < config.speaker_count:
            return int(wanted)
        names = ", ".join(config.speakers) or f"0 to {config.speaker_count - 1}"
        raise VoiceRefusedError(f"its model has no speaker {wanted!r}; it has {names}", voice=self.name)

    def _config(self) -> _Config:
        return _read_config(*_state(Path(f"{self._file()}.json")))

    @property
    def _model(self) -> Path | None:
        """The model that the project names, or else the environment."""
        elsewhere = os.environ.get(MODEL_NAME, "").strip()
        named: Path | None = self.params.model
        return named or (Path(elsewhere).expanduser() if elsewhere else None)

    def _file(self) -> Path:
        if self._model is None:
            raise VoiceUnavailableError(self.available(), voice=self.name)
        return self._model


@dataclass(frozen=True)
class _Config:
    """What the file beside the model says."""

    kind: str  # "espeak" or "text"
    language: str  # BCP 47
    espeak: str  # eSpeak's name of the language
    sample_rate: int
    noise: float
    length: float
    rhythm_noise: float
    speaker_count: int
    speakers: Mapping[str, int]
    ids: Mapping[str, Sequence[int]] = field(repr=False)

    @property
    def base(self) -> str:
        return self.language.partition("-")[0].lower()

    def symbols(self, text: str) -> tuple[list[int], list[int]]:
        """The model's numbers for a text, each symbol followed by a blank, and which letter each belongs to (or -1)."""
        blank = list(self.ids.get("_", ()))
        numbers = [*self.ids.get("^", ()), *blank]
        owners = [-1] * len(numbers)
        for i, letter in enumerate(text):
            own = self._numbers(letter)
            if own:
                numbers += [*own, *blank]
                owners += [i] * (len(own) + len(blank))
        end = list(self.ids.get("$", ()))
        return numbers + end, owners + [-1] * len(end)

    def _numbers(self, letter: str) -> list[int]:
        """What a letter is to the model: itself, its small form, or its parts; nothing when it knows none of them."""
        for form in (letter, letter.casefold(), unicodedata.normalize("NFD", letter)):
            if all(part in self.ids for part in form):
                return [number for part in form for number in self.ids[part]]
        return []


@dataclass(frozen=True)
class _Model:
    session: Any
    inputs: frozenset[str]
    noise: str  # the input that takes the noise, if there is any


_State = tuple[Path, int, int]
_LOAD = threading.Lock()


def _state(path: Path) -> _State:
    """A file and what changes with its content."""
    try:
        status = path.stat()
    except OSError as error:
        raise VoiceUnavailableError(f"cannot read {path}: {error.strerror}", voice=Piper.name) from error
    return path, status.st_mtime_ns, status.st_size


@functools.lru_cache(maxsize=16)
def _digest(path: Path, _changed: int, _size: int) -> str:
    """Hash of a model and of what lies beside it."""
    both = hashlib.sha256()
    for one in (path, Path(f"{path}.json")):
        _state(one)
        with one.open("rb") as file:
            both.update(hashlib.file_digest(file, "sha256").digest())
    return both.hexdigest()[:32]


@functools.lru_cache(maxsize=16)
def _read_config(path: Path, _changed: int, _size: int) -> _Config:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        inference = said.get("inference", {})
        config = _Config(
            kind=str(said.get("phoneme_type") or "espeak").lower(),
            language=_language(said),
            espeak=str(said.get("espeak", {}).get("voice", "")),
            sample_rate=int(said["audio"]["sample_rate"]),
            noise=float(inference.get("noise_scale", 0.667)),
            length=float(inference.get("length_scale", 1.0)),
            rhythm_noise=float(inference.get("noise_w", 0.8)),
            speaker_count=max(int(said.get("num_speakers", 1)), 1),
            speakers={str(name): int(number) for name, number in (said.get("speaker_id_map") or {}).items()},
            ids={
                str(name): [int(n) for n in ([ids] if isinstance(ids, int) else ids)]
                for name, ids in said["phoneme_id_map"].items()
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path} is not the description of a Piper voice ({type(error).__name__}: {error})"
        raise VoiceUnavailableError(message, voice=Piper.name) from error
    if config.kind not in ("espeak", "text"):
        message = f"{path.name}: its phonemes are of the kind {config.kind!r}; only espeak and text are understood"
        raise VoiceUnavailableError(message, voice=Piper.name)
    return config


def _language(said: Mapping[str, Any]) -> str:
    code = said.get("language", {}).get("code") or said.get("espeak", {}).get("voice") or "en"
    return str(code).replace("_", "-")


@functools.lru_cache(maxsize=2)
def _made(path: Path, _changed: int, _size: int) -> _Model:
    """The model with its durations as an output and its noise as an input; one thread a run."""
    import onnxruntime

    from songwright_voices.onnx_graph import NOISE, output_of, with_fed_noise
    from songwright_voices.onnx_outputs import with_output

    try:
        model = with_fed_noise(path.read_bytes())
        durations = output_of(model, "Ceil")
        if durations:
            model = with_output(model, durations, (1, 1, "songwright_symbols"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors have no common base
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise VoiceUnavailableError(f"{path} cannot be loaded: {said[0][:200]}", voice=Piper.name) from error
    inputs = frozenset(one.name for one in session.get_inputs())
    if not {"input", "input_lengths", "scales"} <= inputs:
        raise VoiceUnavailableError(f"{path} is not a Piper voice: it takes {', '.join(inputs)}", voice=Piper.name)
    return _Model(session, inputs, NOISE if NOISE in inputs else "")


def _loaded(path: Path, changed: int, size: int) -> _Model:
    with _LOAD:
        return _made(path, changed, size)


def _noise(ids: Sequence[int], scales: Sequence[float], speaker: int) -> np.ndarray:
    """The numbers that the model takes for chance: the same for the same words."""
    from songwright_voices.onnx_graph import NOISE_SIZE

    if scales[0] == 0.0 and scales[2] == 0.0:
        return np.zeros(NOISE_SIZE, np.float32)
    said = repr((list(ids), [f"{scale:.6g}" for scale in scales], speaker)).encode()
    seed = int.from_bytes(hashlib.blake2b(said, digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=seed)).standard_normal(NOISE_SIZE, np.float32)


def _spans(
    text: str, owners: Sequence[int], durations: np.ndarray, seconds: float, first_word: int, at_s: float
) -> list[PhonemeSpan]:
    """When each sound of a sentence is heard.

    The blank behind a symbol belongs to it; a stress mark and a space belong to the sound that follows, unless
    punctuation makes the space a pause. (Where the voice sets in after a voiceless consonant, in eight sentences
    of en_US-joe-medium: 13 ms after this boundary in the middle, 56 ms before the one behind the mark.)
    """
    ends_s = np.cumsum(durations) / max(durations.sum(), 1.0) * seconds
    starts_s = np.concatenate([[0.0], ends_s[:-1]])
    own = np.asarray(owners)
    spans: list[PhonemeSpan] = []
    small = text.lower()  # letters of models that learned letters
    for sound in ipa.sounds(small if len(small) == len(text) else text):
        mine = np.flatnonzero((own >= _reach(text, sound.first)) & (own <= sound.last))
        if len(mine):
            start_s, end_s = at_s + float(starts_s[mine[0]]), at_s + float(ends_s[mine[-1]])
            spans.append(PhonemeSpan(sound.phoneme, start_s, end_s, first_word + sound.word, sound.stress))
    return spans


def _reach(text: str, first: int) -> int:
    """The first letter that sounds like the sound at ``first``."""
    while first and text[first - 1] in STRESS:
        first -= 1
    if first > 1 and text[first - 1] == " " and text[first - 2] not in PUNCTUATION:
        first -= 1
    return first
