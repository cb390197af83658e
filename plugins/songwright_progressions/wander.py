"""A progression that is written anew for each song, from the way charting songs move."""

from __future__ import annotations

from typing import Literal

from songwright.interfaces.progression import Progression, ProgressionRequest
from songwright.knobs import Params, knob
from songwright_progressions.table import pop_moves
from songwright_progressions.walk import choose, walk

#: Cadence → weights of the last chord, in major and minor.
_ENDS: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "half": ({"V": 1.0}, {"V": 0.7, "v": 0.1, "bVII": 0.2}),
    "full": ({"I": 1.0}, {"i": 1.0}),
    "open": ({"V": 0.36, "I": 0.33, "IV": 0.2, "ii": 0.05, "vi": 0.06}, {"i": 0.3, "bVII": 0.3, "V": 0.25, "iv": 0.15}),
}


class WanderParams(Params):
    """How it wanders."""

    cadence: Literal["open", "half", "full"] = knob("open", help="how the section ends")
    phrase: int = knob(4, 1, 16, "bars", "bars a phrase; each begins at home or nearby")
    split: float = knob(20.0, 0.0, 100.0, "%", "how often a bar holds two chords")
    repeat: float = knob(50.0, 0.0, 100.0, "%", "how often a phrase repeats the one before up to its cadence")


class Wander(Progression):
    """Chords drawn from the moves of charting pop songs, in phrases that arrive where they should."""

    Params = WanderParams
    name = "wander"

    def chords(self, request: ProgressionRequest) -> str:
        """One bar after another to the last; two chords share a bar where it splits."""
        bars: list[str] = []
        before: list[str] = []
        while len(bars) < request.bars:
            length = min(self.params.phrase, request.bars - len(bars))
            closing = len(bars) + length >= request.bars
            if before and len(before) == length and request.rng.random() < self.params.repeat / 100 and not closing:
                phrase = before
            else:
                phrase = self._phrase(request, length, closing)
            bars += phrase
            before = phrase
        return "| " + " | ".join(bars) + " |"

    def _phrase(self, request: ProgressionRequest, length: int, closing: bool) -> list[str]:
        splits = [2 if request.rng.random() < self.params.split / 100 else 1 for _ in range(length)]
        tonic = "i" if request.minor else "I"
        opening = {"i": 0.75, "bVI": 0.15, "iv": 0.1} if request.minor else {"I": 0.7, "vi": 0.15, "IV": 0.15}
        end = _ENDS[self.params.cadence if closing else "open"][1 if request.minor else 0]
        if sum(splits) == 1:
            return [choose(end if closing else {tonic: 1.0}, request.rng)]
        drawn = iter(walk(pop_moves(request.minor), sum(splits), request.rng, opening, end))
        return [" ".join(next(drawn) for _ in range(count)) for count in splits]
