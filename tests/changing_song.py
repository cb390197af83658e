"""A song of fake components that is changed and rendered, again and again."""

from __future__ import annotations

import copy
import itertools
from pathlib import Path
from typing import Any

from fake_desk import RATE, desk, write_song
from songwright.pipeline import RenderOptions, render
from songwright.render.result import RenderResult

TRACKS: dict[str, Any] = {
    "hiss": {
        "instrument": "hiss",
        "clips": [{"at": "1:1", "notes": "A3:1/2@0.8 r:1/4 C4:1/4", "repeat": 3}],
        "pan": "-20 %",
        "effects": [{"use": "late", "frames": 333}],
        "sends": [{"to": "hall", "level": "-9 dB"}],
    },
    "tone": {
        "instrument": {"use": "tone", "tail": "0.4 s"},
        "clips": [{"at": "1:2", "notes": "A3:1/1@0.7 E4:1/4@0.5"}],
        "effects": [{"use": "duck", "sidechain": {"from": "hiss", "tap": "pre"}}, {"use": "turn", "gain": "-3 dB"}],
        "to": "band",
    },
    "bent": {"instrument": "tone", "clips": [{"at": "2:1", "notes": "C3:2/1@0.3"}], "to": "glue"},
    "dry": {"instrument": "click", "clips": [{"at": "1:3", "notes": "C3:1/4@0.3"}]},
}
BUSES: dict[str, Any] = {
    "band": {"gain": "-2 dB", "pan": "10 %"},
    "glue": {"effects": ["cube", {"use": "late", "frames": 50}], "to": "band"},
    "hall": {"role": "return", "effects": [{"use": "echo", "time": "1/8."}]},
}
ALL = ["hiss", "tone", "bent", "dry", "glue", "hall"]  # its stems


class Desk:
    """A song that is changed and rendered, again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tracks, self.buses = folder, copy.deepcopy(TRACKS), copy.deepcopy(BUSES)
        self.fields: dict[str, Any] = {}
        self._number = itertools.count()

    def render(self, **options: Any) -> RenderResult:
        path = write_song(self.folder, self.tracks, buses=self.buses, **self.fields)
        out = self.folder / f"out-{next(self._number)}"
        return render(path, RenderOptions(**{"out": out, "sample_rate": RATE} | options), plugins=desk())

    def vary(self, number: int) -> None:
        """Make it the song of that number: an instrument, an effect and a fader are different in each."""
        self.tracks["hiss"]["clips"][0]["notes"] = f"A3:1/2@0.{number % 9 + 1} r:1/4 C4:1/4"
        self.tracks["tone"]["effects"][1]["gain"] = f"-{number % 7} dB"
        self.tracks["bent"]["gain"] = f"-{number % 5} dB"

    def anew(self) -> list[str]:
        """The stems that are rendered anew; all audio is what a render without the cache gives."""
        result, plain = self.render(), self.render(cache=False)
        assert hashes(result) == hashes(plain)
        assert plain.report["cache"] == {"hits": 0, "misses": len(plain.stems)}
        return [stem.id for stem in result.stems if not stem.cached]


def hashes(result: RenderResult) -> dict[str, str]:
    report = result.report
    return {stem["id"]: stem["sha256"] for stem in report["stems"]} | (
        {"mix": report["mix"]["sha256"]} if report["mix"] else {}
    )
