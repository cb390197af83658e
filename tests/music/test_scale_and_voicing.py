import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.music.chord import parse_chord
from songwright.music.pitch import Key
from songwright.music.scale import MODES, chord_scale, nearest, step
from songwright.music.voicing import lead, movement, parallels

C, AM = Key.parse("C major"), Key.parse("A minor")
sets = st.sets(st.integers(0, 11), min_size=1, max_size=7)


@given(st.integers(12, 110), sets)
def test_the_nearest_is_nearest(pitch, pitch_classes):
    found = nearest(pitch, pitch_classes)
    assert found % 12 in pitch_classes
    assert abs(found - pitch) == min(abs(note - pitch) for note in range(128) if note % 12 in pitch_classes)


@given(st.integers(24, 96), st.integers(-7, 7), sets)
def test_steps_there_and_back(pitch, steps, pitch_classes):
    start = nearest(pitch, pitch_classes)
    moved = step(start, steps, pitch_classes)
    assert moved % 12 in pitch_classes
    assert step(moved, -steps, pitch_classes) == start
    between = [note for note in range(min(start, moved), max(start, moved)) if note % 12 in pitch_classes]
    assert len(between) == abs(steps)


def test_steps_from_outside_enter_the_scale_first():
    white = C.pitch_classes
    assert [step(61, steps, white) for steps in (-2, -1, 0, 1, 2)] == [59, 60, 60, 62, 64]


@pytest.mark.parametrize(
    ("chord", "key", "names"),
    [
        ("V7", AM, {9, 11, 0, 2, 4, 5, 8}), ("i", AM, {9, 11, 0, 2, 4, 5, 7}),
        ("V7/V", C, {0, 2, 4, 6, 7, 9, 11}),
        ("V7/vi", C, {0, 2, 4, 5, 8, 9, 11}), ("V7/ii", C, {1, 2, 4, 5, 7, 9, 11}),
        ("I7", C, {0, 2, 4, 5, 7, 9, 10}),
        ("bVII", C, {0, 2, 4, 5, 7, 9, 10}), ("bVI", C, {0, 2, 3, 5, 7, 8, 10}),
        ("iv", C, {0, 2, 4, 5, 7, 8, 11}),
        ("vii°7", AM, {9, 11, 0, 2, 4, 5, 8}),
    ],
)  # fmt: skip
def test_the_scale_bends_to_the_chord(chord, key, names):
    assert set(chord_scale(parse_chord(chord, key), key)) == names


@given(
    st.sampled_from(list(MODES)),
    st.integers(0, 11),
    st.sampled_from(["", "m", "7", "m7", "maj7", "dim7", "m7b5", "7b9", "aug"]),
)
def test_a_chords_scale_holds_the_chord(mode, root, quality):
    key = Key.parse(f"D {mode}")
    chord = parse_chord(["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"][root] + quality, key)
    scale = chord_scale(chord, key)
    assert set(chord.pitch_classes) <= set(scale)
    assert 6 <= len(scale) <= 8
    assert list(scale) == sorted(scale, key=lambda tone: (tone - key.tonic) % 12)


chord_sets = st.sampled_from(
    [(0, 4, 7), (9, 0, 4), (5, 9, 0), (7, 11, 2, 5), (2, 5, 9, 0), (11, 2, 5, 8), (0, 4, 7, 11)]
)


@given(st.lists(chord_sets, min_size=2, max_size=6), st.integers(3, 5), st.integers(43, 55), st.booleans())
def test_voicings_keep_the_rules(chords, voices, low, avoid):
    high, voicing = low + 28, ()
    for pitch_classes in chords:
        before, voicing = voicing, lead(voicing, pitch_classes, low, high, voices, avoid_parallels=avoid)
        assert list(voicing) == sorted(set(voicing))
        assert len(voicing) == voices
        assert all(low <= note <= high for note in voicing)
        assert {note % 12 for note in voicing} == set(pitch_classes[:voices])
        assert all(b - a <= 12 for a, b in itertools.pairwise(voicing))
        assert lead(before, pitch_classes, low, high, voices, avoid_parallels=avoid) == voicing


@given(chord_sets, chord_sets)
def test_no_voicing_moves_less(first, second):
    low, high, voices = 55, 74, 3
    before = lead((), first, low, high, voices)
    after = lead(before, second, low, high, voices)
    needed = set(second[:voices])
    every = (
        notes
        for notes in itertools.combinations(range(low, high + 1), voices)
        if {note % 12 for note in notes} == needed and all(b - a <= 12 for a, b in itertools.pairwise(notes))
    )
    assert movement(before, after) == min(movement(before, notes) for notes in every)


def test_parallels_are_avoided_where_they_can_be():
    before = (48, 55, 64)
    plain, careful = lead(before, (2, 5, 9), 45, 70, 3), lead(before, (2, 5, 9), 45, 70, 3, avoid_parallels=True)
    assert parallels(before, careful) == 0
    assert movement(before, plain) <= movement(before, careful)
    assert parallels((48, 55), (50, 57)) == 1
    assert parallels((48, 60), (50, 62)) == 1
    assert parallels((48, 55), (55, 60)) == 0


def test_the_bass_is_kept_lowest():
    voicing = lead((), (0, 4, 7), 40, 76, 4, bass=4)
    assert voicing[0] % 12 == 4


def test_a_range_too_small_is_refused():
    with pytest.raises(ValueError, match="do not fit into 60 to 62"):
        lead((), (0, 4, 7), 60, 62, 3)
