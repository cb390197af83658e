import numpy as np
import pytest

from songwright.arrangement.model import Arrangement, Part
from songwright.arrangement.quality import (
    energy_arc,
    form,
    harmonic_rhythm,
    harmony,
    measure,
    melody,
    phrases,
    rhythm,
    voice_leading,
)
from songwright.interfaces.pattern import Role
from songwright.music.chord import parse_chord
from songwright.music.form import ChordSpan, Section
from songwright.music.notes import notes
from songwright.music.pitch import Key
from songwright.music.time import TimeMap

C = Key.parse("C major")


def paper(parts, chords=(("I", 0, 4), ("V", 4, 8)), sections=(("verse", 2, 0.5),)):
    """An arrangement by hand: parts as {role: rows}, chords in beats, sections as (use, bars, energy)."""
    spans = tuple(ChordSpan(start, end, parse_chord(name, C), name, C) for name, start, end in chords)
    placed, bar = [], 1
    for use, bars, energy in sections:
        placed.append(Section(f"{use}-{bar}", use, bar, bars, 4.0 * (bar - 1), 4.0 * (bar + bars - 1), energy, C))
        bar += bars
    made = {str(role): Part(str(role), role, notes(rows)) for role, rows in parts.items()}
    return Arrangement(None, TimeMap.constant(120), tuple(placed), spans, made)


def test_chord_tones_are_counted_by_time_and_on_strong_beats():
    # C (tone), D then up a third to F (neither resolves: F over V moves to B), all a beat long
    line = [(0.0, 1.0, 60, 0.8), (2.0, 1.0, 62, 0.8), (3.0, 1.0, 66, 0.8), (4.0, 1.0, 71, 0.8)]
    found = harmony(paper({Role.MELODY: line}))
    assert found["melody_strong_chord_tones"] == pytest.approx(2 / 3)  # beats 0, 2 and 4
    assert found["harmonic_coherence"] == pytest.approx(2 / 4)
    assert found["scale_consistency"] == pytest.approx(3 / 4)  # F sharp


def test_a_passing_note_and_an_anticipation_are_coherent():
    passing = [(0.0, 1.0, 60, 0.8), (1.0, 1.0, 62, 0.8), (2.0, 1.0, 64, 0.8)]
    assert harmony(paper({Role.MELODY: passing}))["harmonic_coherence"] == 1.0
    anticipation = [(3.0, 2.0, 62, 0.8)]  # the fifth of V, a beat early
    assert harmony(paper({Role.MELODY: anticipation}))["harmonic_coherence"] == 1.0


def test_a_slash_bass_is_a_chord_tone_of_the_bass():
    found = harmony(paper({Role.BASS: [(0.0, 4.0, 38, 0.8)]}, chords=(("I/2", 0, 8),)))
    assert found["bass_strong_chord_tones"] == 1.0


def test_changes_are_counted_where_they_fall_and_repeats_are_none():
    chords = (("I", 0, 4), ("I", 4, 8), ("IV", 8, 10), ("V", 10, 12), ("I", 12, 16))
    found = harmonic_rhythm(paper({}, chords=chords, sections=(("verse", 4, 0.5),)))
    assert found == {
        "changes_on_1": pytest.approx(2 / 3),
        "changes_on_3": pytest.approx(1 / 3),
        "changes_per_bar": 0.75,
    }


def test_intervals_stop_at_phrases():
    pitches = [60, 60, 62, 64, 67, 60, 72, 71, 60]
    starts = [0, 1, 2, 3, 4, 5, 8, 9, 10]  # a rest of two beats after the sixth
    found = melody(paper({Role.MELODY: [(float(b), 1.0, p, 0.8) for b, p in zip(starts, pitches, strict=True)]}))
    # inside: 0 +2 +2 +3 -7 | -1 -11
    assert found["melody_repeats"] == pytest.approx(1 / 7)
    assert found["melody_steps"] == pytest.approx(3 / 7)
    assert found["melody_thirds"] == pytest.approx(1 / 7)
    assert found["melody_wider"] == pytest.approx(2 / 7)
    assert found["melody_compass"] == 12
    assert found["phrases_end_on_tonic"] == 1.0
    assert "leaps_recover" not in found  # both leaps end their phrases


def test_phrases_are_cut_at_rests():
    line = notes([(0.0, 1.0, 60, 0.8), (1.0, 1.0, 62, 0.8), (3.0, 1.0, 60, 0.8)])
    assert [len(phrase) for phrase in phrases(line)] == [2, 1]


def test_voices_move_by_their_mean():
    def chord(beat, *pitches):
        return [(beat, 2.0, pitch, 0.7) for pitch in pitches]

    struck = [*chord(0.0, 60, 64, 67), *chord(4.0, 59, 62, 67)]
    assert voice_leading(paper({Role.COMP: struck}))["voice_leading"] == pytest.approx((1 + 2 + 0) / 3)


def test_a_loop_of_drums_is_seen():
    bar = [(0.0, 36), (1.0, 38), (2.0, 36), (3.0, 38)]
    loop = [(4.0 * index + beat, 0.25, drum, 0.8) for index in range(4) for beat, drum in bar]
    found = rhythm(paper({Role.DRUMS: loop}, sections=(("verse", 4, 0.5),)))
    assert found == {"rhythmic_consistency": 1.0, "longest_drum_repeat": 4.0}
    varied = [*loop, (7.5, 0.25, 36, 0.8)]
    found = rhythm(paper({Role.DRUMS: varied}, sections=(("verse", 4, 0.5),)))
    assert found["longest_drum_repeat"] == 2.0
    assert found["rhythmic_consistency"] == pytest.approx((3 + 8 / 9) / 4)


def test_the_first_chorus_and_the_energy_arc():
    def bar(number, count):
        return [(4.0 * number + index * 4 / count, 0.2, 60 + index % 3, 0.8) for index in range(count)]

    sections = (("verse", 1, 0.3), ("chorus", 1, 0.9), ("verse", 1, 0.4), ("chorus", 1, 1.0))
    made = paper({Role.ARP: [*bar(0, 2), *bar(1, 8), *bar(2, 4), *bar(3, 16)]}, sections=sections)
    assert energy_arc(made)["energy_correlation"] == pytest.approx(1.0)
    shape = form(made)
    assert (shape["first_chorus_bar"], shape["first_chorus_s"]) == (2.0, 2.0)
    assert shape["section_contrast"] > 1.0


def test_a_song_of_nothing_has_no_measures_and_no_error():
    assert measure(paper({}, chords=(("I", 0, 8),))) == {}


def test_what_one_bar_cannot_tell_is_left_out():
    lone = [(8.0 * index, 0.5, 60 + index, 0.8) for index in range(8)]  # eight phrases of one note
    stroke = [(0.0, 0.25, 36, 0.8)]
    made = paper({Role.MELODY: lone, Role.DRUMS: stroke}, chords=(("I", 0, 64),), sections=(("verse", 1, 0.5),))
    found = measure(made)
    assert found["longest_drum_repeat"] == 1.0
    assert not {"rhythmic_consistency", "melody_steps", "energy_correlation", "section_contrast"} & set(found)
    assert all(np.isfinite(value) for value in found.values())


def test_every_measure_is_a_plain_number():
    made = paper({Role.BASS: [(0.0, 4.0, 36, 0.8), (4.0, 4.0, 43, 0.8)]})
    assert all(type(value) is float and np.isfinite(value) for value in measure(made).values())
