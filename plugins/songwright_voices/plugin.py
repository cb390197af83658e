"""The built-in voices, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright.interfaces.voice import Voice
from songwright_voices.bark import Bark
from songwright_voices.clone import Clone
from songwright_voices.edge import Edge
from songwright_voices.elevenlabs import ElevenLabs
from songwright_voices.espeak import Espeak
from songwright_voices.hibari import Hibari
from songwright_voices.kokoro import Kokoro, KokoroEmma, KokoroGeorge
from songwright_voices.openai import OpenAI
from songwright_voices.piper import Piper


@hookimpl
def songwright_voices() -> list[type[Voice]]:
    """The built-in voices."""
    return [Hibari, Kokoro, KokoroEmma, KokoroGeorge, Piper, Espeak, OpenAI, ElevenLabs, Edge, Bark, Clone]
