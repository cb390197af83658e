"""Voices behind an OpenAI-compatible ``/audio/speech``: hosted, or a server of one's own."""

from __future__ import annotations

import json

from songwright.interfaces.voice import Request, Speech
from songwright.knobs import Params, knob
from songwright_voices.decode import container
from songwright_voices.hosted import HostedVoice
from songwright_voices.http import post


class OpenAIParams(Params):
    """Which server, model and voice."""

    base_url: str = knob("", help="address of the server, up to /v1; empty: OpenAI's own")
    model: str = knob("gpt-4o-mini-tts", help="the server's name of the model")
    voice: str = knob("alloy", help="the server's name of the voice")


class OpenAI(HostedVoice):
    """A voice of OpenAI or of any server that speaks its protocol (set base_url)."""

    name = "openai"
    Params = OpenAIParams
    key_name = "OPENAI_API_KEY"
    home = "https://api.openai.com/v1"

    def speak(self, request: Request) -> Speech:
        """Speak through the server."""
        self.require()
        wish = {
            "model": self.params.model,
            "voice": self.params.voice,
            "input": request.text,
            "response_format": "wav",
            "speed": max(request.speed, 0.25),
        }
        headers = {"Content-Type": "application/json", "Accept": "audio/wav"}
        key = self.key()
        if key:
            headers["Authorization"] = f"Bearer {key}"
        url = f"{self.address}/audio/speech"
        answer = post(url, json.dumps(wish).encode(), headers, request.timeout_s, self.name, key)
        return container(answer.body, answer.kind, request, self.name)
