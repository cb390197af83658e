"""A slow pad of detuned sawtooths and soft pulses behind a dark filter."""

from __future__ import annotations

from typing import ClassVar

from songwright.knobs import knob
from songwright_instruments.analog import Analog, AnalogParams, Patch, Saw


class WarmPadParams(AnalogParams):
    """The pad's own settings of the analogue knobs."""

    cutoff_hz: float = knob(
        620.0, 30.0, 18_000.0, "Hz", "corner of the low-pass at rest", taper="log", automatable=True
    )
    resonance_percent: float = knob(8.0, 0.0, 100.0, "%", "peak at the corner", automatable=True)
    brightness_percent: float = knob(45.0, 0.0, 100.0, "%", "how far envelope and velocity open the filter")
    attack_ms: float = knob(450.0, 0.5, 4000.0, "ms", "time to full level", taper="log")
    decay_ms: float = knob(2500.0, 5.0, 8000.0, "ms", "time to fall to the sustain level", taper="log")
    sustain_percent: float = knob(82.0, 0.0, 100.0, "%", "level while the note is held")
    release_ms: float = knob(1200.0, 5.0, 8000.0, "ms", "time to silence after the note", taper="log")
    detune_cents: float = knob(11.0, 0.0, 60.0, "cents", "spread of the oscillators' tuning")
    width_percent: float = knob(85.0, 0.0, 100.0, "%", "spread of the oscillators between left and right")


class WarmPad(Analog):
    """A slow, wide, dark pad.

    Four detuned sawtooths and a pulse drift against each other; the filter opens slowly.
    """

    name: ClassVar[str] = "warm-pad"
    Params = WarmPadParams
    midi_range: ClassVar[tuple[int, int]] = (36, 96)
    patch: ClassVar[Patch] = Patch(
        saws=(
            Saw(spread=-1.0, side=-1.0, level=0.4),
            Saw(spread=0.93, side=1.0, level=0.4),
            Saw(spread=-0.34, side=0.5, level=0.4),
            Saw(spread=0.38, side=-0.5, level=0.4),
            Saw(semitones=-12.0, spread=0.1, level=0.34),
            Saw(follows=True, shift=0.38, level=-0.34),
        ),
        level_db=-15.5,
        mod_octaves=2.2,
        mod_attack_ms=1400.0,
        mod_decay_ms=4000.0,
        mod_sustain=0.6,
        key_follow=0.4,
        velocity_octaves=0.8,
        velocity_curve=1.0,
        drift_cents=5.0,
    )
