"""Fake components whose sound is known exactly, and songs for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from songwright import hookimpl
from songwright.arrangement.arrange import arrange
from songwright.arrangement.model import Arrangement
from songwright.graph.build import build
from songwright.graph.nodes import RenderGraph, Tap
from songwright.interfaces.effect import Effect
from songwright.interfaces.genre import Form, FormSection, Genre
from songwright.interfaces.instrument import Instrument
from songwright.interfaces.voice import Voice
from songwright.knobs import Params, knob
from songwright.plugins import Plugins, new_manager, register
from songwright.project.load import load
from songwright.render.engine import Engine
from songwright.units import MusicalLength
from songwright_effects.limiter import Limiter

RATE = 8000  # a low rate keeps the arithmetic short: at 120 BPM a beat is 4000 frames
BEAT = RATE // 2


class Bare(Genre):
    """One bar of C, and nobody plays."""

    name = "bare"
    moods = ("plain",)

    def defaults(self, wish, rng):
        return {}

    def forms(self, wish):
        return (Form("one", (FormSection("part", (4,), 0.5),)),)

    def chords(self, use, bars, minor, rng):
        return "I"

    def enters(self, track, use, occurrence, energy):
        return True


class Click(Instrument):
    """One sample a note, as high as its velocity."""

    name = "click"

    def render(self, events, controls, out):
        for event in events:
            out[:, event["start"]] += event["velocity"]


class ToneParams(Params):
    level_percent: float = knob(100.0, 0.0, 100.0, "%", "level", automatable=True)
    tail_s: float = knob(0.0, 0.0, 5.0, "s", "how long a note goes on after its end", automatable=True)


class Tone(Instrument):
    """A sine a note, in sine phase from its start, at its velocity."""

    name = "tone"
    Params = ToneParams

    def prepare(self, sample_rate):
        self._rate = sample_rate

    def render(self, events, controls, out):
        level = controls.curve("level_percent") / np.float32(100.0)
        sound = np.zeros_like(out)
        for event in events:
            frames = np.arange(event["length"] + round(self.tail_s * self._rate))
            hz = 440.0 * 2.0 ** ((float(event["pitch"]) - 69.0) / 12.0)
            sine = event["velocity"] * np.sin(2.0 * np.pi * hz / self._rate * frames)
            sound[:, event["start"] : event["start"] + len(frames)] += sine.astype(np.float32)
        out += sound * level

    @property
    def tail_s(self):
        return self.params.tail_s


class Hiss(Instrument):
    """Noise out of each note's own seed."""

    name = "hiss"

    def render(self, events, controls, out):
        for event in events:
            noise = np.random.default_rng(int(event["seed"])).uniform(-1, 1, (2, int(event["length"])))
            out[:, event["start"] : event["start"] + event["length"]] += (0.2 * noise).astype(np.float32)


class TurnParams(Params):
    gain_db: float = knob(0.0, -90.0, 24.0, "dB", "gain", automatable=True)


class Turn(Effect):
    """Turns the level."""

    name = "turn"
    Params = TurnParams

    def process(self, audio, controls, sidechain):
        audio *= (10.0 ** (controls.curve("gain_db") / 20.0)).astype(np.float32)


class LateParams(Params):
    frames: int = knob(0, 0, 100_000, "", "latency")


class Late(Effect):
    """Gives its audio late and says so."""

    name = "late"
    Params = LateParams

    def prepare(self, sample_rate):
        self.reset()

    def reset(self):
        self._line = np.zeros((2, self.params.frames), np.float32)

    def process(self, audio, controls, sidechain):
        joined = np.concatenate((self._line, audio), axis=1)
        audio[:] = joined[:, : audio.shape[1]]
        self._line = joined[:, audio.shape[1] :]

    @property
    def latency_frames(self):
        return self.params.frames


class EchoParams(Params):
    time_s: float | MusicalLength = knob(0.5, 0.0, 4.0, "s", "when it comes back", automatable=True, synced=True)


class Echo(Effect):
    """Adds the audio once more, later; how much later is what its knob says at each frame."""

    name = "echo"
    Params = EchoParams

    def prepare(self, sample_rate):
        self._rate = sample_rate
        self.reset()

    def reset(self):
        self._past = np.zeros((2, 4 * self._rate), np.float32)

    def process(self, audio, controls, sidechain):
        frames, past = audio.shape[1], self._past.shape[1]
        heard = np.concatenate((self._past, audio), axis=1)
        back = np.rint(np.broadcast_to(controls.curve("time_s"), frames) * self._rate).astype(int)
        self._past = heard[:, frames:]
        audio += heard[:, past + np.arange(frames) - back]

    @property
    def tail_s(self):
        return float(self.params.time_s)


class Cube(Effect):
    """Bends what it hears: no sum of parts is the part of a sum."""

    name = "cube"

    def process(self, audio, controls, sidechain):
        audio -= audio**3 / np.float32(3.0)


class Duck(Effect):
    """Steps back by what the sidechain says, sample by sample, and silences it in its own copy."""

    name = "duck"

    def process(self, audio, controls, sidechain):
        audio *= 1.0 - np.abs(sidechain)
        sidechain.fill(0.0)


class FaultyParams(Params):
    way: str = "raise"


class Faulty(Effect):
    """Fails."""

    name = "faulty"
    Params = FaultyParams

    def process(self, audio, controls, sidechain):
        if self.params.way == "raise":
            raise ZeroDivisionError("nothing left")
        audio[0, 0] = {"nan": np.nan, "inf": np.inf}[self.params.way]


class Nobody(Voice):
    """A voice that never speaks."""

    name = "nobody"


class FakePlugin:
    @staticmethod
    @hookimpl
    def songwright_genres():
        return [Bare]

    @staticmethod
    @hookimpl
    def songwright_instruments():
        return [Click, Tone, Hiss]

    @staticmethod
    @hookimpl
    def songwright_effects():
        return [Turn, Late, Echo, Cube, Duck, Faulty, Limiter]

    @staticmethod
    @hookimpl
    def songwright_voices():
        return [Nobody]


def desk() -> Plugins:
    """The fake components, as plugins of the distribution ``fake-desk``."""
    plugins = Plugins(new_manager())
    register(plugins, FakePlugin, "fake", "fake-desk", "2.0")
    assert not plugins.failures, plugins.failures
    return plugins


def write_song(folder: Path, tracks: Mapping[str, Any], **fields: Any) -> Path:
    """A project file of four bars of 4/4 at 120 BPM, played straight."""
    document = {
        "songwright": 1,
        "title": "Fake",
        "genre": "bare",
        "tempo": 120,
        "meter": "4/4",
        "feel": {"humanize": {"timing": 0, "velocity": 0}},
        "sections": {"part": {"bars": 4, "chords": "I"}},
        "arrangement": ["part"],
        "tracks": dict(tracks),
    } | fields
    path = folder / "song.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return path


def play(folder: Path, tracks: Mapping[str, Any], plugins: Plugins | None = None, **fields: Any) -> Arrangement:
    plugins = plugins or desk()
    return arrange(load(write_song(folder, tracks, **fields), plugins), plugins)


def graph(folder: Path, tracks: Mapping[str, Any], rate: int = RATE, **fields: Any) -> RenderGraph:
    return build(play(folder, tracks, **fields), desk(), rate)


def listen(graph: RenderGraph, *taps: tuple[str, Tap], jobs: int = 2, block_frames: int = 4096) -> list[np.ndarray]:
    """The audio at some taps of a graph, whole."""
    engine = Engine(graph, taps, block_frames)
    heard: list[list[np.ndarray]] = [[] for _ in taps]
    for (strip, tap), blocks in zip(taps, heard, strict=True):
        engine.listen([engine.tap(strip, tap)], lambda ports, blocks=blocks: blocks.append(ports[0].copy()))
    engine.run(jobs)
    return [np.concatenate(blocks, axis=1) for blocks in heard]


def click(at: str = "1:1", velocity: float = 0.5, **more: Any) -> dict[str, Any]:
    """A track with one click."""
    return {"instrument": "click", "clips": [{"at": at, "notes": f"C4:1/4@{velocity}"}], **more}
