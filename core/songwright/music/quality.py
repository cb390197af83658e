"""Chord qualities: what stands after a root (``m7b5``, ``7#9``, ``add9``), to intervals and back.

Intervals are semitones above the root, ascending. Ninths, elevenths and thirteenths lie above the
octave (14, 17, 21), which keeps ``add2`` and ``add9`` apart and tells every tone's degree; the only
double meaning is 9: the sixth, or the diminished seventh over a diminished triad.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Intervals = tuple[int, ...]

#: Normal form of a quality → its intervals.
QUALITIES: dict[str, Intervals] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "mMaj7": (0, 3, 7, 11),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "7#5": (0, 4, 8, 10),
    "maj7#5": (0, 4, 8, 11),
    "7b5": (0, 4, 6, 10),
    "7sus4": (0, 5, 7, 10),
    "7sus2": (0, 2, 7, 10),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "6/9": (0, 4, 7, 9, 14),
    "m6/9": (0, 3, 7, 9, 14),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "mMaj9": (0, 3, 7, 11, 14),
    "9sus4": (0, 5, 7, 10, 14),
    "11": (0, 4, 7, 10, 14, 17),
    "maj11": (0, 4, 7, 11, 14, 17),
    "m11": (0, 3, 7, 10, 14, 17),
    "13": (0, 4, 7, 10, 14, 21),
    "maj13": (0, 4, 7, 11, 14, 21),
    "m13": (0, 3, 7, 10, 14, 17, 21),
    "13sus4": (0, 5, 7, 10, 14, 21),
}

# fmt: off
#: Quality → Harte's shorthand (Harte et al. 2005, with the later additions that mir_eval reads).
_HARTE = {
    "": "maj", "m": "min", "dim": "dim", "aug": "aug", "sus4": "sus4", "sus2": "sus2", "5": "5",
    "6": "maj6", "m6": "min6", "7": "7", "maj7": "maj7", "m7": "min7", "mMaj7": "minmaj7",
    "dim7": "dim7", "m7b5": "hdim7", "9": "9", "maj9": "maj9", "m9": "min9",
}
#: Interval → its name as a degree of a major scale on the root, for Harte and for additions.
DEGREES = {
    0: "1", 1: "b2", 2: "2", 3: "b3", 4: "3", 5: "4", 6: "b5", 7: "5", 8: "#5", 9: "6", 10: "b7", 11: "7",
    13: "b9", 14: "9", 15: "#9", 16: "b11", 17: "11", 18: "#11", 20: "b13", 21: "13",
}
# fmt: on
_NATURAL = {2: 2, 4: 5, 5: 7, 6: 9, 9: 14, 11: 17, 13: 21}
_THIRDS, _FIFTHS, _SEVENTHS = {2, 3, 4, 5}, {6, 7, 8}, {10, 11}

#: How a quality may begin; the first match counts, none is a major triad.
_TRIADS = (
    (re.compile(r"ø7?|hdim7?"), (0, 3, 6, 10)),
    (re.compile(r"(?:dim|°|o)7"), (0, 3, 6, 9)),
    (re.compile(r"dim|°|o(?!mit)"), (0, 3, 6)),
    (re.compile(r"aug|\+(?!\d)|\+(?=[79])"), (0, 4, 8)),
    (re.compile(r"min|mi|m(?!aj|a\d|a$)|-"), (0, 3, 7)),
    (re.compile(r"5"), (0, 7)),
)
#: What may follow, in any order and number.
_TOKEN = re.compile(
    r"(?:maj|Maj|ma|M)(?P<major>13|11|9|7|)"
    r"|(?P<triangle>Δ|\^)7?"
    r"|sus(?P<sus>[24]?)"
    r"|add(?P<seventh>maj7|M7)"
    r"|add(?P<shift_added>b|\#|)(?P<added>13|11|9|6|5|4|2)"
    r"|(?:no|omit)(?P<omitted>[35])"
    r"|(?P<alt>alt)"
    r"|(?P<shift>[#+](?=5|9|11)|[b-](?=5|9|13))(?P<altered>13|11|9|5)"
    r"|(?P<sixth>6/?9|6)"
    r"|(?P<figure>13|11|9|7)"
)
_ADDABLE = ("2", "4", "#4", "5", "b5", "#5", "6", "b6", "9", "b9", "#9", "11", "#11", "13", "b13")


def parse_quality(text: str, minor: bool = False) -> Intervals:
    """The intervals of a quality. ``minor`` presets a minor third, as a lower-case numeral does.

    >>> parse_quality("m7b5"), parse_quality("7#9"), parse_quality("maj7", minor=True)
    ((0, 3, 6, 10), (0, 4, 7, 10, 15), (0, 3, 7, 11))
    """
    rest = re.sub(r"[(),\s]", "", text)
    tones = {0, 3 if minor else 4, 7}
    for pattern, triad in _TRIADS:
        if begin := pattern.match(rest):
            tones, rest = set(triad), rest[begin.end() :]
            break
    while rest:
        token = _TOKEN.match(rest)
        if not token or not _apply(token, tones):
            raise ValueError(f"{rest!r} in the chord quality {text!r} is unknown")
        rest = rest[token.end() :]
    return tuple(sorted(tones))


def _apply(token: re.Match[str], tones: set[int]) -> bool:
    """Let one token change the set of tones; False when it makes no sense."""
    part = {name: text for name, text in token.groupdict().items() if text is not None}
    if figure := part.get("major"):
        tones.add(11)
        _extend(tones, int(figure))
    elif "triangle" in part or "seventh" in part:
        tones.add(11)
    elif figure := part.get("figure"):
        if not tones & _SEVENTHS:
            tones.add(10)
        _extend(tones, int(figure))
    elif "sus" in part:
        tones -= {3, 4}
        tones.add(2 if part["sus"] == "2" else 5)
    elif "sixth" in part:
        tones.update({9, 14} if part["sixth"].endswith("9") else {9})
    elif "added" in part:
        if part["shift_added"] + part["added"] not in _ADDABLE:
            return False
        tones.add(_NATURAL[int(part["added"])] + _SHIFTS[part["shift_added"]])
    elif "omitted" in part:
        tones -= {3, 4} if part["omitted"] == "3" else _FIFTHS
    elif "alt" in part:
        tones.discard(7)
        tones.update({8, 10, 13, 15})
    elif "altered" in part:
        natural = _NATURAL[int(part["altered"])]
        tones.discard(natural)
        tones.add(natural + _SHIFTS[part["shift"]])
    return True


_SHIFTS = {"": 0, "#": 1, "+": 1, "b": -1, "-": -1}


def _extend(tones: set[int], figure: int) -> None:
    """Stack up to ``figure``; over a major third the thirteenth leaves the eleventh out, as players do."""
    if figure >= 9:
        tones.add(14)
    if figure == 11 or (figure == 13 and 3 in tones):
        tones.add(17)
    if figure == 13:
        tones.add(21)


def name_quality(intervals: Iterable[int]) -> str:
    """The normal form of a quality: what :func:`parse_quality` reads back to the same intervals.

    >>> name_quality((0, 3, 6, 10)), name_quality((0, 4, 7, 10, 15)), name_quality((0, 4, 10))
    ('m7b5', '7#9', '7no5')
    """
    tones = set(intervals)
    if tones == {0, 7}:
        return "5"
    base, added, omitted = _analyse(tones)
    altered = {13: 14, 15: 14, 18: 17, 20: 21} if set(QUALITIES[base]) & _SEVENTHS else {}
    words = []
    for tone in added:
        if tone in altered and altered[tone] not in tones:
            words.append(DEGREES[tone])
        else:
            words.append("addmaj7" if tone == 11 else "add" + DEGREES[tone])
    text = base + "".join(words) + omitted
    return f"({text})" if text[:1] in ("b", "#") else text


def _analyse(tones: set[int]) -> tuple[str, list[int], str]:
    """The largest named quality inside ``tones``, the tones added to it, and what it lacks or alters."""
    omitted = ""
    if not tones & _FIFTHS:
        tones, omitted = tones | {7}, "no5"
    if not tones & _THIRDS:
        tones, omitted = tones | {4}, "no3" + omitted
    suspended = {name for name in QUALITIES if "sus" in name and tones & {3, 4}}  # a third that sounds is not suspended
    base = _largest(tones, QUALITIES.keys() - {"5"} - suspended)
    if base is not None:
        return base, sorted(tones - set(QUALITIES[base])), omitted
    fifth = min(tones & _FIFTHS)
    base, added, rest = _analyse((tones - {fifth}) | {7})
    return base, added, ("b5" if fifth == 6 else "#5") + rest + omitted


def _largest(tones: set[int], names: Iterable[str]) -> str | None:
    """The name with the most tones inside ``tones``; sevenths before sixths, then the table's order."""
    fitting = [name for name, named in QUALITIES.items() if name in names and set(named) <= tones]
    return max(fitting, key=lambda name: (len(QUALITIES[name]), bool(set(QUALITIES[name]) & _SEVENTHS)), default=None)


def harte_quality(intervals: Iterable[int]) -> str:
    """The quality in Harte's syntax: ``min7``, ``7(#9)``, ``maj(9)``, ``(1,3,b5)``."""
    tones = set(intervals)
    base = _largest(tones, _HARTE)
    if base is None or (base == "5" and tones != {0, 7}):
        return "(" + ",".join(DEGREES[tone] for tone in sorted(tones)) + ")"
    extra = sorted(tones - set(QUALITIES[base]))
    return _HARTE[base] + (f"({','.join(DEGREES[tone] for tone in extra)})" if extra else "")
