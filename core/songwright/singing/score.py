"""A part with lyrics to phrases: lines of words whose syllables have their notes.

The notes are those of the arrangement, in seconds; a syllable that several notes share is held
over them. Notes without a syllable that follow on a sung one hold it too; others are sung on "la".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songwright.arrangement.model import Part, Syllable
from songwright.arrangement.plan import PlannedNote
from songwright.music.notes import Notes, in_order
from songwright.music.time import TimeMap

#: A gap up to this long, in beats, still counts as following on.
_JOIN_BEATS = 0.26

_LA = Syllable(text="la", word="la", starts_word=True, line=-1, section="")


@dataclass(frozen=True)
class Sung:
    """One written syllable, its notes (at least one, in order, not overlapping) and its force."""

    text: str
    word: int  # index into the phrase's words
    notes: tuple[PlannedNote, ...]
    velocity: float  # 0..1

    @property
    def start_s(self) -> float:
        """The first note's start: where the vowel belongs."""
        return self.notes[0].start_s

    @property
    def end_s(self) -> float:
        """The last note's end."""
        return self.notes[-1].end_s


@dataclass(frozen=True)
class Phrase:
    """One line of lyrics as it is sung in one place."""

    words: tuple[str, ...]
    syllables: tuple[Sung, ...]
    section: str = ""
    pronunciations: tuple[str, ...] = ()  # of each word in IPA, empty where the lyric gives none

    @property
    def text(self) -> str:
        """What a provider is asked to speak: ``every wave read[ɹɛd],``."""
        said = self.pronunciations or ("",) * len(self.words)
        return " ".join(_marked(word, ipa) for word, ipa in zip(self.words, said, strict=True))

    @property
    def start_s(self) -> float:
        """The first note's start."""
        return self.syllables[0].start_s

    @property
    def end_s(self) -> float:
        """The last note's end."""
        return self.syllables[-1].end_s


def phrases(part: Part, time_map: TimeMap, transpose: float = 0.0) -> tuple[Phrase, ...]:
    """The part's lines in the order they are sung.

    Args:
        part: its notes carry indices into its syllables.
        time_map: the song's.
        transpose: semitones added to every note.
    """
    found: list[Phrase] = []
    line: list[tuple[Syllable, Sung]] = []
    for syllable, sung in _sung(part, time_map, transpose):
        if line and _breaks(line[-1], (syllable, sung)):
            found.append(_phrase(line))
            line = []
        line.append((syllable, sung))
    if line:
        found.append(_phrase(line))
    return tuple(found)


def _sung(part: Part, time_map: TimeMap, transpose: float) -> list[tuple[Syllable, Sung]]:
    """Each sung syllable with its notes."""
    notes = _one_at_a_time(part.notes)
    starts = np.asarray(time_map.seconds(notes["beat"]), np.float64) + notes["shift_s"]
    ends = np.asarray(time_map.seconds(notes["beat"] + notes["length"]), np.float64) + notes["shift_s"]
    ends = np.maximum(np.minimum(ends, np.append(starts[1:], np.inf)), starts + 1e-3)
    sung: list[tuple[Syllable, Sung]] = []
    last_index, last_end = -1, -np.inf
    for i, note in enumerate(notes):
        planned = PlannedNote(
            float(starts[i]),
            float(ends[i]),
            float(note["pitch"]) + transpose,
            float(note["beat"]),
            float(note["length"]),
        )
        index, velocity = int(note["lyric"]), float(note["velocity"])
        follows = float(note["beat"]) - last_end <= _JOIN_BEATS
        if sung and (index == last_index >= 0 or (index < 0 and follows and last_index >= 0)):
            syllable, before = sung[-1]
            sung[-1] = (syllable, Sung(before.text, 0, (*before.notes, planned), before.velocity))
        else:
            syllable = part.syllables[index] if index >= 0 else _LA
            sung.append((syllable, Sung(syllable.text, 0, (planned,), velocity)))
            last_index = index
        last_end = float(note["beat"] + note["length"])
    return sung


def _one_at_a_time(notes: Notes) -> Notes:
    """A voice sings one note at a time: of notes that start together, the highest."""
    ordered = in_order(notes)
    if len(ordered) < 2:
        return ordered
    keep = np.append(np.diff(ordered["beat"]) > 1e-9, True)
    return np.asarray(ordered[keep])


def _breaks(before: tuple[Syllable, Sung], after: tuple[Syllable, Sung]) -> bool:
    """Whether a new phrase begins: a new line, or the same line again from its start."""
    (old, _), (new, _) = before, after
    return (old.line, old.section) != (new.line, new.section)


def _phrase(line: Sequence[tuple[Syllable, Sung]]) -> Phrase:
    words: list[str] = []
    said: list[str] = []
    syllables: list[Sung] = []
    for syllable, sung in line:
        if syllable.starts_word or not words:
            words.append(syllable.word or syllable.text)
            said.append(syllable.pronunciation)
        syllables.append(Sung(sung.text, len(words) - 1, sung.notes, sung.velocity))
    return Phrase(tuple(words), tuple(syllables), line[0][0].section, tuple(said))


def _marked(word: str, ipa: str) -> str:
    """The word with its pronunciation behind its letters, before its signs."""
    letters = word.rstrip('.,;:!?…"”’)')
    return f"{letters}[{ipa}]{word[len(letters) :]}" if ipa else word
