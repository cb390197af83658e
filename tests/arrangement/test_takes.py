"""Another take of one section: nothing outside it moves, something inside it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrangement.paper_band import TRACKS, band, project
from songwright.arrangement.arrange import Arrangement, arrange
from songwright.errors import ProjectError
from songwright.interfaces.pattern import Pattern, Role
from songwright.music.notes import between, notes, settled
from songwright.plugins import installed_plugins
from songwright.project.load import load_checked

PAPER = band()
POP = """songwright: 1
title: Takes
genre: pop
seed: {seed}
sections:
  verse: {{bars: 4, energy: 0.4, lyrics: "Har-bour lights are call-ing home"}}
  chorus: {{bars: 4, energy: 0.9, lyrics: "Bring me back to you"}}
arrangement: [{{use: intro, bars: 2}}, {{use: verse, id: v1}}, {{use: chorus, id: c1}}, {{use: verse, id: v2}},
  {{use: chorus, id: c2, transpose: 2}}]
tracks:
  lead: {{voice: hibari, sings: melody}}
  second: {{voice: hibari, sings: {{harmony: third-below}}}}
"""
IDS = ("intro", "v1", "c1", "v2", "c2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("takes")


def pop(folder: Path, seed: int, **overrides: Any) -> Arrangement:
    file = folder / "song.yaml"
    file.write_text(POP.format(seed=seed))
    return arrange(load_checked(file, installed_plugins(), overrides=overrides).project, installed_plugins())


def outside(song: Arrangement, track: str, ids: set[str]) -> bytes:
    """The bytes of every note that begins in another section: its length, timing and velocity count, too."""
    kept = [between(song.parts[track].notes, s.start_beat, s.end_beat) for s in song.sections if s.id not in ids]
    return b"".join(settled(part).tobytes() for part in kept)


def inside(song: Arrangement, track: str, name: str) -> bytes:
    section = next(section for section in song.sections if section.id == name)
    return settled(between(song.parts[track].notes, section.start_beat, section.end_beat)).tobytes()


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 50),
    takes=st.dictionaries(st.sampled_from(IDS), st.integers(1, 2**63 - 1), min_size=1, max_size=3),
)
def test_another_take_of_sections_moves_no_note_of_the_others(folder: Path, seed: int, takes: dict[str, int]) -> None:
    own = pop(folder, seed)
    other = pop(folder, seed, **{f"reroll.{name}": number for name, number in takes.items()})
    assert other.chords == own.chords
    assert list(other.parts) == list(own.parts)
    for track in own.parts:
        assert outside(other, track, set(takes)) == outside(own, track, set(takes))
    for name in takes:
        assert [track for track in own.parts if inside(other, track, name) != inside(own, track, name)]


def test_a_take_does_not_depend_on_the_takes_beside_it(folder: Path) -> None:
    """Sections that stand side by side are taken anew one by one, in any order, with one outcome."""
    one = pop(folder, 7, **{"reroll.c1": 5})
    two = pop(folder, 7, **{"reroll.c1": 5, "reroll.v1": 3, "reroll.v2": 9})
    for track in one.parts:
        assert inside(one, track, "c1") == inside(two, track, "c1")


def test_many_takes_of_a_chorus_are_many_choruses(folder: Path) -> None:
    tunes = {inside(pop(folder, 7, **{"reroll.c1": number}), "lead", "c1") for number in range(6)}
    assert len(tunes) == 6


def test_take_zero_is_the_songs_own(folder: Path) -> None:
    own, zero = pop(folder, 7), pop(folder, 7, **{"reroll.c1": 0})
    assert all(own.parts[track].notes.tobytes() == zero.parts[track].notes.tobytes() for track in own.parts)


def test_the_tune_of_another_take_sings_its_own_chorus_once(folder: Path) -> None:
    """A seed of one playing leaves the other playings of its material as they are; a material's seed moves all."""
    own = pop(folder, 7)
    playing = pop(folder, 7, **{"arrangement.c1.seed": 4})
    material = pop(folder, 7, **{"sections.chorus.seed": 4})
    assert inside(playing, "lead", "c1") == inside(material, "lead", "c1") != inside(own, "lead", "c1")
    assert inside(playing, "lead", "c2") == inside(own, "lead", "c2") != inside(material, "lead", "c2")
    assert outside(material, "lead", {"c1", "c2"}) == outside(own, "lead", {"c1", "c2"})


def test_who_says_the_number_nearest_to_the_playing_is_heard(folder: Path) -> None:
    def chorus(**overrides: int) -> bytes:
        return inside(pop(folder, 7, **overrides), "bass", "c1")

    material, entry, reroll = "sections.chorus.seed", "arrangement.c1.seed", "reroll.c1"
    own, two, three, four = (chorus(**{reroll: number}) for number in (0, 2, 3, 4))
    assert chorus(**{material: 2}) == two
    assert chorus(**{material: 2, entry: 3}) == three
    assert chorus(**{material: 2, entry: 0}) == own
    assert chorus(**{material: 2, entry: 3, reroll: 4}) == four


def test_a_take_of_what_nobody_plays_is_refused() -> None:
    with pytest.raises(ProjectError, match="no section has the id 'c9'") as caught:
        arrange(project(PAPER, arrangement=["verse"], reroll={"c9": 1}), PAPER)
    assert "the song has verse" in str(caught.value)


def test_a_players_habits_stay_and_neighbours_never_hear_of_the_take() -> None:
    seen = []

    class Habit(Pattern):
        """Plays its habit's pitch, and notes what it sees."""

        name = "habit"
        role = Role.COLOUR

        def play(self, context):
            seen.append((context.section, context.previous, context.following))
            habit = int(context.rng("pitch", "track").integers(40, 80))
            return notes([(context.section.start_beat, 1.0, habit, float(context.rng("touch").random()))])

    plugins = band(patterns=[Habit])
    tracks = TRACKS | {"colour": {"instrument": "keys", "pattern": "habit"}}
    order = ["verse", "chorus", "verse"]
    own = arrange(project(plugins, tracks=tracks, arrangement=order), plugins).parts["colour"].notes
    taken = arrange(project(plugins, tracks=tracks, arrangement=order, reroll={"chorus": 3}), plugins)
    other = taken.parts["colour"].notes
    np.testing.assert_array_equal(own["pitch"], other["pitch"])
    np.testing.assert_array_equal(own["velocity"] == other["velocity"], [True, False, True])
    assert {section.seed for sections in seen for section in sections if section} == {0}
    assert [section.seed for section in taken.sections] == [0, 3, 0]


def test_a_take_does_not_move_a_voice_to_another_octave() -> None:
    """The octave is chosen for the song; a chorus that happens to lie high must not move the verse."""
    tracks = TRACKS | {
        "hum": {"instrument": "keys", "pattern": "hum"},
        "anna": {"voice": "anna", "sings": "melody"},
        "low": {"voice": "anna", "sings": {"part": "melody", "harmony": "sixth-above"}},
    }
    order = ["verse", "chorus"]
    own = arrange(project(PAPER, tracks=tracks, arrangement=order), PAPER)
    for number in range(1, 30):
        other = arrange(project(PAPER, tracks=tracks, arrangement=order, reroll={"chorus": number}), PAPER)
        for track in ("anna", "low"):
            assert outside(other, track, {"chorus"}) == outside(own, track, {"chorus"})
