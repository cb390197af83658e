"""Pocket TTS (Kyutai): a small model that goes on speaking in the voice of a recording; quick on a CPU. 24 kHz.

A folder holds the model as transformers saves it, and in ``codec`` its audio tokenizer, whose encoder makes latents of
the recording (12.5 a second: the embedding) and whose decoder makes audio of what the model says.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Reference, VoiceRefusedError, VoiceUnavailableError
from songwright_voices.accelerator import Place, alone, check_memory, explained, quiet, running, to_audio
from songwright_voices.clone_family import CloneModel
from songwright_voices.model_folder import config_of, parameters
from songwright_voices.recording import at_rate, checked

_CPU = Place("cpu", "float32")
_TEMPLATE = "chat_template.jinja"
_CODEC = "pocket_tts_audio_tokenizer"


class PocketTTS:
    """The family of Pocket TTS."""

    kind = "pocket_tts"
    packages: Sequence[str] = ()

    def encoder(self, folder: Path, encoder: Path | None) -> Path:
        """Where the audio tokenizer lies."""
        return encoder or folder / "codec"

    def parts(self, folder: Path, encoder: Path | None, vocoder: Path | None) -> Sequence[Path]:
        """Model and audio tokenizer."""
        return (folder, self.encoder(folder, encoder))

    def check(self, folder: Path, encoder: Path | None, vocoder: Path | None, voice: str) -> None:
        """Raise when the audio tokenizer is missing."""
        config_of(self.encoder(folder, encoder), voice, (_CODEC,))
        if not (folder / _TEMPLATE).is_file():
            raise VoiceUnavailableError(
                f"{folder} holds no {_TEMPLATE}: fetch the model's small files too", voice=voice
            )

    def embed(self, folder: Path, encoder: Path | None, reference: Reference, voice: str) -> NDArray[np.float32]:
        """The recording as latents, shape ``(frames, dimensions)``; made on the CPU in full precision."""
        with explained(voice, f"listening with {self.encoder(folder, encoder)}", _CPU), running(_CPU, 1, 0), quiet():
            processor = _processor(folder, self.encoder(folder, encoder), _CPU, voice)
            rate = int(processor.feature_extractor.sampling_rate)
            heard = processor.feature_extractor(
                at_rate(checked(reference, voice), rate), sampling_rate=rate, return_tensors="pt"
            )
            found = processor.audio_tokenizer.encode(heard["input_values"], heard["padding_mask"])
            return np.asarray(found.latents[0][found.latents_mask[0].bool()].numpy(), np.float32)

    def load(self, folder: Path, encoder: Path | None, vocoder: Path | None, where: Place, voice: str) -> CloneModel:
        """The model and its audio tokenizer."""
        return _loaded(folder, self.encoder(folder, encoder), where, voice)


class PocketTTSModel:
    """A loaded Pocket TTS."""

    def __init__(self, model: Any, processor: Any, where: Place, voice: str) -> None:
        self._model, self._processor, self._where, self._voice = model, processor, where, voice
        self.sample_rate = int(processor.feature_extractor.sampling_rate)

    def say(
        self, text: str, embedding: NDArray[np.float32], *, seed: int, threads: int, temperature: float
    ) -> NDArray[np.float32]:
        """Speak, as the recording would go on."""
        import torch

        with explained(self._voice, "speaking", self._where), running(self._where, threads, seed), quiet():
            prompt = self._prompt(text)
            inputs = self._processor(
                text=prompt, audio_prompt_latents=[torch.from_numpy(embedding)], return_tensors="pt"
            ).to(self._where.device, self._where.dtype)
            chance = {"do_sample": True, "temperature": temperature} if temperature > 0.0 else {"do_sample": False}
            said = self._model.generate(**inputs, **chance, return_dict_in_generate=True)
            latents = said.audio_latents[0][said.audio_latents_mask[0].bool()]
            if not len(latents):
                raise VoiceRefusedError(f"the model said nothing to {text!r}", voice=self._voice)
            return to_audio(self._processor.decode(latents), self._where, self._voice)

    def _prompt(self, text: str) -> str:
        """The voice, then the text as the model's own template prepares it, then where the audio begins."""
        processor = self._processor
        words = processor.apply_chat_template([{"role": "user", "content": [{"type": "text", "text": text}]}])
        for token in processor.placeholder_tokens:
            words = words.replace(token, "")
        return f"{processor.audio_prompt_bos_token or ''}{processor.audio_token}{words}{processor.audio_bos_token}"


@functools.lru_cache(maxsize=2)
def _loaded(folder: Path, codec: Path, where: Place, voice: str) -> PocketTTSModel:
    import transformers

    with explained(voice, f"loading the model {folder}", where), alone(where), quiet():
        check_memory(parameters(folder) + parameters(codec), where, voice)
        processor = _processor(folder, codec, where, voice)
        model = transformers.PocketTTSForConditionalGeneration.from_pretrained(
            str(folder), local_files_only=True, dtype=where.dtype
        )
        return PocketTTSModel(model.to(where.device).eval(), processor, where, voice)


def _processor(folder: Path, codec: Path, where: Place, voice: str) -> Any:
    """Tokenizer, feature extractor and chat template of the model with the audio tokenizer that lies in ``codec``."""
    import transformers

    if not hasattr(transformers, "PocketTTSProcessor"):
        raise VoiceUnavailableError(
            f"transformers {transformers.__version__} has no Pocket TTS yet: pip install --upgrade transformers",
            voice=voice,
        )
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    extractor = transformers.PocketTTSFeatureExtractor.from_pretrained(str(folder), local_files_only=True)
    sounds = transformers.PocketTTSAudioTokenizerModel.from_pretrained(
        str(codec), local_files_only=True, dtype=where.dtype
    )
    template = (folder / _TEMPLATE).read_text(encoding="utf-8")
    return transformers.PocketTTSProcessor(
        extractor, tokenizer, audio_tokenizer=sounds.to(where.device).eval(), chat_template=template
    )
