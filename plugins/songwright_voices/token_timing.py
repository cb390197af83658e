"""When the sounds of Kokoro's family are heard, from the durations of their tokens.

Kokoro-82M and hibari, which was distilled from it, count in tokens of 25 ms; each sound leads its token.
The table holds medians over 117 sentences, spoken at three quarters of the usual pace and aligned by an
independent recogniser: seconds to add to the time of a token, by misaki's letter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import PhonemeSpan, Pitch
from songwright_voices import misaki

TOKEN_S = 0.025  # a unit of the duration predictor
VOICED_HZ = 60.0
FRAME_S = 0.0125  # of the pitch curve; frame k stands at (k + ½) frames

OFFSET_S: dict[str, float] = {
    "ð": -0.070,
    "ə": -0.065,
    "s": -0.095,
    "ʌ": -0.093,
    "n": -0.075,
    "k": -0.096,
    "A": -0.143,
    "m": -0.085,
    "p": -0.098,
    "O": -0.135,
    "v": -0.065,
    "ɹ": -0.065,
    "w": -0.110,
    "I": -0.160,
    "t": -0.074,
    "h": -0.115,
    "ɑ": -0.145,
    "b": -0.080,
    "æ": -0.130,
    "d": -0.065,
    "f": -0.108,
    "ɪ": -0.095,
    "ʃ": -0.125,
    "ŋ": -0.117,
    "ɜ": -0.080,
    "ɔ": -0.120,
    "l": -0.100,
    "ɛ": -0.135,
    "i": -0.105,
    "W": -0.175,
    "T": -0.070,
    "ɐ": -0.053,
    "j": -0.065,
    "ʊ": -0.060,
    "z": -0.075,
    "ʧ": -0.110,
    "ʤ": -0.085,
    "ɡ": -0.115,
    "θ": -0.120,
    "ᵊ": -0.080,
    "u": -0.050,
    "ᵻ": -0.095,
}

#: For letters that the sentences did not hold.
USUAL_S = -0.08
#: A space, a comma and a full stop: where the sound before has ended.
PAUSE_S = -0.05
END_S = -0.06


def pitch(f0_hz: NDArray[np.float32]) -> Pitch:
    """The models' pitch curve: what is too low to be a voice is none."""
    hz = np.asarray(f0_hz, np.float32).ravel()
    return Pitch(np.where(hz > VOICED_HZ, hz, np.float32(0.0)), FRAME_S, 0.5 * FRAME_S)


def spans(letters: str, durations: NDArray[np.float64], first_word: int, at_s: float) -> tuple[PhonemeSpan, ...]:
    """When each sound is heard: token times, less the lead of each letter.

    Args:
        letters: misaki's letters, as the model was given them.
        durations: tokens of each letter, the silences at both ends included.
        first_word: number of the first word.
        at_s: where the recording begins.
    """
    tokens_s = np.cumsum(durations)[:-1] * TOKEN_S  # start of each letter, then the end
    heard_s = np.empty(len(letters) + 1)
    for i, letter in enumerate(letters):
        before = letters[i - 1] if i else ""
        if before in misaki.STRESS:
            heard_s[i] = heard_s[i - 1]
        elif letter in misaki.STRESS or letter == " " or letter in misaki.PUNCTUATION:
            heard_s[i] = tokens_s[i] + PAUSE_S
        else:
            heard_s[i] = tokens_s[i] + OFFSET_S.get(letter, USUAL_S)
    heard_s[-1] = tokens_s[-1] + END_S
    heard_s = at_s + np.maximum.accumulate(np.maximum(heard_s, 0.0))
    return tuple(
        PhonemeSpan(
            sound.phoneme,
            float(heard_s[sound.first]),
            float(heard_s[sound.last + 1]),
            first_word + sound.word,
            sound.stress,
        )
        for sound in misaki.sounds(letters)
    )
