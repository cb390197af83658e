"""Voices of ElevenLabs."""

from __future__ import annotations

import json
from urllib.parse import quote

from songwright.interfaces.voice import Request, Speech, VoiceError
from songwright.knobs import Params, knob
from songwright_voices.decode import pcm
from songwright_voices.hosted import HostedVoice
from songwright_voices.http import post

_RATE = 24_000


class ElevenLabsParams(Params):
    """Which voice and model."""

    base_url: str = knob("", help="address of the server; empty: ElevenLabs' own")
    voice: str = knob("21m00Tcm4TlvDq8ikWAM", help="ElevenLabs' id of the voice")
    model: str = knob("eleven_multilingual_v2", help="ElevenLabs' id of the model")
    stability: float = knob(0.5, 0.0, 1.0, "", "evenness of the delivery")


class ElevenLabs(HostedVoice):
    """A voice of ElevenLabs; the key is read from ELEVENLABS_API_KEY."""

    name = "elevenlabs"
    Params = ElevenLabsParams
    key_name = "ELEVENLABS_API_KEY"
    home = "https://api.elevenlabs.io"

    def speak(self, request: Request) -> Speech:
        """Speak through the server, as raw 24 kHz samples."""
        self.require()
        wish = {
            "text": request.text,
            "model_id": self.params.model,
            "voice_settings": {
                "stability": self.params.stability,
                "similarity_boost": 0.75,
                "speed": min(max(request.speed, 0.7), 1.2),
            },
        }
        key = self.key()
        headers = {"Content-Type": "application/json", "xi-api-key": key}
        url = f"{self.address}/v1/text-to-speech/{quote(self.params.voice, safe='')}?output_format=pcm_{_RATE}"
        answer = post(url, json.dumps(wish).encode(), headers, request.timeout_s, self.name, key)
        if not (answer.kind.startswith("audio/") or answer.kind == "application/octet-stream"):
            raise VoiceError(f"sent {answer.kind} instead of audio", voice=self.name)
        return pcm(answer.body, _RATE, request, self.name)
