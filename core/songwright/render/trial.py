"""One component, tried by itself: it renders a few frames, and so compiles or loads the kernels it needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from songwright.dsp.denormal import flush_denormals
from songwright.dsp.energy import peak
from songwright.dsp.jit import cache_folder
from songwright.dsp.mix import add
from songwright.dsp.quantize import pack_16, pack_24
from songwright.dsp.truepeak import TruePeakMeter
from songwright.graph.automation import Panel
from songwright.graph.curve import Motion
from songwright.graph.nodes import InstrumentPart, RenderGraph
from songwright.interfaces.instrument import EVENT
from songwright.render.meters import LevelMeter, NullMeter

_FRAMES = 256
#: So many notes of different pitch are tried, which is every drum of a kit.
_NOTES = 24


@dataclass(frozen=True)
class Trial:
    """What is tried, as another process can be told of it. Without a component it is the engine's own kernels."""

    component: type[Any] | None
    params: Any
    sample_rate: int
    knobs: dict[str, Motion]
    pitches: tuple[float, ...] = ()  # of an instrument's notes; an effect has none
    sidechain: bool = False

    @property
    def marker(self) -> Path:
        """A file that says that this was compiled once, beside what was compiled."""
        module = self.component.__module__ if self.component else __name__
        name = self.component.__qualname__ if self.component else "engine"
        return cache_folder(module.partition(".")[0]) / f"tried-{module}.{name}"

    def run(self) -> None:
        """Render a few frames."""
        with flush_denormals():
            if self.component is None:
                self._try_engine()
                return
            one, panel = self.component(self.params), Panel(self.knobs)
            one.prepare(self.sample_rate)
            if self.pitches:
                self._try_instrument(one, panel)
            else:
                panel.turn_to(0, _FRAMES)
                one.process(_silence(_FRAMES), panel, _silence(_FRAMES) if self.sidechain else None)

    def _try_instrument(self, instrument: Any, panel: Panel) -> None:
        events = np.zeros(len(self.pitches), EVENT)
        events["pitch"] = events["from_pitch"] = self.pitches
        events["length"], events["velocity"] = _FRAMES, 0.5
        frames = _FRAMES + int(instrument.tail_s * self.sample_rate) + 1
        panel.turn_to(0, frames)
        instrument.render(events, panel, _silence(frames))

    def _try_engine(self) -> None:
        LevelMeter(self.sample_rate).take(_silence(_FRAMES))
        TruePeakMeter().add(_silence(_FRAMES))
        NullMeter().take([_silence(_FRAMES), _silence(_FRAMES)])
        peak(_silence(_FRAMES).reshape(-1))
        add(_silence(_FRAMES), np.zeros(1, np.float32), _silence(_FRAMES))
        pack_16(_silence(_FRAMES), 0, np.empty(_FRAMES, np.int32))
        pack_24(_silence(_FRAMES), np.empty(6 * _FRAMES, np.uint8))


def trials(graph: RenderGraph) -> list[Trial]:
    """The components of a graph and the engine, each once: those first that mostly take longest to compile."""
    rate, found = graph.sample_rate, dict[str, Trial]()
    for strip in graph.strips.values():
        if isinstance(part := strip.source, InstrumentPart) and len(part.events):
            pitches = tuple(sorted(set(part.events["pitch"].tolist()))[:_NOTES])
            trial = Trial(type(part.instrument), part.instrument.params, rate, dict(part.knobs), pitches)
            found.setdefault(f"{trial.marker}", trial)
    found[""] = Trial(None, None, rate, {})
    limiters = [graph.limiter] if graph.limiter else []
    for insert in [*limiters, *(insert for strip in graph.strips.values() for insert in strip.inserts)]:
        effect, side = insert.effect, insert.sidechain is not None
        trial = Trial(type(effect), effect.params, rate, dict(insert.knobs), (), side)
        found.setdefault(f"{trial.marker}", trial)
    return list(found.values())


def _silence(frames: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.zeros((2, frames), np.float32)
