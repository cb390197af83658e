"""A soft lead: a hollow pulse and a sine, with glide and vibrato."""

from __future__ import annotations

from typing import ClassVar

from songwright.knobs import knob
from songwright_instruments.analog import Analog, AnalogParams, Patch, Saw


class SoftLeadParams(AnalogParams):
    """The lead's own settings of the analogue knobs."""

    cutoff_hz: float = knob(
        950.0, 30.0, 18_000.0, "Hz", "corner of the low-pass at rest", taper="log", automatable=True
    )
    resonance_percent: float = knob(10.0, 0.0, 100.0, "%", "peak at the corner", automatable=True)
    brightness_percent: float = knob(45.0, 0.0, 100.0, "%", "how far envelope and velocity open the filter")
    attack_ms: float = knob(28.0, 0.5, 4000.0, "ms", "time to full level", taper="log")
    decay_ms: float = knob(600.0, 5.0, 8000.0, "ms", "time to fall to the sustain level", taper="log")
    sustain_percent: float = knob(84.0, 0.0, 100.0, "%", "level while the note is held")
    release_ms: float = knob(160.0, 5.0, 8000.0, "ms", "time to silence after the note", taper="log")
    detune_cents: float = knob(6.0, 0.0, 60.0, "cents", "spread of the oscillators' tuning")
    width_percent: float = knob(30.0, 0.0, 100.0, "%", "spread of the oscillators between left and right")
    glide_ms: float = knob(90.0, 1.0, 1000.0, "ms", "time of the slide into a tied note", taper="log")
    vibrato_cents: float = knob(18.0, 0.0, 100.0, "cents", "depth of the vibrato that held notes grow")


class SoftLead(Analog):
    """A soft, flute-like lead: a narrow-filtered square over a sine, with glide and vibrato."""

    name: ClassVar[str] = "soft-lead"
    Params = SoftLeadParams
    midi_range: ClassVar[tuple[int, int]] = (41, 96)
    patch: ClassVar[Patch] = Patch(
        saws=(
            Saw(spread=-0.5, side=-0.6, level=0.5),
            Saw(follows=True, shift=0.5, side=-0.6, level=-0.5),
            Saw(spread=0.6, side=0.7, level=0.3),
            Saw(follows=True, shift=0.42, side=0.7, level=-0.3),
        ),
        level_db=-12.0,
        mod_octaves=1.6,
        mod_attack_ms=40.0,
        mod_decay_ms=700.0,
        mod_sustain=0.55,
        key_follow=0.7,
        velocity_octaves=1.1,
        noise=0.006,
        sub=0.35,
        sub_semitones=0.0,
    )
