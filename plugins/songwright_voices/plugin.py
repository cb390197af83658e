"""The built-in voices, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_voices() -> dict[str, str]:
    """The built-in voices."""
    return {
        "hibari": "songwright_voices.hibari:Hibari",
        "kokoro": "songwright_voices.kokoro:Kokoro",
        "kokoro-emma": "songwright_voices.kokoro:KokoroEmma",
        "kokoro-george": "songwright_voices.kokoro:KokoroGeorge",
        "piper": "songwright_voices.piper:Piper",
        "espeak": "songwright_voices.espeak:Espeak",
        "openai": "songwright_voices.openai:OpenAI",
        "elevenlabs": "songwright_voices.elevenlabs:ElevenLabs",
        "edge": "songwright_voices.edge:Edge",
        "bark": "songwright_voices.bark:Bark",
        "clone": "songwright_voices.clone:Clone",
    }
