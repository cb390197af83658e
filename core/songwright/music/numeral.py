"""Numerals: Roman (``bVI``, ``V7/V``, ``viiø65``) and Nashville (``6-``, ``5/7``) to tones, and tones to Roman.

The case of a Roman numeral is its third. A plain 7 (and 65, 43, 42) is the minor seventh on a major or
minor triad and the diminished one on ``°``; a major seventh is always written (``Imaj7``).

In minor keys III, VI and VII (upper case) stand on the natural minor's degrees, while lower-case vi and
vii (``vii°7``) stand on the raised ones and V is as major as it is written: the harmonic reading. A
flat before a numeral counts from the major scale in any key, so ``bVII`` in A minor is G, as every
songbook means it; a sharp counts from the natural minor in minor keys and from major in others (from the
mode's own degree where that is lower).

After a slash a numeral is a secondary key (``V/V``), an Arabic digit a bass note on that degree (``VII/2``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from songwright.music.pitch import Key, spell
from songwright.music.quality import Intervals, name_quality, parse_quality
from songwright.music.scale import MODES

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
_NUMERAL = r"(?P<accidental>b{0,2}|#{0,2})(?P<numeral>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(?![ivIV])"
_ROMAN = re.compile(_NUMERAL + r"(?P<rest>.*)")
_NASHVILLE = re.compile(r"(?P<accidental>b{0,2}|#{0,2})(?P<numeral>[1-7])(?P<rest>.*)")
_FIGURED = re.compile(r"(?P<mark>°|o|dim|ø|hdim|\+|aug|maj|M|)(?P<figure>6/?4|6/?5|4/?3|4/?2|63|53|6|2)(?=/|$)")
_BASS = re.compile(r"(b{0,2}|#{0,2})([1-7])")
# fmt: off
#: Figure → (whether it has a seventh, which chord tone is in the bass).
_FIGURES = {
    "53": (False, 0), "6": (False, 1), "63": (False, 1), "64": (False, 2),
    "65": (True, 1), "43": (True, 2), "42": (True, 3), "2": (True, 3),
}
# fmt: on
_INVERSIONS = {3: ("", "6", "64"), 4: ("7", "65", "43", "42")}
# fmt: off
#: Qualities that take inversion figures, and what stands between numeral and figure.
_MARKS = {
    "": "", "m": "", "dim": "°", "aug": "+", "7": "", "m7": "", "maj7": "maj", "mMaj7": "maj",
    "dim7": "°", "m7b5": "ø", "7#5": "+",
}
# fmt: on


@dataclass(frozen=True)
class Tones:
    """A chord without a name yet: ``spelling`` is its root's."""

    root: int
    intervals: Intervals
    bass: int | None
    spelling: str


def is_numeral(text: str) -> bool:
    """Whether the text begins as a Roman or Nashville numeral does."""
    return bool(_ROMAN.fullmatch(text) or _NASHVILLE.fullmatch(text))


def read_numeral(text: str, key: Key) -> Tones:
    """The tones of a numeral in ``key``. Raises ValueError with the part that is wrong."""
    roman = _ROMAN.fullmatch(text)
    match = roman or _NASHVILLE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a numeral")
    lower = match["numeral"].islower()
    rest = match["rest"].replace("6/9", "69")
    figure = ""
    if roman and (figured := _FIGURED.match(rest)):
        figure, rest = figured["figure"].replace("/", ""), figured["mark"] + rest[figured.end() :]
    quality, *slashes = rest.split("/")
    home, bass = _read_slashes(slashes, key)
    degree = _NUMERALS.index(match["numeral"].upper()) if roman else int(match["numeral"]) - 1
    root = (home.tonic + _degree(degree, match["accidental"], home, lower)) % 12
    seventh, inversion = _FIGURES.get(figure, (False, 0))
    intervals = parse_quality(quality + ("7" if seventh else ""), minor=lower)
    if inversion:
        if bass is not None:
            raise ValueError(f"{text!r} has both the figure {figure!r} and a bass degree")
        bass = (root + intervals[inversion]) % 12
    return Tones(root, intervals, None if bass == root else bass, spell(root, home))


def _read_slashes(slashes: list[str], key: Key) -> tuple[Key, int | None]:
    """What follows the slashes: the secondary key, and a bass note on a degree of ``key``."""
    bass = None
    if slashes and (digit := _BASS.fullmatch(slashes[-1])):
        bass = (key.tonic + _degree(int(digit[2]) - 1, digit[1], key)) % 12
        slashes = slashes[:-1]
    home = key
    for part in reversed(slashes):
        match = _ROMAN.fullmatch(part)
        if not match or match["rest"] not in ("", "°", "o", "ø", "+"):
            raise ValueError(f"{part!r} after '/' is neither a degree (1 to 7) nor a numeral")
        lower = match["numeral"].islower()
        root = home.tonic + _degree(_NUMERALS.index(match["numeral"].upper()), match["accidental"], home, lower)
        home = Key(root % 12, "minor" if lower else "major", spell(root % 12, home))
    return home, bass


def _degree(degree: int, accidental: str, key: Key, lower: bool = False) -> int:
    """Semitones above the tonic of a degree (from 0) with its accidental, by the rules at the top."""
    if "b" in accidental:
        return MODES["major"][degree] - len(accidental)
    if "#" in accidental:
        parallel = MODES["minor" if key.minor else "major"][degree]
        return min(parallel, key.scale[degree]) + len(accidental)
    if key.mode in ("minor", "harmonic minor", "melodic minor"):
        return MODES["major" if lower and degree >= 5 else "minor"][degree]
    return key.scale[degree]


def name_numeral(root: int, intervals: Intervals, bass: int | None, key: Key) -> str:
    """The Roman reading of a chord in ``key``; chromatic dominants are read as secondary ones."""
    lower = 3 in intervals and 4 not in intervals
    quality = name_quality(intervals)
    home, target = _secondary(root, quality, key)
    accidental, degree = _name_degree(root, home, lower)
    numeral = _NUMERALS[degree].lower() if lower else _NUMERALS[degree]
    mark, figure, slash_bass = _inversion(root, intervals, bass, quality)
    if mark is None:
        mark = _roman_quality(quality)
    text = accidental + numeral + mark + figure + target
    if slash_bass is not None:
        bass_accidental, bass_degree = _name_degree(slash_bass, key, False)
        text += f"/{bass_accidental}{bass_degree + 1}"
    return text


def _inversion(root: int, intervals: Intervals, bass: int | None, quality: str) -> tuple[str | None, str, int | None]:
    """The mark and figure of a plain triad or seventh chord; else the bass that a slash must name."""
    if quality not in _MARKS:
        return None, "", bass
    places = [(root + interval) % 12 for interval in intervals]
    place = 0 if bass is None else (places.index(bass) if bass in places else 0)
    left = bass if place == 0 and bass is not None else None
    return _MARKS[quality], _INVERSIONS[len(intervals)][place], left


def _roman_quality(quality: str) -> str:
    """A quality as it stands after a numeral, whose case has told the third."""
    text = quality.removeprefix("m") if re.match(r"m(?!aj)", quality) else quality
    text = re.sub(r"^6/9", "69", text)
    return re.sub(r"^6(?!9)", "add6", re.sub(r"^dim", "°", text))


def _name_degree(pitch_class: int, key: Key, lower: bool) -> tuple[str, int]:
    """Accidental and degree (from 0) of a pitch class, the plainest first."""
    above = (pitch_class - key.tonic) % 12
    plain = [("", degree) for degree in range(7)]
    usual = [("b", 1), ("b", 2), ("#", 3), ("b", 5), ("b", 6), ("#", 2), ("#", 5), ("#", 6)]
    rare = [(sign, degree) for sign in ("b", "#") for degree in range(7)]
    for accidental, degree in plain + usual + rare:
        if _degree(degree, accidental, key, lower) % 12 == above:
            return accidental, degree
    raise AssertionError("every pitch class is a degree with at most one accidental")


def _secondary(root: int, quality: str, key: Key) -> tuple[Key, str]:
    """The key in which a chromatic dominant or leading-tone chord is at home, and ``/x`` for it."""
    if quality in ("", "7", "9") and root in key.pitch_classes and (root + 4) % 12 not in key.pitch_classes:
        goal, excluded = (root + 5) % 12, {0, 5}
        if (root - key.tonic) % 12 in excluded or (key.minor and (root - key.tonic) % 12 == 7):
            return key, ""
    elif quality in ("dim", "dim7", "m7b5") and root not in key.pitch_classes:
        goal = (root + 1) % 12
        if goal == key.tonic:
            return key, ""
    else:
        return key, ""
    third = (goal + 4) % 12 not in key.pitch_classes
    fifth_fits = (goal + 7) % 12 in key.pitch_classes
    if goal not in key.pitch_classes or not fifth_fits or goal == key.tonic:
        return key, ""
    dominant = (goal - key.tonic) % 12 == 7  # V is meant, also where the minor scale has v
    lower = not dominant and third and (goal + 3) % 12 in key.pitch_classes
    accidental, degree = _name_degree(goal, key, lower)
    if accidental:
        return key, ""
    name = _NUMERALS[degree].lower() if lower else _NUMERALS[degree]
    return Key(goal, "minor" if lower else "major", spell(goal, key)), f"/{name}"
