"""What a provider does not give, the core supplies: here the times of the phonemes.

The text is spoken a second time by a voice that knows its own times (the embedded one), and that
recording is laid over the provider's by dynamic time warping of their mel cepstra (Sakoe & Chiba 1978):
where a sound lies in the one, it lies in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Request, Speech, Voice, VoiceError
from songwright.singing.align import warp_times
from songwright.singing.caller import Caller


def complete(
    speech: Speech, request: Request, voice: Voice, known: Mapping[str, type[Voice]], caller: Caller
) -> Speech:
    """The speech with phonemes. Its pitch, when missing, is tracked by the analysis.

    Raises:
        VoiceError: no installed voice can tell the times of this language's sounds.
    """
    if speech.phonemes:
        return speech
    guide_voice = _guide(request.language, known, besides=voice.name)
    guide = caller.speak(guide_voice, request)
    start_s = warp_times(
        guide.audio, guide.sample_rate, speech.audio, speech.sample_rate, _times([p.start_s for p in guide.phonemes])
    )
    end_s = warp_times(
        guide.audio, guide.sample_rate, speech.audio, speech.sample_rate, _times([p.end_s for p in guide.phonemes])
    )
    spans = tuple(
        replace(phoneme, start_s=float(a), end_s=float(max(a, b)))
        for phoneme, a, b in zip(guide.phonemes, start_s, end_s, strict=True)
    )
    return replace(speech, phonemes=spans)


def _times(seconds: list[float]) -> NDArray[np.float64]:
    return np.array(seconds, np.float64)


def _guide(language: str, known: Mapping[str, type[Voice]], besides: str) -> Voice:
    base = language.partition("-")[0]
    for name, component in sorted(known.items()):
        speaks = base in component.languages or "*" in component.languages
        if name != besides and component.gives_durations and not component.online and speaks:
            guide = component()
            if not guide.available():
                return guide
    raise VoiceError(
        f"it does not tell when its sounds are heard, and no installed voice can stand in for {language!r}; "
        "install hibari-tts for English",
        voice=besides,
    )
