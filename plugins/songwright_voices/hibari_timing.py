"""By how much hibari's sounds lead its duration tokens, phoneme by phoneme.

Medians over 117 sentences, spoken at three quarters of the usual pace and aligned by an independent
recogniser. Seconds to add to the time of a token, by misaki's letter.
"""

from __future__ import annotations

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
