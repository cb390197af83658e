"""Where a voice sings: the melody in its range, and second voices that follow melody, chord and scale.

A second voice is found for a whole phrase at once, as the line of least cost (dynamic programming over the notes of
the voice's range): near the interval that is asked for, on chord tones where it counts, no rubs against the melody,
no leaps of its own, and always on its own side of the melody, so that the voices never cross.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from songwright.music.form import ChordSpan
from songwright.music.interval import SCALE_STEPS, parse_harmony
from songwright.music.notes import Notes
from songwright.music.scale import chord_scale, step
from songwright.music.time import TimeMap

_PHRASE_GAP_BEATS = 0.5  # a rest this long ends a phrase: after it the voice may stand elsewhere
_PUSHED_BEATS = 0.5  # a note this close before a change of chord belongs to what comes
_HELD_BEATS = 1.0  # a note this long is heard as harmony
_OUT_OF_SCALE, _OUT_OF_CHORD, _PASSING = 15.0, 10.0, 0.3
_OTHER_OCTAVE, _OTHER_STEP, _UNISON, _OTHER_SIDE = 1.5, 1.2, 2.5, 2.0
_CROSSED = 1000.0
_CLOSE = 3  # semitones between voices that are closer than a third
_RUB = {1: 8.0, 11: 8.0, 2: 3.0, 10: 1.5, 6: 1.0}  # semitones between the voices, octaves taken off → cost when heard
_RUB_IN_PASSING = 0.3  # of that, on short notes off the beat
_LEAP = 0.12  # for each semitone that the voice moves more than the melody does
_PARALLEL = 1.0  # two rubs in a row


def place_in_range(melody: Notes, low: int, high: int, guide: Notes | None = None) -> Notes:
    """The melody moved by the octaves that leave the fewest of its notes outside the singer's range.

    ``guide`` decides on the octaves in the melody's place: another take of a section moves nobody elsewhere.
    """
    guide = melody if guide is None else guide
    if not len(guide):
        return melody
    pitch = guide["pitch"].astype(np.float64)

    def outside(octaves: int) -> float:
        moved = pitch + 12 * octaves
        return float(np.sum(np.maximum(low - moved, 0) + np.maximum(moved - high, 0)))

    placed = melody.copy()
    placed["pitch"] += 12 * min(range(-4, 5), key=lambda octaves: (outside(octaves), abs(octaves), octaves))
    return placed


def harmonise(
    melody: Notes,
    kind: str,
    chords: Sequence[ChordSpan],
    low: int,
    high: int,
    time_map: TimeMap | None = None,
    bounds: Sequence[float] = (),
) -> Notes:
    """A second voice to a melody, note against note.

    Where the interval that is asked for leaves the range, rubs or misses the chord, the line takes another: a fourth or
    a sixth, an octave of it, the unison, or for a whole phrase the other side of the melody. All notes lie in the
    range.

    Args:
        melody: the first voice's notes, in order, as they are sung.
        kind: ``third-below``, ``sixth-above``, ``octave-below`` … (above when it does not say).
        chords: the song's chords: the scale of each moment is the key's, bent by the chord.
        low: lowest note of the voice.
        high: highest note.
        time_map: says which beats are strong; without one, only long notes are held to the chord.
        bounds: beats where a phrase ends in any case: sections, which another take must not reach beyond.
    """
    interval, sign = parse_harmony(kind)
    voice = melody.copy()
    if not len(melody) or not chords:
        return place_in_range(voice, low, high)
    strong = time_map.is_strong(melody["beat"]) if time_map else np.zeros(len(melody), bool)
    ends = melody["beat"] + melody["length"]
    cuts = np.flatnonzero(melody["beat"][1:] - ends[:-1] >= _PHRASE_GAP_BEATS - 1e-6) + 1
    edges = np.searchsorted(melody["beat"], np.asarray(bounds, np.float64) - 1e-6)
    for places in np.split(np.arange(len(melody)), np.union1d(cuts, edges[(edges > 0) & (edges < len(melody))])):
        phrase = _Phrase(melody[places], strong[places], chords, interval, low, high)
        lines = [phrase.line(side, 0.0 if side == sign else _OTHER_SIDE) for side in (sign, -sign)]
        voice["pitch"][places] = min(lines, key=lambda found: found[0])[1]
    return voice


class _Phrase:
    """The notes of one phrase, and what each pitch of the voice's range would cost there."""

    def __init__(
        self, melody: Notes, strong: NDArray[np.bool_], chords: Sequence[ChordSpan], interval: str, low: int, high: int
    ) -> None:
        self._lead = np.rint(melody["pitch"].astype(np.float64)).astype(int)
        self._bend = melody["pitch"].astype(np.float64) - self._lead  # what a lead sings between the keys, both do
        self._pitches = np.arange(low, max(high, low) + 1)
        self._heard = strong | (melody["length"] >= _HELD_BEATS)
        self._spans = [_span_at(chords, float(note["beat"]), float(note["length"])) for note in melody]
        self._steps = SCALE_STEPS[interval]

    def line(self, side: int, extra: float) -> tuple[float, NDArray[np.float64]]:
        """The best line above (1) or below (-1) the melody: its cost and its pitches."""
        costs = np.array([self._costs(place, side) for place in range(len(self._lead))]) + extra
        between = np.abs(self._pitches[None, :] - self._lead[:, None]) % 12
        rubs = np.isin(between, (1, 2, 10, 11))
        moves = np.abs(self._pitches[None, :] - self._pitches[:, None])
        best, came = costs[0], np.zeros(costs.shape, np.int64)
        for place in range(1, len(costs)):
            own = np.maximum(moves - abs(int(self._lead[place] - self._lead[place - 1])), 0)
            change = _LEAP * own + _PARALLEL * (rubs[place - 1][:, None] & rubs[place][None, :])
            ways = best[:, None] + change
            came[place] = ways.argmin(axis=0)
            best = ways.min(axis=0) + costs[place]
        at = int(best.argmin())
        path = [at]
        for place in range(len(costs) - 1, 0, -1):
            path.append(int(came[place, path[-1]]))
        return float(best[at]), self._pitches[path[::-1]] + self._bend

    def _costs(self, place: int, side: int) -> NDArray[np.float64]:
        """Cost of each pitch of the range at one note."""
        lead, span, pitches = int(self._lead[place]), self._spans[place], self._pitches
        scale = chord_scale(span.chord, span.key) if span.chord.intervals else tuple(span.key.pitch_classes)
        tones = span.chord.pitch_classes or scale
        wanted = lead + 12 * side if self._steps == 7 else step(lead, side * self._steps, scale)
        off = np.abs(pitches - wanted)
        same = off % 12 == 0
        cost = np.where(same, _OTHER_OCTAVE * (off // 12), _OTHER_STEP + 0.4 * np.minimum(off, np.abs(off - 12)))
        apart = np.abs(pitches - lead)
        if self._steps not in (0, 7):
            cost = cost + np.where(apart == 0, _UNISON, 0.0)
        rub = np.array([_RUB.get(int(one) % 12, 0.0) for one in apart])
        if self._steps in (0, 7):  # the melody's own notes: they are right wherever the melody is
            cost = cost + np.where(same, 0.0, _OUT_OF_CHORD)
        elif self._heard[place]:
            cost = cost + np.where(np.isin(pitches % 12, tones), 0.0, _OUT_OF_CHORD) + rub
        else:
            cost = cost + np.where(np.isin(pitches % 12, tones), 0.0, _PASSING) + _RUB_IN_PASSING * rub
            cost = cost + np.where(np.isin(pitches % 12, (*scale, *tones)), 0.0, _OUT_OF_SCALE)
        crossed = (pitches - lead) * side < 0
        cost = cost + np.where((apart > 0) & (apart < _CLOSE), 0.5, 0.0)
        return np.asarray(np.where(crossed, _CROSSED, cost), np.float64)


def _span_at(chords: Sequence[ChordSpan], beat: float, length: float) -> ChordSpan:
    """The chord a note belongs to: the one that sounds, or the one that comes when it is pushed over the change."""
    place = next((i for i, span in enumerate(chords) if beat < span.end_beat - 1e-6), len(chords) - 1)
    span = chords[place]
    pushed = span.end_beat - beat <= _PUSHED_BEATS and span.end_beat < beat + length - 0.26
    return chords[place + 1] if pushed and place + 1 < len(chords) else span
