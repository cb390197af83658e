"""Text of any length to speech: cut, spoken side by side, joined in order."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Request, Speech, Voice, VoiceRefusedError
from songwright.profiles.profile import Profile
from songwright.progress import Progress, Silence
from songwright.singing.caller import Caller, Fallback, with_fallback
from songwright.singing.guise import Guise, put_on, speak_as
from songwright.singing.join import join
from songwright.singing.language import require_language
from songwright.singing.text import split

LONGEST = 500  # characters of a piece


@dataclass(frozen=True)
class Spoken:
    """A spoken text and how it came about. ``audio`` is mono float32."""

    audio: NDArray[np.float32]
    sample_rate: int
    voice: str
    pieces: int
    wall_s: float
    passed_over: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.audio) / self.sample_rate

    @property
    def real_time_factor(self) -> float:
        """Time spent, over time spoken."""
        return self.wall_s / self.seconds if self.seconds else 0.0


def speak(
    text: str,
    voices: Sequence[Voice],
    *,
    fallback: Fallback = "any",
    caller: Caller | None = None,
    speed: float = 1.0,
    language: str = "en",
    workers: int | None = None,
    longest: int = LONGEST,
    progress: Progress | None = None,
    known: Mapping[str, type[Voice]] | None = None,
    profile: Profile | None = None,
) -> Spoken:
    """Speak a text.

    Args:
        text: plain words; paragraphs and sentences decide where it is cut.
        voices: the chain, best first; a text is spoken by one voice throughout.
        fallback: which voices of the chain may stand in.
        caller: holds the cache, the patience and the way to stop.
        speed: 1.0 is the voice's own pace.
        language: BCP 47 code of the text.
        workers: pieces spoken side by side; default: as many as the voice takes.
        longest: characters of a piece.
        progress: watches the stage "speak", a step a piece.
        known: the voices that are installed, to name those that speak a language which the chain does not.
        profile: whose voice to sound like.

    Raises:
        VoiceError: no voice could do it.
        CancelledError: the caller was told to stop.
    """
    begun_s = time.perf_counter()
    pieces = split(text, longest)
    if not pieces:
        raise VoiceRefusedError("there is nothing to say: the text is empty")
    caller = caller or Caller()

    def task(voice: Voice) -> list[Speech]:
        require_language(voice, language, known or {})
        guise = put_on(profile, voice, caller, language, pieces)
        requests = [Request(piece, speed, language, reference=guise.reference) for piece in pieces]
        return _side_by_side(voice, guise, requests, caller, workers or voice.workers, progress or Silence())

    speeches, voice, errors = with_fallback(voices, fallback, task)
    rate = speeches[0].sample_rate
    audio = join([_at_rate(speech, rate) for speech in speeches], pieces, rate)
    return Spoken(audio, rate, voice.name, len(pieces), time.perf_counter() - begun_s, tuple(map(str, errors)))


def _side_by_side(
    voice: Voice, guise: Guise, requests: Sequence[Request], caller: Caller, workers: int, progress: Progress
) -> list[Speech]:
    """All pieces in order. The first that fails stops those that have not begun."""
    with ThreadPoolExecutor(max(min(workers, len(requests)), 1), thread_name_prefix="speak") as pool:
        futures = [pool.submit(speak_as, guise, voice, request, caller) for request in requests]
        try:
            speeches = []
            progress.stage("speak", len(requests))
            for future in futures:
                speeches.append(future.result())
                progress.step()
        except BaseException as error:
            if not isinstance(error, Exception):  # the user's Ctrl-C: requests under way end too
                caller.cancel.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return speeches


def _at_rate(speech: Speech, rate: int) -> NDArray[np.float32]:
    if speech.sample_rate == rate:
        return speech.audio
    import soxr

    return np.asarray(soxr.resample(speech.audio, speech.sample_rate, rate, quality="HQ"), np.float32)
