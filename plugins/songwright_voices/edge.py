"""The voices that Microsoft's Edge browser reads pages aloud with, through the package edge-tts (LGPL-3, an extra).

The service is unofficial: it is made for the browser, whose access token edge-tts imitates; it may change or
refuse at any time, and Microsoft's terms are the user's to read. It needs no key, and tells when each word is heard.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

from songwright.interfaces.voice import (
    Request,
    Speech,
    Voice,
    VoiceBusyError,
    VoiceError,
    VoiceRefusedError,
    VoiceUnavailableError,
)
from songwright.knobs import Params, knob
from songwright_voices import espeak_words, ipa
from songwright_voices.decode import container
from songwright_voices.word_times import from_tokens

_TICKS = 1e7  # a second
_LATE_S = 0.3  # that the last word may seem to outlast the audio
_GLANCE_S = 0.05  # between looks at whether to stop
LIMIT_BYTES = 50 << 20
_MEND = "pip install 'songwright[edge]'"


class EdgeParams(Params):
    """Which voice, and how it speaks."""

    voice: str = knob("en-US-EmmaMultilingualNeural", help="Microsoft's name of the voice")
    pitch_hz: float = knob(0.0, -100.0, 100.0, "Hz", "added to the voice's pitch")


class Edge(Voice):
    """A voice of Microsoft Edge's read-aloud service: over seventy languages, no key, unofficial.

    Needs pip install 'songwright[edge]' and the network. The service is made for the browser: it may change or refuse.
    """

    name = "edge"
    character = "many, by name"
    licence = "the service's terms"
    Params = EdgeParams
    languages = ("*",)
    sample_rate = 24_000
    midi_range = (53, 70)
    online = True
    deterministic = False
    workers = 4

    def available(self) -> str:
        """What is missing, if anything."""
        return "" if find_spec("edge_tts") else f"the package edge-tts is not installed: {_MEND}"

    def pronounce(self, text: str, language: str = "en") -> tuple[tuple[str, ...], ...]:
        """The phonemes of each word, where espeak-ng is installed."""
        if espeak_words.program() is None:
            return ()
        words = espeak_words.phonemise(text, language.lower(), 10.0, self.name)
        return tuple(tuple(sound.phoneme for sound in ipa.sounds(word)) for word in words)

    def speak(self, request: Request) -> Speech:
        """Speak through the service, with the times of words."""
        if missing := self.available():
            raise VoiceUnavailableError(missing, voice=self.name)
        import asyncio  # here, with the next: asyncio takes longer to import than all voices together
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as thread:  # the caller's thread may run a loop of its own
            heard = thread.submit(asyncio.run, self._listen(request)).result()
        if not heard.audio:
            raise VoiceError("sent no audio", voice=self.name)
        speech = container(bytes(heard.audio), "audio/mpeg", request, self.name)
        words = from_tokens(request.text, heard.tokens)
        last = max((k for k, word in enumerate(request.text.split()) if re.search(r"\w", word)), default=-1)
        cut = not words or words[-1].word < last or words[-1].end_s > speech.seconds + _LATE_S
        if last >= 0 and heard.tokens and cut and not re.search(r"\d", request.text.split()[last]):
            raise VoiceError("ended before the last word: the audio was cut off", voice=self.name)
        return replace(speech, words=words)

    async def _listen(self, request: Request) -> _Heard:
        """All that the service sends, within the time-out."""
        import aiohttp
        from edge_tts import Communicate
        from edge_tts.exceptions import EdgeTTSException

        heard = _Heard()
        rate = f"{round(100.0 * (min(max(request.speed, 0.25), 2.0) - 1.0)):+d}%"
        pitch = f"{round(self.params.pitch_hz):+d}Hz"
        try:
            call = Communicate(request.text, self.params.voice, rate=rate, pitch=pitch, boundary="WordBoundary")
        except (TypeError, ValueError) as error:
            raise VoiceRefusedError(f"{self.params.voice!r} is not the name of a voice", voice=self.name) from error
        try:
            await _within(_collect(call.stream, heard, self.name), request)
        except TimeoutError as error:
            raise VoiceBusyError(f"did not answer within {request.timeout_s:g} s", voice=self.name) from error
        except aiohttp.ClientResponseError as error:
            raise _refusal(error.status, self.name) from error
        except (aiohttp.ClientError, OSError) as error:
            raise VoiceBusyError(f"cannot be reached: {type(error).__name__}", voice=self.name) from error
        except EdgeTTSException as error:
            raise _unexpected(error, self.name) from error
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise VoiceError(f"sent what is not its protocol ({type(error).__name__})", voice=self.name) from error
        return heard


@dataclass
class _Heard:
    """What came in: MP3, and words with their times."""

    audio: bytearray = field(default_factory=bytearray)
    tokens: list[tuple[str, float, float]] = field(default_factory=list)


async def _within(work: Coroutine[Any, Any, None], request: Request) -> None:
    """Do the work until it is done, time is up, or the request is called off."""
    import asyncio

    end_s = time.monotonic() + request.timeout_s
    task = asyncio.ensure_future(work)
    while not task.done():
        left_s = end_s - time.monotonic()
        if left_s <= 0.0 or (request.cancel is not None and request.cancel.is_set()):
            task.cancel()
            raise TimeoutError
        await asyncio.wait({task}, timeout=min(left_s, _GLANCE_S))
    task.result()


async def _collect(stream: Callable[[], Any], heard: _Heard, voice: str) -> None:
    async for message in stream():
        if message["type"] == "audio":
            heard.audio += message["data"]
            if len(heard.audio) > LIMIT_BYTES:
                raise VoiceError("sent too much audio", voice=voice)
        else:
            start_s = message["offset"] / _TICKS
            heard.tokens.append((message["text"], start_s, start_s + message["duration"] / _TICKS))


def _refusal(status: int, voice: str) -> VoiceError:
    if status == 429 or status >= 500:
        return VoiceBusyError(f"asks for patience (status {status})", voice=voice)
    if status in (401, 403):
        message = f"does not accept edge-tts's access token (status {status}); a newer one may help: {_MEND} --upgrade"
        return VoiceRefusedError(message, voice=voice)
    if 400 <= status < 500:
        return VoiceRefusedError(f"refuses (status {status})", voice=voice)
    return VoiceError(f"gave status {status} instead of speech", voice=voice)


def _unexpected(error: Exception, voice: str) -> VoiceError:
    """An error of edge-tts itself."""
    if type(error).__name__ == "SkewAdjustmentError":
        return _refusal(403, voice)
    if type(error).__name__ == "NoAudioReceived":
        return VoiceError("sent no audio, or the connection was cut before any", voice=voice)
    return VoiceError(f"broke its protocol or the connection ({type(error).__name__})", voice=voice)
