"""What the analogue-style synthesisers share: knobs, and notes set in lanes.

Each instrument is a table of oscillators (:class:`Patch`) and its own defaults of the knobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.lane import play_lanes
from songwright.dsp.noise import spread, uniform
from songwright.dsp.oscillator import step_table
from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation


class AnalogParams(Params):
    """The knobs of every analogue-style synthesiser; each instrument sets its own defaults."""

    cutoff_hz: float = knob(
        1200.0, 30.0, 18_000.0, "Hz", "corner of the low-pass at rest", taper="log", automatable=True
    )
    resonance_percent: float = knob(20.0, 0.0, 100.0, "%", "peak at the corner", automatable=True)
    brightness_percent: float = knob(50.0, 0.0, 100.0, "%", "how far envelope and velocity open the filter")
    attack_ms: float = knob(5.0, 0.5, 4000.0, "ms", "time to full level", taper="log")
    decay_ms: float = knob(300.0, 5.0, 8000.0, "ms", "time to fall to the sustain level", taper="log")
    sustain_percent: float = knob(70.0, 0.0, 100.0, "%", "level while the note is held")
    release_ms: float = knob(120.0, 5.0, 8000.0, "ms", "time to silence after the note", taper="log")
    detune_cents: float = knob(8.0, 0.0, 60.0, "cents", "spread of the oscillators' tuning")
    width_percent: float = knob(50.0, 0.0, 100.0, "%", "spread of the oscillators between left and right")
    glide_ms: float = knob(60.0, 1.0, 1000.0, "ms", "time of the slide into a tied note", taper="log")
    vibrato_cents: float = knob(0.0, 0.0, 100.0, "cents", "depth of the vibrato that held notes grow")
    drive_percent: float = knob(0.0, 0.0, 100.0, "%", "saturation after the filter")


@dataclass(frozen=True)
class Saw:
    """One sawtooth of a voice. A pulse is two: the second follows the first, upside down (level below 0)."""

    semitones: float = 0.0
    spread: float = 0.0  # -1..1: its place in detuning
    side: float = 0.0  # -1..1: its place between left and right
    level: float = 1.0
    follows: bool = False  # starts ``shift`` turns after the saw before it and keeps its pitch
    shift: float = 0.5


@dataclass(frozen=True)
class Patch:
    """What makes one synthesiser: its oscillators and how its filter moves."""

    saws: tuple[Saw, ...]
    level_db: float  # brings a busy part at velocity 0.8 to -18 dBFS RMS
    poles: int = 4
    mod_octaves: float = 2.0  # how far the envelope opens the filter at brightness 100 %
    mod_attack_ms: float = 2.0
    mod_decay_ms: float = 300.0
    mod_sustain: float = 0.3
    key_follow: float = 0.5
    velocity_octaves: float = 1.5
    velocity_curve: float = 1.4
    vibrato_hz: float = 5.2
    vibrato_delay_s: float = 0.35
    drift_cents: float = 2.0
    noise: float = 0.0
    sub: float = 0.0
    sub_semitones: float = -12.0


class Analog(Instrument):
    """Base of the analogue-style synthesisers: sawtooths → low-pass → saturation → amplifier, in lanes."""

    Params = AnalogParams
    params: AnalogParams
    patch: ClassVar[Patch]

    def prepare(self, sample_rate: int) -> None:
        """Make the oscillator's table."""
        self._sample_rate = sample_rate
        self._table = step_table()

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add all notes to ``out``."""
        if not len(events):
            return
        rate, params, patch = self._sample_rate, self.params, self.patch
        order = np.lexsort((events["start"], -_gates(events)))  # the longest first
        notes = events[order]
        count, saws = len(notes), len(patch.saws)
        seed = notes["seed"]
        release = max(1.0, params.release_ms * 0.001 * rate)
        gate = _gates(notes)
        span = np.stack([notes["start"], gate, gate + int(release) + 1], axis=1)

        velocity = np.maximum(notes["velocity"].astype(np.float64), 0.0) + 0.12 * _accent(notes)
        force = np.log2(np.maximum(velocity, 0.05) / 0.8)
        shape = np.empty((count, 7), np.float32)
        shape[:, 0] = notes["pitch"]
        shape[:, 1] = notes["from_pitch"]
        shape[:, 2] = 10.0 ** (patch.level_db / 20.0) * (velocity / 0.8) ** patch.velocity_curve
        shape[:, 3] = params.brightness_percent / 50.0 * patch.velocity_octaves * force
        shape[:, 4] = uniform(seed, 1)
        shape[:, 5] = uniform(seed, 2)
        shape[:, 6] = 0.3 + 0.9 * uniform(seed, 3)

        phase = np.empty((count, saws))
        ratio = np.empty((count, saws))
        level = np.empty((2, saws), np.float32)
        for index, saw in enumerate(patch.saws):
            cents = saw.spread * params.detune_cents + 0.4 * spread(seed, 40 + index)
            ratio[:, index] = ratio[:, index - 1] if saw.follows else 2.0 ** ((saw.semitones + cents / 100.0) / 12.0)
            phase[:, index] = (phase[:, index - 1] + saw.shift) % 1.0 if saw.follows else uniform(seed, 10 + index)
            pan = saw.side * params.width_percent / 100.0
            level[:, index] = saw.level * np.sqrt(1.0 - pan), saw.level * np.sqrt(1.0 + pan)

        ms = 0.001 * rate
        attack = params.attack_ms * ms
        amp = np.array([attack, params.decay_ms * ms, params.sustain_percent / 100.0, release], np.float32)
        mod = np.array([patch.mod_attack_ms * ms, patch.mod_decay_ms * ms, patch.mod_sustain], np.float32)
        tone = np.array(
            [
                1.0 / rate,
                patch.mod_octaves * params.brightness_percent / 100.0,
                patch.key_follow,
                patch.vibrato_hz / rate,
                params.vibrato_cents / 100.0,
                patch.vibrato_delay_s * rate,
                params.glide_ms * ms / 6.0,
                patch.drift_cents / 100.0,
                patch.noise,
                patch.sub,
                2.0 ** (patch.sub_semitones / 12.0),
                params.drive_percent / 25.0,
            ],
            np.float32,
        )
        play_lanes(
            span, shape, phase, ratio, level, amp, mod, tone, patch.poles,
            np.ascontiguousarray(controls.curve("cutoff_hz"), np.float32),
            np.ascontiguousarray(controls.curve("resonance_percent"), np.float32),
            self._table, out,
        )  # fmt: skip

    @property
    def tail_s(self) -> float:
        """The release."""
        return self.params.release_ms * 0.001 + 0.002


def _gates(notes: NDArray[np.void]) -> NDArray[np.int64]:
    """How long notes are held: half as long when played staccato or muted."""
    short = np.isin(notes["articulation"], (Articulation.STACCATO, Articulation.MUTED))
    gates: NDArray[np.int64] = np.where(short, np.maximum(notes["length"] // 2, 1), notes["length"])
    return gates


def _accent(notes: NDArray[np.void]) -> NDArray[np.float64]:
    kind = notes["articulation"]
    accent: NDArray[np.float64] = (kind == Articulation.ACCENT) * 1.0 - (kind == Articulation.GHOST) * 1.0
    return accent
