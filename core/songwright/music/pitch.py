"""Pitches and keys: names to MIDI numbers and back, spelled as a musician would.

C4 is MIDI 60. Spelling runs along the line of fifths (… Bb F C G D …): a note is spelled as the
nearest of its names to the key's tonic on that line, so that A minor has G♯ and F minor A♭.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from songwright.music.scale import MODES

LETTERS = "CDEFGAB"
NATURALS = (0, 2, 4, 5, 7, 9, 11)  # pitch classes of LETTERS
_FIFTHS = "FCGDAEB"  # letters along the line of fifths; C stands at 0

_PITCH = re.compile(r"([A-Ga-g])(#{1,2}|b{1,2}|)(-?\d+)")
_TONIC = re.compile(r"([A-Ga-g])(#{1,2}|b{1,2}|)")
# fmt: off
_MODE_NAMES = {
    **{mode: mode for mode in MODES},
    "": "major", "maj": "major", "ionian": "major",
    "m": "minor", "min": "minor", "aeolian": "minor", "natural minor": "minor",
}
#: Semitones from each mode's tonic to the tonic of the major key that shares its signature, in fifths.
_SIGNATURE_FIFTHS = {
    "major": 0, "minor": 3, "dorian": 2, "phrygian": 4, "lydian": -1, "mixolydian": 1, "locrian": 5,
    "harmonic minor": 3, "melodic minor": 3,
}
# fmt: on


def parse_pitch(text: str) -> int:
    """The MIDI number of a note name: ``C4`` is 60; accidentals ``#`` and ``b``.

    >>> parse_pitch("E4"), parse_pitch("Bb3"), parse_pitch("C-1")
    (64, 58, 0)
    """
    match = _PITCH.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a pitch; write one like E4, F#3 or Bb2 (C4 is middle C)")
    pitch = 12 * (int(match[3]) + 1) + NATURALS[LETTERS.index(match[1].upper())] + _accidental(match[2])
    if not 0 <= pitch <= 127:
        raise ValueError(f"{text!r} is outside the MIDI range; it must lie from C-1 to G9")
    return pitch


def parse_pitch_class(text: str) -> int:
    """The pitch class of a note name without an octave: ``Bb`` is 10."""
    match = _TONIC.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a note; write one like E, F# or Bb")
    return (NATURALS[LETTERS.index(match[1].upper())] + _accidental(match[2])) % 12


def note_name(midi: float, key: Key | None = None) -> str:
    """The name of a MIDI note, spelled for ``key``.

    >>> note_name(68), note_name(68, Key.parse("A minor")), note_name(59, Key.parse("Gb major"))
    ('Ab4', 'G#4', 'Cb4')
    """
    name = spell(round(midi) % 12, key)
    natural = round(midi) - _accidental(name[1:])  # B sharp and C flat belong to their letter's octave
    return f"{name}{natural // 12 - 1}"


def spell(pitch_class: int, key: Key | None = None) -> str:
    """The letter and accidental of a pitch class in ``key`` (none: C major)."""
    return _name_at(_line_of_fifths(pitch_class % 12, key))


def _line_of_fifths(pitch_class: int, key: Key | None) -> int:
    """Where the pitch class stands on the line of fifths, near the key's tonic."""
    centre = 0 if key is None else _fifths_of(key.name)
    lowest = centre - (6 if key is not None and key.mode == "locrian" else 5)  # from ♭2 (♭5) up to ♯4
    position = (7 * pitch_class) % 12
    return lowest + (position - lowest) % 12


def _fifths_of(name: str) -> int:
    return _FIFTHS.index(name[0]) - 1 + 7 * _accidental(name[1:])


def _name_at(fifths: int) -> str:
    accidentals, letter = divmod(fifths + 1, 7)
    return _FIFTHS[letter] + ("#" * accidentals if accidentals > 0 else "b" * -accidentals)


def _accidental(text: str) -> int:
    return text.count("#") - text.count("b")


@dataclass(frozen=True)
class Key:
    """A tonic and a mode. ``name`` is the tonic's spelling: ``Key(9, "minor", "A")``."""

    tonic: int  # pitch class, 0..11
    mode: str  # one of MODES
    name: str

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read ``A minor``, ``Bb``, ``F# dorian``, ``Em``, ``C harmonic minor``.

        >>> str(Key.parse("Bbm")), Key.parse("A minor").minor
        ('Bb minor', True)
        """
        stripped = text.strip()
        match = _TONIC.match(stripped)
        mode = _MODE_NAMES.get(" ".join(stripped[match.end() :].split()).lower()) if match else None
        if stripped.endswith("M") and match and stripped[match.end() :].strip() == "M":
            mode = "major"
        if not match or mode is None:
            modes = ", ".join(MODES)
            raise ValueError(f"{text!r} is not a key; write a tonic and a mode, like A minor (modes: {modes})")
        name = match[1].upper() + match[2]
        return cls(parse_pitch_class(name), mode, name)

    def __str__(self) -> str:
        return f"{self.name} {self.mode}"

    @property
    def scale(self) -> tuple[int, ...]:
        """The mode's degrees in semitones above the tonic: ``(0, 2, 3, 5, 7, 8, 10)`` for minor."""
        return MODES[self.mode]

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The scale's notes as absolute pitch classes, from the tonic up."""
        return tuple((self.tonic + degree) % 12 for degree in self.scale)

    @property
    def minor(self) -> bool:
        """Whether the third above the tonic is minor."""
        return self.scale[2] == 3

    @property
    def fifths(self) -> int:
        """The key signature: sharps when positive, flats when negative (MIDI's and MusicXML's way)."""
        return _fifths_of(self.name) - _SIGNATURE_FIFTHS[self.mode]

    def letter(self, pitch_class: int) -> int:
        """Which letter the pitch class is spelled with in this key, as an index into CDEFGAB."""
        return LETTERS.index(spell(pitch_class, self)[0])

    def transpose(self, semitones: int) -> Key:
        """The same mode ``semitones`` higher, spelled with the fewest accidentals (flats at a tie)."""
        if semitones % 12 == 0:
            return self
        tonic = (self.tonic + semitones) % 12
        offset = _SIGNATURE_FIFTHS[self.mode]
        candidates = (fifths for fifths in range(-15, 20) if (7 * fifths) % 12 == tonic)
        best = min(candidates, key=lambda fifths: (abs(fifths - offset), fifths))
        return Key(tonic, self.mode, _name_at(best))
