"""The contract of a genre: data first, behaviour where style is behaviour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from songwright.interfaces.component import Component


@dataclass(frozen=True)
class Wish:
    """What a project says before its genre fills the gaps. None where it says nothing."""

    seed: int
    mood: str | None = None
    energy: float | None = None  # 0..1
    key: str | None = None  # "A minor": the first key of the song
    tempo_bpm: float | None = None
    duration_s: float | None = None
    sung: bool = False  # whether a voice sings the melody, so that no instrument needs to


@dataclass(frozen=True)
class FormSection:
    """One section of a form: its material's name and how long and strong it may be."""

    use: str
    bars: tuple[int, ...]  # allowed lengths in bars, the usual one first
    energy: float  # 0..1
    optional: bool = False  # may be left out to fit a short duration
    repeatable: bool = False  # may be played again to fit a long one (with what follows it up to the next repeatable)


@dataclass(frozen=True)
class Form:
    """A whole song's order of sections, with the weight it has in the style."""

    name: str
    sections: tuple[FormSection, ...]
    weight: float = 1.0


class Genre(Component):
    """What a style knows. A song without one sentence of its own is still this style's song."""

    #: The moods it has palettes for; the first is the default.
    moods: ClassVar[tuple[str, ...]]

    def defaults(self, wish: Wish, rng: np.random.Generator) -> Mapping[str, Any]:
        """A project-shaped mapping that fills what the project leaves open.

        Keys as in a project file: ``key``, ``tempo``, ``meter``, ``energy``, ``mood``, ``feel``,
        ``tracks``, ``buses``, ``master``, ``automation``. Built of YAML values (strings with units, numbers,
        lists, mappings): the same checks apply to it as to a project.
        """
        raise NotImplementedError

    def forms(self, wish: Wish) -> Sequence[Form]:
        """The forms of the style; the structure stage chooses and fits one."""
        raise NotImplementedError

    def chords(self, use: str, bars: int, minor: bool, rng: np.random.Generator) -> str:
        """Chords for the material ``use`` in the project's writing (Roman numerals)."""
        raise NotImplementedError

    def kin(self, use: str) -> str:
        """The material whose chords ``use`` plays (an intro the verse's); itself when it has its own.

        Chance for :meth:`chords` is keyed by it, and chords a project writes for it serve ``use`` as well.
        """
        return use

    def enters(self, track: str, use: str, occurrence: int, energy: float) -> bool:
        """Whether a track that the genre supplies plays in this section (arrangement builds by entries)."""
        raise NotImplementedError
