"""Choosing among named styles of playing: what fits the energy, the mood and the player's taste."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from songwright.interfaces.pattern import PartContext


def settle(context: PartContext, styles: Mapping[str, Any], turn: float = 0.5) -> str:
    """The name of the style for this section.

    A style says ``energy: [low, high]`` and ``moods`` that like it twice as much. Taste is drawn once a
    song and once a material (Gumbel noise on the weights; ``turn`` weighs the second): verses stay
    with their style while it fits, and two songs differ.
    """
    energy = context.section.energy
    taste, turns = context.rng("taste", "track"), context.rng("turn", "material")
    liking: dict[str, float] = {}
    for name, style in styles.items():
        noise = float(taste.gumbel() + turn * turns.gumbel())  # drawn for all, so that fitting ones keep theirs
        low, high = style["energy"]
        if low <= energy <= high:
            central = 1.0 - abs(energy - (low + high) / 2) / (high - low)
            liked = 2.0 if context.mood in style["moods"] else 1.0
            liking[name] = noise + float(np.log(liked)) + central
    return max(liking, key=lambda name: liking[name])
