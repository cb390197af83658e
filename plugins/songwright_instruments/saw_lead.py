"""A lead of seven detuned sawtooths."""

from __future__ import annotations

from typing import ClassVar

from songwright.knobs import knob
from songwright_instruments.analog import Analog, AnalogParams, Patch, Saw


class SawLeadParams(AnalogParams):
    """The lead's own settings of the analogue knobs."""

    cutoff_hz: float = knob(
        3200.0, 30.0, 18_000.0, "Hz", "corner of the low-pass at rest", taper="log", automatable=True
    )
    resonance_percent: float = knob(12.0, 0.0, 100.0, "%", "peak at the corner", automatable=True)
    sustain_percent: float = knob(80.0, 0.0, 100.0, "%", "level while the note is held")
    release_ms: float = knob(180.0, 5.0, 8000.0, "ms", "time to silence after the note", taper="log")
    detune_cents: float = knob(16.0, 0.0, 60.0, "cents", "spread of the oscillators' tuning")
    width_percent: float = knob(70.0, 0.0, 100.0, "%", "spread of the oscillators between left and right")
    vibrato_cents: float = knob(12.0, 0.0, 100.0, "cents", "depth of the vibrato that held notes grow")


class SawLead(Analog):
    """A bright, wide lead of seven detuned sawtooths.

    Spread and levels follow the JP-8000's "super saw" (Szabó, "How to emulate the super saw", KTH 2010).
    """

    name: ClassVar[str] = "saw-lead"
    Params = SawLeadParams
    midi_range: ClassVar[tuple[int, int]] = (36, 100)
    patch: ClassVar[Patch] = Patch(
        saws=(
            Saw(spread=0.0, level=0.55),
            Saw(spread=-1.0, side=-1.0, level=0.36),
            Saw(spread=-0.57, side=0.7, level=0.36),
            Saw(spread=-0.18, side=-0.4, level=0.36),
            Saw(spread=0.18, side=0.4, level=0.36),
            Saw(spread=0.56, side=-0.7, level=0.36),
            Saw(spread=0.97, side=1.0, level=0.36),
        ),
        level_db=-11.5,
        mod_octaves=1.6,
        mod_decay_ms=500.0,
        mod_sustain=0.5,
        velocity_octaves=1.0,
    )
