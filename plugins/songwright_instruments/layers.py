"""How a drum kit is put together: each piece lays sines, noise and modes; one render adds them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from songwright.dsp.modal import heard_frames, ring
from songwright.dsp.noise import spread, uniform
from songwright.dsp.percussion import burst_frames, burst_noise, drop_sines, repeat

Array = NDArray[np.float64]
_Part = tuple[NDArray[Any], ...]

_FOREVER = np.int64(1) << 40


@dataclass(frozen=True)
class Hits:
    """All hits of one piece in a page. What is drawn by chance is drawn per hit, from its own seed."""

    events: NDArray[np.void]
    sample_rate: int

    @cached_property
    def velocity(self) -> Array:
        """0..1, float64."""
        return self.events["velocity"].astype(np.float64)

    @cached_property
    def level(self) -> Array:
        """Amplitude by velocity: 1 at 0.8, 32 dB over the useful range."""
        return (self.velocity / 0.8) ** 1.8

    @cached_property
    def force(self) -> Array:
        """How hard against 0.8, in octaves of brightness: about -1.5 for a ghost note, +0.3 for the hardest."""
        return np.log2(np.maximum(self.velocity, 0.05) / 0.8)

    def vary(self, stream: int, amount: float) -> Array:
        """A factor about 1 for each hit: no two strokes alike."""
        return 1.0 + amount * spread(self.events["seed"], stream)

    def vary_each(self, stream: int, count: int, amount: float) -> Array:
        """``count`` factors for each hit, from as many streams: shape (hits, count)."""
        return 1.0 + amount * spread(self.events["seed"][:, None], np.arange(stream, stream + count))

    def late(self, seconds: ArrayLike) -> NDArray[np.int64]:
        """The hits' starts, later by ``seconds``."""
        later: NDArray[np.int64] = self.events["start"] + np.rint(np.asarray(seconds) * self.sample_rate).astype(
            np.int64
        )
        return later


@dataclass
class Layers:
    """Collects the layers of all pieces, then renders each kind in one call, all times ``gain``.

    A layer that sounds the same at every hit but for its level is computed once and laid down as often as it is hit.
    ``mirrored`` layers have their sides changed over.
    """

    sample_rate: int
    gain: float = 1.0
    mirrored: bool = False
    _drops: list[_Part] = field(default_factory=list)
    _bursts: list[_Part] = field(default_factory=list)
    _modes: list[_Part] = field(default_factory=list)
    _repeats: list[tuple[_Part, float, NDArray[np.float32]]] = field(default_factory=list)

    def drop(
        self,
        hits: Hits,
        level: ArrayLike,
        *,
        hz: ArrayLike,
        from_hz: ArrayLike,
        fall_s: ArrayLike,
        decay_s: ArrayLike,
        attack_s: ArrayLike = 0.0008,
        drive: ArrayLike = 0.0,
        pan: float = 0.0,
    ) -> None:
        """A sine that falls from ``from_hz`` to ``hz`` (see :func:`songwright.dsp.percussion.drop_sines`)."""
        left, right = sides(pan)
        shape = (hz, from_hz, fall_s, attack_s, decay_s, drive)
        if any(np.ndim(value) for value in shape):
            rows = _rows(len(hits.events), (*shape, self._times(level, left), self._times(level, right)))
            self._drops.append((hits.late(0.0), rows))
            return
        rows = _rows(1, (*shape, left, right))
        sound = np.zeros((2, int((rows[0, 3] + 11.5 * rows[0, 4]) * self.sample_rate)), np.float32)
        drop_sines(np.zeros(1, np.int64), rows, float(self.sample_rate), sound)
        self._repeat(hits, level, False, 0.0, sound)

    def burst(
        self,
        hits: Hits,
        level: ArrayLike,
        *,
        hz: ArrayLike,
        q: ArrayLike = 0.7,
        mix: tuple[float, float, float] = (0.0, 1.0, 0.0),
        fast_s: ArrayLike = 0.02,
        slow_s: ArrayLike = 0.1,
        slow: ArrayLike = 0.0,
        attack_s: ArrayLike = 0.0002,
        late_s: ArrayLike = 0.0,
        width: float = 0.0,
        pan: float = 0.0,
        choked: bool = False,
        stream: int = 90,
    ) -> None:
        """Noise through a filter whose low, band and high outputs are mixed by ``mix``."""
        left, right = sides(pan)
        count = len(hits.events)
        seed = (uniform(hits.events["seed"], stream) * 2.0**32).astype(np.uint32)
        gate = _gate(hits, choked)
        # A wide one is two: the noise that differs is added on the left and taken away on the right.
        none = np.zeros(())
        parts = [(left, none, width), (none, right, -width)] if width else [(left, right, 0.0)]
        for to_left, to_right, apart in parts:
            columns = (
                attack_s, fast_s, slow_s, slow, hz, q, *mix, self._times(level, to_left),
                self._times(level, to_right), apart,
            )  # fmt: skip
            self._bursts.append((hits.late(late_s), seed, gate, _rows(count, columns)))

    def modes(
        self,
        hits: Hits,
        level: ArrayLike,
        *,
        share: Array,
        hz: Array,
        decay_s: Array,
        phase: ArrayLike = 0.0,
        pan: ArrayLike = 0.0,
        choked: bool = False,
        choke_s: float = 0.02,
    ) -> None:
        """Ringing modes: ``hz``, ``decay_s`` (time constants) and ``share`` of the level, (modes,) or (hits, modes).

        ``phase`` (radians) is where the sines start; a plate's modes start anywhere, a membrane's together.
        ``choked`` modes are damped with the time constant ``choke_s`` when the event ends.
        """
        alike = np.ndim(share) == np.ndim(hz) == np.ndim(decay_s) == 1
        count = 1 if alike else len(hits.events)
        shape = (count, np.shape(hz)[-1])
        loud = np.broadcast_to(share if alike else np.reshape(self._times(level, 1.0), (-1, 1)) * share, shape)
        both = np.stack([loud * side for side in sides(pan)], axis=-1).astype(np.float32)
        omega = np.broadcast_to(hz, shape) * (2.0 * np.pi / self.sample_rate)
        rate = 1.0 / (np.broadcast_to(decay_s, shape) * self.sample_rate)
        turn = np.array(np.broadcast_to(phase, shape), np.float64)
        damping = 1.0 / (choke_s * self.sample_rate) if choked else 0.0
        if not alike:
            span = np.stack([hits.late(0.0), _gate(hits, choked)], axis=1)
            self._modes.append((span, np.full(count, damping), omega, rate, turn, both))
            return
        sound = np.zeros((2, heard_frames(rate[0], both[0])), np.float32)
        whole, modes = np.array([[0, _FOREVER]]), np.array([0, shape[1]])
        ring(whole, np.zeros(1), modes, omega[0], rate[0], turn[0], both[0], sound)
        self._repeat(hits, level, choked, damping, sound)

    def _times(self, level: ArrayLike, side: ArrayLike) -> Array:
        return np.multiply(level, side) * self.gain

    def _repeat(self, hits: Hits, level: ArrayLike, choked: bool, damping: float, sound: NDArray[np.float32]) -> None:
        gains = _rows(len(hits.events), (self._times(level, 1.0),))[:, 0]
        self._repeats.append(((hits.late(0.0), _gate(hits, choked), gains), damping, sound))

    def render(self, out: NDArray[np.float32]) -> None:
        """Add everything to ``out`` (2, frames)."""
        if self.mirrored:
            out[:] = out[::-1].copy()
        self._add(out)
        if self.mirrored:
            out[:] = out[::-1].copy()

    def _add(self, out: NDArray[np.float32]) -> None:
        rate = float(self.sample_rate)
        for (starts, gates, gains), damping, sound in self._repeats:
            repeat(starts, gates, gains, damping, sound, out)
        if self._drops:
            starts, rows = (np.concatenate(parts) for parts in zip(*self._drops, strict=True))
            drop_sines(starts, rows, rate, out)
        if self._bursts:
            starts, seeds, gates, rows = (np.concatenate(parts) for parts in zip(*self._bursts, strict=True))
            frames = burst_frames(gates, rows, rate)
            order = np.argsort(-frames, kind="stable")
            burst_noise(starts[order], frames[order], seeds[order], gates[order], rows[order], rate, out)
        if self._modes:
            counts = np.concatenate([np.full(part[2].shape[0], part[2].shape[1]) for part in self._modes])
            ring(
                np.concatenate([part[0] for part in self._modes]),
                np.concatenate([part[1] for part in self._modes]),
                np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                np.concatenate([part[2].ravel() for part in self._modes]),
                np.concatenate([part[3].ravel() for part in self._modes]),
                np.concatenate([part[4].ravel() for part in self._modes]),
                np.concatenate([part[5].reshape(-1, 2) for part in self._modes]),
                out,
            )


def sides(pan: ArrayLike) -> tuple[Array, Array]:
    """Gains left and right at ``pan`` (-1..1), constant power, 1 and 1 in the middle."""
    angle = (np.asarray(pan, np.float64) + 1.0) * (np.pi / 4.0)
    return np.sqrt(2.0) * np.cos(angle), np.sqrt(2.0) * np.sin(angle)


def _gate(hits: Hits, choked: bool) -> NDArray[np.int64]:
    return hits.events["length"].copy() if choked else np.full(len(hits.events), _FOREVER)


def _rows(count: int, columns: tuple[ArrayLike, ...]) -> NDArray[np.float32]:
    rows = np.empty((count, len(columns)), np.float32)
    for place, column in enumerate(columns):
        rows[:, place] = column
    return rows
