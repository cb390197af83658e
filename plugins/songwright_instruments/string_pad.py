"""A string machine: sawtooths in two octaves, ensemble-wide, with a breath of bow noise."""

from __future__ import annotations

from typing import ClassVar

from songwright.knobs import knob
from songwright_instruments.analog import Analog, AnalogParams, Patch, Saw


class StringPadParams(AnalogParams):
    """The strings's own settings of the analogue knobs."""

    cutoff_hz: float = knob(
        2300.0, 30.0, 18_000.0, "Hz", "corner of the low-pass at rest", taper="log", automatable=True
    )
    resonance_percent: float = knob(4.0, 0.0, 100.0, "%", "peak at the corner", automatable=True)
    brightness_percent: float = knob(40.0, 0.0, 100.0, "%", "how far envelope and velocity open the filter")
    attack_ms: float = knob(170.0, 0.5, 4000.0, "ms", "time to full level", taper="log")
    decay_ms: float = knob(1200.0, 5.0, 8000.0, "ms", "time to fall to the sustain level", taper="log")
    sustain_percent: float = knob(88.0, 0.0, 100.0, "%", "level while the note is held")
    release_ms: float = knob(480.0, 5.0, 8000.0, "ms", "time to silence after the note", taper="log")
    detune_cents: float = knob(14.0, 0.0, 60.0, "cents", "spread of the oscillators' tuning")
    width_percent: float = knob(80.0, 0.0, 100.0, "%", "spread of the oscillators between left and right")
    vibrato_cents: float = knob(9.0, 0.0, 100.0, "cents", "depth of the vibrato that held notes grow")


class StringPad(Analog):
    """A string section as string machines play it: bright, wide, slowly bowed.

    Six sawtooths with independent drift stand for the ensemble's chorus (Haible,
    "Triple chorus"); two poles leave the rosin in.
    """

    name: ClassVar[str] = "string-pad"
    Params = StringPadParams
    midi_range: ClassVar[tuple[int, int]] = (36, 96)
    patch: ClassVar[Patch] = Patch(
        saws=(
            Saw(spread=-1.0, side=-0.9, level=0.38),
            Saw(spread=-0.55, side=0.6, level=0.38),
            Saw(spread=-0.15, side=-0.2, level=0.38),
            Saw(spread=0.22, side=0.25, level=0.38),
            Saw(spread=0.6, side=-0.6, level=0.38),
            Saw(spread=1.0, side=0.9, level=0.38),
        ),
        level_db=-16.0,
        poles=2,
        mod_octaves=1.2,
        mod_attack_ms=260.0,
        mod_decay_ms=2500.0,
        mod_sustain=0.7,
        key_follow=0.25,
        velocity_octaves=1.0,
        vibrato_hz=5.6,
        vibrato_delay_s=0.4,
        drift_cents=6.0,
        noise=0.012,
    )
