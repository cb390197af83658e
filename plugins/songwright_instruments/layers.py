"""How a drum kit is put together: each piece lays sines, noise and modes; one render adds them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from songwright.dsp.modal import ring
from songwright.dsp.noise import spread, uniform
from songwright.dsp.percussion import burst_frames, burst_noise, drop_sines

Array = NDArray[np.float64]

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

    def late(self, seconds: ArrayLike) -> NDArray[np.int64]:
        """The hits' starts, later by ``seconds``."""
        later: NDArray[np.int64] = self.events["start"] + np.rint(np.asarray(seconds) * self.sample_rate).astype(
            np.int64
        )
        return later


@dataclass
class Layers:
    """Collects the layers of all pieces, then renders each kind in one call."""

    sample_rate: int
    _drops: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = field(default_factory=list)
    _bursts: list[tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.int64], NDArray[np.float32]]] = field(
        default_factory=list
    )
    _modes: list[tuple[NDArray[np.int64], Array, Array, Array, Array, Array]] = field(default_factory=list)

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
        columns = (hz, from_hz, fall_s, attack_s, decay_s, drive, np.multiply(level, left), np.multiply(level, right))
        self._drops.append((hits.late(0.0), _rows(len(hits.events), columns)))

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
        width: ArrayLike = 0.0,
        pan: float = 0.0,
        choked: bool = False,
        stream: int = 90,
    ) -> None:
        """Noise through a filter whose low, band and high outputs are mixed by ``mix``."""
        left, right = sides(pan)
        columns = (
            attack_s, fast_s, slow_s, slow, hz, q, *mix, np.multiply(level, left), np.multiply(level, right),
            width,
        )  # fmt: skip
        count = len(hits.events)
        seed = (uniform(hits.events["seed"], stream) * 2.0**32).astype(np.uint32)
        gate = hits.events["length"] if choked else np.full(count, _FOREVER)
        self._bursts.append((hits.late(late_s), seed, gate, _rows(count, columns)))

    def modes(
        self,
        hits: Hits,
        level: Array,
        *,
        hz: Array,
        decay_s: Array,
        phase: ArrayLike = 0.0,
        pan: ArrayLike = 0.0,
        choked: bool = False,
        choke_s: float = 0.02,
        late_s: float = 0.0,
    ) -> None:
        """Ringing modes: ``hz``, ``decay_s`` (time constants), ``level`` of shape (modes,) or (hits, modes).

        ``phase`` (radians) is where the sines start; a plate's modes start anywhere, a membrane's together.
        ``choked`` modes are damped with the time constant ``choke_s`` when the event ends.
        """
        count = len(hits.events)
        shape = (count, np.shape(hz)[-1])
        left, right = sides(pan)
        both = np.stack(np.broadcast_arrays(np.multiply(level, left), np.multiply(level, right)), axis=-1)
        gate = hits.events["length"] if choked else np.full(count, _FOREVER)
        damping = np.full(count, 1.0 / (choke_s * self.sample_rate) if choked else 0.0)
        span = np.stack([hits.late(late_s), gate], axis=1)
        omega = np.broadcast_to(hz, shape) * (2.0 * np.pi / self.sample_rate)
        rate = 1.0 / (np.broadcast_to(decay_s, shape) * self.sample_rate)
        turn = np.broadcast_to(phase, shape)
        self._modes.append((span, damping, omega, rate, turn, np.broadcast_to(both, (*shape, 2))))

    def render(self, out: NDArray[np.float32]) -> None:
        """Add everything to ``out`` (2, frames)."""
        rate = float(self.sample_rate)
        if self._drops:
            starts, rows = (np.concatenate(parts) for parts in zip(*self._drops, strict=True))
            drop_sines(starts, rows, rate, out)
        if self._bursts:
            starts, seeds, gates, rows = (np.concatenate(parts) for parts in zip(*self._bursts, strict=True))
            frames = burst_frames(gates, rows, rate)
            order = np.argsort(frames, kind="stable")
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
                np.concatenate([part[5].reshape(-1, 2) for part in self._modes]).astype(np.float32),
                out,
            )


def sides(pan: ArrayLike) -> tuple[Array, Array]:
    """Gains left and right at ``pan`` (-1..1), constant power, 1 and 1 in the middle."""
    angle = (np.asarray(pan, np.float64) + 1.0) * (np.pi / 4.0)
    return np.sqrt(2.0) * np.cos(angle), np.sqrt(2.0) * np.sin(angle)


def _rows(count: int, columns: tuple[ArrayLike, ...]) -> NDArray[np.float32]:
    return np.stack([np.broadcast_to(np.asarray(c, np.float32), (count,)) for c in columns], axis=1).astype(np.float32)
