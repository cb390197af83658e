"""The singer heard by what knows nothing of its curves: pitch by WORLD's harvest, onsets by where the voice sets in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyworld
import soxr
from numpy.typing import NDArray

from songwright.arrangement.plan import PlannedLine, PlannedNote, PlannedSyllable
from songwright.singing.phoneme import is_voiceless, is_vowel

_RATE = 24_000
_SETTLED_S = 0.06  # after a note's start: its consonants' transition is over
_SCOOPED_S = 0.13  # after a phrase's start: a scoop has arrived
_LEAVING_S = 0.08  # before the next note: the glide to it begins
_CLOSING_S = 0.02  # before the last of the syllable's sounds that carry a pitch ends
_SONOROUS = frozenset("mnŋlɫɹrwj")  # consonants on which a singer holds a note as on a vowel
_LEAST_FRAMES = 5  # of 5 ms: a steady part shorter than this is none
_REACH_S = 0.15  # how far from its note a vowel's onset is looked for
_SET_IN_DB = -10.0  # of the vowel's level under 1 kHz: there the voice has set in


@dataclass(frozen=True)
class HeardNote:
    """One note of a song: how far off its middle is, in cents; None when it has no steady part that is voiced."""

    text: str
    start_s: float
    pitch: float
    cents: float | None


def pitches(audio: NDArray[np.float64], rate: int, lines: Sequence[PlannedLine]) -> list[HeardNote]:
    """Each note's middle error over its steady part.

    The steady part begins 60 ms after the note (130 ms at a phrase's start, where a singer may scoop). It ends 20 ms
    before the syllable's vowel does, or the sonorous consonants (m n ng l r) that follow it, and at least 80 ms before
    the next note. What WORLD's harvest calls voiced there is measured; with less than 25 ms of it a note counts as not
    measured, and is told as such.
    """
    heard = []
    for line in lines:
        begin = max(int((line.start_s - 0.3) * rate), 0)
        piece = soxr.resample(audio[begin : int((line.end_s + 0.3) * rate)], rate, _RATE)
        f0, times = pyworld.harvest(np.ascontiguousarray(piece), _RATE, f0_floor=80.0, f0_ceil=900.0)
        times = times + begin / rate
        syllables = [syllable for word in line.words for syllable in word.syllables]
        for place, syllable in enumerate(syllables):
            after = syllables[place + 1].notes[:1] if place + 1 < len(syllables) else ()
            tone_end_s = _tone_end(syllables, place)
            for note, following in zip(syllable.notes, [*syllable.notes[1:], *(after or [None])], strict=True):
                heard.append(_heard(syllable, note, following, place == 0, tone_end_s, f0, times))
    return heard


def _tone_end(syllables: Sequence[PlannedSyllable], place: int) -> float:
    """Where the last sound ends that carries the syllable's pitch: its vowel, or sonorous consonants right after.

    The sounds of a syllable that is held on are with the syllable before.
    """
    syllable = syllables[place]
    sounds = [sound for one in syllables[: place + 1] for sound in one.phonemes]
    started = [i for i, sound in enumerate(sounds) if sound.start_s <= syllable.vowel_s + 1e-3]
    if not started:
        return syllable.end_s
    last = started[-1]
    while last + 1 < len(sounds) and sounds[last + 1].phoneme[:1] in _SONOROUS:
        last += 1
    return min(sounds[last].end_s, syllable.end_s)


def _heard(
    syllable: PlannedSyllable,
    note: PlannedNote,
    following: PlannedNote | None,
    first: bool,
    tone_end_s: float,
    f0: NDArray[np.float64],
    times: NDArray[np.float64],
) -> HeardNote:
    begin_s = note.start_s + (_SCOOPED_S if first and note is syllable.notes[0] else _SETTLED_S)
    end_s = min(note.end_s, tone_end_s - _CLOSING_S)
    if following:
        end_s = min(end_s, following.start_s - _LEAVING_S)
    inside = f0[(times >= begin_s) & (times <= end_s)]
    inside = inside[inside > 0]
    cents = None
    if len(inside) >= _LEAST_FRAMES:
        cents = float(np.median(1200 * np.log2(inside / 440.0))) - 100.0 * (note.pitch - 69.0)
    return HeardNote(syllable.text, note.start_s, note.pitch, cents)


def onsets(audio: NDArray[np.float64], rate: int, lines: Sequence[PlannedLine]) -> list[tuple[str, float]]:
    """Seconds by which each vowel sets in after its place (before it: negative), where that can be seen.

    It can be seen where a voiceless consonant or silence stands before the vowel: there the power below 1 kHz
    rises to within 10 dB of the vowel's. The moment is good to about 5 ms. Vowels after voiced consonants are left to
    the aligner, which hears all of them.
    """
    hop = _RATE // 1000
    low = np.convolve(soxr.resample(audio, rate, _RATE), np.ones(hop) / hop, "same") ** 2
    smooth = np.convolve(low, np.ones(5 * hop) / (5 * hop), "same")[::hop]  # a value each ms
    found = []
    for line in lines:
        sounds = [sound for word in line.words for syllable in word.syllables for sound in syllable.phonemes]
        for before, sound in zip([None, *sounds], sounds, strict=False):
            plain = before is None or is_voiceless(before.phoneme) or sound.start_s - before.end_s > 0.1
            if not (is_vowel(sound.phoneme) and plain):
                continue
            at = round(1000 * sound.start_s)
            level = np.median(smooth[at + 30 : max(round(1000 * sound.end_s) - 20, at + 50)])
            begin = at - round(1000 * _REACH_S)
            above = smooth[max(begin, 0) : at + round(1000 * _REACH_S)] > level * 10 ** (_SET_IN_DB / 10)
            rises = np.flatnonzero(np.diff(above.astype(np.int8)) == 1) + 1 + max(begin, 0)
            if len(rises):
                found.append((sound.phoneme, float(rises[np.argmin(np.abs(rises - at))] - at) / 1000.0))
    return found
