"""Progressions that have a name: loops that every player knows, and the twelve-bar form.

Each is written once in the project's own writing. In a minor key most take their minor reading;
where a loop has none, it is played as its relative (axis: ``i bVI bIII bVII``).
"""

from __future__ import annotations

from typing import ClassVar

from songwright.interfaces.progression import Progression, ProgressionRequest
from songwright.knobs import Params, knob


class LoopParams(Params):
    """What a loop takes."""

    rotate: int = knob(0, 0, 15, "", "chord of the loop to begin with; 0 is the first")
    bars: float = knob(1.0, 0.5, 4.0, "bars", "how long each chord lasts")


class Loop(Progression):
    """Base of the loops: ``major`` and ``minor`` are the chords in order."""

    Params = LoopParams
    major: ClassVar[tuple[str, ...]]
    minor: ClassVar[tuple[str, ...]]

    def chords(self, request: ProgressionRequest) -> str:
        """The loop once, from the rotation on; the host repeats it to fill the bars."""
        loop = self.minor if request.minor else self.major
        start = self.params.rotate % len(loop)
        turned = loop[start:] + loop[:start]
        if self.params.bars >= 1:
            held = round(self.params.bars)
            return "| " + " | ".join(" | ".join([chord] + ["%"] * (held - 1)) for chord in turned) + " |"
        pairs = [" ".join(turned[index : index + 2]) for index in range(0, len(turned), 2)]
        return "| " + " | ".join(pairs) + " |"


class Axis(Loop):
    """I V vi IV: the loop of newer pop, at home in every rotation (6.5 % of charting songs, more since 2000)."""

    name = "axis"
    major = ("I", "V", "vi", "IV")
    minor = ("i", "bVI", "bIII", "bVII")


class Fifties(Loop):
    """I vi IV V: doo-wop and every slow dance since (14.5 % of charting songs)."""

    name = "fifties"
    major = ("I", "vi", "IV", "V")
    minor = ("i", "bVI", "iv", "V")


class Andalusian(Loop):
    """i bVII bVI V: the falling minor tetrachord."""

    name = "andalusian"
    major = ("vi", "V", "IV", "V/vi")
    minor = ("i", "bVII", "bVI", "V")


class Canon(Loop):
    """I V vi iii IV I IV V: a bass that falls in fourths and climbs in steps."""

    name = "canon"
    major = ("I", "V", "vi", "iii", "IV", "I", "IV", "V")
    minor = ("i", "v", "bVI", "bIII", "iv", "i", "iv", "V")


class Plagal(Loop):
    """I IV: the vamp that never asks a question (a third of charting songs)."""

    name = "plagal"
    major = ("I", "IV")
    minor = ("i", "IV")


class DoublePlagal(Loop):
    """I bVII IV I: the rock cadence, two falling fourths."""

    name = "double-plagal"
    major = ("I", "bVII", "IV", "I")
    minor = ("i", "bVII", "IV", "i")


class TwoFiveOne(Loop):
    """ii V I: the cadence of jazz and of songs that like it."""

    name = "ii-v-i"
    major = ("ii7", "V7", "Imaj7", "Imaj7")
    minor = ("iiø7", "V7", "i7", "i7")


class RoyalRoad(Loop):
    """IV V iii vi: the royal road, bright and unresolved."""

    name = "royal-road"
    major = ("IV", "V", "iii", "vi")
    minor = ("bVI", "bVII", "v", "i")


class Circle(Loop):
    """vi ii V I: roots that fall in fifths all the way home."""

    name = "circle"
    major = ("vi", "ii", "V", "I")
    minor = ("i", "iv", "bVII", "bIII")


class Singer(Loop):
    """I V ii IV: a loop that leaves by the front door and comes back by the side."""

    name = "singer"
    major = ("I", "V", "ii", "IV")
    minor = ("i", "v", "iv", "bVI")


class Anthem(Loop):
    """I IV I V: three chords, the commonest loop there is (36.8 % of charting songs)."""

    name = "anthem"
    major = ("I", "IV", "I", "V")
    minor = ("i", "iv", "i", "V")


class Heroic(Loop):
    """bVI bVII I: borrowed from the minor, it lifts a last line (in minor: bVI bVII i)."""

    name = "heroic"
    major = ("I", "bVI", "bVII", "I")
    minor = ("i", "bVI", "bVII", "i")


class TwelveBarParams(Params):
    """How it turns and whether it changes early."""

    quick_change: bool = knob(False, help="go to IV in the second bar")
    turnaround: bool = knob(True, help="end on V, to go round again")


class TwelveBar(Progression):
    """Twelve bars of blues: tonic four, subdominant two, home two, and the turn."""

    Params = TwelveBarParams
    name = "twelve-bar"

    def chords(self, request: ProgressionRequest) -> str:
        """Twelve bars of dominant sevenths (minor: minor sevenths, V stays major)."""
        home, away = ("i7", "iv7") if request.minor else ("I7", "IV7")
        second = away if self.params.quick_change else home
        last = "V7" if self.params.turnaround else home
        bars = (home, second, home, home, away, away, home, home, "V7", away, home, last)
        return "| " + " | ".join(bars) + " |"


LOOPS: tuple[type[Loop], ...] = (
    *(Axis, Fifties, Andalusian, Canon, Plagal, DoublePlagal),
    *(TwoFiveOne, RoyalRoad, Circle, Singer, Anthem, Heroic),
)
