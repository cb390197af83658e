"""Base of the voices of Kokoro's family: English words in, sound with phoneme times and pitch out."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from songwright.interfaces.voice import Pitch, Request, Speech, Voice
from songwright_voices import misaki
from songwright_voices.english import phonemise, pieces
from songwright_voices.token_timing import FRAME_S


class TokenVoice(Voice):
    """Speaks in pieces of a sentence; a subclass runs its model on each."""

    languages = ("en",)
    sample_rate = 24_000
    gives_durations = True
    gives_pitch = True
    takes_pronunciations = True
    workers: ClassVar[int] = 2

    def run(self, letters: str, speed: float, first_word: int, at_s: float) -> Speech:
        """One run of the model over misaki's letters; words count from ``first_word``, times from ``at_s``."""
        raise NotImplementedError

    def pronounce(self, text: str, language: str = "en") -> tuple[tuple[str, ...], ...]:
        """The phonemes of each word."""
        return tuple(tuple(sound.phoneme for sound in misaki.sounds(word)) for word in phonemise(text))

    def speak(self, request: Request) -> Speech:
        """Speak, with phoneme times and pitch."""
        spoken: list[Speech] = []
        at_s = 0.0
        for first_word, words in pieces(phonemise(request.text)):
            spoken.append(self.run(misaki.join(words), request.speed, first_word, at_s))
            at_s += spoken[-1].seconds
        if not spoken:
            return Speech(np.zeros(0, np.float32), self.sample_rate, (), Pitch(np.zeros(1, np.float32), FRAME_S))
        return Speech(
            np.concatenate([piece.audio for piece in spoken]),
            self.sample_rate,
            tuple(span for piece in spoken for span in piece.phonemes),
            Pitch(np.concatenate([piece.pitch.hz for piece in spoken if piece.pitch]), FRAME_S, 0.5 * FRAME_S),
        )
