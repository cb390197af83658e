import pytest
from hypothesis import given
from hypothesis import strategies as st

from music.oracle import KEYS, key21, scale21
from songwright.music.pitch import NATURALS, Key, note_name, parse_pitch, parse_pitch_class, spell
from songwright.music.scale import MODES

keys = st.sampled_from([f"{letter}{sign} {mode}" for letter in "CDEFGAB" for sign in ("", "#", "b") for mode in MODES])


@pytest.mark.parametrize(
    ("text", "midi"),
    [("C4", 60), ("A4", 69), ("C-1", 0), ("G9", 127), ("F#3", 54), ("Bb2", 46), ("Cb4", 59), ("B#3", 60), ("e2", 40)],
)
def test_pitch_names_are_midi_numbers(text, midi):
    assert parse_pitch(text) == midi


@pytest.mark.parametrize("text", ["H4", "C", "C#", "4C", "C10", "Cb-1", "C###4", "C4 E4", ""])
def test_what_is_no_pitch_is_refused_by_name(text):
    with pytest.raises(ValueError, match=r"must lie|write one like"):
        parse_pitch(text)


@given(st.integers(0, 127), keys)
def test_every_note_reads_back_from_its_name_in_every_key(midi, key):
    octave_of_letter = note_name(midi, Key.parse(key))
    assert parse_pitch(octave_of_letter) == midi if 1 < midi < 126 else True
    assert parse_pitch_class(spell(midi, Key.parse(key))) == midi % 12


@pytest.mark.parametrize("name", KEYS)
def test_scales_are_spelled_as_music21_spells_them(name):
    key = Key.parse(name)
    assert [spell(pitch_class, key) for pitch_class in key.pitch_classes] == scale21(name)


@pytest.mark.parametrize("name", KEYS)
def test_key_signatures_are_those_of_music21(name):
    assert Key.parse(name).fifths == key21(name).sharps


@pytest.mark.parametrize(
    ("pitch_class", "key", "name"),
    [(8, "A minor", "G#"), (8, "F minor", "Ab"), (6, "G major", "F#"), (1, "A minor", "C#"),
    (10, "A minor", "Bb"),
     (11, "C minor", "B"), (11, "Gb major", "Cb"), (5, "F# major", "E#"), (6, "C lydian", "F#"),
     (6, "C locrian", "Gb")],
)  # fmt: skip
def test_chromatic_notes_are_spelled_for_the_key(pitch_class, key, name):
    assert spell(pitch_class, Key.parse(key)) == name


@given(keys)
def test_a_key_reads_back_from_its_name(name):
    key = Key.parse(name)
    assert str(key) == name
    assert Key.parse(str(key)) == key
    assert (key.tonic + key.scale[2]) % 12 in key.pitch_classes


@pytest.mark.parametrize(
    ("written", "name"),
    [("Am", "A minor"), ("Bb", "Bb major"), ("f# Dorian", "F# dorian"),
    ("C  Harmonic  Minor", "C harmonic minor"),
     ("D aeolian", "D minor"), ("E maj", "E major"), ("GM", "G major")],
)  # fmt: skip
def test_keys_are_read_as_people_write_them(written, name):
    assert str(Key.parse(written)) == name


@pytest.mark.parametrize("written", ["", "H", "A moll", "minor", "Amm", "A minor major"])
def test_what_is_no_key_is_refused_with_the_modes(written):
    with pytest.raises(ValueError, match="modes: major, minor, dorian"):
        Key.parse(written)


@given(keys, st.integers(-24, 24))
def test_transposing_moves_tonic_and_keeps_mode(name, semitones):
    key = Key.parse(name)
    moved = key.transpose(semitones)
    assert (moved.tonic - key.tonic - semitones) % 12 == 0
    assert moved.mode == key.mode
    assert parse_pitch_class(moved.name) == moved.tonic
    assert moved == key or abs(moved.fifths) <= 6


def test_the_modes_of_c_are_rotations_of_its_notes():
    white = set(NATURALS)
    rotations = ("C major", "D dorian", "E phrygian", "F lydian", "G mixolydian", "A minor", "B locrian")
    for name in rotations:
        assert set(Key.parse(name).pitch_classes) == white
        assert Key.parse(name).fifths == 0
