"""A monophonic-sounding analogue bass: sawtooth, square and a sine."""

from __future__ import annotations

from typing import ClassVar

from songwright.knobs import knob
from songwright_instruments.analog import Analog, AnalogParams, Patch, Saw


class SynthBassParams(AnalogParams):
    """The bass's own settings of the analogue knobs."""

    cutoff_hz: float = knob(
        420.0, 30.0, 18_000.0, "Hz", "corner of the low-pass at rest", taper="log", automatable=True
    )
    resonance_percent: float = knob(24.0, 0.0, 100.0, "%", "peak at the corner", automatable=True)
    attack_ms: float = knob(2.0, 0.5, 4000.0, "ms", "time to full level", taper="log")
    decay_ms: float = knob(420.0, 5.0, 8000.0, "ms", "time to fall to the sustain level", taper="log")
    sustain_percent: float = knob(62.0, 0.0, 100.0, "%", "level while the note is held")
    release_ms: float = knob(70.0, 5.0, 8000.0, "ms", "time to silence after the note", taper="log")
    detune_cents: float = knob(5.0, 0.0, 60.0, "cents", "spread of the oscillators' tuning")
    width_percent: float = knob(0.0, 0.0, 100.0, "%", "spread of the oscillators between left and right")
    drive_percent: float = knob(30.0, 0.0, 100.0, "%", "saturation after the filter")


class SynthBass(Analog):
    """A round analogue bass: a sawtooth, a square and a sine.

    Voiced like the single-oscillator basses of the seventies: four poles, a snappy filter envelope,
    saturation after the filter.
    """

    name: ClassVar[str] = "synth-bass"
    Params = SynthBassParams
    midi_range: ClassVar[tuple[int, int]] = (24, 67)
    patch: ClassVar[Patch] = Patch(
        saws=(
            Saw(spread=-0.5, side=-0.6, level=0.62),
            Saw(spread=0.5, side=0.6, level=0.42),
            Saw(follows=True, shift=0.5, side=0.6, level=-0.42),
        ),
        level_db=-12.0,
        mod_octaves=5.0,
        mod_attack_ms=1.0,
        mod_decay_ms=220.0,
        mod_sustain=0.18,
        key_follow=0.35,
        velocity_octaves=1.6,
        drift_cents=1.0,
        sub=0.3,
        sub_semitones=0.0,
    )
