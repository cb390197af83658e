"""Chords and progressions: every way of writing them to one value, and back to names.

Three writings, mixed freely: absolute (``F#m7b5/E``), Roman (``bVI``, ``V7/V``, ``VII/2``) and Nashville
(``6-``, ``5/7``). See :mod:`songwright.music.numeral` for how numerals are read in minor keys and
:mod:`songwright.music.quality` for what may follow a root.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from fractions import Fraction

from songwright.music.numeral import is_numeral, name_numeral, read_numeral
from songwright.music.pitch import Key, parse_pitch_class, spell
from songwright.music.quality import DEGREES, harte_quality, name_quality, parse_quality

NO_CHORD = "N.C."
_NO_CHORD_WRITINGS = ("N.C.", "NC", "N.C", "N")
_ABSOLUTE = re.compile(r"([A-G])(#{1,2}|b{1,2}|)(.*?)(?:/([A-G](?:#{1,2}|b{1,2}|)))?")


@dataclass(frozen=True)
class Chord:
    """A chord: equal when it sounds equal, however it was written.

    ``intervals`` are semitones above the root, ascending, with ninths and beyond above the octave;
    empty for no chord (N.C.), whose ``root`` is then the key's tonic.
    """

    root: int  # pitch class
    intervals: tuple[int, ...]
    bass: int | None = None  # pitch class under the chord, when it is not the root
    symbol: str = field(default="", compare=False)  # absolute, normal form: "Am7/G"

    @functools.cached_property
    def pitch_classes(self) -> tuple[int, ...]:
        """The chord's tones from the root up, the bass not counted."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def bass_or_root(self) -> int:
        """The pitch class that a bass plays."""
        return self.root if self.bass is None else self.bass

    @property
    def minor(self) -> bool:
        """Whether its third is minor."""
        return 3 in self.intervals and 4 not in self.intervals

    def transpose(self, semitones: int, key: Key | None = None) -> Chord:
        """The same chord higher, spelled for ``key``."""
        bass = None if self.bass is None else (self.bass + semitones) % 12
        return _named((self.root + semitones) % 12, self.intervals, bass, key)

    def harte(self) -> str:
        """The chord in Harte's syntax: ``A:min7/b3``; ``N`` for no chord.

        >>> parse_chord("Am7/C", Key.parse("C")).harte()
        'A:min7/b3'
        """
        if not self.intervals:
            return "N"
        root = re.match("[A-G][#b]*", self.symbol)
        text = f"{root[0] if root else spell(self.root)}:{harte_quality(self.intervals)}"
        return text if self.bass is None else f"{text}/{DEGREES[(self.bass - self.root) % 12]}"


def parse_chord(text: str, key: Key) -> Chord:
    """Read one chord in any of the three writings.

    >>> c = Key.parse("C")
    >>> [parse_chord(text, c).symbol for text in ("V7/V", "6-", "bVI", "F#m7b5/E", "5/7")]
    ['D7', 'Am', 'Ab', 'F#m7b5/E', 'G/B']

    Raises:
        ValueError: naming the chord, what in it is not understood, and where.
    """
    token = text.strip()
    if token in _NO_CHORD_WRITINGS:
        return Chord(key.tonic, (), None, NO_CHORD)
    try:
        if is_numeral(token):
            tones = read_numeral(token, key)
            return _named(tones.root, tones.intervals, tones.bass, key, tones.spelling)
        return _read_absolute(token, key)
    except ValueError as error:
        raise ValueError(f"{token!r} is not a chord: {error}") from error


def _read_absolute(text: str, key: Key) -> Chord:
    match = _ABSOLUTE.fullmatch(text)
    if not match:
        raise ValueError(
            "write a name (F#m7b5/E), a Roman numeral (bVI, V7/V, VII/2), a Nashville number (6-, 5/7) or N.C."
        )
    root = parse_pitch_class(match[1] + match[2])
    bass = parse_pitch_class(match[4]) if match[4] else None
    intervals = parse_quality(match[3])
    return _named(root, intervals, None if bass == root else bass, key, match[1] + match[2], match[4])


def _named(
    root: int,
    intervals: tuple[int, ...],
    bass: int | None,
    key: Key | None,
    spelling: str | None = None,
    bass_spelling: str | None = None,
) -> Chord:
    """The chord with its symbol in normal form."""
    if not intervals:
        return Chord(root, (), None, NO_CHORD)
    symbol = (spelling or spell(root, key)) + name_quality(intervals)
    if bass is not None:
        symbol += "/" + (bass_spelling or spell(bass, key))
    return Chord(root, intervals, bass, symbol)


def roman(chord: Chord, key: Key) -> str:
    """The chord's Roman reading in ``key``; :func:`parse_chord` reads it back to the same chord.

    >>> roman(parse_chord("D7/F#", Key.parse("G")), Key.parse("C"))
    'V65/V'
    """
    return name_numeral(chord.root, chord.intervals, chord.bass, key) if chord.intervals else NO_CHORD


def parse_progression(text: str, key: Key, beats_per_bar: Fraction | float) -> tuple[tuple[Fraction, str], ...]:
    """Read bars of chords: ``(beats, chord text)`` for each chord, in quarter-note beats.

    Bars stand between ``|``; the chords of a bar share it equally; ``.`` goes on with the chord
    before within the bar, ``%`` alone repeats the bar before. Text without ``|`` is one chord a bar.

    >>> parse_progression("| I | vi . IV | % |", Key.parse("C"), 4)[1:3]
    ((Fraction(8, 3), 'vi'), (Fraction(4, 3), 'IV'))

    Raises:
        ValueError: naming the token, the rule and the offset (from 1) in ``text``.
    """
    bar_beats = Fraction(beats_per_bar).limit_denominator(1024)
    spans: list[tuple[Fraction, str]] = []
    previous: list[tuple[Fraction, str]] = []
    for tokens in _bars(text):
        if any(token == "%" for token, _ in tokens):
            if len(tokens) > 1:
                raise ValueError(f"'%' at offset {tokens[0][1]} of {text!r} must stand alone in its bar")
            if not previous:
                raise ValueError(f"'%' at offset {tokens[0][1]} of {text!r} has no bar before it to repeat")
        else:
            previous = _read_bar(tokens, text, key, bar_beats)
        spans += previous
    if not spans:
        raise ValueError(f"{text!r} holds no chords; write bars like | I | vi | IV | V |")
    return tuple(spans)


def _bars(text: str) -> list[list[tuple[str, int]]]:
    """The tokens of each bar with their offsets from 1; empty bars at the ends are not bars."""
    if "|" not in text:
        return [[(match[0], match.start() + 1)] for match in re.finditer(r"\S+", text)]
    bars: list[list[tuple[str, int]]] = []
    start = 0
    pieces = re.split(r"\|", text)
    for index, piece in enumerate(pieces):
        tokens = [(match[0], start + match.start() + 1) for match in re.finditer(r"\S+", piece)]
        if tokens:
            bars.append(tokens)
        elif 0 < index < len(pieces) - 1:
            raise ValueError(f"the bar at offset {start + 1} of {text!r} is empty; write % to repeat or N.C. for none")
        start += len(piece) + 1
    return bars


def _read_bar(tokens: list[tuple[str, int]], text: str, key: Key, bar_beats: Fraction) -> list[tuple[Fraction, str]]:
    """The chords of one bar, each token an equal share."""
    share = bar_beats / len(tokens)
    spans: list[tuple[Fraction, str]] = []
    for token, offset in tokens:
        if token != ".":
            try:
                parse_chord(token, key)
            except ValueError as error:
                raise ValueError(f"{error} (at offset {offset} of {text!r})") from error
            spans.append((share, token))
        elif spans:
            spans[-1] = (spans[-1][0] + share, spans[-1][1])
        else:
            raise ValueError(f"'.' at offset {offset} of {text!r} opens its bar, so there is no chord to go on with")
    return spans
