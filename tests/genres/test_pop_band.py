import itertools
from dataclasses import replace

import numpy as np
import pytest

from genres.charts import play
from songwright.arrangement.quality import chord_at, measure
from songwright.interfaces.pattern import Role
from songwright.music.notes import Articulation, join
from songwright_genres.drum import DRUMS
from songwright_genres.pop.answer import PopAnswer
from songwright_genres.pop.arp import PopArp
from songwright_genres.pop.bass import PopBass, PopBassParams
from songwright_genres.pop.comp import PopComp
from songwright_genres.pop.drums import PopDrums
from songwright_genres.pop.melody import PopMelody
from songwright_genres.pop.pad import PopPad
from songwright_genres.pop.strum import PopStrum

BAND = {
    "drums": (PopDrums(), (0, 127)),
    "bass": (PopBass(), (28, 67)),
    "melody": (PopMelody(), (48, 96)),
    "keys": (PopComp(), (28, 103)),
    "guitar": (PopStrum(), (40, 84)),
    "pad": (PopPad(), (36, 96)),
    "arp": (PopArp(), (36, 96)),
    "answer": (PopAnswer(), (48, 96)),
}
ROLES = {track: pattern.role for track, (pattern, _) in BAND.items()}
MOODS = ("bright", "warm", "melancholic", "dreamy", "driving")


@pytest.fixture(scope="module")
def songs():
    keys = ("D major", "D major", "D major", "A minor")
    return [play(seed, BAND, key=keys[seed % 4], mood=MOODS[seed % 5], entries=True) for seed in range(20)]


@pytest.fixture(scope="module")
def measured(songs):
    taken = [measure(song.arrangement(ROLES)) for song in songs]
    return {name: [one[name] for one in taken if name in one] for name in taken[0]}


def test_everybody_plays_inside_sections_and_ranges(songs):
    for song in songs:
        for track, played in song.parts.items():
            low, high = BAND[track][1]
            for section, notes in zip(song.sections, played, strict=True):
                assert (notes["beat"] >= section.start_beat - 1e-9).all()
                assert (notes["beat"] < section.end_beat - 1e-9).all()
                assert (notes["length"] > 0).all()
                assert ((notes["velocity"] > 0) & (notes["velocity"] <= 1)).all()
                assert ((notes["pitch"] >= low) & (notes["pitch"] <= high)).all(), track


def test_harmony_is_coherent(measured):
    assert min(measured["harmonic_coherence"]) >= 0.9
    assert min(measured["scale_consistency"]) >= 0.95
    for role in ("bass", "comp", "pad", "arp"):
        assert min(measured[f"{role}_strong_chord_tones"]) >= 0.9


def test_voices_lead(measured):
    assert max(measured["voice_leading"]) <= 2.5


def test_rhythm_is_neither_random_nor_a_loop(measured):
    assert min(measured["rhythmic_consistency"]) >= 0.7
    assert max(measured["rhythmic_consistency"]) <= 0.98
    assert max(measured["longest_drum_repeat"]) <= 3


def test_sections_contrast_and_follow_their_energy(measured):
    assert np.mean(measured["section_contrast"]) >= 1.3
    assert np.median(measured["energy_correlation"]) >= 0.8


def test_bass_locks_to_the_kick(songs):
    with_kick = []
    for song in songs:
        drums = join(*song.parts["drums"])
        kicks = np.round(drums["beat"][drums["pitch"] == DRUMS["kick"]], 3)
        bass = join(*song.parts["bass"])
        strong = bass["beat"][np.abs(bass["beat"] % 4) < 1e-6]
        with_kick.append(np.isin(np.round(strong, 3), kicks).mean())
    assert np.mean(with_kick) > 0.75  # the rest stand under intros, builds and stops


def test_bass_follows_slash_chords(songs):
    slashes = 0
    for song in songs:
        bass = join(*song.parts["bass"])
        for span in song.chords:
            if span.chord.bass is None:
                continue
            here = bass[np.abs(bass["beat"] - span.start_beat) < 1e-6]
            slashes += len(here)
            assert (np.rint(here["pitch"]).astype(int) % 12 == span.chord.bass).all()
    assert slashes > 5


def test_bass_stays_alone_in_its_octave(songs):
    lowest = min(
        join(*song.parts[track])["pitch"].min() for song in songs for track in ("keys", "guitar", "pad", "arp")
    )
    assert lowest >= 45
    assert max(join(*song.parts["bass"])["pitch"].max() for song in songs) <= 28 + 15 + 12 + 7


@pytest.mark.parametrize("style", ["held", "kick", "eighths", "octaves", "dotted"])
def test_each_bass_style_names_every_new_chord(style):
    bass = PopBass(PopBassParams.model_validate({"style": style}))
    song = play(2, {"drums": BAND["drums"], "bass": (bass, (28, 67))}, form=0)
    played = join(*song.parts["bass"])
    for before, span in itertools.pairwise(song.chords):
        if span.chord == before.chord:
            continue
        first = played[np.abs(played["beat"] - span.start_beat) < 1e-6]
        assert len(first) == 1
        assert round(float(first["pitch"][0])) % 12 == span.chord.bass_or_root


def test_keys_stay_below_the_tune(songs):
    below = []
    for song in songs:
        for melody, keys in zip(song.parts["melody"], song.parts["keys"], strict=True):
            if len(melody) and len(keys):
                below.append(np.median(keys["pitch"]) < np.median(melody["pitch"]))
    assert np.mean(below) > 0.95


def test_a_pushed_chord_is_the_next_one():
    ahead = 0
    for seed in range(10):
        song = play(seed, {"keys": BAND["keys"]})
        keys = join(*song.parts["keys"])
        for note in keys[np.abs(keys["beat"] % 4 - 3.5) < 1e-6]:
            following = chord_at(song.chords, float(note["beat"]) + 0.5)
            here = chord_at(song.chords, float(note["beat"]))
            if following is None or following.chord == here.chord or float(note["length"]) < 0.6:
                continue
            ahead += 1
            assert round(float(note["pitch"])) % 12 in following.chord.pitch_classes
    assert ahead > 20


def test_strums_run_over_the_strings_down_and_up(songs):
    guitar = join(*songs[0].parts["guitar"])
    for beat in np.unique(guitar["beat"])[:200]:
        stroke = guitar[guitar["beat"] == beat]
        order = np.argsort(stroke["shift_s"], kind="stable")
        pitches = stroke["pitch"][order]
        if stroke["articulation"][0] == Articulation.STRUM_DOWN:
            assert (np.diff(pitches) > 0).all()
        elif stroke["articulation"][0] == Articulation.STRUM_UP:
            assert (np.diff(pitches) < 0).all()
        assert stroke["shift_s"].max() < 0.12


def test_the_pad_ties_common_tones(songs):
    tied = 0
    for song in songs:
        for section, notes in zip(song.sections, song.parts["pad"], strict=True):
            changes = [
                span.start_beat for span in song.chords if section.start_beat < span.start_beat < section.end_beat
            ]
            ends = notes["beat"] + notes["length"]
            tied += sum(bool(((notes["beat"] < at) & (ends > at + 0.01)).any()) for at in changes)
            for pitch in np.unique(notes["pitch"]):
                own = notes[notes["pitch"] == pitch]
                assert (own["beat"][1:] >= (own["beat"] + own["length"])[:-1] - 1e-6).all()
    assert tied > 300


def test_a_reply_waits_for_the_rest(songs):
    together = replies = 0
    for song in songs:
        for section, melody, answer in zip(song.sections, song.parts["melody"], song.parts["answer"], strict=True):
            if section.energy >= 0.75:
                continue  # the long line
            for note in answer:
                replies += 1
                sounding = (melody["beat"] <= note["beat"]) & (melody["beat"] + melody["length"] > note["beat"] + 0.01)
                together += bool(sounding.any())
    assert replies > 50
    assert together < 0.05 * replies


def test_a_transposed_section_is_the_same_music_higher():
    def lift(section):
        return replace(section, transpose_semitones=2) if section.id.startswith("chorus") else section

    band = {track: BAND[track] for track in ("melody",)}
    plain, lifted = play(3, band, form=0), play(3, band, form=0, change=lift)
    for section, before, after in zip(plain.sections, plain.parts["melody"], lifted.parts["melody"], strict=True):
        if section.use == "chorus":
            assert np.array_equal(before["beat"], after["beat"])
            assert np.array_equal(before["pitch"] + 2, after["pitch"])


@pytest.mark.parametrize("meter", ["3/4", "6/8", "7/8"])
def test_the_band_plays_other_meters(meter):
    song = play(6, BAND, meter=meter, form=1, tempo=110)
    for track, played in song.parts.items():
        assert sum(map(len, played)) > 20, track


def test_chance_is_keyed_by_track():
    alone = play(9, {"bass": BAND["bass"]}, form=0)
    beside = play(9, {"bass": BAND["bass"], "pad": BAND["pad"], "arp": BAND["arp"]}, form=0)
    for before, after in zip(alone.parts["bass"], beside.parts["bass"], strict=True):
        assert np.array_equal(before, after)


def test_roles_cover_the_band():
    assert set(ROLES.values()) == set(Role)
