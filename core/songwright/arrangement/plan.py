"""The timing plan: what is sung when, down to the phoneme. All karaoke is written from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: The same words by another singer this close in time are one line that both sing.
TOGETHER_S = 0.5


@dataclass(frozen=True)
class PlannedPhoneme:
    """One sound, in seconds of the song."""

    phoneme: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class PlannedNote:
    """One note of a syllable, in seconds of the song. ``pitch`` is a MIDI note number."""

    start_s: float
    end_s: float
    pitch: float
    beat: float = 0.0  # in quarter notes from the song's start
    length_beats: float = 0.0


@dataclass(frozen=True)
class PlannedSyllable:
    """One syllable. It starts with its consonants, before the beat; the vowel stands on the note."""

    text: str  # as written: "har"
    start_s: float
    vowel_s: float  # onset of the vowel
    end_s: float
    notes: tuple[PlannedNote, ...]  # more than one when it is held over notes
    phonemes: tuple[PlannedPhoneme, ...] = ()


@dataclass(frozen=True)
class PlannedWord:
    """One word."""

    text: str
    syllables: tuple[PlannedSyllable, ...]

    @property
    def start_s(self) -> float:
        """Where its first sound begins."""
        return self.syllables[0].start_s

    @property
    def end_s(self) -> float:
        """Where its last sound ends."""
        return self.syllables[-1].end_s


@dataclass(frozen=True)
class PlannedLine:
    """One line of lyrics."""

    words: tuple[PlannedWord, ...]
    section: str = ""
    singer: str = ""  # the track's id, for duets

    @property
    def text(self) -> str:
        """The line as it is read."""
        return " ".join(word.text for word in self.words)

    @property
    def start_s(self) -> float:
        """Where its first sound begins."""
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        """Where its last sound ends."""
        return self.words[-1].end_s


@dataclass(frozen=True)
class TimingPlan:
    """The lines in the order of their time."""

    lines: tuple[PlannedLine, ...] = ()

    def words(self) -> Iterator[PlannedWord]:
        """All words in order."""
        return (word for line in self.lines for word in line.words)

    def syllables(self) -> Iterator[PlannedSyllable]:
        """All syllables in order."""
        return (syllable for word in self.words() for syllable in word.syllables)

    def joined(self, *others: TimingPlan) -> TimingPlan:
        """Several singers' plans as one, by time."""
        lines = [line for plan in (self, *others) for line in plan.lines]
        return TimingPlan(tuple(sorted(lines, key=lambda line: (line.start_s, line.singer))))
