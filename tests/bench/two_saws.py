"""The peers' patches as instruments: a plugin that only the bench installs, on the path of its own renders.

Exactly what the peers play: two sawtooths as far apart as they say, half each, one two-pole low-pass with its
envelope, an amplifier, in mono. The built-in synthesisers are richer: ``synth-bass`` has a third sawtooth, a sine
below, four poles and saturation.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

from bench import band
from songwright import hookimpl
from songwright_instruments.analog import Analog, AnalogParams, Patch, Saw

TESTS = Path(__file__).parents[1]


@hookimpl
def songwright_instruments() -> list[type[Analog]]:
    """An instrument for each part of the band."""
    return [_instrument(part, wanted) for part, wanted in band.PATCHES.items()]


def _instrument(part: str, wanted: band.Patch) -> type[Analog]:
    attack, decay, sustain, _ = wanted.filter
    patch = Patch(
        saws=(Saw(spread=-0.5, level=0.5), Saw(spread=0.5, level=0.5)),
        level_db=20.0 * math.log10(0.8 * wanted.gain),
        poles=2,
        mod_octaves=_octaves(wanted, 1.0),
        mod_attack_ms=attack * 1000.0,
        mod_decay_ms=decay * 1000.0,
        mod_sustain=_octaves(wanted, sustain) / _octaves(wanted, 1.0),
        key_follow=0.0,
        velocity_octaves=0.0,
        velocity_curve=1.0,
        drift_cents=0.0,
    )
    fields = {"name": f"two-saws-{part}", "__doc__": __doc__, "Params": AnalogParams, "patch": patch}
    return type(f"TwoSaws{part.title()}", (Analog,), fields | {"midi_range": (0, 127), "__module__": __name__})


def _octaves(wanted: band.Patch, opening: float) -> float:
    """How far above its rest the corner lies when the envelope, in Hz, stands at ``opening``."""
    return math.log2(1.0 + wanted.envelope_hz * opening / wanted.cutoff_hz)


def knobs(part: str, wanted: band.Patch) -> str:
    """The instrument of a track, in YAML. At resonance r the filter's 1/Q is sqrt(2) (1 - 0.96 r)."""
    attack, decay, sustain, release = wanted.amp
    resonance = (1.0 - math.sqrt(0.5) / wanted.q) / 0.96
    return (
        f"use: two-saws-{part}, cutoff: {wanted.cutoff_hz} Hz, resonance: {resonance:.1%}, brightness: 100 %, "
        f"attack: {attack * 1000:g} ms, decay: {decay * 1000:g} ms, sustain: {sustain * 100:g} %, "
        f"release: {release * 1000:g} ms, detune: {wanted.detune_cents} cents, width: 0 %"
    )


def install(folder: Path) -> str:
    """Register the plugin in ``folder``. Returns the ``PYTHONPATH`` with which a process finds it."""
    record = folder / "two_saws-1.dist-info"
    record.mkdir(exist_ok=True)
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: two-saws\nVersion: 1\n")
    (record / "entry_points.txt").write_text("[songwright]\ntwo-saws = bench.two_saws\n")
    return f"{folder}{os.pathsep}{TESTS}"
