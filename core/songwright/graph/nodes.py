"""What a render graph is made of.

The graph is a set of *strips*, as on a mixing desk. Audio enters a strip from its own source (an instrument or
a voice) and by feeds from other strips, runs through the inserts, then the fader. It can be tapped at
three places::

    source ─┐           ┌─ tap "source"     ┌─ tap "pre"       ┌─ tap "post"
    feeds ──┴── sum ────┴──── inserts ──────┴──── fader ───────┴──→ feeds of other strips

A track's output, a send and a sidechain are all feeds; they differ in where they tap and where they go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from songwright.graph.curve import Motion
from songwright.interfaces.effect import Effect
from songwright.interfaces.instrument import Instrument
from songwright.plugins import Entry

MASTER = "master"


class Tap(StrEnum):
    """Where audio is taken from a strip."""

    SOURCE = "source"  # what enters the inserts
    PRE = "pre"  # after the inserts, before the fader
    POST = "post"  # after the fader


class Kind(StrEnum):
    """What a strip is in the song."""

    TRACK = "track"
    GROUP = "group"
    RETURN = "return"
    MASTER = "master"


class AudioSource(Protocol):
    """Audio that comes from elsewhere than an instrument: a singer, a recording, a cache."""

    #: 1 when left and right are the same: then the pan pot places it, else it balances.
    channels: int
    #: Frame after the last that is not silent.
    end_frame: int

    def read(self, frames: int) -> NDArray[np.float32]:
        """The next ``frames`` frames from the song's first on, shape ``(2, frames)``; silence after the end."""

    def rewind(self) -> None:
        """Go back to the song's first frame, and hold nothing until it is read."""


@dataclass(frozen=True)
class InstrumentPart:
    """An instrument and all it plays. ``events`` have their starts in frames from the song's start."""

    instrument: Instrument  # prepared
    entry: Entry
    events: NDArray[np.void]  # dtype EVENT
    knobs: Mapping[str, Motion]
    tail_frames: int

    @property
    def end_frame(self) -> int:
        """Frame after the last that may sound."""
        if not len(self.events):
            return 0
        return int((self.events["start"] + self.events["length"]).max()) + self.tail_frames


@dataclass(frozen=True)
class Feed:
    """Audio that one strip takes from another, at a level."""

    strip: str
    tap: Tap
    level_db: Motion = 0.0


@dataclass(frozen=True)
class Insert:
    """One effect of a strip."""

    id: str
    effect: Effect  # prepared
    entry: Entry
    knobs: Mapping[str, Motion]
    tail_frames: int
    sidechain: Feed | None = None


@dataclass(frozen=True)
class Fader:
    """Level and place at a strip's end."""

    gain_db: Motion = 0.0
    pan_percent: Motion = 0.0
    mono: bool = False  # whether the pan pot places one signal, or balances two

    @property
    def moves(self) -> bool:
        """Whether it stands elsewhere than at 0 dB and in the middle, or is a pan pot."""
        return self.mono or self.gain_db != 0.0 or self.pan_percent != 0.0


@dataclass(frozen=True)
class Strip:
    """One channel of the desk."""

    id: str
    kind: Kind
    source: InstrumentPart | AudioSource | None = None
    feeds: tuple[Feed, ...] = ()
    inserts: tuple[Insert, ...] = ()
    fader: Fader = Fader()

    @property
    def heard(self) -> tuple[Feed, ...]:
        """Everything it takes from other strips: feeds, then sidechains."""
        return self.feeds + tuple(insert.sidechain for insert in self.inserts if insert.sidechain)


@dataclass(frozen=True)
class InsertDelays:
    """What waits before one insert, in frames, and how late the audio is as it enters."""

    audio: int
    sidechain: int
    lateness: int


@dataclass(frozen=True)
class StripDelays:
    """What waits inside one strip, in frames. ``taps`` says how late the audio is at each tap."""

    source: int
    feeds: tuple[int, ...]
    inserts: tuple[InsertDelays, ...]
    taps: Mapping[Tap, int]


@dataclass(frozen=True)
class StemPlan:
    """A stem to be written: where it is tapped, and what stands between it and the master.

    ``through`` are groups without effects: they only turn levels, so their faders are part of the stem and
    the group needs no stem of its own. ``part_of`` names the group with effects that a stem runs into:
    the sum of the stems counts that group's stem instead.
    """

    id: str
    number: int  # 1-based, in the order of the files
    kind: Kind
    tap: Tap
    through: tuple[str, ...] = ()
    part_of: str | None = None


@dataclass(frozen=True)
class RenderGraph:
    """A song as strips, ready to be rendered. Strips stand in an order in which each comes after what it hears."""

    sample_rate: int
    frames: int  # length of the song, tails included: what they may take, or what was heard in a rehearsal
    strips: Mapping[str, Strip]
    delays: Mapping[str, StripDelays]
    stems: tuple[StemPlan, ...]
    limiter: Insert | None  # the effect that ends the master chain when it is a limiter
    entries: tuple[Entry, ...]  # every component that is heard
    warnings: tuple[str, ...] = ()
