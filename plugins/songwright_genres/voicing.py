"""How a comping player voices chords: which tones, in which register, led from the chord before."""

from __future__ import annotations

import functools

import numpy as np

from songwright.interfaces.pattern import PartContext, Role
from songwright.music.chord import Chord
from songwright.music.notes import Notes
from songwright.music.voicing import lead

Voicing = tuple[int, ...]


def tones(chord: Chord, voices: int) -> tuple[int, ...]:
    """The chord's pitch classes that matter most to ``voices`` fingers, when a bass plays the root.

    Triads are played whole; of larger chords the third, seventh and added tones come first and the
    root and fifth give way (rootless voicings).
    """
    third = [i for i in chord.intervals if 2 <= i <= 5]
    colour = [i for i in chord.intervals if i >= 8 and i != 12]
    fifth = [i for i in chord.intervals if 6 <= i <= 8 and i not in colour]
    order = [*third, *colour, 0, *fifth] if len(chord.intervals) > 3 else [*third, 0, *fifth, *colour]
    return tuple(dict.fromkeys((chord.root + interval) % 12 for interval in order))[:voices]


@functools.lru_cache(4096)
def voice(previous: Voicing, chord: Chord, low: int, high: int, voices: int) -> Voicing:
    """The chord near the notes before it, inside ``low`` to ``high``; empty where there is no chord."""
    if not chord.intervals:
        return ()
    wanted = tones(chord, voices)
    needed = 12 * -(-voices // len(wanted)) - 1  # semitones in which every tone is found often enough
    return lead(previous, wanted, low, max(high, low + needed), voices, maximum_gap=9, minimum_gap=2)


def ladder(chord: Chord, low: int, high: int) -> Voicing:
    """Every tone of the chord from ``low`` to ``high``, ascending."""
    return tuple(pitch for pitch in range(low, high + 1) if pitch % 12 in chord.pitch_classes)


def last_voicing(before: Notes) -> Voicing:
    """The last notes struck together, to lead on from."""
    if len(before) == 0:
        return ()
    last = before["beat"] >= before["beat"][-1] - 0.05
    return tuple(sorted({round(float(pitch)) for pitch in before["pitch"][last]}))


def register(context: PartContext, low: int, high: int, span: int = 15) -> tuple[int, int]:
    """A register of the instrument for comping: below the melody where there is one, ``span`` semitones wide."""
    bottom, top = max(low, context.midi_range[0]), min(high, context.midi_range[1])
    if top - bottom < 12:  # the instrument lies elsewhere: play in its middle
        middle = (context.midi_range[0] + context.midi_range[1]) // 2
        bottom, top = max(context.midi_range[0], middle - 9), min(context.midi_range[1], middle + 9)
    melody = context.heard.get(Role.MELODY)
    if melody is not None and len(melody):
        ceiling = round(float(np.interp(0.3, np.linspace(0.0, 1.0, len(melody)), np.sort(melody["pitch"]))))
        top = min(top, max(ceiling, bottom + 12))
    return max(bottom, top - span), top


def gaps(melody: Notes | None, start: float, end: float, least: float) -> list[tuple[float, float]]:
    """Where the melody is silent for at least ``least`` beats between ``start`` and ``end``."""
    if melody is None or len(melody) == 0:
        return [(start, end)]
    silent: list[tuple[float, float]] = []
    at = start
    for beat, length in zip(melody["beat"].tolist(), melody["length"].tolist(), strict=True):
        if beat >= end:
            break
        if beat - at >= least and beat > start:
            silent.append((at, beat))
        at = max(at, beat + length)
    if end - at >= least:
        silent.append((at, end))
    return silent
