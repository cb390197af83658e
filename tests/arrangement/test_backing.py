"""Second voices: in range, on their own side of the melody, consonant where it counts, for any melody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songwright.arrangement.arrange import arrange
from songwright.arrangement.backing import harmonise
from songwright.music.chord import parse_chord
from songwright.music.form import ChordSpan
from songwright.music.notes import Notes, notes
from songwright.music.pitch import Key
from songwright.music.time import TimeMap
from songwright.plugins import installed_plugins
from songwright.presets import preset_names, preset_path
from songwright.project.load import load

KEY = Key.parse("G major")
CHORDS = tuple(
    ChordSpan(4.0 * place, 4.0 * place + 4.0, parse_chord(text, KEY), text, KEY)
    for place, text in enumerate(["I", "vi", "IV", "V7", "ii", "V", "I", "I"] * 3)
)
KINDS = ["third-below", "third-above", "sixth-below", "sixth-above", "fourth-below", "fifth-above", "octave-below"]
#: A melody of eight bars: steps of the scale up or down, an eighth to a half note each, sometimes a rest.
moves = st.lists(
    st.tuples(st.integers(-4, 4), st.sampled_from([0.5, 1.0, 1.0, 2.0]), st.booleans()), min_size=1, max_size=24
)


def melody_of(steps: list[tuple[int, float, bool]], low: int = 55, high: int = 72) -> Notes:
    scale = [pitch for pitch in range(low, high + 1) if pitch % 12 in KEY.pitch_classes]
    rows, beat, degree = [], 0.0, len(scale) // 2
    for move, length, rests in steps:
        degree = min(max(degree + move, 0), len(scale) - 1)
        rows.append((beat, 0.96 * length, scale[degree], 0.8))
        beat += length + (1.0 if rests else 0.0)
    return notes(rows)


@settings(deadline=None)
@given(moves, st.sampled_from(KINDS), st.sampled_from([(55, 69), (48, 64), (60, 76), (57, 64)]))
def test_a_second_voice_stays_in_its_range_and_on_its_side(steps, kind, compass):
    melody = melody_of(steps)
    voice = harmonise(melody, kind, CHORDS, *compass, TimeMap.constant(100.0))
    assert compass[0] <= voice["pitch"].min() <= voice["pitch"].max() <= compass[1]
    ends = melody["beat"] + melody["length"]
    cuts = np.flatnonzero(melody["beat"][1:] - ends[:-1] >= 0.5) + 1
    for own, lead in zip(np.split(voice["pitch"], cuts), np.split(melody["pitch"], cuts), strict=True):
        reachable = [np.all(lead >= compass[0]), np.all(lead <= compass[1])]  # below it, above it
        if any(reachable):
            assert np.all(own <= lead) or np.all(own >= lead)


@settings(deadline=None)
@given(moves, st.sampled_from(["third-below", "third-above", "sixth-below", "sixth-above"]))
def test_where_it_counts_a_second_voice_sings_the_chord_and_does_not_rub(steps, kind):
    time_map, melody = TimeMap.constant(100.0), melody_of(steps)
    voice = harmonise(melody, kind, CHORDS, 48, 79, time_map)
    between = np.abs(voice["pitch"] - melody["pitch"]) % 12
    strong = time_map.is_strong(melody["beat"]) | (melody["length"] >= 1.0)
    for note, lead, apart in zip(voice[strong], melody[strong], between[strong], strict=True):
        span = next(span for span in CHORDS if note["beat"] < span.end_beat - 1e-6)
        if span.end_beat - note["beat"] <= 0.5:
            continue  # pushed over the change: it belongs to the next chord
        assert int(note["pitch"]) % 12 in span.chord.pitch_classes
        if int(lead["pitch"]) % 12 in span.chord.pitch_classes:
            assert apart not in (1, 11)


def test_a_third_that_would_leave_the_range_becomes_something_else_in_it():
    low = notes([(beat, 1.0, pitch, 0.8) for beat, pitch in enumerate((55, 57, 59, 57))])
    voice = harmonise(low, "third-below", CHORDS, 55, 69, TimeMap.constant(100.0))
    assert voice["pitch"].min() >= 55
    assert np.any(voice["pitch"] != low["pitch"])


def test_an_octave_without_room_is_sung_in_unison():
    melody = notes([(beat, 1.0, pitch, 0.8) for beat, pitch in enumerate((60, 62, 64))])
    assert harmonise(melody, "octave-below", CHORDS, 55, 69)["pitch"].tolist() == [60, 62, 64]


@pytest.mark.parametrize("name", [name for name in preset_names() if "harmony:" in preset_path(name).read_text()])
def test_the_backing_of_a_song_that_ships_is_consonant(name: str) -> None:
    plugins = installed_plugins()
    arrangement = arrange(load(preset_path(name), plugins), plugins)
    tracks = arrangement.project.tracks
    singers = {one: track.sings for one, track in tracks.items() if track.sings}
    lead = next(arrangement.parts[one].notes for one, s in singers.items() if not s.harmony and s.mode == "sing")
    for track in (one for one, s in singers.items() if s.harmony and s.harmony != "unison"):
        voice = arrangement.parts[track].notes
        beats, mine, theirs = np.intersect1d(voice["beat"], lead["beat"], return_indices=True)
        own, first = voice["pitch"][mine], lead["pitch"][theirs]
        strong = arrangement.time_map.is_strong(beats)
        chords = [next(s for s in arrangement.chords if beat < s.end_beat - 1e-6).chord for beat in beats]
        tones = np.array([int(p) % 12 in chord.pitch_classes for p, chord in zip(own, chords, strict=True)])
        assert len(beats) == len(voice)
        assert tones[strong].mean() >= 0.95
        rubs = np.isin(np.abs(own - first) % 12, (1, 2, 10, 11))
        assert not np.any(rubs[1:] & rubs[:-1])
        assert np.abs(np.diff(own)).mean() <= 3.0
