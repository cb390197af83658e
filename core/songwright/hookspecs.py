"""The hooks: one a plugin kind.

A plugin is a module (or any object) with functions marked by :data:`songwright.hookimpl`, named by an
entry point in the group ``songwright``. Hooks that return components are called once, at start;
they return *classes* and must not import numba, scipy, torch or onnxruntime: what is heavy is
imported when a component is first used. A plugin of many components returns a mapping of names to the
places of their classes instead, ``{"warm-pad": "my_sounds.warm_pad:WarmPad"}``, written as entry points are:
then a class is imported when a song names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click

    from songwright.arrangement.arrange import Arrangement
    from songwright.interfaces.effect import Effect
    from songwright.interfaces.exporter import Exporter
    from songwright.interfaces.genre import Genre
    from songwright.interfaces.instrument import Instrument
    from songwright.interfaces.pattern import Pattern
    from songwright.interfaces.progression import Progression
    from songwright.interfaces.voice import Voice
    from songwright.project.model import Project
    from songwright.render.result import RenderResult, Stem

hookspec = pluggy.HookspecMarker("songwright")


@hookspec
def songwright_genres() -> Sequence[type[Genre]] | Mapping[str, str]:  # type: ignore[empty-body]
    """Genres: what a style knows (defaults, forms, chords, palettes, mix)."""


@hookspec
def songwright_progressions() -> Sequence[type[Progression]] | Mapping[str, str]:  # type: ignore[empty-body]
    """Named chord progressions and progression generators, for ``chords: {use: NAME}``."""


@hookspec
def songwright_patterns() -> Sequence[type[Pattern]] | Mapping[str, str]:  # type: ignore[empty-body]
    """Part generators, for a track's ``pattern: {use: NAME}``: drums, bass, comping, pad, melody."""


@hookspec
def songwright_instruments() -> Sequence[type[Instrument]] | Mapping[str, str]:  # type: ignore[empty-body]
    """Instruments, for a track's ``instrument: {use: NAME}``: notes to audio."""


@hookspec
def songwright_effects() -> Sequence[type[Effect]] | Mapping[str, str]:  # type: ignore[empty-body]
    """Effects, for ``effects: [{use: NAME}]`` of a track, bus or the master: audio to audio."""


@hookspec
def songwright_voices() -> Sequence[type[Voice]] | Mapping[str, str]:  # type: ignore[empty-body]
    """Voice providers, for a track's ``voice: {use: NAME}``: text to speech, and so to singing."""


@hookspec
def songwright_exporters() -> Sequence[type[Exporter]] | Mapping[str, str]:  # type: ignore[empty-body]
    """Writers of files beside the audio: MIDI, karaoke formats, scores."""


@hookspec
def songwright_project_loaded(project: Project) -> None:
    """A project was read and found right. Observers may not change what they see."""


@hookspec
def songwright_arranged(arrangement: Arrangement) -> None:
    """A project became sections, chords and notes."""


@hookspec
def songwright_stem_rendered(stem: Stem) -> None:
    """A stem is whole."""


@hookspec
def songwright_rendered(result: RenderResult) -> None:
    """All files of a render stand in their places."""


@hookspec
def songwright_cli(group: click.Group) -> None:
    """Add commands to ``songwright``. Called when the command line starts: import late."""
