"""The contract of a pattern: what a player makes of a section of the chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal

import numpy as np

from songwright.interfaces.component import Component
from songwright.music.form import ChordSpan, Section
from songwright.music.notes import Notes
from songwright.music.random import Chance
from songwright.music.time import TimeMap


class Role(StrEnum):
    """What a player does in the band. Parts are written in this order, each hearing those before it."""

    DRUMS = "drums"
    BASS = "bass"
    MELODY = "melody"
    COMP = "comp"
    PAD = "pad"
    ARP = "arp"
    COLOUR = "colour"


@dataclass(frozen=True)
class PartContext:
    """All that a player can see and hear when a section is to be played.

    Times are in quarter-note beats from the song's start.
    """

    section: Section
    previous: Section | None
    following: Section | None
    #: How often the same material (``section.use``) has been played before, from 0.
    occurrence: int
    #: The section's chords, clipped to it, in order, without gaps.
    chords: tuple[ChordSpan, ...]
    #: The chord that follows the section, for approach notes; None at the end of the song.
    next_chord: ChordSpan | None
    time_map: TimeMap
    #: Lowest and highest MIDI note of the instrument that will play this.
    midi_range: tuple[int, int]
    #: What the earlier roles play in this section, by role.
    heard: Mapping[Role, Notes]
    #: Notes this track played in the section before, for voice leading across the bar line.
    before: Notes
    mood: str
    #: Chance of this take: another one where the section has a seed of its own.
    chance: Chance
    #: Syllable stresses per lyric line (True = stressed), empty without lyrics.
    lyric_lines: tuple[tuple[bool, ...], ...] = field(default=())
    #: Chance of the player's habits, which no other take of a section changes; None: as ``chance``.
    habits: Chance | None = None

    def rng(self, purpose: str, scope: Literal["section", "material", "track"] = "section") -> np.random.Generator:
        """Chance that belongs to this track and ``purpose``.

        Scope ``section``: differs at each playing (variation). ``material``: the same whenever this
        section's material returns (what makes a verse that verse). ``track``: the same all song long
        (a player's habits).
        """
        place = {"section": self.section.id, "material": self.section.use, "track": ""}[scope]
        chance = self.habits if scope == "track" and self.habits is not None else self.chance
        return chance.rng(scope, place, purpose)


class Pattern(Component):
    """Writes one track's notes for one section."""

    #: What it plays; decides when it is written and what it hears.
    role: ClassVar[Role]

    def play(self, context: PartContext) -> Notes:
        """The notes of the section: starts inside it, in beats from the song's start.

        Timing is written straight; swing and humanisation are laid over all parts afterwards by the
        groove. Never mutates what it is given; chance only from ``context.rng``.

        A melody that follows ``context.lyric_lines`` may set ``lyric`` to the index of the note that
        it sings, counted over the section's lines; without it whole phrases are matched to lines.
        """
        raise NotImplementedError
