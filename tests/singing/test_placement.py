"""Placement and pitch, on a voice whose times are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from singing.songs import RIVERS, TWINKLE, Hummer, song
from songwright.arrangement.lyrics import sing_lines
from songwright.arrangement.model import Part, Syllable
from songwright.arrangement.plan import PlannedNote
from songwright.interfaces.style import Style
from songwright.interfaces.voice import Request
from songwright.music.notes import notes
from songwright.singing.curve import pitch_curve
from songwright.singing.placement import LATEST_S, LEGATO_S, OPENING_S, Placed, place, recite
from songwright.singing.refine import refine
from songwright.singing.score import phrases
from songwright.singing.world import STEP_S
from songwright_voices.hibari import Hibari


def placed(lines: object, bpm: float = 90.0, lead_beats: float = 1.0) -> tuple[Placed, ...]:
    part, arrangement = song(lines, bpm, lead_beats)
    found = phrases(part, arrangement.time_map)
    return place(found, [Hummer().speak(Request(one.text, 0.6)).phonemes for one in found], 1.6, "lead")


@pytest.mark.parametrize("bpm", [50.0, 90.0, 220.0])
def test_vowels_stand_on_their_notes_and_nothing_overlaps(bpm: float) -> None:
    everything = [segment for one in placed(RIVERS, bpm) for segment in one.segments]
    for one in placed(RIVERS, bpm):
        starts = {round(syllable.start_s, 9) for syllable in one.phrase.syllables}
        vowels = {round(segment.start_s, 9) for segment in one.segments if segment.role == "nucleus"}
        assert vowels == starts
    for before, after in itertools.pairwise(everything):
        assert before.start_s <= before.end_s <= after.start_s + 1e-9


def test_consonants_take_at_most_their_share_of_the_note_before() -> None:
    for one in placed(RIVERS, 220.0):
        for word in one.line.words:
            for syllable in word.syllables[1:]:
                assert syllable.vowel_s - syllable.start_s <= 0.45 * 60 / 220 * 0.5 + 1e-9


def test_a_phrase_leaves_a_breath_before_the_next() -> None:
    first, second = placed(TWINKLE)
    assert second.segments[0].start_s - first.segments[-1].end_s >= 0.15


@pytest.mark.parametrize("lead_beats", [0.0, 0.05])
def test_a_song_begins_with_its_first_consonants(lead_beats: float) -> None:
    first, second = placed(RIVERS, lead_beats=lead_beats)
    usual, later = placed(RIVERS)
    consonant, vowel = first.segments[:2]
    assert consonant.role == "onset"
    assert consonant.start_s == pytest.approx(OPENING_S)
    assert consonant.end_s - consonant.start_s >= 0.05
    assert vowel.start_s == consonant.end_s <= LATEST_S
    assert first.line.words[0].syllables[0].vowel_s == vowel.start_s
    moved_s = (1.0 - lead_beats) * 60.0 / 90.0
    for after, before in ((first.segments[4:], usual.segments[4:]), (second.segments, later.segments)):
        assert [s.start_s for s in after] == pytest.approx([s.start_s - moved_s for s in before])


def test_a_spoken_line_begins_with_the_song() -> None:
    part, arrangement = song(TWINKLE, lead_beats=0.0)
    found = phrases(part, arrangement.time_map)
    spans = [Hummer().speak(Request(one.text, 1.0)).phonemes for one in found]
    first, second = recite(found, spans)
    assert first.segments[0].start_s == pytest.approx(OPENING_S)
    assert next(s for s in second.segments if s.role == "nucleus").start_s == pytest.approx(found[1].start_s)


def test_rests_are_not_sung() -> None:
    part, arrangement = song(TWINKLE)
    part.notes["length"] *= 0.5
    found = phrases(part, arrangement.time_map)
    spans = [Hummer().speak(Request(one.text, 0.6)).phonemes for one in found]
    for one, phrase in zip(place(found, spans, 1.6), found, strict=True):
        for word in one.line.words:
            for syllable in word.syllables:
                note = syllable.notes[-1]
                assert syllable.end_s <= note.end_s + LEGATO_S + 1e-9
        assert one.segments[-1].end_s <= phrase.end_s + 1e-9


def test_a_held_syllable_has_all_its_notes() -> None:
    rows = [(0, 1, 60, 0.8, 0, 0), (1, 1, 64, 0.8, 0, 0), (2, 1, 62, 0.8, 0, -1), (3, 2, 60, 0.8, 0, 1)]
    part = Part(
        "lead", "written", notes(rows), (Syllable("a", "a", True, 0, "v"), Syllable("man", "man", True, 0, "v"))
    )
    _, arrangement = song(TWINKLE)
    (phrase,) = phrases(part, arrangement.time_map)
    assert [[note.pitch for note in s.notes] for s in phrase.syllables] == [[60, 64, 62], [60]]


def test_a_lyric_may_say_how_a_word_is_said() -> None:
    syllables = sing_lines("I have read[ɹɛd], my friend", "v1")[0].syllables
    rows = [(k, 1, 60, 0.8, 0, k) for k in range(len(syllables))]
    (phrase,) = phrases(Part("lead", "written", notes(rows), syllables), song(TWINKLE)[1].time_map)
    assert phrase.text == "I have read[ɹɛd], my friend"
    assert phrase.words == ("I", "have", "read,", "my", "friend")
    assert Hibari().pronounce(phrase.text)[2] == ("ɹ", "ɛ", "d")
    assert Hibari().pronounce("I will read.")[2] == ("ɹ", "i", "d")


def test_notes_without_words_are_sung_on_la() -> None:
    _, arrangement = song(TWINKLE)
    (phrase,) = phrases(Part("lead", "melody", notes([(0, 1, 60, 0.8), (2, 1, 62, 0.8)])), arrangement.time_map)
    assert phrase.text == "la la"


def test_recited_lines_keep_their_own_pace_unless_there_is_no_room() -> None:
    part, arrangement = song(TWINKLE, bpm=60.0)
    found = phrases(part, arrangement.time_map)
    spans = [Hummer().speak(Request(one.text, 1.0)).phonemes for one in found]
    for one, phrase, heard in zip(recite(found, spans), found, spans, strict=True):
        first = next(s for s in one.segments if s.role == "nucleus")
        assert first.start_s == pytest.approx(phrase.start_s)
        for segment in one.segments:
            assert segment.end_s - segment.start_s == pytest.approx(
                heard[segment.span].end_s - heard[segment.span].start_s
            )
    hurried = song(TWINKLE, bpm=300.0)
    found = phrases(hurried[0], hurried[1].time_map)
    first, second = recite(found, spans)
    assert first.segments[-1].end_s < second.phrase.start_s


class TestPitch:
    TIMES = np.arange(0, 4, 0.005)
    NOTES = (PlannedNote(0.5, 1.0, 60.0), PlannedNote(1.0, 3.5, 64.0))

    def curve(self, **manner: float) -> np.ndarray:
        plain = {"vibrato_cents": 0.0, "drift_cents": 0.0, **manner}
        return pitch_curve(self.NOTES, self.TIMES, Style(**plain), np.random.default_rng(1))

    def test_the_glide_arrives_when_the_note_begins(self) -> None:
        pitch = self.curve(glide_ms=100.0)
        assert pitch[self.TIMES >= 1.0 - 1e-9] == pytest.approx(64.0)
        assert pitch[self.TIMES <= 0.9] == pytest.approx(60.0)
        assert np.interp(0.95, self.TIMES, pitch) == pytest.approx(62.0)

    def test_vibrato_has_its_rate_and_depth_and_its_mean_is_the_note(self) -> None:
        pitch = self.curve(vibrato_cents=40.0, vibrato_rate_hz=5.0)
        inside = (self.TIMES >= 1.8) & (self.TIMES < 3.2)
        assert np.ptp(pitch[inside]) == pytest.approx(0.8, abs=0.02)
        assert np.mean(pitch[inside]) == pytest.approx(64.0, abs=0.01)
        spectrum = np.abs(np.fft.rfft(pitch[inside] - 64.0))
        assert np.fft.rfftfreq(int(inside.sum()), 0.005)[spectrum.argmax()] == pytest.approx(5.0)

    def test_drift_has_its_size_and_scoop_starts_below(self) -> None:
        drift = (self.curve(drift_cents=10.0) - self.curve()) * 100.0
        assert 4.0 < np.std(drift) < 20.0
        scoop = self.curve(scoop_cents=200.0)
        assert np.interp(0.5, self.TIMES, scoop) == pytest.approx(58.0)
        assert np.interp(0.63, self.TIMES, scoop) == pytest.approx(60.0)


def test_boundaries_move_to_where_the_voice_sets_in() -> None:
    speech = Hummer().speak(Request("sat", 1.0))
    f0 = np.where((np.arange(60) * STEP_S > 0.14) & (np.arange(60) * STEP_S < 0.19), 150.0, 0.0).astype(np.float32)
    s, a, t = refine(speech.phonemes, f0, speech.audio, speech.sample_rate)
    assert s.end_s == a.start_s == pytest.approx(0.1425)
    assert a.end_s == t.start_s == pytest.approx(0.1875)
