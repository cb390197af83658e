"""Delay compensation: everything that meets, meets in step.

A limiter that looks ahead gives its audio late. Wherever paths join (feeds into a strip, a sidechain into an
effect), the early ones wait for the latest. Delays stand at the strips' inputs; what is left at the end
is trimmed from every output alike.
"""

from __future__ import annotations

import graphlib
from collections.abc import Mapping

from songwright.errors import RenderError
from songwright.graph.nodes import Feed, InsertDelays, Strip, StripDelays, Tap


def in_order(strips: Mapping[str, Strip]) -> tuple[str, ...]:
    """The strips' ids, each after all it hears; otherwise in the given order.

    Raises:
        RenderError: strips hear each other in a circle; the circle is named.
    """
    sorter = graphlib.TopologicalSorter({name: [feed.strip for feed in strip.heard] for name, strip in strips.items()})
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        circle = " → ".join(error.args[1])
        raise RenderError(f"the routing runs in a circle: {circle}; take one of these routes away") from None
    position = {name: index for index, name in enumerate(strips)}
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        order += ready
        sorter.done(*ready)
    return tuple(order)


def align(strips: Mapping[str, Strip]) -> dict[str, StripDelays]:
    """The delays of every strip. ``strips`` must stand in the order of :func:`in_order`."""
    delays: dict[str, StripDelays] = {}

    def lateness(feed: Feed) -> int:
        return delays[feed.strip].taps[feed.tap]

    for name, strip in strips.items():
        now = max(map(lateness, strip.feeds), default=0)
        source_tap, feeds, inserts = now, tuple(now - lateness(feed) for feed in strip.feeds), []
        for insert in strip.inserts:
            side = lateness(insert.sidechain) if insert.sidechain else now
            entry = max(now, side)
            inserts.append(InsertDelays(audio=entry - now, sidechain=entry - side, lateness=entry))
            now = entry + insert.effect.latency_frames
        delays[name] = StripDelays(
            source=source_tap,
            feeds=feeds,
            inserts=tuple(inserts),
            taps={Tap.SOURCE: source_tap, Tap.PRE: now, Tap.POST: now},
        )
    return delays
