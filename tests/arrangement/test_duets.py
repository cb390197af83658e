"""Lines that name their singers are sung by them alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from arrangement.paper_band import band, project
from songwright.arrangement.arrange import Arrangement, arrange
from songwright.errors import ProjectError
from songwright.project.cast import UnknownSingerError, cast

PLUGINS = band()
DUO: dict[str, Any] = {
    "ann": {"voice": "anna", "sings": "melody"},
    "ben": {"voice": "anna", "sings": "melody"},
}
BACKING: dict[str, Any] = {"back": {"voice": "anna", "sings": {"harmony": "third-below"}}}
LYRICS = "ann: Har-bour lights are call-ing home\nBen: Ev'-ry wave a sto-ry"


def duet(lyrics: str, tracks: dict[str, Any] = DUO, bars: int = 4, **more: Any) -> Arrangement:
    sections = {"verse": {"bars": bars, "lyrics": lyrics}}
    return arrange(project(PLUGINS, arrangement=["verse"], sections=sections, tracks=tracks, **more), PLUGINS)


def words(song: Arrangement, track: str) -> str:
    part = song.parts[track]
    return " ".join(part.syllables[index].text for index in dict.fromkeys(part.notes["lyric"].tolist()))


def test_each_sings_the_lines_with_its_name_where_all_would_have_sung_them() -> None:
    song = duet(LYRICS)
    assert words(song, "ann") == "Har bour lights are call ing home"
    assert words(song, "ben") == "Ev' ry wave a sto ry"
    together = duet(LYRICS.replace("ann: ", "").replace("Ben: ", ""))
    for track in DUO:
        mine = np.isin(together.parts["ann"].notes["beat"], song.parts[track].notes["beat"])
        np.testing.assert_array_equal(song.parts[track].notes, together.parts[track].notes[mine])
    assert song.warnings == ()


def test_a_name_alone_on_a_line_holds_for_the_lines_that_follow() -> None:
    song = duet("ann:\nHar-bour lights are call-ing home\n\nEv'-ry wave a sto-ry")
    assert words(song, "ann").endswith("sto ry")
    assert len(song.parts["ben"].notes) == 0


def test_both_and_all_and_lists() -> None:
    tracks = DUO | BACKING
    assert words(duet("both: la la la", tracks, 2), "back") == ""
    assert words(duet("both: la la la", tracks, 2), "ben") == "la la la"
    assert words(duet("ann: \nall: la la la", tracks, 2), "back") == "la la la"
    song = duet("ann, back: la la la", tracks, 2)
    assert [words(song, track) for track in tracks] == ["la la la", "", "la la la"]


def test_backing_voices_rest_in_lines_of_others_and_names_end_with_the_section() -> None:
    sections = {"verse": {"bars": 2, "lyrics": "ann: one two three"}, "chorus": {"bars": 2, "lyrics": "four five six"}}
    tracks = DUO | BACKING
    song = arrange(
        project(PLUGINS, arrangement=["verse", "chorus"], sections=sections, tracks=tracks, tempo=[{"bpm": 100}]),
        PLUGINS,
    )
    assert [words(song, track) for track in tracks] == ["one two three four five six", "four five six", "four five six"]
    assert {syllable.line for syllable in song.parts["ben"].syllables} == {0, 1}


def test_what_does_not_fit_is_said_once_and_by_those_who_sing_it() -> None:
    song = duet("ann: la la\nboth: la la la la la la la la la")
    held = "Say where to hold with _: la _ _ la _ _ _"
    assert song.warnings == (
        f"section 'verse': 'la la': 2 syllables for 7 notes; the last one is held. {held}",
        "section 'verse': 'la la la la la la la la la': 9 syllables for 7 notes; notes are divided. Take 2 out",
    )


def test_holds_that_do_not_fit_come_with_a_version_that_does() -> None:
    (warning,) = duet("Har-bour lights _ _ are _ call-ing home", bars=2).warnings
    assert warning.endswith(
        "10 syllables for 7 notes; notes are divided. Take holds out: Har-bour lights are call-ing home"
    )


@pytest.mark.parametrize(
    ("names", "tracks", "found"),
    [
        ((), DUO | BACKING, ("ann", "ben", "back")),
        (("both",), BACKING | DUO, ("ann", "ben")),
        (("both",), {"ann": DUO["ann"]} | BACKING, ("ann", "back")),
        (("BEN", "ann"), DUO, ("ann", "ben")),
        (("ann", "All"), DUO | BACKING, ("ann", "ben", "back")),
    ],
)
def test_names_stand_for_tracks(names: tuple[str, ...], tracks: dict[str, Any], found: tuple[str, ...]) -> None:
    assert cast(names, project(PLUGINS, tracks=tracks).tracks) == found


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("bne", "nobody who sings is called 'bne'", "did you mean 'ben'?; to sing the word itself, write bne\\:"),
        ("Chorus", "nobody who sings is called 'Chorus'", "known: ann, ben, all, both"),
        ("drums", "the track 'drums' does not sing the sections' lyrics", "known: ann, ben, all"),
        ("solo", "the track 'solo' does not sing the sections' lyrics", "give it `sings: melody`"),
        ("both", "'both' are two singers, and the song has 3", "write 'all', or their names: ann, ben, cy"),
    ],
)
def test_a_name_that_is_nobodys_is_an_error_with_advice(name: str, message: str, hint: str) -> None:
    others = {"drums": {"instrument": "pads", "pattern": "kit"}, "solo": {"voice": "anna"}}
    tracks = project(PLUGINS, tracks=DUO | others | ({"cy": DUO["ann"]} if name == "both" else {})).tracks
    with pytest.raises(UnknownSingerError, match=message) as caught:
        cast((name,), tracks)
    assert caught.value.hint.startswith(hint)
    with pytest.raises(ProjectError, match=message):
        duet(f"{name}: oh", DUO | others | ({"cy": DUO["ann"]} if name == "both" else {}))
