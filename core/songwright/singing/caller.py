"""Asking a voice to speak: with retries, pauses, a circuit breaker, a cache and a way to stop.

A provider that is out of reach is asked again after a pause that doubles; one that fails again and again
is left alone for a while, so that a song with a hundred lines does not wait a hundred times.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

import numpy as np

from songwright.errors import SongwrightError
from songwright.interfaces.voice import (
    PhonemeSpan,
    Pitch,
    Request,
    Speech,
    Voice,
    VoiceBusyError,
    VoiceError,
    VoiceRefusedError,
    VoiceUnavailableError,
    WordSpan,
)
from songwright.singing.store import Store, key
from songwright.singing.text import without_pronunciations

T = TypeVar("T")
Fallback = Literal["never", "same_voice", "any"]


class CancelledError(SongwrightError):
    """The caller's wish to stop was heard."""

    exit_code = 130


@dataclass(frozen=True)
class Policy:
    """How patient a caller is."""

    attempts: int = 3
    pause_s: float = 0.5  # before the second attempt; doubles with each
    longest_pause_s: float = 8.0
    timeout_s: float = 30.0
    breaks_after: int = 3  # failed requests in a row until the provider is left alone
    rests_s: float = 30.0


@dataclass
class Caller:
    """Speaks through providers. One for a whole render: it remembers who failed."""

    store: Store | None = None
    policy: Policy = field(default_factory=Policy)
    cancel: threading.Event = field(default_factory=threading.Event)
    _failures: dict[str, int] = field(default_factory=dict)
    _rests_until: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def speak(self, voice: Voice, request: Request) -> Speech:
        """What ``voice`` makes of the request: from the store, or asked for.

        Raises:
            VoiceError: it cannot, after all attempts.
            CancelledError: :attr:`cancel` was set.
        """
        if not voice.takes_pronunciations:
            request = replace(request, text=without_pronunciations(request.text))
        request = replace(request, timeout_s=self.policy.timeout_s, cancel=self.cancel)
        name = speech_key(voice, request)
        if self.store is not None and (arrays := self.store.get(name)) is not None:
            return _from_arrays(arrays)
        speech = self._ask(voice, request)
        if self.store is not None:
            self.store.put(name, _to_arrays(speech))
        return speech

    def _ask(self, voice: Voice, request: Request) -> Speech:
        self._check_rest(voice)
        for attempt in range(self.policy.attempts):
            self._check_cancelled()
            try:
                speech = _checked(voice, voice.speak(request))
            except (VoiceUnavailableError, VoiceRefusedError) as error:
                self._note_failure(voice, for_good=isinstance(error, VoiceUnavailableError))
                raise
            except VoiceError as error:
                if attempt + 1 == self.policy.attempts:
                    self._note_failure(voice)
                    raise
                self._pause(attempt, error)
            else:
                with self._lock:
                    self._failures.pop(voice.fingerprint(), None)
                return speech
        raise AssertionError("a policy has at least one attempt")

    def _pause(self, attempt: int, error: VoiceError) -> None:
        pause_s = self.policy.pause_s * 2.0**attempt
        if isinstance(error, VoiceBusyError) and error.retry_after_s is not None:
            pause_s = max(pause_s, error.retry_after_s)
        self.cancel.wait(min(pause_s, self.policy.longest_pause_s))

    def _check_cancelled(self) -> None:
        if self.cancel.is_set():
            raise CancelledError("stopped")

    def _check_rest(self, voice: Voice) -> None:
        with self._lock:
            until = self._rests_until.get(voice.fingerprint(), 0.0)
        if time.monotonic() < until:
            raise VoiceBusyError("it failed several times in a row and is left alone for now", voice=voice.name)

    def _note_failure(self, voice: Voice, *, for_good: bool = False) -> None:
        name = voice.fingerprint()
        with self._lock:
            self._failures[name] = self._failures.get(name, 0) + 1
            if for_good or self._failures[name] >= self.policy.breaks_after:
                self._rests_until[name] = time.monotonic() + self.policy.rests_s


def with_fallback(
    voices: Sequence[Voice], fallback: Fallback, task: Callable[[Voice], T]
) -> tuple[T, Voice, tuple[VoiceError, ...]]:
    """Do a whole task with the first voice that can, so that a song is not begun by one and ended by another.

    Args:
        voices: the chain, best first.
        fallback: ``never`` asks only the first, ``same_voice`` those that sound like it, ``any`` all.
        task: what is to be done with a voice; raises :class:`VoiceError` when it cannot.

    Returns:
        The task's result, the voice that did it, and why those before it did not.

    Raises:
        VoiceError: nobody could; names each voice with its reason.
    """
    errors: list[VoiceError] = []
    for voice in _willing(voices, fallback):
        try:
            if missing := voice.available():
                raise VoiceUnavailableError(missing, voice=voice.name)
            return task(voice), voice, tuple(errors)
        except VoiceError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    failure = VoiceError("no voice of the chain could do it:\n  " + "\n  ".join(map(str, errors)))
    failure.exit_code = max(error.exit_code for error in errors)  # 2 when the wish was wrong for each of them
    raise failure


def _willing(voices: Sequence[Voice], fallback: Fallback) -> Sequence[Voice]:
    if fallback == "never":
        return voices[:1]
    if fallback == "same_voice":
        return [voice for voice in voices if voice is voices[0] or (voice.identity == voices[0].identity != "")]
    return voices


def speech_key(voice: Voice, request: Request) -> str:
    """What a recording depends on. Time-outs and keys are no part of it."""
    reference = request.reference.id if request.reference else ""
    return key("speech", voice.fingerprint(), request.text, request.speed, request.language, reference)


def _checked(voice: Voice, speech: Speech) -> Speech:
    """Refuse what cannot be speech before it reaches a cache."""
    if speech.audio.ndim != 1 or speech.audio.dtype != np.float32:
        raise VoiceError("gave audio that is not mono float32", voice=voice.name)
    if not np.isfinite(speech.audio).all():
        raise VoiceError("gave audio with numbers that are not finite", voice=voice.name)
    return speech


def _to_arrays(speech: Speech) -> dict[str, np.ndarray]:
    rows = [[p.phoneme, p.start_s, p.end_s, p.word, p.stress] for p in speech.phonemes]
    arrays = {
        "audio": speech.audio,
        "sample_rate": np.array(speech.sample_rate),
        "phonemes": np.frombuffer(json.dumps(rows).encode(), np.uint8),
    }
    if speech.words:
        arrays["words"] = np.array([[word.word, word.start_s, word.end_s] for word in speech.words], np.float64)
    if speech.pitch is not None:
        arrays["pitch_hz"] = speech.pitch.hz
        arrays["pitch_grid"] = np.array([speech.pitch.step_s, speech.pitch.offset_s])
    return arrays


def _from_arrays(arrays: dict[str, np.ndarray]) -> Speech:
    pitch = None
    if "pitch_hz" in arrays:
        step_s, offset_s = map(float, arrays["pitch_grid"])
        pitch = Pitch(arrays["pitch_hz"], step_s, offset_s)
    rows = json.loads(arrays["phonemes"].tobytes().decode())
    words = tuple(
        WordSpan(int(word), start_s, end_s) for word, start_s, end_s in arrays.get("words", np.zeros(0)).tolist()
    )
    return Speech(arrays["audio"], int(arrays["sample_rate"]), tuple(PhonemeSpan(*row) for row in rows), pitch, words)
