import numpy as np
import pytest

from arrangement.paper_band import TRACKS, Hum, Kit, band, project
from songwright.arrangement.arrange import arrange
from songwright.errors import PluginError
from songwright.interfaces.pattern import Pattern, Role
from songwright.music.notes import NOTE, between, notes

PLUGINS = band()


def test_the_same_seed_gives_the_same_arrangement_and_another_seed_another():
    first, again, other = (arrange(project(PLUGINS, seed=seed), PLUGINS) for seed in (1, 1, 2))
    for name in TRACKS:
        np.testing.assert_array_equal(first.parts[name].notes, again.parts[name].notes)
        assert first.parts[name].notes.tobytes() == again.parts[name].notes.tobytes()
    assert first.sections == again.sections
    assert first.chords == again.chords
    assert any(not np.array_equal(first.parts[name].notes, other.parts[name].notes) for name in TRACKS)


def test_adding_a_track_changes_no_other_track():
    feel = {"humanize": {"timing": 6, "velocity": 5}}
    before = arrange(project(PLUGINS, feel=feel), PLUGINS)
    more = TRACKS | {
        "second": {"instrument": "keys", "pattern": "blocks"},
        "low": {"instrument": "keys", "pattern": "roots"},
    }
    after = arrange(project(PLUGINS, feel=feel, tracks=more), PLUGINS)
    for name in TRACKS:
        np.testing.assert_array_equal(before.parts[name].notes, after.parts[name].notes)
    assert not np.array_equal(after.parts["low"].notes["pitch"], after.parts["bass"].notes["pitch"])


def test_the_order_of_tracks_changes_no_track():
    forward = arrange(project(PLUGINS), PLUGINS)
    backward = arrange(project(PLUGINS, tracks=dict(reversed(TRACKS.items()))), PLUGINS)
    assert list(backward.parts) == list(reversed(TRACKS))
    for name in TRACKS:
        np.testing.assert_array_equal(forward.parts[name].notes, backward.parts[name].notes)


def test_a_genres_track_leads_its_role_wherever_it_stands():
    mine = {"mine": {"instrument": "keys", "pattern": "roots"}} | TRACKS
    alone = arrange(project(PLUGINS, genre_tracks=frozenset(TRACKS)), PLUGINS)
    joined = arrange(project(PLUGINS, tracks=mine, genre_tracks=frozenset(TRACKS)), PLUGINS)
    np.testing.assert_array_equal(alone.parts["comp"].notes, joined.parts["comp"].notes)


def test_the_genre_says_when_its_own_tracks_enter():
    order = ["intro", "verse"]
    own = arrange(project(PLUGINS, arrangement=order), PLUGINS)
    supplied = arrange(project(PLUGINS, arrangement=order, genre_tracks=frozenset({"bass"})), PLUGINS)
    intro = own.sections[0]
    assert len(between(own.parts["bass"].notes, intro.start_beat, intro.end_beat)) > 0
    assert len(between(supplied.parts["bass"].notes, intro.start_beat, intro.end_beat)) == 0
    assert len(supplied.parts["bass"].notes) > 0


def test_parts_know_their_roles_and_stand_in_project_order():
    more = {"silent": {"instrument": "keys"}, "claps": {"instrument": "pads"}, "anna": {"voice": "anna"}}
    song = arrange(project(PLUGINS, tracks=TRACKS | more), PLUGINS)
    assert {name: part.role for name, part in song.parts.items()} == {
        "drums": "drums", "bass": "bass", "comp": "comp", "silent": "written", "claps": "drums",
        "anna": "voice",
    }  # fmt: skip
    assert list(song.parts) == [*TRACKS, *more]


def test_a_player_sees_its_place_in_the_song():
    seen = []

    class Watcher(Pattern):
        """Looks about."""

        name = "watcher"
        role = Role.COLOUR

        def play(self, context):
            seen.append(context)
            return notes([(context.section.start_beat, 1.0, 60, 0.5)])

    plugins = band(patterns=[Watcher])
    order = ["verse", "chorus", {"use": "verse", "lyrics": "Har-bour lights"}]
    tracks = TRACKS | {"eyes": {"instrument": "keys", "pattern": "watcher"}}
    song = arrange(project(plugins, arrangement=order, tracks=tracks), plugins)
    first, middle, last = seen
    assert [context.occurrence for context in seen] == [0, 0, 1]
    assert (first.previous, first.following) == (None, song.sections[1])
    assert last.following is None
    assert last.next_chord is None
    assert middle.next_chord == last.chords[0]
    assert middle.before["beat"].tolist() == [first.section.start_beat]
    assert middle.midi_range == (40, 80)
    assert last.lyric_lines == ((True, False, True),)
    for context in seen:
        assert set(context.heard) == {Role.DRUMS, Role.BASS, Role.COMP}
        assert context.chords[0].start_beat == context.section.start_beat
        assert context.chords[-1].end_beat == context.section.end_beat
        for heard in context.heard.values():
            assert len(heard)
            assert np.all((heard["beat"] >= context.section.start_beat) & (heard["beat"] < context.section.end_beat))
            with pytest.raises(ValueError, match="read-only"):
                heard["beat"] += 1
    material = [context.rng("x", "material").random() for context in seen]
    assert material[0] == material[2] != material[1]
    assert len({context.rng("x").random() for context in seen}) == 3
    assert len({context.rng("x", "track").random() for context in seen}) == 1


def _faulty(result):
    class Faulty(Kit):
        """Does it wrong."""

        name = "faulty"

        def play(self, context):
            return result(context)

    return Faulty


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (lambda _: 1 / 0, "failed while playing section 'verse' on track 'drums': ZeroDivisionError"),
        (lambda _: [1, 2], "returned no array of notes"),
        (lambda _: np.zeros(3), "returned no array of notes"),
        (lambda _: notes([(float("nan"), 1, 60, 0.5)]), "a beat that is not finite"),
        (lambda context: notes([(context.section.end_beat, 1, 60, 0.5)]), "a note at beat 16, outside 0 to 16"),
        (lambda _: notes([(0, 0, 60, 0.5)]), "the length 0"),
        (lambda _: notes([(0, 1, 128, 0.5)]), "the pitch 128"),
        (lambda _: notes([(0, 1, 60, 1.5)]), "the velocity 1.5"),
    ],
)
def test_a_faulty_pattern_is_named_with_its_distribution(result, says):
    plugins = band(patterns=[_faulty(result)])
    tracks = {"drums": {"instrument": "pads", "pattern": "faulty"}}
    one = project(plugins, arrangement=["verse"], sections={"verse": {"bars": 4}}, tracks=tracks)
    with pytest.raises(PluginError) as caught:
        arrange(one, plugins)
    assert says in str(caught.value)
    assert "plugin 'paper' (from paper-band): pattern 'faulty'" in str(caught.value)
    assert caught.value.distribution == "paper-band"


def test_an_empty_part_is_no_fault():
    plugins = band(patterns=[_faulty(lambda _: np.zeros(0, NOTE))])
    song = arrange(project(plugins, tracks={"drums": {"instrument": "pads", "pattern": "faulty"}}), plugins)
    assert len(song.parts["drums"].notes) == 0


def test_observers_are_told():
    from songwright import hookimpl

    heard = []

    class Observer:
        @hookimpl
        def songwright_arranged(self, arrangement):
            heard.append(arrangement)

    plugins = band()
    plugins.manager.register(Observer())
    song = arrange(project(plugins), plugins)
    assert heard == [song]


def test_an_observer_that_fails_is_named_by_its_hook():
    from songwright import hookimpl

    class Observer:
        @hookimpl
        def songwright_arranged(self, arrangement):
            raise ZeroDivisionError("no beat")

    plugins = band()
    plugins.manager.register(Observer())
    with pytest.raises(PluginError, match="an observer of songwright_arranged failed: ZeroDivisionError: no beat"):
        arrange(project(plugins), plugins)


def test_adding_a_singer_changes_no_track_and_the_melody_comes_to_the_singers_range():
    tracks = TRACKS | {"tune": {"instrument": "keys", "pattern": "hum"}}
    alone = arrange(project(PLUGINS, tracks=tracks), PLUGINS)
    sung = arrange(project(PLUGINS, tracks=tracks | {"lead": {"voice": "anna", "sings": "melody"}}), PLUGINS)
    for name in tracks:
        np.testing.assert_array_equal(alone.parts[name].notes, sung.parts[name].notes)
    moved = sung.parts["lead"].notes["pitch"] - sung.parts["tune"].notes["pitch"]
    assert len(set(moved.tolist())) == 1
    assert moved[0] % 12 == 0
    assert Hum.role == Role.MELODY
