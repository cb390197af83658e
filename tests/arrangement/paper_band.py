"""A small band of fake plugins, and projects for it to play."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from songwright import hookimpl
from songwright.interfaces.genre import Form, FormSection, Genre
from songwright.interfaces.instrument import Instrument
from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.interfaces.progression import Progression, ProgressionRequest
from songwright.interfaces.voice import Voice
from songwright.music.notes import notes
from songwright.plugins import Plugins, new_manager, register
from songwright.project.model import Project


class PaperGenre(Genre):
    """Pop on paper."""

    name = "paper"
    moods = ("plain",)

    def defaults(self, wish, rng):
        return {"tracks": {"sketch": {"pattern": {"use": "hum"}}}}

    def forms(self, wish):
        verse, chorus = FormSection("verse", (8, 16, 4), 0.5, repeatable=True), FormSection("chorus", (8, 4, 16), 0.9)
        return (
            Form(
                "verse-chorus",
                (
                    FormSection("intro", (4, 2, 8), 0.3, optional=True),
                    verse,
                    chorus,
                    verse,
                    chorus,
                    FormSection("bridge", (8, 4), 0.6, optional=True),
                    FormSection("chorus", (8, 16), 1.0, repeatable=True),
                    FormSection("outro", (4, 2, 8), 0.3, optional=True),
                ),
                weight=3.0,
            ),
            Form("strophic", (verse, verse, verse), weight=1.0),
        )

    def chords(self, use, bars, minor, rng):
        return " | ".join(rng.choice(["I", "IV", "V", "vi", "ii"], size=min(bars, 4)))

    def enters(self, track, use, occurrence, energy):
        return not (track == "bass" and use == "intro")


class Steps(Progression):
    """One chord after another."""

    name = "steps"

    def chords(self, request: ProgressionRequest):
        return "i | iv | V" if request.minor else "I | IV | V"


class Kit(Pattern):
    """Kick, snare and hat in eighths."""

    name = "kit"
    role = Role.DRUMS

    def play(self, context: PartContext):
        start, end = context.section.start_beat, context.section.end_beat
        eighths = np.arange(start, end - 1e-9, 0.5)
        rows: list[Any] = [(beat, 0.25, 42, 0.6) for beat in eighths]
        rows += [(beat, 0.25, 36 if round(beat - start) % 2 == 0 else 38, 0.8) for beat in eighths[::2]]
        return notes(rows)


class Roots(Pattern):
    """The root of each chord, now and then a fifth."""

    name = "roots"
    role = Role.BASS

    def play(self, context: PartContext):
        rng = context.rng("fifths")
        assert Role.DRUMS not in context.heard or not context.heard[Role.DRUMS].flags.writeable
        return notes(
            (
                span.start_beat,
                span.end_beat - span.start_beat,
                36 + (span.chord.root + 7 * int(rng.random() < 0.3)),
                0.8,
            )
            for span in context.chords
        )


class Blocks(Pattern):
    """Whole chords, on the accents of the bass."""

    name = "blocks"
    role = Role.COMP

    def play(self, context: PartContext):
        velocity = 0.5 + 0.1 * (len(context.heard.get(Role.BASS, ())) > 0) + 0.2 * context.rng("touch").random()
        return notes(
            (span.start_beat, 1.0, 60 + pitch_class, velocity)
            for span in context.chords
            for pitch_class in span.chord.pitch_classes
        )


class Hum(Pattern):
    """A note a beat, with a rest after each two bars, inside the singer's range."""

    name = "hum"
    role = Role.MELODY

    def play(self, context: PartContext):
        low, high = context.midi_range
        rng = context.rng("tune", "material")
        beats = np.arange(context.section.start_beat, context.section.end_beat, 1.0)
        kept = [beat for place, beat in enumerate(beats) if place % 8 < 7]
        return notes((beat, 1.0, int(rng.integers(low, high + 1)), 0.8) for beat in kept)


class Keys(Instrument):
    """Keys that are never heard."""

    name = "keys"
    midi_range: ClassVar[tuple[int, int]] = (40, 80)


class Pads(Instrument):
    """Drums that are never heard."""

    name = "pads"
    is_drums = True


class Anna(Voice):
    """A singer who is never heard."""

    name = "anna"
    midi_range = (57, 69)


COMPONENTS = {
    "genres": [PaperGenre],
    "progressions": [Steps],
    "patterns": [Kit, Roots, Blocks, Hum],
    "instruments": [Keys, Pads],
    "voices": [Anna],
}


def band(**more: list[type]) -> Plugins:
    """The band as plugins of the distribution ``paper-band``; ``patterns=[...]`` adds to it."""
    plugins = Plugins(new_manager())

    class PaperPlugin:
        pass

    for kind, components in COMPONENTS.items():
        found = [*components, *more.get(kind, [])]
        setattr(PaperPlugin, f"songwright_{kind}", staticmethod(hookimpl(_giver(f"songwright_{kind}", found))))
    register(plugins, PaperPlugin, "paper", "paper-band", "1.0")
    assert not plugins.failures, plugins.failures
    return plugins


def _giver(name: str, found: list[type]):
    def give():
        return found

    give.__name__ = name
    return give


TRACKS: dict[str, Any] = {
    "drums": {"instrument": "pads", "pattern": "kit"},
    "bass": {"instrument": "keys", "pattern": "roots"},
    "comp": {"instrument": "keys", "pattern": "blocks"},
}


def project(plugins: Plugins, **fields: Any) -> Project:
    """A project for the paper band; short forms for components are spelled out."""
    values: dict[str, Any] = {
        "songwright": 1,
        "title": "Paper",
        "genre": "paper",
        "mood": "plain",
        "key": [{"at": "1:1", "key": "C major"}],
        "tempo": [{"at": "1:1", "bpm": 120}],
        "meter": [{"at": "1:1", "meter": "4/4"}],
        "tracks": TRACKS,
        "feel": {"humanize": {"timing": 0, "velocity": 0}},
    } | fields
    values["tracks"] = {name: _spelled(track) for name, track in values["tracks"].items()}
    if values.get("arrangement") is not None:
        values["arrangement"] = [{"use": one} if isinstance(one, str) else one for one in values["arrangement"]]
    return Project.model_validate(values, context={"plugins": plugins})


def _spelled(track: dict[str, Any]) -> dict[str, Any]:
    spelled = dict(track)
    for kind in ("instrument", "pattern"):
        if isinstance(spelled.get(kind), str):
            spelled[kind] = {"use": spelled[kind]}
    if isinstance(spelled.get("voice"), str):
        spelled["voice"] = {"use": [spelled["voice"]]}
    if isinstance(spelled.get("sings"), str):
        spelled["sings"] = {"part": spelled["sings"]}
    return spelled
