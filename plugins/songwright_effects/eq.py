"""Parametric equaliser."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.control import ControlGrid
from songwright.dsp.denormal import flush_denormals
from songwright.dsp.filter import (
    BUTTERWORTH_Q,
    CONTROL_FRAMES,
    Shape,
    StillFilters,
    band_state,
    design,
    filter_bands,
    stack_bands,
)
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

#: Where a cut is off, and from where on it is whole.
_CUT_FADES = {"high-pass": (10.0, 20.0), "low-pass": (22_000.0, 20_000.0)}


class EqParams(Params):
    """The equaliser's knobs, from low to high."""

    low_cut_hz: float = knob(
        10.0,
        10.0,
        2000.0,
        "Hz",
        "corner of the low cut, 12 dB an octave; fades out from 20 Hz to 10 Hz, which is off",
        taper="log",
        automatable=True,
    )
    low_freq_hz: float = knob(100.0, 20.0, 2000.0, "Hz", "corner of the low shelf", taper="log", automatable=True)
    low_gain_db: float = knob(0.0, -18.0, 18.0, "dB", "gain of the low shelf", automatable=True)
    mid_freq_hz: float = knob(500.0, 40.0, 16_000.0, "Hz", "centre of the first bell", taper="log", automatable=True)
    mid_gain_db: float = knob(0.0, -18.0, 18.0, "dB", "gain of the first bell", automatable=True)
    mid_q: float = knob(1.0, 0.2, 12.0, "", "sharpness of the first bell", taper="log", automatable=True)
    high_mid_freq_hz: float = knob(
        3000.0, 40.0, 16_000.0, "Hz", "centre of the second bell", taper="log", automatable=True
    )
    high_mid_gain_db: float = knob(0.0, -18.0, 18.0, "dB", "gain of the second bell", automatable=True)
    high_mid_q: float = knob(1.0, 0.2, 12.0, "", "sharpness of the second bell", taper="log", automatable=True)
    high_freq_hz: float = knob(8000.0, 500.0, 16_000.0, "Hz", "corner of the high shelf", taper="log", automatable=True)
    high_gain_db: float = knob(0.0, -18.0, 18.0, "dB", "gain of the high shelf", automatable=True)
    high_cut_hz: float = knob(
        22_000.0,
        500.0,
        22_000.0,
        "Hz",
        "corner of the high cut, 12 dB an octave; fades out from 20 kHz to 22 kHz, which is off",
        taper="log",
        automatable=True,
    )


#: Shape of each band, and the knobs that set its frequency, gain and sharpness.
_BANDS: tuple[tuple[Shape, str, str, str], ...] = (
    ("high-pass", "low_cut_hz", "", ""),
    ("low-shelf", "low_freq_hz", "low_gain_db", ""),
    ("peak", "mid_freq_hz", "mid_gain_db", "mid_q"),
    ("peak", "high_mid_freq_hz", "high_mid_gain_db", "high_mid_q"),
    ("high-shelf", "high_freq_hz", "high_gain_db", ""),
    ("low-pass", "high_cut_hz", "", ""),
)


class Eq(Effect):
    """Low cut, low shelf, two bells, high shelf and high cut.

    Responses match analogue filters up to the top of the band (see :mod:`songwright.dsp.filter`). A
    band that stands at 0 dB, or a cut at its end, costs nothing.
    """

    name = "eq"
    Params = EqParams
    _names = tuple(knob.name for knob in EqParams.knobs())

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self.reset()

    def reset(self) -> None:
        """Return to silence."""
        self._grids = [ControlGrid(CONTROL_FRAMES) for _ in _BANDS]
        self._position = 0
        self._active: list[int] | None = None  # known when the first block shows what moves
        self._standing: StillFilters | None = None  # the bands, if nothing does

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Filter ``audio`` in place."""
        offset = self._position % CONTROL_FRAMES
        self._position += audio.shape[1]
        if self._active is None:
            self._active = [index for index, band in enumerate(_BANDS) if _is_active(controls, band)]
            self._state = band_state(len(self._active))
        if not self._active:
            return
        if not self._standing:
            chosen = [(_BANDS[index], self._grids[index]) for index in self._active]
            bands = [self._band(controls, *one, audio.shape[1]) for one in chosen]
            if not any(controls.moving(name) for name in self._names):
                self._standing = StillFilters(bands)
        with flush_denormals():
            if self._standing:
                self._standing.run(audio)
            else:
                filter_bands(audio, stack_bands(bands), offset, CONTROL_FRAMES, self._state)

    def _band(
        self, controls: Controls, band: tuple[Shape, str, str, str], grid: ControlGrid, frames: int
    ) -> NDArray[np.float64]:
        """The band's coefficients over the next block, shape ``(segments, 9)``."""
        shape, frequency, gain, q = band
        moving = any(controls.moving(name) for name in (frequency, gain, q) if name)
        unused = np.zeros(1, np.float32)
        values = grid.read([controls.curve(name) if name else unused for name in (frequency, gain, q)], moving, frames)
        return _coefficients(shape, values, bool(q), self._sample_rate)

    @property
    def tail_s(self) -> float:
        """The longest ring: a narrow bell at the bottom, or the low cut."""
        params = self.params
        rings = [2.0 * BUTTERWORTH_Q / params.low_cut_hz, 2.0 / params.low_freq_hz]
        rings += [2.0 * params.mid_q / params.mid_freq_hz, 2.0 * params.high_mid_q / params.high_mid_freq_hz]
        return float(2.0 * max(rings) + 0.01)


def _is_active(controls: Controls, band: tuple[Shape, str, str, str]) -> bool:
    """Whether the band does anything anywhere in the song."""
    shape, frequency, gain, _ = band
    name = gain or frequency
    neutral = 0.0 if gain else _CUT_FADES[shape][0]
    return controls.moving(name) or controls.value(name) != neutral


def _coefficients(shape: Shape, values: NDArray[np.float64], has_q: bool, sample_rate: int) -> NDArray[np.float64]:
    """Coefficients from rows of frequency, gain and sharpness."""
    frequency, gain_db, q = values
    coefficients = design(shape, frequency, gain_db, q if has_q else np.full_like(q, BUTTERWORTH_Q), sample_rate)
    if shape in _CUT_FADES:  # a cut fades to a plain wire at its end, so that "off" can be swept to and from
        end, full = _CUT_FADES[shape]
        share = np.clip(np.log(frequency / end) / np.log(full / end), 0.0, 1.0)
        coefficients[:, 6:] *= share[:, np.newaxis]
        coefficients[:, 8] += 1.0 - share
    return coefficients
