"""Voices behind an OpenAI-compatible ``/audio/speech``: hosted, or a server of one's own."""

from __future__ import annotations

from typing import Any, Literal

from songwright.interfaces.voice import Request, Speech, VoiceError
from songwright.knobs import Params, knob
from songwright_voices.decode import container, pcm
from songwright_voices.hosted import HostedVoice

_RATE = 24_000  # of raw samples, where the answer does not tell
_RAW = ("audio/pcm", "audio/l16", "audio/raw", "audio/x-raw", "application/octet-stream")

#: OpenAI's documented voices.
VOICES = ("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse")


class OpenAIParams(Params):
    """Which server, model and voice."""

    base_url: str = knob("", help="address of the server, up to /v1; empty: OPENAI_BASE_URL, or OpenAI's own")
    model: str = knob("gpt-4o-mini-tts", help="the server's name of the model")
    voice: str = knob("alloy", help="the server's name of the voice")
    format: Literal["wav", "pcm", "mp3", "flac"] = knob("wav", help="how the audio is sent")
    instructions: str = knob("", help="how to speak, for models that take advice")


class OpenAI(HostedVoice):
    """A voice of OpenAI or of any server that speaks its protocol (set base_url).

    The key is read from OPENAI_API_KEY; it goes to OpenAI, and to the address in OPENAI_BASE_URL, and to no other that
    a project names. A server of one's own needs none.
    """

    name = "openai"
    character = "several, by name"
    licence = "the server's terms"
    Params = OpenAIParams
    key_name = "OPENAI_API_KEY"
    address_name = "OPENAI_BASE_URL"
    home = "https://api.openai.com/v1"

    def variants(self) -> tuple[str, ...]:
        """OpenAI's own voices; another server's are its own."""
        return () if self.params.base_url else VOICES

    def speak(self, request: Request) -> Speech:
        """Speak through the server."""
        wish: dict[str, Any] = {
            "model": self.params.model,
            "voice": self.params.voice,
            "input": request.text,
            "response_format": self.params.format,
            "speed": min(max(request.speed, 0.25), 4.0),
        }
        if self.params.instructions:
            wish["instructions"] = self.params.instructions
        key = self.key()
        headers = {"Accept": f"audio/{self.params.format}", **({"Authorization": f"Bearer {key}"} if key else {})}
        answer = self.ask("/audio/speech", wish, headers, request)
        if self.params.format != "pcm" or answer.body[:4] == b"RIFF":
            return container(answer.body, answer.kind, request, self.name)
        if answer.kind not in _RAW:
            raise VoiceError(f"sent {answer.kind} instead of raw samples", voice=self.name)
        return pcm(answer.body, answer.rate_hz or _RATE, request, self.name)
