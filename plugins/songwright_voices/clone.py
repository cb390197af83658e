"""A voice cloned from a recording, by a model in a folder of one's own.

A speaker encoder makes an embedding of the recording, once; a text-to-speech model speaks with it. Which family a
model is of, its ``config.json`` says; each family is a module. A recording is used only with its owner's consent, in
writing: in the project (``consent:``) or in the profile that brings it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Reference, Request, VoiceRefusedError, VoiceUnavailableError
from songwright.knobs import knob
from songwright_voices.model_folder import digest, missing_packages
from songwright_voices.neural import NeuralParams, NeuralVoice

if TYPE_CHECKING:
    from songwright_voices.clone_family import CloneModel, Family


class CloneParams(NeuralParams):
    """Which model, whose voice, and who allowed it."""

    reference: Path | None = knob(None, help="a recording of the voice: 3 to 30 s of clean speech")
    consent: str = knob("", help="who allowed this use of the voice, and when; needed with a reference")
    encoder: Path | None = knob(None, help="folder of the speaker encoder; default: encoder in the model's folder")
    vocoder: Path | None = knob(None, help="folder of SpeechT5's vocoder; default: vocoder in the model's folder")
    temperature: float = knob(0.7, 0.0, 1.5, "", "freedom of the reading, where the model has such")


class Clone(NeuralVoice):
    """The voice of a recording, cloned by a local model: SpeechT5 or Pocket TTS."""

    name = "clone"
    character = "anybody's, with consent"
    licence = "the model's terms"
    Params = CloneParams
    credit = "Voice: cloned from a recording with consent, by the user's own copy of a model, whose licence applies"
    sample_rate = 16_000
    midi_range = (45, 69)
    clones = True
    kinds = ("speecht5", "pocket_tts")
    folder_name = "SONGWRIGHT_CLONE_MODEL"

    def check(self) -> dict[str, Any]:
        """Besides the folder: the family's other parts, and the recording with its consent."""
        config = super().check()
        family = self._family(config)
        if missing := missing_packages(*family.packages):
            raise VoiceUnavailableError(missing, voice=self.name)
        family.check(self.folder(), self.params.encoder, self.params.vocoder, self.name)
        path, consent = self.params.reference, self.params.consent.strip()
        if path is not None and not consent:
            raise VoiceUnavailableError(
                f"the recording {path} is somebody's voice: write consent: with who allowed its use, and when",
                voice=self.name,
            )
        if path is not None and not path.is_file():
            raise VoiceUnavailableError(f"its recording {path} does not exist", voice=self.name)
        return config

    def fingerprint(self) -> str:
        """Who consented changes nothing in the sound."""
        return super().fingerprint().replace(self.params.model_dump_json(include={"consent"})[1:-1], '"consent":"-"')

    def _places(self) -> Sequence[Path]:
        try:
            config = super().check()
        except VoiceUnavailableError:
            return []
        parts = self._family(config).parts(self.folder(), self.params.encoder, self.params.vocoder)
        return [*parts, *([self.params.reference] if self.params.reference else [])]

    def _family(self, config: dict[str, Any]) -> Family:
        from songwright_voices.clone_family import family

        return family(str(config["model_type"]))

    def embed(self, reference: Reference) -> tuple[str, NDArray[np.float32]]:
        """The embedding of a recording, made once in a process, and the key of the model it is for."""
        config = self.check()
        family, folder, encoder = self._family(config), self.folder(), self.params.encoder
        key = f"{self.name}/{family.kind}/{digest(family.encoder(folder, encoder))}"
        if key in reference.embeddings:
            return key, np.asarray(reference.embeddings[key], np.float32)
        self.require()
        from songwright_voices.clone_family import embedding

        return key, embedding(family, folder, encoder, reference, self.name)

    def say(self, pieces: Sequence[str], request: Request) -> tuple[list[Any], int]:
        """Each piece by a run of its own, its chance drawn from its text and the voice."""
        from songwright_voices.accelerator import seed_of

        reference = request.reference or self._own_reference()
        key, embedding = self.embed(reference)
        model = self._loaded()
        chances = [seed_of(key, self.version, self.params.seed, reference.id, piece) for piece in pieces]
        audio = [
            model.say(piece, embedding, seed=chance, threads=self.params.threads, temperature=self.params.temperature)
            for piece, chance in zip(pieces, chances, strict=True)
        ]
        return audio, model.sample_rate

    def _loaded(self) -> CloneModel:
        family = self._family(self.check())
        return family.load(self.folder(), self.params.encoder, self.params.vocoder, self.place(), self.name)

    def _own_reference(self) -> Reference:
        if self.params.reference is None:
            raise VoiceRefusedError(
                "no voice was given to clone: write reference: RECORDING and consent:, or profile: NAME",
                voice=self.name,
            )
        from songwright_voices.recording import read

        return read(self.params.reference, self.name)
