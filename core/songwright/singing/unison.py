"""Several singers on one line: each a little off the others in time, pitch and size, as people are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songwright.interfaces.style import Style
from songwright.music.random import Chance

_SPREAD_S = 0.022  # standard deviation of entries between singers of a choir
_SPREAD_CENTS = 7.0
_SPREAD_FORMANT = 0.5  # semitones


@dataclass(frozen=True)
class Singer:
    """One of the voices: how it sings, how late it is, and its gain left and right."""

    number: int
    style: Style
    delay_s: float
    gains: tuple[float, float]


def choir(style: Style, chance: Chance) -> tuple[Singer, ...]:
    """The singers of a track. The first is exact and in the middle; together they are as loud as one."""
    if style.voices == 1:
        return (Singer(0, style, 0.0, (1.0, 1.0)),)
    gain = 1.0 / np.sqrt(style.voices)
    singers = []
    for number in range(style.voices):
        rng = chance.rng("singer", str(number))
        late_s, cents, size = rng.standard_normal(3)
        place = _place(number, style.voices) * style.spread_percent / 100.0
        angle = 0.25 * np.pi * (1.0 + place)
        gains = (float(np.sqrt(2.0) * gain * np.cos(angle)), float(np.sqrt(2.0) * gain * np.sin(angle)))
        if number == 0:
            singers.append(Singer(0, style, 0.0, gains))
            continue
        own = style.model_copy(
            update={
                "formant_semitones": float(np.clip(style.formant_semitones + _SPREAD_FORMANT * size, -6.0, 6.0)),
                "drift_cents": min(style.drift_cents + _SPREAD_CENTS, 30.0),
                "detune_cents": float(style.detune_cents + _SPREAD_CENTS * cents),
                "vibrato_rate_hz": float(np.clip(style.vibrato_rate_hz + 0.2 * cents, 3.0, 9.0)),
            }
        )
        singers.append(Singer(number, own, float(np.clip(_SPREAD_S * late_s, -0.04, 0.04)), gains))
    return tuple(singers)


def _place(number: int, count: int) -> float:
    """-1 (left) to 1 (right): the first in the middle, the others left and right in turn, ever wider."""
    if number == 0:
        return 0.0
    rank = (number + 1) // 2 / max(count // 2, 1)
    return rank if number % 2 else -rank
