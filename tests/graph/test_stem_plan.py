from __future__ import annotations

from fake_desk import click, graph
from songwright.graph.nodes import Tap

BUSES = {
    "band": {"gain": "-3 dB"},
    "glued": {"effects": ["cube"], "to": "band"},
    "hall": {"role": "return", "effects": ["echo"], "to": "band"},
}
TRACKS = {
    "one": click(to="band"),
    "two": click(to="glued", sends=[{"to": "hall"}]),
    "three": click(),
}


def plans(folder, **fields):
    return {plan.id: plan for plan in graph(folder, TRACKS, buses=BUSES, **fields).stems}


def test_tracks_then_groups_with_effects_then_returns(tmp_path):
    made = plans(tmp_path)
    assert [(plan.number, name) for name, plan in made.items()] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
        (4, "glued"),
        (5, "hall"),
    ]
    assert made["one"].through == ("band",)
    assert made["two"].part_of == "glued"
    assert [name for name, plan in made.items() if plan.part_of] == ["two"]
    assert made["glued"].through == made["hall"].through == ("band",)


def test_at_the_source_only_tracks_have_stems(tmp_path):
    made = plans(tmp_path, render={"stems": {"tap": "source"}})
    assert list(made) == ["one", "two", "three"]
    assert {plan.tap for plan in made.values()} == {Tap.SOURCE}


def test_a_silent_voice_has_no_stem_and_is_warned_of(tmp_path):
    made = graph(tmp_path, {"mute": {"voice": "nobody", "clips": [{"at": "1:1", "notes": "C4:1/4"}]}, "one": click()})
    assert [(plan.number, plan.id) for plan in made.stems] == [(2, "one")]
    assert made.warnings == ("track 'mute' is silent: nothing sings it",)


def test_buses_that_nothing_enters_are_left_out_unless_one_is_a_key(tmp_path):
    buses = BUSES | {
        "lonely": {"effects": ["cube"], "to": "after"},  # enters "after", but nothing enters it
        "after": {"effects": ["cube"]},
        "key": {"effects": ["cube"]},
    }
    tracks = TRACKS | {"ducked": click(effects=[{"use": "duck", "sidechain": "key"}])}
    made = graph(tmp_path, tracks, buses=buses)
    assert made.strips.keys() & buses.keys() == {"band", "glued", "hall", "key"}
    assert {plan.id for plan in made.stems} == {"one", "two", "three", "ducked", "glued", "hall", "key"}
    assert made.warnings == ()
