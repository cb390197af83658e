"""The contract of a voice provider: text to speech, and what else it can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.component import Component


@dataclass(frozen=True)
class PhonemeSpan:
    """One phoneme of a spoken text and when it is heard, in seconds from the recording's start."""

    phoneme: str
    start_s: float
    end_s: float
    word: int  # index of the word it belongs to


@dataclass(frozen=True)
class Speech:
    """Spoken text. ``audio`` is mono float32 in [-1, 1]."""

    audio: NDArray[np.float32]
    sample_rate: int
    phonemes: tuple[PhonemeSpan, ...] = ()  # empty when the provider gives no durations


class Voice(Component):
    """Speaks. What it cannot do (pitch, durations), the core supplies."""

    #: Languages it speaks, as BCP 47 codes.
    languages: ClassVar[tuple[str, ...]] = ("en",)
    #: Whether :meth:`speak` fills in ``Speech.phonemes``.
    gives_durations: ClassVar[bool] = False
    #: Lowest and highest MIDI note it sings well.
    midi_range: ClassVar[tuple[int, int]] = (55, 69)
    #: Whether it needs the network.
    online: ClassVar[bool] = False

    def available(self) -> str:
        """Empty when it can work on this machine now, else what is missing and the command that mends it."""
        return ""

    def speak(self, text: str, *, speed: float = 1.0, language: str = "en") -> Speech:
        """Speak ``text`` (plain words of ``language``) at ``speed`` (1.0 is normal)."""
        raise NotImplementedError
