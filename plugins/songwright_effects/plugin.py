"""The built-in effects, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_effects() -> dict[str, str]:
    """The built-in effects."""
    return {
        "chorus": "songwright_effects.chorus:Chorus",
        "compressor": "songwright_effects.compressor:Compressor",
        "de-esser": "songwright_effects.de_esser:DeEsser",
        "delay": "songwright_effects.delay:Delay",
        "ducker": "songwright_effects.ducker:Ducker",
        "eq": "songwright_effects.eq:Eq",
        "gate": "songwright_effects.gate:Gate",
        "glue": "songwright_effects.glue:Glue",
        "limiter": "songwright_effects.limiter:Limiter",
        "phaser": "songwright_effects.phaser:Phaser",
        "plate": "songwright_effects.plate:Plate",
        "reverb": "songwright_effects.reverb:Reverb",
        "saturation": "songwright_effects.saturation:Saturation",
        "tremolo": "songwright_effects.tremolo:Tremolo",
        "width": "songwright_effects.width:Width",
    }
