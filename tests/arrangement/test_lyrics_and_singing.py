import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrangement.paper_band import TRACKS, PaperGenre, band, project
from songwright.arrangement.arrange import arrange
from songwright.arrangement.backing import harmonise, place_in_range
from songwright.arrangement.lyrics import line_stresses, sing_lines
from songwright.arrangement.singing import lay_lines
from songwright.errors import ProjectError
from songwright.music.chord import parse_chord
from songwright.music.form import ChordSpan
from songwright.music.notes import notes
from songwright.music.pitch import Key
from songwright.music.spelling import syllabify

PLUGINS = band()
LEAD = {"voice": "anna", "sings": "melody"}
WORDS = "Har-bour lights are call-ing home\nEv'-ry wave a sto-ry"

# Counts by the CMU Pronouncing Dictionary.
COUNTED = {
    1: "home love lights waves dreamed heart night fire one through once loved gone moon shine",
    2: "harbour calling every table little quiet people ocean station again waited roses queenly river broken sailing "
    "lonely being silence houses over under waiting people's seasons",
    3: "radio beautiful together forever memories yesterday wandering tomorrow remember",
    4: "melancholy impossible everybody",
    5: "imagination",
}


@pytest.mark.parametrize(("word", "count"), [(word, count) for count in COUNTED for word in COUNTED[count].split()])
def test_syllables_are_counted_as_the_dictionary_counts_them(word, count):
    assert len(syllabify(word)) == count, syllabify(word)


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFG'", min_size=1, max_size=14))
def test_syllables_join_to_the_word(word):
    assert "".join(syllabify(word)) == word


@given(st.lists(st.text("aeioubcdst'", min_size=1, max_size=5), min_size=2, max_size=5))
def test_written_hyphens_decide(pieces):
    assert syllabify("-".join(pieces)) == tuple(pieces)


def test_words_lines_and_held_syllables():
    first, second = (line.sounds for line in sing_lines("Har-bour lights _ _\n\nmother--in-law, home__", "v1", 3))
    assert [sound.syllable and sound.syllable.text for sound in first] == ["Har", "bour", "lights", None, None]
    assert [sound.syllable and sound.syllable.text for sound in second] == ["mother-in", "law,", "home", None, None]
    har, bour, lights = (sound.syllable for sound in first[:3])
    assert (har.word, har.starts_word, har.line, har.section) == ("Harbour", True, 3, "v1")
    assert (bour.word, bour.starts_word) == ("Harbour", False)
    assert lights.starts_word
    assert second[0].syllable.line == 4


def test_stresses_follow_words():
    assert line_stresses("the harbour lights are calling to-geth-er") == (
        (False, True, False, True, False, True, False, False, True, False),
    )


def sung(lyrics, tracks=None, order=("verse",), bars=4):
    order = [{"use": use} if isinstance(use, str) else use for use in order]
    one = project(
        PLUGINS,
        arrangement=order,
        sections={"verse": {"bars": bars, "lyrics": lyrics}},
        tracks=tracks or {"lead": LEAD},
    )
    return arrange(one, PLUGINS)


def test_each_line_is_sung_on_a_phrase_and_each_syllable_has_a_note():
    song = sung(WORDS)
    part = song.parts["lead"]
    assert part.role == "voice"
    texts = [part.syllables[index].text for index in part.notes["lyric"]]
    assert texts == ["Har", "bour", "lights", "are", "call", "ing", "home", "Ev'", "ry", "wave", "a", "sto", "ry", "ry"]
    assert part.notes["beat"][7] == 8.0  # the second line begins with the second phrase
    assert song.warnings == ()


def test_every_playing_has_its_own_lines():
    song = sung(WORDS, order=("verse", {"use": "verse", "id": "v2", "lyrics": "Oth-er words"}))
    part = song.parts["lead"]
    assert [syllable.section for syllable in part.syllables[-3:]] == ["v2"] * 3
    assert [syllable.line for syllable in part.syllables[-3:]] == [2] * 3
    assert part.notes["lyric"].max() == len(part.syllables) - 1
    assert "section 'v2': 'Oth-er words': 3 syllables for 7 notes; the last one is held" in " ".join(song.warnings)


def test_too_few_syllables_for_a_melody_without_rests_are_reported():
    singer = {**LEAD, "clips": [{"at": "1:1", "notes": "C4:1/4 D4 E4 F4 G4 F4 E4 D4 C4 D4 E4 F4 G4 F4 E4 D4"}]}
    few = "its 2 lines: 8 syllables for 16 notes; the last one is held. Say where to hold with _"
    assert few in " ".join(sung("one two three four\nfive six nine eight", {"lead": singer}).warnings)
    held = "one _ two _ three _ four _\nfive _ six _ nine _ eight _"
    assert sung(held, {"lead": singer}).warnings == ()


def test_too_many_syllables_divide_notes_and_are_reported():
    song = sung("la la la la la la la la la la la la la la la la la la la la", bars=2)
    part = song.parts["lead"]
    assert part.notes["lyric"].tolist() == list(range(20))
    assert np.all(part.notes["length"] >= 0.25)
    assert "20 syllables for 7 notes" in song.warnings[0]
    crowded = sung(" ".join(["la"] * 90), bars=2)
    assert "the last ones are not sung" in crowded.warnings[0]


def test_a_song_without_lyrics_hums_and_one_with_lyrics_rests_elsewhere():
    humming = sung("")
    assert len(humming.parts["lead"].notes) == 14
    assert set(humming.parts["lead"].notes["lyric"]) == {-1}
    song = sung(WORDS, order=("verse", {"use": "verse", "lyrics": ""}))
    assert song.parts["lead"].notes["beat"].max() < 16.0


def test_only_voices_carry_lyrics():
    song = sung(WORDS, tracks=TRACKS | {"tune": {"instrument": "keys", "pattern": "hum"}, "lead": LEAD})
    assert set(song.parts["tune"].notes["lyric"]) == {-1}
    assert song.parts["tune"].syllables == ()


def test_the_hidden_melody_is_heard_in_the_singers_range_and_is_no_part():
    song = sung(WORDS)
    assert list(song.parts) == ["lead"]
    pitches = song.parts["lead"].notes["pitch"]
    assert 57 <= pitches.min() <= pitches.max() <= 69


def test_written_lines_take_the_melodys_place():
    clip = {"at": "2:1", "notes": "E4:1/4 G4 A4:1/2", "lyrics": "call-ing _"}
    song = sung(WORDS, tracks={"lead": LEAD | {"clips": [clip]}})
    part = song.parts["lead"]
    inside = part.notes[(part.notes["beat"] >= 4) & (part.notes["beat"] < 8)]
    assert inside["pitch"].tolist() == [64, 67, 69]
    assert [part.syllables[index].text for index in inside["lyric"]] == ["call", "ing", "ing"]


def test_a_voice_of_clips_only():
    clip = {"at": "verse+1:0", "notes": "E4:1/4 G4 A4:1/2 r:1/2 G4", "lyrics": "call-ing home _"}
    song = sung("", tracks={"echo": {"voice": "anna", "clips": [clip]}})
    part = song.parts["echo"]
    assert [part.syllables[index].text for index in part.notes["lyric"]] == ["call", "ing", "home", "home"]
    assert part.syllables[0].section == "verse"


def test_a_pattern_may_number_its_notes_itself():
    (line,) = sing_lines("one two three", "v")
    own = notes([(0, 1, 60, 0.8, 0, 1), (1, 1, 62, 0.8, 0, 1), (2, 1, 64, 0.8, 0, 2), (3, 1, 65, 0.8, 0, -1)])
    laid, (misfit,) = lay_lines(own, [line], 10)
    assert laid["lyric"].tolist() == [11, 11, 12]
    assert misfit.message == "'one two three': 1 of 3 syllables have no note; take them out"
    assert misfit.lines == {0}


C = Key.parse("C major")
SPANS = tuple(
    ChordSpan(4.0 * place, 4.0 * place + 4.0, parse_chord(text, C), text, C)
    for place, text in enumerate(["I", "V7/V", "V", "iv"])
)


@pytest.mark.parametrize(
    ("kind", "pitches"),
    [
        ("third-above", [67, 66, 71, 68]), ("third-below", [60, 59, 64, 62]),
        ("octave-above", [76, 74, 79, 77]),
        ("sixth-above", [72, 71, 76, 74]), ("unison", [64, 62, 67, 65]),
    ],
)  # fmt: skip
def test_harmony_follows_the_scale_of_the_moment(kind, pitches):
    melody = notes([(0, 0.5, 64, 0.8), (4, 0.5, 62, 0.8), (8, 0.5, 67, 0.8), (12, 0.5, 65, 0.8)])
    assert harmonise(melody, kind, SPANS, 40, 90)["pitch"].tolist() == pytest.approx(pitches)


def test_held_notes_settle_on_chord_tones_and_the_part_keeps_its_range():
    melody = notes([(beat, 2.0, pitch, 0.8) for beat, pitch in ((0, 64), (2, 65), (4, 62), (6, 69), (8, 67), (12, 65))])
    below = harmonise(melody, "third-below", SPANS, 40, 90)
    for note in below:
        chord = SPANS[int(note["beat"] // 4)].chord
        assert int(note["pitch"]) % 12 in chord.pitch_classes
    assert np.all(below["pitch"] < melody["pitch"])
    low = harmonise(melody, "third-above", SPANS, 40, 60)
    assert 40 <= low["pitch"].min() <= low["pitch"].max() <= 60


def test_backing_voices_sing_the_same_words():
    song = sung(WORDS, tracks={"lead": LEAD, "back": {"voice": "anna", "sings": {"harmony": "third-below"}}})
    lead, back = song.parts["lead"], song.parts["back"]
    np.testing.assert_array_equal(lead.notes["beat"], back.notes["beat"])
    np.testing.assert_array_equal(lead.notes["lyric"], back.notes["lyric"])
    assert lead.syllables == back.syllables


def test_an_unknown_harmony_is_the_projects_fault():
    with pytest.raises(ProjectError, match=r"tracks.lead.sings.harmony.*'ninth-sideways'"):
        sung(WORDS, tracks={"lead": {"voice": "anna", "sings": {"harmony": "ninth-sideways"}}})


def test_a_melody_moves_by_octaves_into_the_singers_range():
    melody = notes([(0, 1, 79, 0.8), (1, 1, 83, 0.8), (2, 1, 76, 0.8)])
    assert place_in_range(melody, 55, 69)["pitch"].tolist() == [67, 71, 64]
    assert place_in_range(melody, 76, 83)["pitch"].tolist() == [79, 83, 76]
    assert place_in_range(notes(), 55, 69).size == 0


def test_without_anyone_to_make_up_a_melody_nothing_is_sung_and_that_is_said():
    class Tuneless(PaperGenre):
        """Has no melody."""

        name = "tuneless"

        def defaults(self, wish, rng):
            return {}

    plugins = band(genres=[Tuneless])
    del plugins.entries[("pattern", "hum")]
    song = arrange(project(plugins, genre="tuneless", tracks=TRACKS | {"lead": LEAD}), plugins)
    assert len(song.parts["lead"].notes) == 0
    assert "nothing is sung" in song.warnings[0]
