"""Pop: a bright tune over a loop, drums that lift into the chorus, and a mix that stays out of its way."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from songwright.interfaces.genre import Form, Genre, Wish
from songwright_genres.pop import form, harmony
from songwright_genres.pop.kind import kind
from songwright_genres.table import table
from songwright_progressions.walk import choose

_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


class Pop(Genre):
    """Songs with a chorus: loops and hooks, a band that enters one by one, drums that lift the last chorus."""

    name = "pop"
    moods = ("bright", "warm", "melancholic", "dreamy", "driving")

    def defaults(self, wish: Wish, rng: np.random.Generator) -> Mapping[str, Any]:
        """Key, tempo and feel from the mood, a band from its palette, and the mix."""
        tables = table("pop", "band")
        mood = wish.mood if wish.mood in self.moods else self.moods[0]
        style = tables["moods"][mood]
        key = _key(tables["keys"], float(style["minor"]), rng)
        tempo = _tempo(tables["tempo"], style["tempo"], rng)
        groove = choose(style["feel"], rng)
        return {
            "mood": mood,
            "key": key,
            "tempo": tempo,
            "meter": "4/4",
            "energy": 0.6,
            "feel": {"groove": groove, "humanize": {"timing": "7 ms", "velocity": 4}},
            "tracks": _band(tables, mood, wish, rng),
            "buses": copy.deepcopy(tables["buses"]),
            "master": copy.deepcopy(tables["master"]),
        }

    def forms(self, wish: Wish) -> Sequence[Form]:
        """Forms for a full song, or for one under 75 s."""
        return form.forms(wish.duration_s)

    def chords(self, use: str, bars: int, minor: bool, rng: np.random.Generator) -> str:
        """Loops and walks with a cadence where the section wants one."""
        return harmony.write(use, bars, minor, rng)

    def kin(self, use: str) -> str:
        """An intro plays the verse's chords, an outro the chorus's."""
        return harmony.kin(use)

    def enters(self, track: str, use: str, occurrence: int, energy: float) -> bool:
        """Whether the section is strong enough for the track; second verses are fuller than first ones."""
        rules = table("pop", "band")["enters"].get(track, {})
        played = kind(use)
        least = rules.get(f"{played} 2" if occurrence else played, rules.get(played, 0.0))
        return least != "-" and energy >= float(least)


def _key(keys: Mapping[str, Mapping[str, float]], minor: float, rng: np.random.Generator) -> str:
    mode = "minor" if rng.random() < minor else "major"
    return f"{choose(keys[mode], rng)} {mode}"


def _tempo(quantiles: Sequence[float], between: Sequence[float], rng: np.random.Generator) -> float:
    """A tempo from the part of the measured distribution that the mood lives in, in whole BPM."""
    return float(round(float(np.interp(rng.uniform(between[0], between[1]), _QUANTILES, quantiles))))


def _band(tables: Any, mood: str, wish: Wish, rng: np.random.Generator) -> dict[str, Any]:
    """The tracks with an instrument each. A song that is sung needs no instrument for its tune."""
    palette = tables["palettes"][mood]
    tracks: dict[str, Any] = {}
    for name, strip in tables["tracks"].items():
        instrument = choose(palette[name], rng)  # drawn for every track, so that leaving one out moves no other
        if name == "melody" and wish.sung:
            continue
        track = copy.deepcopy(strip)
        if isinstance(track["pattern"], str):
            track["pattern"] = {"use": track["pattern"]}
        track["effects"] = [*copy.deepcopy(tables["inserts"].get(instrument, [])), *track["effects"]]
        track["gain"] = f"{float(track['gain'].removesuffix('dB')) + tables['trims'].get(instrument, 0.0):g} dB"
        tracks[name] = {"instrument": {"use": instrument}, **track}
    return tracks
