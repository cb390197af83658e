"""The built-in effects, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright.interfaces.effect import Effect
from songwright_effects.chorus import Chorus
from songwright_effects.compressor import Compressor
from songwright_effects.de_esser import DeEsser
from songwright_effects.delay import Delay
from songwright_effects.ducker import Ducker
from songwright_effects.eq import Eq
from songwright_effects.gate import Gate
from songwright_effects.glue import Glue
from songwright_effects.limiter import Limiter
from songwright_effects.phaser import Phaser
from songwright_effects.plate import Plate
from songwright_effects.reverb import Reverb
from songwright_effects.saturation import Saturation
from songwright_effects.tremolo import Tremolo
from songwright_effects.width import Width


@hookimpl
def songwright_effects() -> list[type[Effect]]:
    """The built-in effects."""
    return [
        Chorus,
        Compressor,
        DeEsser,
        Delay,
        Ducker,
        Eq,
        Gate,
        Glue,
        Limiter,
        Phaser,
        Plate,
        Reverb,
        Saturation,
        Tremolo,
        Width,
    ]
