"""Lyrics to sounds: what each note of a line sings, and which notes are stressed."""

from __future__ import annotations

from dataclasses import dataclass

from songwright.arrangement.model import Syllable
from songwright.music.lyrictext import LyricLine, read_lyrics
from songwright.music.spelling import stressed_syllable


@dataclass(frozen=True)
class Sound:
    """One note's worth of lyrics: a new syllable, or (with no syllable) the one before held on."""

    syllable: Syllable | None
    stressed: bool


@dataclass(frozen=True)
class SungLine:
    """A line of lyrics as sounds. No ``singers`` are all singers."""

    written: LyricLine
    sounds: tuple[Sound, ...]

    @property
    def singers(self) -> tuple[str, ...]:
        """Who is named to sing it."""
        return self.written.singers

    @property
    def syllables(self) -> tuple[Syllable, ...]:
        """Its syllables in order."""
        return tuple(sound.syllable for sound in self.sounds if sound.syllable)


def sing_lines(lyrics: str, section: str, first_line: int = 0) -> tuple[SungLine, ...]:
    """The lines of a section's lyrics as sounds; ``first_line`` is the number of the first one in the song.

    >>> [syllable.text for syllable in sing_lines("Har-bour lights", "v1")[0].syllables]
    ['Har', 'bour', 'lights']
    """
    lines = read_lyrics(lyrics).lines
    return tuple(SungLine(line, _sounds(line, section, first_line + place)) for place, line in enumerate(lines))


def line_stresses(lyrics: str) -> tuple[tuple[bool, ...], ...]:
    """Per line, which notes are stressed: what a melody's rhythm may follow."""
    return tuple(tuple(sound.stressed for sound in line.sounds) for line in sing_lines(lyrics, ""))


def _sounds(line: LyricLine, section: str, index: int) -> tuple[Sound, ...]:
    sounds: list[Sound] = []
    for word in line.words:
        pieces = word.syllables
        stressed = stressed_syllable(word.shown, len(pieces))
        for place, piece in enumerate(pieces):
            syllable = Syllable(piece, word.shown, place == 0, index, section, word.pronunciation)
            sounds.append(Sound(syllable, place == stressed))
            sounds.extend([Sound(None, False)] * (word.inner[place] if place < len(word.inner) else 0))
        sounds.extend([Sound(None, False)] * word.holds)
    return tuple(sounds)
