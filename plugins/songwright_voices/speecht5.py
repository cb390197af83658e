"""SpeechT5 (Ao et al. 2022): letters and an x-vector to a mel spectrogram, HiFi-GAN to 16 kHz audio.

A folder holds the model as transformers saves it, its vocoder in ``vocoder`` and the speaker encoder that it was
trained with in ``encoder``; both may lie elsewhere.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Reference, VoiceRefusedError, VoiceUnavailableError
from songwright_voices import speaker_encoder
from songwright_voices.accelerator import Place, alone, check_memory, explained, quiet, running, to_audio
from songwright_voices.clone_family import CloneModel
from songwright_voices.model_folder import config_of, parameters

#: Frames (16 ms) of the spectrogram a letter: nobody speaks faster or slower. The model ends itself in between.
_LEAST, _MOST = 2.0, 20.0
_VOCODERS = ("hifigan", "speecht5_hifigan")  # as it was published, and as it is saved today


class SpeechT5:
    """The family of SpeechT5."""

    kind = "speecht5"
    packages: Sequence[str] = ("sentencepiece",)

    def encoder(self, folder: Path, encoder: Path | None) -> Path:
        """Where the speaker encoder lies."""
        return encoder or folder / "encoder"

    def parts(self, folder: Path, encoder: Path | None, vocoder: Path | None) -> Sequence[Path]:
        """Model, encoder, vocoder."""
        return (folder, self.encoder(folder, encoder), vocoder or folder / "vocoder")

    def check(self, folder: Path, encoder: Path | None, vocoder: Path | None, voice: str) -> None:
        """Raise when the vocoder or the encoder is missing."""
        config_of(vocoder or folder / "vocoder", voice, _VOCODERS)
        speaker_encoder.check(self.encoder(folder, encoder), voice)

    def embed(self, folder: Path, encoder: Path | None, reference: Reference, voice: str) -> NDArray[np.float32]:
        """The x-vector, of the length that the model takes."""
        vector = speaker_encoder.encode(self.encoder(folder, encoder), reference, voice)
        wanted = int(config_of(folder, voice, (self.kind,)).get("speaker_embedding_dim", 512))
        if len(vector) != wanted:
            raise VoiceUnavailableError(
                f"the speaker encoder {self.encoder(folder, encoder)} gives {len(vector)} numbers, but the model in "
                f"{folder} takes {wanted}: put the encoder there that the model was trained with",
                voice=voice,
            )
        return vector

    def load(self, folder: Path, encoder: Path | None, vocoder: Path | None, where: Place, voice: str) -> CloneModel:
        """The model and its vocoder."""
        return _loaded(folder, vocoder or folder / "vocoder", where, voice)


class SpeechT5Model:
    """A loaded SpeechT5 with its vocoder."""

    def __init__(self, model: Any, tokenizer: Any, vocoder: Any, where: Place, voice: str) -> None:
        self._model, self._tokenizer, self._vocoder = model, tokenizer, vocoder
        self._where, self._voice = where, voice
        self.sample_rate = int(vocoder.config.sampling_rate)

    def say(
        self, text: str, embedding: NDArray[np.float32], *, seed: int, threads: int, temperature: float
    ) -> NDArray[np.float32]:
        """Speak. Its chance is the dropout before its decoder, which SpeechT5 keeps when it speaks."""
        import torch

        with explained(self._voice, "speaking", self._where), running(self._where, threads, seed), quiet():
            words = self._tokenizer(text, return_tensors="pt")["input_ids"]
            most = int(self._model.config.max_text_positions)
            if words.shape[1] > most:
                raise VoiceRefusedError(
                    f"{text[:40]!r}… has {words.shape[1]} tokens, the model takes {most}", voice=self._voice
                )
            vector = torch.from_numpy(embedding)[None].to(self._where.device, self._where.dtype)
            audio = self._model.generate_speech(
                words.to(self._where.device),
                vector,
                vocoder=self._vocoder,
                minlenratio=_LEAST,
                maxlenratio=_MOST,
            )
            return to_audio(audio, self._where, self._voice)


@functools.lru_cache(maxsize=2)
def _loaded(folder: Path, vocoder: Path, where: Place, voice: str) -> SpeechT5Model:
    import transformers

    with explained(voice, f"loading the model {folder}", where), alone(where), quiet():
        check_memory(parameters(folder) + parameters(vocoder), where, voice)
        tokenizer = transformers.SpeechT5Tokenizer.from_pretrained(str(folder), local_files_only=True)
        tokenizer.normalize = True  # numbers become English words: it has no digits
        options = {"local_files_only": True, "dtype": where.dtype}
        model = transformers.SpeechT5ForTextToSpeech.from_pretrained(str(folder), **options)
        sounds = transformers.SpeechT5HifiGan.from_pretrained(str(vocoder), **options)
        model, sounds = model.to(where.device).eval(), sounds.to(where.device).eval()
        return SpeechT5Model(model, tokenizer, sounds, where, voice)
