import itertools

import pytest

from arrangement.paper_band import PaperGenre, band, project
from songwright.arrangement.arrange import arrange
from songwright.errors import PluginError, ProjectError
from songwright.music.pitch import Key

PLUGINS = band()
ORDER = [{"use": "verse", "id": "v1"}, {"use": "chorus", "id": "c1"}, {"use": "verse", "id": "v2"}]


def romans(song, section):
    return [span.roman for span in song.chords if _within(span, song, section)]


def symbols(song, section):
    return [span.chord.symbol for span in song.chords if _within(span, song, section)]


def _within(span, song, name):
    section = next(section for section in song.sections if section.id == name)
    return section.start_beat <= span.start_beat < section.end_beat


def test_verse_two_has_the_chords_of_verse_one():
    for seed in range(5):
        song = arrange(project(PLUGINS, seed=seed, arrangement=ORDER), PLUGINS)
        assert romans(song, "v1") == romans(song, "v2")
        assert romans(song, "v1") != romans(song, "c1") or seed


def test_written_chords_repeat_to_fill_the_bars_and_break_off():
    song = arrange(
        project(PLUGINS, arrangement=["verse"], sections={"verse": {"bars": 5, "chords": "| I . vi . | IV |"}}), PLUGINS
    )
    assert romans(song, "verse") == ["I", "vi", "IV", "I", "vi", "IV", "I", "vi"]
    assert [span.end_beat - span.start_beat for span in song.chords] == [2, 2, 4, 2, 2, 4, 2, 2]


def test_a_progression_component_and_a_placements_own_chords():
    order = ["verse", {"use": "verse", "id": "v2", "chords": "| bVII |"}]
    one = project(
        PLUGINS,
        key=[{"at": "1:1", "key": "D minor"}],
        arrangement=order,
        sections={"verse": {"bars": 4, "chords": {"use": "steps"}}},
    )
    song = arrange(one, PLUGINS)
    assert symbols(song, "verse") == ["Dm", "Gm", "A", "Dm"]
    assert symbols(song, "v2") == ["C"] * 4


def test_chords_leave_no_gap_in_any_meter():
    one = project(
        PLUGINS,
        meter=[{"at": "1:1", "meter": "4/4"}, {"at": "3:1", "meter": "7/8"}, {"at": "6:1", "meter": "3/4"}],
        arrangement=["verse", "chorus"],
        sections={"verse": {"bars": 7, "chords": "| I V | vi . IV |"}},
    )
    song = arrange(one, PLUGINS)
    assert song.chords[0].start_beat == 0.0
    assert song.chords[-1].end_beat == pytest.approx(song.end_beat)
    for span, following in itertools.pairwise(song.chords):
        assert span.end_beat == pytest.approx(following.start_beat)
        assert span.end_beat > span.start_beat
    bar3 = [span for span in song.chords if 8 <= span.start_beat < 11.5]
    assert [span.end_beat - span.start_beat for span in bar3] == pytest.approx([1.75, 1.75])


def test_key_changes_and_transposition_move_numerals_and_written_names():
    one = project(
        PLUGINS,
        key=[{"at": "1:1", "key": "C major"}, {"at": "c1", "key": "D major"}],
        arrangement=[
            {"use": "verse", "id": "v1"},
            {"use": "verse", "id": "c1"},
            {"use": "verse", "id": "up", "transpose": 3},
        ],
        sections={"verse": {"bars": 2, "chords": "| I | Am7/G |"}},
    )
    song = arrange(one, PLUGINS)
    assert symbols(song, "v1") == ["C", "Am7/G"]
    assert symbols(song, "c1") == ["D", "Am7/G"]
    assert symbols(song, "up") == ["F", "Cm7/Bb"]
    assert [str(section.key) for section in song.sections] == ["C major", "D major", "F major"]
    assert [span.key for span in song.chords if _within(span, song, "up")] == [Key.parse("F major")] * 2


def test_wrong_chords_are_the_projects_or_the_plugins_fault():
    with pytest.raises(ProjectError, match=r"sections.verse.chords.*'zz'"):
        arrange(project(PLUGINS, arrangement=["verse"], sections={"verse": {"chords": "| I | zz |"}}), PLUGINS)

    class Bad(PaperGenre):
        """Writes nonsense."""

        name = "bad"

        def chords(self, use, bars, minor, rng):
            return "| nonsense |"

    class Broken(Bad):
        """Fails."""

        name = "broken"

        def chords(self, use, bars, minor, rng):
            raise ZeroDivisionError("no chords today")

    plugins = band(genres=[Bad, Broken])
    with pytest.raises(PluginError, match=r"'paper' \(from paper-band\): genre 'bad' gave chords.*nonsense"):
        arrange(project(plugins, genre="bad", arrangement=["verse"]), plugins)
    with pytest.raises(PluginError, match=r"genre 'broken' failed.*ZeroDivisionError: no chords today"):
        arrange(project(plugins, genre="broken", arrangement=["verse"]), plugins)


def test_chords_written_for_the_verse_serve_an_intro_of_its_kin():
    class Kindred(PaperGenre):
        """Introduces with the verse."""

        name = "kindred"

        def kin(self, use):
            return "verse" if use == "intro" else use

    plugins = band(genres=[Kindred])
    order, verse = ["intro", "verse", "chorus"], {"verse": {"bars": 4, "chords": "| ii | V |"}}
    song = arrange(project(plugins, genre="kindred", arrangement=order, sections=verse), plugins)
    assert romans(song, "intro") == romans(song, "verse") == ["ii", "V", "ii", "V"]
    drawn = arrange(project(plugins, genre="kindred", arrangement=order), plugins)
    assert romans(drawn, "intro") == romans(drawn, "verse")[:4]
