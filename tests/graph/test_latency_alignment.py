from __future__ import annotations

from types import SimpleNamespace

import pytest

from songwright.errors import RenderError
from songwright.graph.latency import align, in_order
from songwright.graph.nodes import Feed, Insert, Kind, Strip, Tap


def late(frames: int, sidechain: Feed | None = None) -> Insert:
    return Insert("late", SimpleNamespace(latency_frames=frames), None, {}, 0, sidechain)


def strips(*made: Strip) -> dict[str, Strip]:
    by_id = {strip.id: strip for strip in made}
    return {name: by_id[name] for name in in_order(by_id)}


def test_feeds_wait_for_the_latest():
    delays = align(
        strips(
            Strip("a", Kind.TRACK, inserts=(late(30), late(12))),
            Strip("b", Kind.TRACK),
            Strip("bus", Kind.GROUP, feeds=(Feed("a", Tap.POST), Feed("b", Tap.PRE), Feed("a", Tap.SOURCE))),
        )
    )
    assert delays["bus"].feeds == (0, 42, 42)
    assert delays["bus"].taps == {Tap.SOURCE: 42, Tap.PRE: 42, Tap.POST: 42}


def test_a_late_sidechain_holds_the_audio_back_and_an_early_one_waits():
    delays = align(
        strips(
            Strip("key", Kind.TRACK, inserts=(late(100),)),
            Strip("early", Kind.TRACK, inserts=(late(7, Feed("key", Tap.PRE)),)),
            Strip("late", Kind.TRACK, inserts=(late(300), late(0, Feed("key", Tap.PRE)))),
        )
    )
    [one] = delays["early"].inserts
    assert (one.audio, one.sidechain, one.lateness) == (100, 0, 100)
    assert delays["early"].taps[Tap.POST] == 107
    two = delays["late"].inserts[1]
    assert (two.audio, two.sidechain, two.lateness) == (0, 200, 300)


def test_a_circle_is_named():
    made = {
        "a": Strip("a", Kind.GROUP, feeds=(Feed("c", Tap.POST),)),
        "b": Strip("b", Kind.GROUP, feeds=(Feed("a", Tap.POST),)),
        "c": Strip("c", Kind.GROUP, inserts=(late(0, Feed("b", Tap.PRE)),)),
    }
    with pytest.raises(RenderError, match=r"in a circle: (a → b → c → a|b → c → a → b|c → a → b → c);"):
        in_order(made)


def test_the_order_is_the_given_one_where_nothing_forbids_it():
    made = [Strip(name, Kind.TRACK) for name in "dbca"]
    assert in_order({strip.id: strip for strip in made}) == ("d", "b", "c", "a")
