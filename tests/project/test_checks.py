"""What may be written but is doubtful is a warning with a place; what is right is silent."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project.band import band
from songwright.errors import Problem
from songwright.project.checks.routing import Cable, _circles
from songwright.project.load import load_checked

BAND = band()
SINGER = "tracks: {lead: {voice: anna, sings: melody}}\n"
HEAD = "songwright: 1\ntitle: Song\ngenre: tune\n"


@pytest.fixture
def warnings(tmp_path: Path) -> Any:
    def write(text: str) -> tuple[Problem, ...]:
        path = tmp_path / "song.yaml"
        path.write_text(HEAD + text)
        return load_checked(path, BAND).problems

    return write


#: What is written, where the warning points, and what it says.
DOUBTFUL = {
    "a silent track": ("tracks:\n  riff: {instrument: reed}\n", "5:9", "has nothing to play"),
    "a voice that sings nothing": ("tracks:\n  solo: {voice: anna}\n", "5:9", "has nothing to play"),
    "a note too low": (
        'tracks:\n  bass:\n    clips: {at: "1:1", notes: "E2:1/4 C1 D1"}\n',
        "6:39",
        "C1, D1 are outside the range of the instrument 'reed'",
    ),
    "a note too low in a folded block": (
        'tracks:\n  bass:\n    clips:\n      at: "1:1"\n      notes: >-\n        E2:1/4 E2 |\n        E2 C1\n',
        "10:12",
        "C1 is outside the range of the instrument 'reed'",
    ),
    "a word in a folded block": (
        "sections:\n  verse:\n    lyrics: >\n      Oh my\n      my 99 lives\n" + SINGER,
        "8:10",
        "the number '99' takes one",
    ),
    "a note too high for the singer": (
        'tracks:\n  echo: {voice: anna, clips: {at: "1:1", notes: "C6:1/4"}}\n',
        "5:50",
        "C6 is outside the range of the voice 'anna'",
    ),
    "a note too low for the singer as it is transposed": (
        'tracks:\n  echo: {voice: {use: anna, transpose: -12}, clips: {at: "1:1", notes: "C5:1/4 C4"}}\n',
        "5:80",
        "C4 is outside the range of the voice 'anna' (it sounds well from G4 to A5)",
    ),
    "a voice that is not there": (
        "tracks:\n  lead: {voice: [nobody, anna], sings: melody}\n",
        "5:18",
        "no voice is named 'nobody'",
    ),
    "too many chords": (
        'sections: {verse: {bars: 2, chords: "| I | V | % | IV . |"}}\n',
        "4:37",
        "4 bars of chords do not fit into 2 bars (what lies past the section's end is not heard)",
    ),
    "too many words": (
        "sections:\n  verse:\n    bars: 1\n    lyrics: one two three four five six se-ven eight\n" + SINGER,
        "7:13",
        "9 syllables do not fit into 1 bar",
    ),
    "too many words for a playing": (
        "arrangement:\n  - {use: verse, bars: 1, lyrics: one two three four five six se-ven eight}\n",
        "5:35",
        "9 syllables do not fit into 1 bar",
    ),
    "too many words for a clip": (
        'tracks: {echo: {voice: anna, clips: {at: "1:1", notes: "E4:1/4 r G4", lyrics: call-ing home}}}\n',
        "4:79",
        "3 syllables and holds do not fit 2 notes (take 1 out, or divide notes: E4:1/8 E4 r:1/4 G4)",
    ),
    "too many holds for a clip": (
        'tracks: {echo: {voice: anna, clips: {at: "1:1", notes: "E4:1/4 r G4", lyrics: call-ing _}}}\n',
        "4:79",
        "3 syllables and holds do not fit 2 notes (take holds out: call-ing)",
    ),
    "too few words for a clip": (
        'tracks: {echo: {voice: anna, clips: {at: "1:1", notes: "E4:1/4 E4 E4 E4 E4 E4", lyrics: call-ing home}}}\n',
        "4:89",
        "the last one goes on over 4 (say where to hold with _: call-ing _ home _ _)",
    ),
    "too few words for a clip that is played twice": (
        'tracks: {echo: {voice: anna, clips: {at: "1:1", repeat: 2, notes: "E4:1/4 E4 E4", lyrics: call-ing home}}}\n',
        "4:91",
        "3 syllables and holds are few for 6 notes",
    ),
    "lyrics that nobody sings": ("sections: {verse: {lyrics: oh my}}\n", "4:28", "nobody sings these lyrics (give a"),
    "a colour that is a comment": (
        "render:\n  karaoke_video:\n    text: #ffd34d\n",
        "6:10",
        "takes # and what follows for",
    ),
    "a number": (
        "sections:\n  verse:\n    lyrics: |\n      Oh\n      my 99 lives\n" + SINGER,
        "8:10",
        "the number '99' takes one",
    ),
    "a picture": (
        'sections: {verse: {lyrics: "home 🎵"}}\ntracks: {lead: {voice: anna, sings: melody}}\n',
        "4:34",
        "'🎵' cannot be sung and is left out",
    ),
    "a sign for a word": (
        "sections: {verse: {lyrics: you & me}}\ntracks: {lead: {voice: anna, sings: melody}}\n",
        "4:32",
        "'&' cannot be sung and is left out (write",
    ),
    "letters of another script": (
        "sections:\n  verse:\n    lyrics: |\n      Home 港口 now\ntracks: {lead: {voice: anna, sings: melody}}\n",
        "7:12",
        "the voice 'anna' cannot read '港口'; it speaks en",
    ),
    "a clip over the end": (
        """sections: {verse: {bars: 2}}
arrangement: verse
tracks: {bass: {clips: {at: "2:1", notes: "E2:1/2", repeat: 4}}}
""",
        "6:44",
        "the clip goes on for 4 beats past the end",
    ),
    "a route to a return": ("tracks: {bass: {to: hall}}\n", "4:21", "'hall', which is a return"),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_doubtful_is_a_warning(warnings: Any, name: str) -> None:
    text, place, words = DOUBTFUL[name]
    (problem,) = warnings(text)
    assert problem.severity == "warning"
    assert words in f"{problem.message} ({problem.hint})"
    assert f"{problem.place.line}:{problem.place.column}" == place
    assert problem.hint


RIGHT = {
    "a full bar of syllables": "sections: {verse: {bars: 1, lyrics: one two three four five six sev-en}}\n" + SINGER,
    "a clip to the end": (
        'sections: {verse: {bars: 2}}\narrangement: verse\ntracks: {bass: {clips: {at: "2:1", notes: "E2:1/2 E2"}}}\n'
    ),
    "automation to the very end": (
        "sections: {verse: {bars: 2}}\narrangement: verse\n"
        'automation: {target: bass.gain, points: [["1:1", 0], ["3:1", -90]]}\n'
    ),
    "two points in one place": 'automation: {target: bass.gain, points: [["1:1", 0], ["2:1", 0], ["2:1", -9]]}\n',
    "places of the genre's sections": 'tracks: {bass: {clips: {at: chorus-2, notes: "E2:1/4"}}}\n',
    "beats of an odd meter": 'meter: 7/8\ntracks: {bass: {clips: {at: "2:7.5", notes: "E2:1/4"}}}\n',
    "a sidechain from before the fader": (
        "tracks: {bass: {effects: [{use: squeeze, sidechain: {from: lead, tap: pre}}]}}\n"
    ),
    "groups of groups": "buses: {a: {to: b}, b: {to: c}, c: {}}\ntracks: {bass: {to: a, sends: [c]}}\n",
    "a chord in each writing": 'sections: {verse: {chords: "| Am7/G | V7/V . iv | 6- | % |"}}\n',
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_silent(warnings: Any, name: str) -> None:
    assert warnings(RIGHT[name]) == ()


NAMES = st.sampled_from("abcdef")


@given(st.lists(st.tuples(NAMES, NAMES), unique=True, max_size=14))
def test_circles_are_found_exactly_where_there_are_some(pairs: list[tuple[str, str]]) -> None:
    """Against reachability, the slow and obvious way."""
    reach = set(pairs)
    for middle in "abcdef":
        reach |= {(one, other) for one, a in reach if a == middle for b, other in reach if b == middle}
    circles = list(_circles([Cable(one, other, (one, other)) for one, other in pairs]))
    assert bool(circles) == any(one == other for one, other in reach)
    for circle in circles:
        assert all(cable.sink == following.source for cable, following in itertools.pairwise(circle))
        assert circle[-1].sink == circle[0].source
