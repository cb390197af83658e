"""The song as it will be played: sections in order, and chords with their times."""

from __future__ import annotations

from dataclasses import dataclass

from songwright.music.chord import Chord
from songwright.music.pitch import Key


@dataclass(frozen=True)
class Section:
    """One playing of a section's material. Beats are quarter notes from the song's start."""

    id: str  # unique: "v1"
    use: str  # the material: "verse"
    bar: int  # first bar, 1-based
    bars: int
    start_beat: float
    end_beat: float
    energy: float  # 0..1
    key: Key
    transpose_semitones: int = 0
    fill: str = "auto"  # where drums fill: "auto", "last", "none"
    lyrics: str = ""
    seed: int = 0  # of another take of this playing alone; 0: the song's own

    @property
    def roll(self) -> tuple[str, ...]:
        """What names this take where chance is drawn: nothing for the song's own."""
        return ("roll", str(self.seed)) if self.seed else ()


@dataclass(frozen=True)
class ChordSpan:
    """A chord and the time it holds, in quarter-note beats from the song's start."""

    start_beat: float
    end_beat: float
    chord: Chord
    roman: str  # its reading in ``key``
    key: Key
