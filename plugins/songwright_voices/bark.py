"""Bark, Suno's generative voice, from a model folder of one's own.

Three transformers in a row (Suno 2023): text to semantic tokens, those to the two coarse codebooks of EnCodec, those
to all eight; EnCodec's decoder makes 24 kHz audio of them. A preset (tokens of somebody speaking) comes before the
text at each stage, and so the voice stays the same from line to line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from songwright.interfaces.voice import Request, VoiceUnavailableError
from songwright.knobs import knob
from songwright_voices import bark_preset
from songwright_voices.neural import NeuralParams, NeuralVoice

_FULL_WIDTH = 1024  # hidden size of the semantic model from which Bark is called full; small ones have 768


class BarkParams(NeuralParams):
    """Which model and preset, and how freely it reads."""

    size: Literal["any", "small", "full"] = knob("any", help="which Bark the folder must hold")
    preset: str = knob("v2/en_speaker_6", help="a speaker of the model's folder, or an .npz file in it")
    temperature: float = knob(0.7, 0.0, 1.5, "", "freedom of the reading; 0 always takes the likeliest")
    wave_temperature: float = knob(0.7, 0.0, 1.5, "", "freedom of the sound")
    fine_temperature: float = knob(0.5, 0.05, 1.0, "", "freedom of the sound's details; 1 takes the likeliest")
    early_stop: float = knob(0.2, 0.0, 1.0, "", "likelihood of an end at which it ends; 0 leaves it to chance")


class Bark(NeuralVoice):
    """Bark, a generative voice in thirteen languages, from a local model folder."""

    name = "bark"
    character = "many, by preset"
    licence = "the model's terms"
    Params = BarkParams
    credit = "Voice: Bark by Suno, from the user's own copy of the model, whose licence applies"
    languages: ClassVar[tuple[str, ...]] = (
        "en",
        "de",
        "es",
        "fr",
        "hi",
        "it",
        "ja",
        "ko",
        "pl",
        "pt",
        "ru",
        "tr",
        "zh",
    )
    sample_rate = 24_000
    midi_range = (45, 67)
    kinds = ("bark",)
    folder_name = "SONGWRIGHT_BARK_MODEL"
    longest = 160  # about 10 s: the semantic model ends at 15
    longest_dense = 45  # where a sign is a syllable

    def check(self) -> dict[str, Any]:
        """Besides the folder: the model's size and the preset."""
        config, folder = super().check(), self.folder()
        semantic = config.get("semantic_config", {})
        width, layers = int(semantic.get("hidden_size", 768)), int(semantic.get("num_layers", 12))
        found = "full" if width >= _FULL_WIDTH else "small"
        if self.params.size not in ("any", found):
            raise VoiceUnavailableError(
                f"size: {self.params.size} was asked for, but the model in {folder} is the {found} one "
                f"({layers} layers of {width}): write size: {found}, or give the folder of the other",
                voice=self.name,
            )
        bark_preset.files(folder, self.params.preset, self.name)
        return config

    def say(self, pieces: Sequence[str], request: Request) -> tuple[list[Any], int]:
        """Each piece by a run of its own, its chance drawn from its text and the voice."""
        from songwright_voices.accelerator import seed_of
        from songwright_voices.bark_model import loaded

        params = self.params
        model = loaded(self.folder(), self.place(), self.name)
        speaker = bark_preset.read(self.folder(), params.preset, self.name)
        audio = [
            model.say(
                piece,
                speaker,
                seed=seed_of(self.name, self.version, params.preset, params.seed, piece),
                threads=params.threads,
                temperatures=(params.temperature, params.wave_temperature, params.fine_temperature),
                early_stop=params.early_stop,
            )
            for piece in pieces
        ]
        return audio, model.sample_rate
