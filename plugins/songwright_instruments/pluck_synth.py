"""A short synthetic pluck: the filter closes at once."""

from __future__ import annotations

from typing import ClassVar

from songwright.knobs import knob
from songwright_instruments.analog import Analog, AnalogParams, Patch, Saw


class PluckSynthParams(AnalogParams):
    """The pluck's own settings of the analogue knobs."""

    cutoff_hz: float = knob(
        380.0, 30.0, 18_000.0, "Hz", "corner of the low-pass at rest", taper="log", automatable=True
    )
    resonance_percent: float = knob(22.0, 0.0, 100.0, "%", "peak at the corner", automatable=True)
    attack_ms: float = knob(1.0, 0.5, 4000.0, "ms", "time to full level", taper="log")
    decay_ms: float = knob(520.0, 5.0, 8000.0, "ms", "time to fall to the sustain level", taper="log")
    sustain_percent: float = knob(0.0, 0.0, 100.0, "%", "level while the note is held")
    release_ms: float = knob(260.0, 5.0, 8000.0, "ms", "time to silence after the note", taper="log")
    detune_cents: float = knob(9.0, 0.0, 60.0, "cents", "spread of the oscillators' tuning")
    width_percent: float = knob(65.0, 0.0, 100.0, "%", "spread of the oscillators between left and right")


class PluckSynth(Analog):
    """A short, bright synthetic pluck for arpeggios and hooks.

    Two detuned sawtooths and a narrow pulse; the filter falls five octaves in a fifth of a second.
    """

    name: ClassVar[str] = "pluck-synth"
    Params = PluckSynthParams
    midi_range: ClassVar[tuple[int, int]] = (36, 100)
    patch: ClassVar[Patch] = Patch(
        saws=(
            Saw(spread=-1.0, side=-0.8, level=0.5),
            Saw(spread=1.0, side=0.8, level=0.5),
            Saw(level=0.4),
            Saw(follows=True, shift=0.22, level=-0.4),
        ),
        level_db=-8.0,
        mod_octaves=8.5,
        mod_attack_ms=0.7,
        mod_decay_ms=240.0,
        mod_sustain=0.0,
        key_follow=0.55,
        velocity_octaves=1.8,
        drift_cents=1.0,
    )
