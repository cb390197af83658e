"""Bark loaded: text and a speaker's tokens in, audio out. Only this file knows transformers' Bark."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright_voices.accelerator import Place, alone, check_memory, explained, quiet, running, to_audio
from songwright_voices.bark_preset import Speaker
from songwright_voices.model_folder import parameters


class BarkModel:
    """A Bark of any size on its device. ``sample_rate`` is EnCodec's, 24 kHz."""

    def __init__(self, model: Any, processor: Any, where: Place, voice: str) -> None:
        self._model, self._processor, self._where, self._voice = model, processor, where, voice
        self.sample_rate = int(model.generation_config.sample_rate)

    def say(
        self,
        text: str,
        speaker: Speaker,
        *,
        seed: int,
        threads: int,
        temperatures: tuple[float, float, float],
        early_stop: float,
    ) -> NDArray[np.float32]:
        """Speak a text of at most 15 s.

        Args:
            text: plain words.
            speaker: the tokens of a preset.
            seed: of all chance in it.
            threads: of the CPU.
            temperatures: of the semantic, the coarse and the fine model.
            early_stop: likelihood of an end at which the semantic model ends; 0 leaves it to chance.
        """
        import torch

        reading, wave, fine = temperatures
        chances = {
            **_chance("semantic", reading),
            **_chance("coarse", wave),
            "fine_temperature": fine,
            **({"min_eos_p": early_stop} if early_stop else {}),
        }
        with explained(self._voice, "speaking", self._where), running(self._where, threads, seed), quiet():
            device = self._where.device
            words = self._processor(text, return_tensors="pt")
            history = {part: torch.from_numpy(tokens).to(device) for part, tokens in speaker.items()}
            audio = self._model.generate(
                input_ids=words["input_ids"].to(device),
                attention_mask=words["attention_mask"].to(device),
                history_prompt=history,
                **chances,
            )
            return to_audio(audio, self._where, self._voice)


def _chance(stage: str, temperature: float) -> dict[str, Any]:
    if temperature <= 0.0:
        return {f"{stage}_do_sample": False}
    return {f"{stage}_do_sample": True, f"{stage}_temperature": temperature}


@functools.lru_cache(maxsize=2)
def loaded(folder: Path, where: Place, voice: str) -> BarkModel:
    """The model in ``folder``, loaded once.

    Raises:
        VoiceUnavailableError: it does not fit into the memory, or is no Bark that can be loaded.
    """
    import transformers

    with explained(voice, f"loading the model {folder}", where), alone(where), quiet():
        check_memory(parameters(folder), where, voice)
        processor = transformers.BarkProcessor.from_pretrained(
            str(folder), speaker_embeddings_dict_path=None, local_files_only=True
        )
        model = transformers.BarkModel.from_pretrained(str(folder), local_files_only=True, dtype=where.dtype)
        return BarkModel(model.to(where.device).eval(), processor, where, voice)
