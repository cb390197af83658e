"""The arrangement as a value: everything that will sound, in musical time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from songwright.music.form import ChordSpan, Section
from songwright.music.notes import Notes
from songwright.music.time import TimeMap
from songwright.project.model import Project

if TYPE_CHECKING:
    from songwright.plugins import Entry


@dataclass(frozen=True)
class Syllable:
    """One sung syllable of a voice track; ``Notes["lyric"]`` indexes a part's syllables."""

    text: str  # "har"
    word: str  # the whole word it belongs to: "harbour"
    starts_word: bool
    line: int  # index of the lyric line in the song
    section: str  # id of the section it is sung in
    pronunciation: str = ""  # of the whole word, in IPA, where the lyric gives it: "ˈhɑɹbəɹ"


@dataclass(frozen=True)
class Part:
    """What one track plays, all song long."""

    track: str
    role: str  # the pattern's role; without one "drums" for a kit, "voice" for a singer, else "written"
    notes: Notes
    syllables: tuple[Syllable, ...] = ()


@dataclass(frozen=True)
class Arrangement:
    """The song, played on paper."""

    project: Project
    time_map: TimeMap
    sections: tuple[Section, ...]
    chords: tuple[ChordSpan, ...]
    parts: Mapping[str, Part]  # in the project's track order
    warnings: tuple[str, ...] = field(default=())
    components: tuple[Entry, ...] = ()  # the genre, patterns and progressions that wrote it

    @property
    def end_beat(self) -> float:
        """Where the last section ends, in quarter-note beats."""
        return self.sections[-1].end_beat
