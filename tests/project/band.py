"""A tiny band of plugins, so that the loader's tests depend on no real sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from songwright import hookimpl
from songwright.interfaces.effect import Effect
from songwright.interfaces.genre import Form, FormSection, Genre, Wish
from songwright.interfaces.instrument import Instrument
from songwright.interfaces.pattern import Pattern, Role
from songwright.interfaces.progression import Progression
from songwright.interfaces.voice import Voice
from songwright.knobs import Params, knob
from songwright.plugins import Plugins, new_manager, register
from songwright.units import MusicalLength


class Tune(Genre):
    """A genre of two tracks."""

    name = "tune"
    moods = ("plain", "bright", "dark")

    def defaults(self, wish: Wish, rng: np.random.Generator) -> Mapping[str, Any]:
        return {
            "key": wish.key or "A minor",
            "tempo": wish.tempo_bpm or 96 + int(rng.integers(0, 9)),
            "meter": "4/4",
            "energy": 0.5 if wish.energy is None else wish.energy,
            "feel": {"swing": "54 %"},
            "tracks": {
                "bass": {
                    "instrument": {"use": "reed", "cutoff": "900 Hz"},
                    "pattern": "walk",
                    "gain": "-6 dB",
                    "effects": [{"use": "squeeze", "id": "comp"}],
                    "sends": [{"to": "hall", "level": "-14 dB"}],
                },
                "lead": {"instrument": "reed", "pattern": {"use": "walk", "variation": "30 %"}},
            },
            "buses": {"hall": {"role": "return", "effects": ["echo"]}},
        }

    def forms(self, wish: Wish) -> Sequence[Form]:
        return [
            Form(
                "song",
                (FormSection("intro", (4,), 0.3), FormSection("verse", (8,), 0.5), FormSection("chorus", (8,), 0.9)),
            )
        ]

    def chords(self, use: str, bars: int, minor: bool, rng: np.random.Generator) -> str:
        return "| i |"

    def enters(self, track: str, use: str, occurrence: int, energy: float) -> bool:
        return True


class Crooked(Tune):
    """A genre whose defaults are wrong."""

    name = "crooked"

    def defaults(self, wish: Wish, rng: np.random.Generator) -> Mapping[str, Any]:
        return {**super().defaults(wish, rng), "tempo": "brisk"}


class Broken(Tune):
    """A genre that fails."""

    name = "broken"

    def defaults(self, wish: Wish, rng: np.random.Generator) -> Mapping[str, Any]:
        raise ZeroDivisionError("no beat")


class Reed(Instrument):
    """An instrument."""

    name = "reed"
    midi_range = (28, 72)

    class Params(Params):
        cutoff_hz: float = knob(800.0, 20.0, 20_000.0, "Hz", "corner of the low-pass", taper="log", automatable=True)
        shape: Literal["saw", "square"] = knob("saw", help="the wave")
        voices: int = knob(1, 1, 8, "", "voices in unison")


class Kit(Instrument):
    """A drum kit."""

    name = "kit"
    is_drums = True


class Squeeze(Effect):
    """A compressor."""

    name = "squeeze"

    class Params(Params):
        threshold_db: float = knob(-18.0, -60.0, 0.0, "dB", "where it begins", automatable=True)
        attack_ms: float = knob(10.0, 0.1, 500.0, "ms", "how fast it closes")


class Echo(Effect):
    """A delay."""

    name = "echo"

    class Params(Params):
        time_ms: float | MusicalLength = knob(300.0, 1.0, 4000.0, "ms", "between echoes", automatable=True, synced=True)
        feedback_percent: float = knob(30.0, 0.0, 95.0, "%", "how much comes again", automatable=True)


class Walk(Pattern):
    """A walking line."""

    name = "walk"
    role = Role.BASS

    class Params(Params):
        variation_percent: float = knob(20.0, 0.0, 100.0, "%", "how much it strays")


class Axis(Progression):
    """Four chords."""

    name = "axis"

    class Params(Params):
        rotate: int = knob(0, 0, 3, "", "where it begins")


class Anna(Voice):
    """A singer."""

    name = "anna"

    class Params(Params):
        breath_percent: float = knob(10.0, 0.0, 100.0, "%", "air in the voice")


class Players:
    """The plugin."""

    @hookimpl
    def songwright_genres(self) -> list[type[Genre]]:
        return [Tune, Crooked, Broken]

    @hookimpl
    def songwright_instruments(self) -> list[type[Instrument]]:
        return [Reed, Kit]

    @hookimpl
    def songwright_effects(self) -> list[type[Effect]]:
        return [Squeeze, Echo]

    @hookimpl
    def songwright_patterns(self) -> list[type[Pattern]]:
        return [Walk]

    @hookimpl
    def songwright_progressions(self) -> list[type[Progression]]:
        return [Axis]

    @hookimpl
    def songwright_voices(self) -> list[type[Voice]]:
        return [Anna]


def band() -> Plugins:
    """The band, as if it were all that is installed."""
    plugins = Plugins(new_manager())
    register(plugins, Players(), "players", "songwright-players", "1.0")
    assert not plugins.failures, plugins.failures
    return plugins
