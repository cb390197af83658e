"""How a voice sounds, whatever it says: its pitch, its colour, the shapes of its vowels, its breath.

The frequency axis is the same for all voices: :data:`BANDS` bands, evenly spaced in mel from
:data:`LOW_HZ` to :data:`HIGH_HZ`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BANDS = 80
LOW_HZ, HIGH_HZ = 90.0, 11_000.0
CENTRES_HZ = 700.0 * np.expm1(np.linspace(np.log1p(LOW_HZ / 700.0), np.log1p(HIGH_HZ / 700.0), BANDS))

#: A recording with at least this share of steady pitch is singing.
SUNG = 0.2
#: Speech does not show a singer's range: from the middle of speech it is taken to reach so far up.
SPAN_SEMITONES = 14
SHORTEST_SPAN_SEMITONES = 10
MOST_SHAPES = 512  # of a profile that somebody made otherwise


@dataclass(frozen=True, eq=False)
class Character:
    """What was measured of a voice. Levels are in dB; the loudness of the recording is taken out."""

    low_hz: float  # pitch: the 5th percentile of voiced frames
    median_hz: float
    high_hz: float  # the 95th percentile
    steadiness: float  # share of voiced frames whose pitch stands for 0.1 s: below 0.05 in speech, above 0.4 in song
    envelope_db: NDArray[np.float64]  # (BANDS,), mean of the voiced frames' envelopes
    shapes_db: NDArray[np.float64]  # (shapes, BANDS), envelopes that stand for all of them
    weights: NDArray[np.float64]  # (shapes,), how much of the voice each stands for; they add up to 1
    aperiodicity_db: NDArray[np.float64]  # (3,), noise in the voiced frames at 3, 6 and 9 kHz; 0 is all noise

    @property
    def midi_range(self) -> tuple[int, int]:
        """Notes that suit the voice: what was sung; or from the middle of what was spoken up."""
        if self.steadiness >= SUNG:
            low, span = round(midi(self.low_hz)), SHORTEST_SPAN_SEMITONES
        else:
            low, span = round(midi(self.median_hz)), SPAN_SEMITONES
        return low, max(round(midi(self.high_hz)), low + span)

    def document(self) -> dict[str, Any]:
        """As JSON; :meth:`read` gives back the same numbers."""
        return {
            "low_hz": self.low_hz,
            "median_hz": self.median_hz,
            "high_hz": self.high_hz,
            "steadiness": self.steadiness,
            "envelope_db": self.envelope_db.tolist(),
            "shapes_db": self.shapes_db.tolist(),
            "weights": self.weights.tolist(),
            "aperiodicity_db": self.aperiodicity_db.tolist(),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Character:
        """From JSON.

        Raises:
            ValueError: it is not what :meth:`document` gives.
        """
        try:
            arrays = {
                name: np.array(document[name], np.float64)
                for name in ("envelope_db", "shapes_db", "weights", "aperiodicity_db")
            }
            numbers = {name: float(document[name]) for name in ("low_hz", "median_hz", "high_hz", "steadiness")}
        except (KeyError, TypeError) as error:
            raise ValueError(f"the character of the voice cannot be read: {error}") from error
        count = len(arrays["shapes_db"])
        shapes = {"envelope_db": (BANDS,), "shapes_db": (count, BANDS), "weights": (count,), "aperiodicity_db": (3,)}
        for name, shape in shapes.items():
            if arrays[name].shape != shape or not count or not np.isfinite(arrays[name]).all():
                raise ValueError(f"{name} holds {arrays[name].shape} numbers instead of {shape}, or no numbers")
        if count > MOST_SHAPES:
            raise ValueError(f"{count} shapes, and {MOST_SHAPES} are the most")
        if not 20.0 <= numbers["low_hz"] <= numbers["median_hz"] <= numbers["high_hz"] <= 4000.0:
            raise ValueError("its pitches are out of order or out of bounds")
        return cls(
            numbers["low_hz"],
            numbers["median_hz"],
            numbers["high_hz"],
            numbers["steadiness"],
            arrays["envelope_db"],
            arrays["shapes_db"],
            arrays["weights"],
            arrays["aperiodicity_db"],
        )


def midi(hz: float) -> float:
    """A frequency as a MIDI note number.

    >>> midi(440.0)
    69.0
    """
    return float(69.0 + 12.0 * np.log2(hz / 440.0))
