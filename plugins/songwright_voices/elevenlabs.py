"""Voices of ElevenLabs, with the times of what they say."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from songwright.interfaces.voice import Request, Speech, VoiceError
from songwright.knobs import Params, knob
from songwright_voices.decode import pcm
from songwright_voices.hosted import HostedVoice
from songwright_voices.word_times import from_characters, letters

_RATE = 24_000
_LATE_S = 0.3  # that the last character may seem to outlast the audio


class ElevenLabsParams(Params):
    """Which voice and model."""

    base_url: str = knob("", help="address of the server; empty: ElevenLabs' own")
    voice: str = knob("21m00Tcm4TlvDq8ikWAM", help="ElevenLabs' id of the voice")
    model: str = knob("eleven_multilingual_v2", help="ElevenLabs' id of the model")
    stability: float = knob(0.5, 0.0, 1.0, "", "evenness of the delivery")
    similarity: float = knob(0.75, 0.0, 1.0, "", "closeness to the voice's recordings")


class ElevenLabs(HostedVoice):
    """A voice of ElevenLabs; the key is read from ELEVENLABS_API_KEY.

    Another server that speaks its protocol is named by base_url; the key goes there only if ELEVENLABS_BASE_URL, in the
    environment, is that address. Speed goes from 0.7 to 1.2.
    """

    name = "elevenlabs"
    version = "2"
    character = "many, by id"
    licence = "the server's terms"
    Params = ElevenLabsParams
    key_name = "ELEVENLABS_API_KEY"
    address_name = "ELEVENLABS_BASE_URL"
    home = "https://api.elevenlabs.io"

    def speak(self, request: Request) -> Speech:
        """Speak through the server: raw 24 kHz samples, and the times of all characters.

        English is told by words, which the core fills with sounds; of other languages the letters stand for sounds.
        """
        wish = {
            "text": request.text,
            "model_id": self.params.model,
            "voice_settings": {
                "stability": self.params.stability,
                "similarity_boost": self.params.similarity,
                "speed": min(max(request.speed, 0.7), 1.2),
            },
        }
        path = f"/v1/text-to-speech/{quote(self.params.voice, safe='')}/with-timestamps?output_format=pcm_{_RATE}"
        key = self.key()
        answer = self.ask(path, wish, {"xi-api-key": key} if key else {}, request)
        if answer.kind != "application/json":
            raise VoiceError(f"sent {answer.kind} instead of audio with times", voice=self.name)
        try:
            said = json.loads(answer.body)
            audio = base64.b64decode(said["audio_base64"], validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            raise VoiceError("sent an answer that holds no audio", voice=self.name) from error
        return self._timed(pcm(audio, _RATE, request, self.name), said.get("alignment"), request)

    def _timed(self, speech: Speech, alignment: Mapping[str, Any] | None, request: Request) -> Speech:
        """The speech with what the server tells of its times; it may tell nothing."""
        if not alignment:
            return speech
        try:
            characters = [str(character) for character in alignment["characters"]]
            starts_s, ends_s = (
                [float(value) for value in alignment[f"character_{edge}_times_seconds"]] for edge in ("start", "end")
            )
            whole = "".join(characters).split() == request.text.split() and len(starts_s) == len(ends_s)
            if not whole or len(starts_s) != len(characters):
                return speech
        except (KeyError, TypeError, ValueError) as error:
            raise VoiceError("sent times that cannot be read", voice=self.name) from error
        if ends_s and max(ends_s) > speech.seconds + _LATE_S:
            raise VoiceError(
                f"sent {speech.seconds:.2f} of {max(ends_s):.2f} s: the audio was cut off", voice=self.name
            )
        if request.language.partition("-")[0] == "en":
            return replace(speech, words=from_characters(characters, starts_s, ends_s))
        return replace(speech, phonemes=letters(characters, starts_s, ends_s))
