"""Stand-ins for the host: controls that stand still or sweep, and settings that reach every extreme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.component import Component
from songwright.knobs import Knob, Params
from songwright.testing.component import require
from songwright.units import MusicalLength

_BEATS_PER_BAR = 4
_BEAT_S = 0.5  # the tests' tempo: 120 BPM


class StaticControls:
    """Every knob stands where ``params`` puts it. Musical lengths are read at 120 BPM in 4/4."""

    def __init__(self, params: Params) -> None:
        self._values = {knob.name: _plain(knob, getattr(params, knob.name)) for knob in type(params).knobs()}

    def value(self, name: str) -> float:
        """The knob's value."""
        return float(self._values[name])

    def moving(self, name: str) -> bool:
        """Whether the knob moves: never."""
        return name not in self._values

    def curve(self, name: str) -> NDArray[np.float32]:
        """The knob's value, shape ``(1,)``."""
        return np.array([self._values[name]], np.float32)


class SweptControls:
    """Automatable knobs named in ``names`` travel their whole range and back, a quarter second each way.

    A view of frames ``start`` to ``start + frames`` of the song: blocks cut differently see the same curves.
    """

    def __init__(self, params: Params, names: tuple[str, ...], sample_rate: int, start: int, frames: int) -> None:
        self._static = StaticControls(params)
        self._knobs = {knob.name: knob for knob in type(params).knobs() if knob.name in names}
        self._time_s = np.arange(start, start + frames) / sample_rate

    def value(self, name: str) -> float:
        """The knob's value at the first frame."""
        return float(self.curve(name)[0])

    def moving(self, name: str) -> bool:
        """Whether the knob is one of those that sweep."""
        return name in self._knobs

    def curve(self, name: str) -> NDArray[np.float32]:
        """The knob's value at each frame."""
        if name not in self._knobs:
            return self._static.curve(name)
        knob = self._knobs[name]
        low, high = _range(knob)
        place = 1.0 - np.abs(1.0 - np.mod(self._time_s * 4.0, 2.0))
        if knob.taper == "log" and low > 0.0:
            return np.clip(low * (high / low) ** place, low, high).astype(np.float32)
        return np.asarray(low + (high - low) * place, np.float32)


def automatable(component: type[Component]) -> tuple[str, ...]:
    """Names of the knobs that can move."""
    return tuple(knob.name for knob in component.Params.knobs() if knob.automatable and knob.low is not None)


def settings(component: type[Component]) -> Iterator[tuple[str, Params]]:
    """Settings worth trying, each with a label: defaults, every knob at each end, all at one end."""
    yield "defaults", component.Params()
    lows: dict[str, Any] = {}
    highs: dict[str, Any] = {}
    for knob in component.Params.knobs():
        ends = knob.choices or ((knob.low, knob.high) if knob.low is not None else ())
        for end in ends:
            yield f"{knob.name}={end}", component.Params.model_validate({knob.name: end})
        if ends:
            lows[knob.name], highs[knob.name] = ends[0], ends[-1]
    if len(lows) > 1:
        yield "all knobs at their first ends", component.Params.model_validate(lows)
        yield "all knobs at their last ends", component.Params.model_validate(highs)


def random_settings(component: type[Component], seed: int, **fixed: Any) -> Params:
    """Settings with every knob somewhere in its range, except those given."""
    chance = np.random.default_rng(seed)
    chosen: dict[str, Any] = {}
    for knob in component.Params.knobs():
        place = float(chance.uniform(0.15, 0.85))
        if knob.choices:
            chosen[knob.name] = knob.choices[int(place * len(knob.choices))]
        elif knob.low is not None:
            low, high = _range(knob)
            if isinstance(knob.default, int) and not isinstance(knob.default, bool):
                chosen[knob.name] = round(low + (high - low) * place)
            elif knob.taper == "log" and low > 0.0:
                chosen[knob.name] = float(low * (high / low) ** place)
            else:
                chosen[knob.name] = float(low + (high - low) * place)
    return component.Params.model_validate(chosen | fixed)


def _range(knob: Knob) -> tuple[float, float]:
    if knob.low is None or knob.high is None:
        raise AssertionError(f"the knob {knob.name!r} has no range, so nothing can sweep it")
    return knob.low, knob.high


def _plain(knob: Knob, value: Any) -> Any:
    """A knob's value as a number in its own unit; choices and texts as they are."""
    if not isinstance(value, MusicalLength):
        return value
    seconds = float(value.beats + value.bars * _BEATS_PER_BAR) * _BEAT_S
    return {"ms": seconds * 1000.0, "Hz": 1.0 / seconds}.get(knob.unit, seconds)


def require_every_knob_heard(component: type[Component], sound: Callable[[Params], NDArray[np.float32]]) -> None:
    """Turn each knob from one end to the other, the others anywhere: in one of six settings it must be heard."""
    for knob in component.Params.knobs():
        if not isinstance(knob.default, (bool, int, float)) and not knob.choices and knob.low is None:
            continue
        ends = knob.choices[:2] or ((knob.low, knob.high) if knob.low is not None else (False, True))
        pairs = ([sound(random_settings(component, seed, **{knob.name: end})) for end in ends] for seed in range(6))
        heard = any(not np.array_equal(one, other) for one, other in pairs)
        require(heard, f"{component.name}: turning {knob.name!r} from {ends[0]} to {ends[1]} changes nothing")
