"""Chords in three writings, with music21 as the oracle."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from music.oracle import KEYS, numeral21, symbol21
from songwright.music.chord import Chord, parse_chord, parse_progression, roman
from songwright.music.pitch import Key
from songwright.music.quality import QUALITIES, name_quality, parse_quality
from songwright.music.scale import MODES

C, AM = Key.parse("C major"), Key.parse("A minor")
ROOTS = [letter + sign for letter in "CDEFGAB" for sign in ("", "#", "b")]

# fmt: off
MAJOR_NUMERALS = [
    "I", "ii", "iii", "IV", "V", "vi", "vii°", "I6", "I64", "ii6", "IV64", "V6", "V64", "vii°6", "V7", "V65",
    "V43", "V42",
    "ii7", "ii65", "ii43", "ii42", "vi7", "iii7", "viiø7", "viiø65", "viiø43", "bVI", "bVII", "bIII", "bII",
    "bII6", "V/V",
    "V7/V", "V65/V", "V42/ii", "V7/vi", "V7/iii", "V7/IV", "vii°7/V", "vii°7/ii", "vii°65/vi", "vii°/V",
    "ii7/V", "iv", "v",
    "i", "#iv°7", "I+", "III+", "V9",
]
MINOR_NUMERALS = [
    "i", "ii°", "III", "iv", "V", "VI", "VII", "vii°", "v", "i6", "i64", "ii°6", "iv6", "V6", "V64", "V7",
    "V65", "V43",
    "V42", "vii°7", "vii°65", "vii°43", "vii°42", "iiø7", "iiø65", "iv7", "i7", "IV", "I", "V/V", "V7/V",
    "V7/iv", "V7/VI",
    "V7/III", "V65/iv", "vii°7/V", "vii°7/iv", "#iv°7", "bII6", "bII", "III+", "iiø42", "V7/VII",
]
SYMBOLS = [
    "m", "dim", "aug", "sus4", "sus2", "7", "maj7", "m7", "m7b5", "dim7", "6", "m6", "9", "M9", "m9", "7#9",
    "7b9", "7b5",
    "7#5", "add9", "mM7", "7sus4", "+", "maj7#5", "m11", "7#11",
]
# fmt: on
# music21 takes the flats of VI and VII in minor from the lowered degree and needs no test here: ours is documented.


@pytest.mark.parametrize("key", KEYS)
def test_numerals_are_what_music21_reads(key):
    for figure in MAJOR_NUMERALS if key.endswith("major") else MINOR_NUMERALS:
        chord = parse_chord(figure, Key.parse(key))
        root, pitch_classes, bass = numeral21(figure, key)
        ours = (chord.root, frozenset(chord.pitch_classes), chord.bass_or_root)
        assert ours == (root, pitch_classes, bass), f"{figure} in {key}: {chord.symbol}"


@pytest.mark.parametrize("suffix", SYMBOLS)
def test_symbols_are_what_music21_reads(suffix):
    for root in ROOTS:
        symbol = root + suffix
        assert frozenset(parse_chord(symbol, C).pitch_classes) == symbol21(symbol), symbol


@pytest.mark.parametrize(
    ("text", "key", "symbol", "harte"),
    [
        ("VII/2", AM, "G/B", "G:maj/3"), ("V7", AM, "E7", "E:7"), ("vii°7", AM, "G#dim7", "G#:dim7"),
        ("bVII", AM, "G", "G:maj"), ("bVI", AM, "F", "F:maj"), ("bIII", C, "Eb", "Eb:maj"),
        ("#vi°", AM, "F#dim", "F#:dim"),
        ("Am7/G", C, "Am7/G", "A:min7/b7"), ("F#m7b5/E", C, "F#m7b5/E", "F#:hdim7/b7"),
        ("C6/9", C, "C6/9", "C:maj6(9)"),
        ("I6/9", C, "C6/9", "C:maj6(9)"), ("I6/4", C, "C/G", "C:maj/5"), ("I/3", C, "C/E", "C:maj/3"),
        ("E5", C, "E5", "E:5"), ("Dadd9", C, "Dadd9", "D:maj(9)"), ("A7#9", C, "A7#9", "A:7(#9)"),
        ("G7sus4", C, "G7sus4", "G:sus4(b7)"), ("Gsus", C, "Gsus4", "G:sus4"), ("C-7", C, "Cm7", "C:min7"),
        ("CΔ7", C, "Cmaj7", "C:maj7"), ("Cø", C, "Cm7b5", "C:hdim7"), ("C°7", C, "Cdim7", "C:dim7"),
        ("C+", C, "Caug", "C:aug"),
        ("Cm(maj7)", C, "CmMaj7", "C:minmaj7"), ("Cmaj", C, "C", "C:maj"),
        ("Bb7(b9,#11)", C, "Bb7b9#11", "Bb:7(b9,#11)"),
        ("6-", C, "Am", "A:min"), ("2-7", C, "Dm7", "D:min7"), ("5/7", C, "G/B", "G:maj/3"),
        ("b7", C, "Bb", "Bb:maj"),
        ("1maj7", C, "Cmaj7", "C:maj7"), ("57", C, "G7", "G:7"), ("Imaj7", C, "Cmaj7", "C:maj7"),
        ("I7", C, "C7", "C:7"),
        ("Imaj65", C, "Cmaj7/E", "C:maj7/3"), ("V7/V/2", C, "D7", "D:7"), ("V/V/V", C, "A", "A:maj"),
        ("N.C.", C, "N.C.", "N"),
        ("VI", Key.parse("C phrygian"), "Ab", "Ab:maj"), ("IV", Key.parse("D dorian"), "G", "G:maj"),
        ("vi°", Key.parse("D dorian"), "Bdim", "B:dim"), ("VII", Key.parse("G mixolydian"), "F", "F:maj"),
        ("V7", Key.parse("A harmonic minor"), "E7", "E:7"), ("F/Cb", C, "F/Cb", "F:maj/b5"),
    ],
)  # fmt: skip
def test_one_normal_form(text, key, symbol, harte):
    chord = parse_chord(text, key)
    assert chord.symbol == symbol
    assert chord.harte() == harte


keys = st.sampled_from([Key.parse(f"{root} {mode}") for root in ROOTS for mode in MODES])
alterations = st.sampled_from(
    ["", "b9", "#9", "#11", "b13", "add9", "add4", "no5", "no3", "addb13", "#5", "b5", "sus4", "alt", "6"]
)
qualities = st.tuples(st.sampled_from(list(QUALITIES)), alterations, alterations).map(lambda parts: "".join(parts))
chords = st.builds(
    lambda root, quality, bass: (root, quality, bass), st.sampled_from(ROOTS), qualities, st.sampled_from(["", *ROOTS])
)


def _chord(root, quality, bass, key) -> Chord | None:
    try:
        return parse_chord(f"{root}({quality})" + (f"/{bass}" if bass else ""), key)
    except ValueError:
        return None  # combinations such as 5 with b9 that nobody writes


@given(chords, keys)
def test_symbols_and_romans_read_back_to_the_same_chord(written, key):
    chord = _chord(*written, key)
    if chord is None:
        return
    assert parse_chord(chord.symbol, key) == chord
    assert parse_chord(roman(chord, key), key) == chord


@given(qualities)
@example("m13#11add4")
def test_a_qualitys_name_reads_back_to_its_intervals(quality):
    try:
        intervals = parse_quality(quality)
    except ValueError:
        return
    assert parse_quality(name_quality(intervals)) == intervals


def test_most_written_qualities_are_understood():
    understood = [quality + more for quality in QUALITIES for more in ("", "add9", "b9") if _reads(quality + more)]
    assert len(understood) >= 3 * len(QUALITIES) - 1


def _reads(quality: str) -> bool:
    try:
        parse_quality(quality)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", list(QUALITIES))
def test_a_named_quality_is_its_own_normal_form(name):
    assert name_quality(QUALITIES[name]) == name
    assert parse_quality(name) == QUALITIES[name]


@given(chords, keys, st.integers(-12, 12))
def test_transposition_moves_every_tone(written, key, semitones):
    chord = _chord(*written, key)
    if chord is None:
        return
    moved = chord.transpose(semitones, key.transpose(semitones))
    assert moved.pitch_classes == tuple((tone + semitones) % 12 for tone in chord.pitch_classes)
    assert moved.bass_or_root == (chord.bass_or_root + semitones) % 12
    assert roman(moved, key.transpose(semitones)) == roman(chord, key)


@pytest.mark.parametrize(
    ("text", "key", "reading"),
    [
        ("D7", C, "V7/V"), ("E7", C, "V7/vi"), ("A7", C, "V7/ii"), ("C7", C, "I7"), ("F7", C, "IV7"),
        ("F#dim7", C, "vii°7/V"),
        ("Fm", C, "iv"), ("Ab", C, "bVI"), ("Bb", C, "bVII"), ("Db/F", C, "bII6"), ("G/B", C, "V6"),
        ("Dm7/C", C, "ii42"),
        ("Cmaj7/E", C, "Imaj65"), ("F/G", C, "IV/5"), ("Bm7b5", C, "viiø7"), ("Am", AM, "i"), ("E7", AM, "V7"),
        ("G#dim7", AM, "vii°7"), ("B7", AM, "V7/V"), ("A7", AM, "I7"), ("G", AM, "VII"), ("F", AM, "VI"),
        ("Bb", AM, "bII"),
        ("Em", AM, "v"), ("D", AM, "IV"), ("C6", C, "Iadd6"), ("C6/9", C, "I69"), ("G7sus4", C, "V7sus4"),
    ],
)  # fmt: skip
def test_roman_readings_are_a_musicians(text, key, reading):
    assert roman(parse_chord(text, key), key) == reading


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Hm", "write a name"), ("Cxyz", "'xyz'"), ("VIII", "write a name"), ("iV", "write a name"),
        ("V7/x", "'x' after '/'"),
        ("I65/3", "both the figure"), ("8", "write a name"), ("C/H", "unknown"), ("I/9", "'9' after '/'"),
        ("", "write a name"),
    ],
)  # fmt: skip
def test_what_is_no_chord_is_refused_by_name_and_rule(text, says):
    with pytest.raises(ValueError, match="is not a chord") as caught:
        parse_chord(text, C)
    assert says in str(caught.value)
    assert repr(text) in str(caught.value)


def test_bars_divide_equally_and_repeat():
    text = "| I | vi . IV | % | N.C. V7 |"
    spans = parse_progression(text, C, 4)
    eighth3, four3 = Fraction(8, 3), Fraction(4, 3)
    assert spans == (
        (4, "I"), (eighth3, "vi"), (four3, "IV"), (eighth3, "vi"), (four3, "IV"), (2, "N.C."), (2, "V7"),
    )  # fmt: skip


def test_text_without_bar_lines_is_one_chord_a_bar():
    assert parse_progression("I IV  V", C, 3.5) == ((3.5, "I"), (3.5, "IV"), (3.5, "V"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("| I | zz |", "offset 7"), ("| % | I |", "no bar before"), ("| . I |", "opens its bar"),
        ("| I % |", "stand alone"),
        ("", "no chords"), ("| |", "empty"), ("| I | | V |", "empty"),
    ],
)  # fmt: skip
def test_wrong_progressions_name_token_rule_and_offset(text, says):
    with pytest.raises(ValueError, match=r"offset|no chords") as caught:
        parse_progression(text, C, 4)
    assert says in str(caught.value)


@given(st.lists(st.lists(st.sampled_from(["I", "vi", ".", "V7/V"]), min_size=1, max_size=5), min_size=1, max_size=6))
def test_every_bar_is_full(bars):
    bars = [["I" if place == 0 else token for place, token in enumerate(bar)] for bar in bars]
    spans = parse_progression("|".join(" ".join(bar) for bar in bars) + "|", C, Fraction(7, 2))
    assert sum(beats for beats, _ in spans) == Fraction(7, 2) * len(bars)
