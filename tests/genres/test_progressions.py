import itertools
from collections import Counter

import numpy as np
import pytest

from songwright.interfaces.progression import ProgressionRequest
from songwright.music.chord import parse_chord, parse_progression
from songwright.music.pitch import Key
from songwright.plugins import installed_plugins
from songwright_progressions.named import Andalusian, Axis, LoopParams, TwelveBar
from songwright_progressions.table import pop_moves
from songwright_progressions.walk import walk
from songwright_progressions.wander import Wander, WanderParams

NAMES = installed_plugins().names("progression")


def ask(progression, bars=8, minor=False, seed=0):
    return progression.chords(ProgressionRequest(bars, minor, 4.0, np.random.default_rng(seed)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["C major", "F# major", "A minor", "Eb minor", "D dorian"])
def test_every_progression_can_be_read_in_every_key(name, key):
    home = Key.parse(key)
    spans = parse_progression(ask(installed_plugins().get("progression", name)(), minor=home.minor), home, 4)
    assert sum(beats for beats, _ in spans) % 4 == 0


def roots(text, key="C major"):
    home = Key.parse(key)
    return [parse_chord(chord, home).symbol for _, chord in parse_progression(text, home, 4)]


def test_the_axis_turns():
    assert roots(ask(Axis())) == ["C", "G", "Am", "F"]
    assert roots(ask(Axis(LoopParams(rotate=2)))) == ["Am", "F", "C", "G"]
    assert roots(ask(Axis(), minor=True), "A minor") == ["Am", "F", "C", "G"]
    assert ask(Axis(LoopParams(bars=0.5))) == "| I V | vi IV |"
    assert ask(Axis(LoopParams(bars=2))) == "| I | % | V | % | vi | % | IV | % |"


def test_the_andalusian_falls():
    assert roots(ask(Andalusian(), minor=True), "A minor") == ["Am", "G", "F", "E"]


def test_the_blues_has_twelve_bars():
    assert roots(ask(TwelveBar())) == ["C7"] * 4 + ["F7"] * 2 + ["C7"] * 2 + ["G7", "F7", "C7", "G7"]


def test_a_walk_keeps_its_ends_and_never_stands_still():
    for seed in range(50):
        path = walk(pop_moves(False), 6, np.random.default_rng(seed), {"I": 1.0}, {"V": 1.0})
        assert (path[0], path[-1]) == ("I", "V")
        assert all(a != b for a, b in itertools.pairwise(path))


def test_a_walk_is_drawn_from_the_conditioned_chain():
    moves = {"a": {"b": 3.0, "c": 1.0}, "b": {"a": 1.0, "c": 1.0}, "c": {"a": 1.0, "b": 1.0}}
    rng = np.random.default_rng(0)
    drawn = Counter(tuple(walk(moves, 3, rng, {"a": 1.0}, {"c": 1.0})) for _ in range(4000))
    # a→b→c has weight 3/4 · 1/2; a→c→c is forbidden: only one way in
    assert set(drawn) == {("a", "b", "c")}
    drawn = Counter(walk(moves, 3, rng, {"a": 1.0}, {"a": 1.0})[1] for _ in range(8000))
    assert drawn["b"] / 8000 == pytest.approx(0.75, abs=0.02)  # 3/4 · 1/2 against 1/4 · 1/2


@pytest.mark.parametrize(("cadence", "ends"), [("half", {"V"}), ("full", {"I"})])
def test_wander_ends_as_it_is_told(cadence, ends):
    wander = Wander(WanderParams(cadence=cadence))
    for seed, bars in itertools.product(range(10), (1, 2, 5, 8)):
        text = ask(wander, bars, seed=seed)
        assert sum(beats for beats, _ in parse_progression(text, Key.parse("C"), 4)) == 4 * bars
        assert text.split()[-2] in ends
