import itertools

import numpy as np
import pytest

from genres.charts import play
from songwright.arrangement.quality import measure, phrases
from songwright.interfaces.pattern import Role
from songwright.music.notes import join
from songwright_genres.pop import tune
from songwright_genres.pop.melody import PopMelody

LEAD = {"melody": (PopMelody(), (48, 96))}
ROLES = {"melody": Role.MELODY}


@pytest.fixture(scope="module")
def songs():
    return [play(seed, LEAD, key=("C major", "A minor")[seed % 4 == 0]) for seed in range(50)]


@pytest.fixture(scope="module")
def measured(songs):
    taken = [measure(song.arrangement(ROLES)) for song in songs]
    return {name: np.array([one[name] for one in taken if name in one]) for name in taken[0]}


def test_intervals_are_those_of_sung_pop(measured):
    """CoCoPops Billboard: repeats .31, steps .43, thirds .18, wider .08; POP909: .23, .46, .18, .13."""
    assert 0.23 <= measured["melody_repeats"].mean() <= 0.36
    assert 0.40 <= measured["melody_steps"].mean() <= 0.48
    assert 0.14 <= measured["melody_thirds"].mean() <= 0.22
    assert 0.04 <= measured["melody_wider"].mean() <= 0.13


def test_chord_tones_stand_on_strong_beats(measured):
    """.66 in CoCoPops Billboard, .76 in POP909."""
    assert 0.66 <= measured["melody_strong_chord_tones"].mean() <= 0.76


def test_phrases_end_as_they_do(measured):
    """Tonic .33 and .29, fifth .16 and .21."""
    assert 0.27 <= measured["phrases_end_on_tonic"].mean() <= 0.40
    assert 0.12 <= measured["phrases_end_on_fifth"].mean() <= 0.25


def test_the_compass_of_a_song_is_singable(measured):
    """q10 12, q90 26 semitones in CoCoPops Billboard."""
    assert (measured["melody_compass"] >= 10).all()
    assert 12 <= np.median(measured["melody_compass"]) <= 20


def test_leaps_are_not_run_on(measured):
    assert measured["leaps_recover"].mean() > 0.6


def test_phrases_breathe_and_have_a_singers_length(songs):
    lengths = [
        float(phrase["beat"][-1] + phrase["length"][-1] - phrase["beat"][0])
        for song in songs
        for phrase in phrases(join(*song.parts["melody"]))
    ]
    assert 3.5 <= np.median(lengths) <= 8.5  # q25 to q75 of 6,202 phrases


def test_the_chorus_is_higher_than_the_verse(songs):
    higher = []
    for song in songs:
        at = {use: [] for use in ("verse", "chorus")}
        for section, notes in zip(song.sections, song.parts["melody"], strict=True):
            if section.use in at:
                at[section.use] += notes["pitch"].tolist()
        higher.append(np.mean(at["chorus"]) - np.mean(at["verse"]))
    assert min(higher) > 0
    assert np.mean(higher) > 3


def test_the_hook_returns_note_for_note(songs):
    for song in songs[:20]:
        choruses = [n for s, n in zip(song.sections, song.parts["melody"], strict=True) if s.use == "chorus"]
        starts = [s.start_beat for s in song.sections if s.use == "chorus"]
        head = [(n["beat"] - start, n["pitch"]) for n, start in zip(choruses, starts, strict=True)]
        for beats, pitches in head[1:]:
            count = min(5, len(pitches), len(head[0][1]))
            assert np.allclose(beats[:count], head[0][0][:count])
            assert np.array_equal(pitches[:count], head[0][1][:count])


def test_a_second_verse_is_the_same_tune_with_liberties(songs):
    likeness = []
    for song in songs:
        verses = [(s, n) for s, n in zip(song.sections, song.parts["melody"], strict=True) if s.use == "verse"]
        (one, first), *later = verses
        sung = {(round(float(n["beat"]) - one.start_beat, 3), int(n["pitch"])) for n in first}
        for section, notes in later:
            if section.bars == one.bars:
                again = {(round(float(n["beat"]) - section.start_beat, 3), int(n["pitch"])) for n in notes}
                likeness.append(len(sung & again) / max(len(sung | again), 1))
    assert np.mean(likeness) > 0.7
    assert np.mean(np.array(likeness) < 1) > 0.3


def test_one_note_a_syllable_with_stresses_on_the_beat():
    line = (False, True, False, True, False, True, False, True)

    def lyrics(section):
        return (line,) * 4 if section.use in ("verse", "chorus") else ()

    on_beat = {True: [], False: []}
    for seed in range(10):
        song = play(seed, LEAD, lyrics=lyrics, form=1)
        for section, notes in zip(song.sections, song.parts["melody"], strict=True):
            if section.use not in ("verse", "chorus"):
                continue
            assert len(notes) == 4 * len(line)
            for note, stressed in zip(notes, line * 4, strict=True):
                on_beat[stressed].append(float(note["beat"]) % 1 == 0)
    assert np.mean(on_beat[True]) > 0.75
    assert np.mean(on_beat[False]) < 0.5


@pytest.mark.parametrize("lines", [1, 2, 3, 5, 7, 8, 12])
def test_any_number_of_lines_fits_the_section(lines):
    song = play(1, LEAD, lyrics=lambda _: ((True, False, True, True, False),) * lines, form=0)
    for section, notes in zip(song.sections, song.parts["melody"], strict=True):
        assert len(notes) == 5 * lines
        assert (notes["beat"] < section.end_beat).all()
        assert (np.diff(notes["beat"]) > 0).all()


@pytest.mark.parametrize("midi_range", [(55, 69), (50, 62), (60, 84), (36, 96), (72, 108), (28, 50)])
def test_the_tune_stays_in_the_range_it_is_given(midi_range):
    song = play(8, {"melody": (PopMelody(), midi_range)})
    pitches = join(*song.parts["melody"])["pitch"]
    assert pitches.min() >= midi_range[0]
    assert pitches.max() <= midi_range[1]


def test_a_drawn_line_follows_the_exact_distribution():
    """Three notes over three semitones: the sampler against the sum over all 27 lines."""
    asked = np.log(np.array([[1.0, 2.0, 1.0], [3.0, 1.0, 1.0], [1.0, 1.0, 4.0]]))
    moves, recovery = tune._moves(3)
    lines = list(itertools.product(range(3), repeat=3))
    drawn_by = {(a, b, c): asked[0, a] + asked[1, b] + asked[2, c] + recovery[a, b, c] for a, b, c in lines}
    weights = {(a, b, c): float(np.exp(log + moves[a, b] + moves[b, c])) for (a, b, c), log in drawn_by.items()}
    total, rng = sum(weights.values()), np.random.default_rng(1)
    drawn = [tuple(tune.draw(asked, rng)) for _ in range(6000)]
    for line, weight in weights.items():
        assert abs(drawn.count(line) / len(drawn) - weight / total) < 0.025
