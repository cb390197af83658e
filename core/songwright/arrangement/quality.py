"""What can be measured on a song before it sounds: harmony, melody, rhythm, form.

Pure functions of an :class:`Arrangement`; :func:`measure` gives them all by name, as ``report.json`` prints them.
What a song lacks (a melody, drums) is left out of the result instead of being guessed.

The expected values are those of real corpora (CoCoPops Billboard, POP909, McGill Billboard 2.0, Groove MIDI):
chord tones on 66 to 76 % of strong beats in sung pop and 90 % and more in bass and comping, changes on beat 1 and 3
in 72 and 21 %, repeats / steps / thirds / wider intervals near 31 / 43 / 18 / 8 %, a third of phrases on the tonic.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.model import Arrangement, Part
from songwright.interfaces.pattern import Role
from songwright.music.form import ChordSpan, Section
from songwright.music.notes import Notes, between
from songwright.music.scale import chord_scale

Grid = frozenset[tuple[int, int]]  # (sixteenth of the bar, drum)

_REST = 0.75  # beats of silence that end a phrase (CoCoPops)
_LEAP = 5  # semitones from which an interval is a leap
_TOGETHER = 0.03  # beats within which notes are one chord
_PITCHED = (Role.BASS, Role.MELODY, Role.COMP, Role.PAD, Role.ARP, Role.COLOUR)


def measure(arrangement: Arrangement) -> dict[str, float]:
    """Every measure that the song has the notes for, by name."""
    measures: Mapping[str, Callable[[Arrangement], Mapping[str, float]]] = {
        "harmony": harmony,
        "chords": harmonic_rhythm,
        "melody": melody,
        "leading": voice_leading,
        "rhythm": rhythm,
        "form": form,
        "energy": energy_arc,
    }
    found: dict[str, float] = {}
    for take in measures.values():
        found |= {name: round(float(value), 4) for name, value in take(arrangement).items()}
    return found


def harmony(arrangement: Arrangement) -> dict[str, float]:
    """Chord tones, resolved tones and scale tones, as shares of sounding time; strong beats by role."""
    book = _Book.of(arrangement.chords)
    coherent = inside = total = 0.0
    strong: dict[str, list[NDArray[np.bool_]]] = {}
    for part in arrangement.parts.values():
        if part.role not in _PITCHED or not len(part.notes) or not arrangement.chords:
            continue
        beats, lengths = part.notes["beat"], part.notes["length"]
        pitch_classes = np.rint(part.notes["pitch"]).astype(int) % 12
        at = book.index(beats)
        counted = book.sounds[at]
        tone = book.tones[at, pitch_classes]
        known = tone | book.tones[book.index(beats + lengths - 1e-3), pitch_classes] | _resolved(part.notes)
        total += float(lengths[counted].sum())
        inside += float((lengths * book.scales[at, pitch_classes])[counted].sum())
        coherent += float((lengths * known)[counted].sum())
        strong.setdefault(part.role, []).append(tone[counted & arrangement.time_map.is_strong(beats)])
    if not total:
        return {}
    joined = {role: np.concatenate(tones) for role, tones in strong.items()}
    shares = {f"{role}_strong_chord_tones": float(tones.mean()) for role, tones in joined.items() if len(tones)}
    return {"harmonic_coherence": coherent / total, "scale_consistency": inside / total, **shares}


def harmonic_rhythm(arrangement: Arrangement) -> dict[str, float]:
    """Where chords change: shares on beats 1 and 3 of bars of four quarters, and changes a bar."""
    changes = [after for before, after in itertools.pairwise(arrangement.chords) if after.chord != before.chord]
    places = []
    for span in changes:
        bar, beat = arrangement.time_map.position(span.start_beat)
        if arrangement.time_map.meter(bar).beats == 4.0:
            places.append(beat)
    if not places:
        return {}
    bars = sum(section.bars for section in arrangement.sections)
    at = np.array(places)
    return {
        "changes_on_1": float(np.mean(np.abs(at - 1) < 0.01)),
        "changes_on_3": float(np.mean(np.abs(at - 3) < 0.01)),
        "changes_per_bar": len(places) / bars,
    }


def melody(arrangement: Arrangement) -> dict[str, float]:
    """Intervals inside phrases, leaps that recover, phrase ends, compass."""
    part = _first(arrangement, Role.MELODY)
    if part is None or len(part.notes) < 8:
        return {}
    jumps: list[int] = []
    recovered: list[bool] = []
    ends: list[int] = []
    for phrase in phrases(part.notes):
        pitches = np.rint(phrase["pitch"]).astype(int)
        steps = np.diff(pitches)
        jumps += steps.tolist()
        recovered += [
            bool(np.sign(back) == -np.sign(leap) or back == 0)
            for leap, back in itertools.pairwise(steps.tolist())
            if abs(leap) >= _LEAP
        ]
        key = _section_at(arrangement.sections, float(phrase["beat"][-1])).key
        ends.append(int(pitches[-1] - key.tonic) % 12)
    if not jumps:
        return {}
    size = np.abs(np.array(jumps))
    compass = part.notes["pitch"].max() - part.notes["pitch"].min()
    found = {
        "melody_repeats": float(np.mean(size == 0)),
        "melody_steps": float(np.mean((size > 0) & (size <= 2))),
        "melody_thirds": float(np.mean((size > 2) & (size <= 4))),
        "melody_wider": float(np.mean(size > 4)),
        "melody_compass": float(compass),
        "phrases_end_on_tonic": float(np.mean(np.array(ends) == 0)),
        "phrases_end_on_fifth": float(np.mean(np.array(ends) == 7)),
    }
    return found | ({"leaps_recover": float(np.mean(recovered))} if recovered else {})


def voice_leading(arrangement: Arrangement) -> dict[str, float]:
    """Mean motion in semitones of a voice from chord to chord, over comping and pads."""
    moves: list[int] = []
    for part in arrangement.parts.values():
        if part.role not in (Role.COMP, Role.PAD):
            continue
        for section in arrangement.sections:
            struck = _chords_struck(between(part.notes, section.start_beat - 0.01, section.end_beat - 0.01))
            for before, after in itertools.pairwise(struck):
                if len(before) == len(after) and before != after:
                    moves += [abs(a - b) for a, b in zip(before, after, strict=True)]
    return {"voice_leading": float(np.mean(moves))} if moves else {}


def rhythm(arrangement: Arrangement) -> dict[str, float]:
    """How near bars of drums are to their section's groove, and how often one is repeated in a row."""
    part = _first(arrangement, Role.DRUMS)
    if part is None or not len(part.notes):
        return {}
    likeness: list[float] = []
    longest = run = 1
    before: Grid | None = None
    for section in arrangement.sections:
        grids = [drum_grid(arrangement, part.notes, section.bar + index) for index in range(section.bars)]
        played = [grid for grid in grids if grid]
        common = {hit for hit in set().union(*played) if 2 * sum(hit in grid for grid in played) >= len(played)}
        likeness += [2 * len(grid & common) / (len(grid) + len(common)) for grid in played if len(played) > 1]
        for grid in grids:
            run = run + 1 if grid and grid == before else 1
            longest, before = max(longest, run), grid
    found = {"longest_drum_repeat": float(longest)}
    return found | ({"rhythmic_consistency": float(np.mean(likeness))} if likeness else {})


def form(arrangement: Arrangement) -> dict[str, float]:
    """When the first chorus comes, and how like each other sections of one and of two materials are."""
    found: dict[str, float] = {}
    chorus = next((section for section in arrangement.sections if section.use == "chorus"), None)
    if chorus is not None:
        found["first_chorus_bar"] = float(chorus.bar)
        found["first_chorus_s"] = float(arrangement.time_map.seconds(chorus.start_beat))
    profiles = [_profile(arrangement, section) for section in arrangement.sections]
    same: list[float] = []
    other: list[float] = []
    for (one, profile), (two, another) in itertools.combinations(zip(arrangement.sections, profiles, strict=True), 2):
        norm = float(np.linalg.norm(profile) * np.linalg.norm(another))
        if norm > 0:
            (same if one.use == two.use else other).append(float(profile @ another) / norm)
    if same and other:
        found["section_contrast"] = float(np.mean(same)) / max(float(np.mean(other)), 1e-9)
    return found


def energy_arc(arrangement: Arrangement) -> dict[str, float]:
    """Rank correlation of the sections' energies with how much is played, velocity counted."""
    if len(arrangement.sections) < 3:
        return {}
    energies = [section.energy for section in arrangement.sections]
    played = [_force(arrangement, section) for section in arrangement.sections]
    if len(set(energies)) < 2 or len(set(played)) < 2:
        return {}
    return {"energy_correlation": float(np.corrcoef(_ranks(energies), _ranks(played))[0, 1])}


def chord_at(chords: Sequence[ChordSpan], beat: float) -> ChordSpan | None:
    """The chord that sounds at ``beat``."""
    return next((span for span in chords if span.start_beat - 1e-6 <= beat < span.end_beat - 1e-6), None)


def phrases(notes: Notes) -> list[Notes]:
    """A line cut where it rests for three quarters of a beat or more."""
    ends = notes["beat"] + notes["length"]
    gaps = notes["beat"][1:] - ends[:-1]
    cuts = np.flatnonzero(gaps >= _REST - 0.05) + 1
    return [phrase for phrase in np.split(notes, cuts) if len(phrase)]


def drum_grid(arrangement: Arrangement, notes: Notes, bar: int) -> Grid:
    """Which drum is struck on which sixteenth of the bar."""
    start = arrangement.time_map.bar_start(bar)
    inside = between(notes, start - 0.1, start + arrangement.time_map.meter(bar).beats - 0.1)
    steps = np.rint((inside["beat"] - start) * 4).astype(int).tolist()
    return frozenset(zip(steps, np.rint(inside["pitch"]).astype(int).tolist(), strict=True))


@dataclass(frozen=True)
class _Book:
    """The chords as tables: for each span its start, which of twelve pitch classes are its tones and its scale's."""

    starts: NDArray[np.float64]
    tones: NDArray[np.bool_]
    scales: NDArray[np.bool_]
    sounds: NDArray[np.bool_]  # False where there is no chord (N.C.)

    @classmethod
    def of(cls, chords: Sequence[ChordSpan]) -> _Book:
        tones, scales = np.zeros((len(chords), 12), bool), np.zeros((len(chords), 12), bool)
        for place, span in enumerate(chords):
            tones[place, [*span.chord.pitch_classes, span.chord.bass_or_root]] = True
            scales[place, list(chord_scale(span.chord, span.key))] = True
        starts = np.array([span.start_beat for span in chords], np.float64)
        return cls(starts, tones, scales, np.array([bool(span.chord.intervals) for span in chords], bool))

    def index(self, beats: NDArray[np.float64]) -> NDArray[np.int64]:
        """The span that sounds at each beat."""
        return np.maximum(np.searchsorted(self.starts, beats + 1e-6, side="right") - 1, 0)


def _resolved(notes: Notes) -> NDArray[np.bool_]:
    """Whether a note moves on by step or stays, within a beat: passing, neighbour, suspension, appoggiatura."""
    on = np.zeros(len(notes), bool)
    waits = notes["beat"][1:] - (notes["beat"] + notes["length"])[:-1]
    on[:-1] = (np.abs(np.diff(notes["pitch"])) <= 2.0) & (waits <= 1.0)
    return on


def _section_at(sections: Sequence[Section], beat: float) -> Section:
    return next((one for one in sections if beat < one.end_beat - 1e-6), sections[-1])


def _first(arrangement: Arrangement, role: Role) -> Part | None:
    return next((part for part in arrangement.parts.values() if part.role == role), None)


def _chords_struck(notes: Notes) -> list[tuple[int, ...]]:
    """Notes that start together, ascending; lone notes are left out."""
    groups = np.split(notes, np.flatnonzero(np.diff(notes["beat"]) > _TOGETHER) + 1)
    return [tuple(sorted({round(float(pitch)) for pitch in group["pitch"]})) for group in groups if len(group) > 1]


def _profile(arrangement: Arrangement, section: Section) -> NDArray[np.float64]:
    """What a section is made of: who plays how much on which sixteenth and which degree, a bar."""
    rows = []
    for part in arrangement.parts.values():
        notes = between(part.notes, section.start_beat - 0.01, section.end_beat - 0.01)
        steps = np.rint((notes["beat"] - section.start_beat) * 4).astype(int) % 16
        degrees = (np.rint(notes["pitch"]).astype(int) - section.key.tonic) % 12
        rows += [np.bincount(steps, minlength=16), np.bincount(degrees, minlength=12)]
    return np.concatenate(rows).astype(np.float64) / max(section.bars, 1) if rows else np.zeros(1)


def _force(arrangement: Arrangement, section: Section) -> float:
    """Velocity struck a bar, over all parts."""
    inside = section.start_beat - 0.01, section.end_beat - 0.01
    struck = sum(float(between(part.notes, *inside)["velocity"].sum()) for part in arrangement.parts.values())
    return struck / max(section.bars, 1)


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Ranks from 0; equal values share their mean."""
    at = np.array(values)
    return np.array([(np.sum(at < value) + np.sum(at <= value) - 1) / 2 for value in at])
