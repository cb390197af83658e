"""Intervals in scale steps, as singers name them: ``third-below``, ``sixth-above``."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Interval → steps of the scale; an octave is the same note of the scale, twelve semitones on.
SCALE_STEPS: Mapping[str, int] = {"unison": 0, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "octave": 7}

_HARMONY = re.compile(rf"({'|'.join(SCALE_STEPS)})(?:[ -](above|below))?")


def parse_harmony(text: str) -> tuple[str, int]:
    """Read a second voice: its interval, and 1 for above (also when it does not say) or -1 for below.

    >>> parse_harmony("third-below")
    ('third', -1)
    """
    match = _HARMONY.fullmatch(text.strip().lower())
    if not match:
        raise ValueError(f"{text!r} is not a harmony; write one like third-below, sixth-above or octave-below")
    return match[1], -1 if match[2] == "below" else 1
