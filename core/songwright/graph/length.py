"""How long a song may sound at most, worked out from its notes and from what components say of their tails."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from songwright.graph.curve import Motion, extent
from songwright.graph.nodes import Strip
from songwright.knobs import Params

#: A song ends at most this long after its last section: an endless echo is cut here.
LONGEST_TAIL_S = 15.0


def tail_frames(component: type[Any], params: Params, knobs: Mapping[str, Motion], sample_rate: int) -> int:
    """The longest tail of a component over the song, in frames.

    A knob that moves may lengthen the tail: it is asked for with every such knob at its least and at its
    greatest value, one by one and together.
    """
    extents = {name: extent(motion) for name, motion in knobs.items()}
    moving = {name: ends for name, ends in extents.items() if ends[0] != ends[1]}
    settings: list[dict[str, float]] = [{}]
    for end in (0, 1):
        settings += [{name: ends[end]} for name, ends in moving.items()]
        settings.append({name: ends[end] for name, ends in moving.items()})
    longest = 0.0
    for setting in settings:
        one = component(params.model_copy(update=setting))
        one.prepare(sample_rate)
        longest = max(longest, one.tail_s)
    return math.ceil(longest * sample_rate)


def song_frames(strips: Mapping[str, Strip], end_frame: int, sample_rate: int) -> int:
    """The song's length at most: to the end of the last section, and on until the longest path is silent.

    Args:
        strips: in an order in which each stands after what it hears.
        end_frame: where the last section ends.
        sample_rate: Hz.
    """
    ends: dict[str, int] = {}
    for name, strip in strips.items():
        entering = max((ends[feed.strip] for feed in strip.feeds), default=0)
        if strip.source is not None:
            entering = max(entering, strip.source.end_frame)
        ends[name] = entering + sum(insert.tail_frames for insert in strip.inserts) if entering else 0
    longest = end_frame + int(LONGEST_TAIL_S * sample_rate)
    return max(end_frame, min(longest, max(ends.values(), default=0)))
