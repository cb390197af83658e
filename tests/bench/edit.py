"""What a change costs: ``python -m bench.edit [--rounds N] [--json FILE] [--no-mp3]`` (``make bench-edit``).

Renders ``first-light`` (and, sung, ``harbour-lights``) whole and without the cache, then again and again after one
change each: the title, a fader, an effect, a note, a word of the lyric. Every render is a process of its own, into the
same folder, as a person works. Each result is compared with a render without the cache, file by file, by the hash of
its audio.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.measure import Runs, once
from bench.record import Quiet, save, table
from songwright.presets import preset_path
from songwright.verify import hashes

SONGWRIGHT = (sys.executable, "-c", "from songwright.cli import main; main()")


@dataclass(frozen=True)
class Change:
    """One change of a song: its text after ``number`` such changes, so that no two rounds are alike."""

    name: str
    edit: Callable[[str, int], str]


@dataclass
class Figures:
    """What a kind of render took, and what it was."""

    runs: Runs = field(default_factory=Runs)
    stages: dict[str, list[float]] = field(default_factory=dict)
    cached: str = ""


def _replace(text: str, old: str, new: str) -> str:
    if old not in text:
        raise LookupError(f"the song does not say {old!r} any more: the bench has to change with it")
    return text.replace(old, new, 1)


WORDS = ("burn", "glow", "wait", "sleep", "call", "dream", "stand", "shake", "fall")

CHANGES = {
    "first-light": (
        Change("nothing", lambda text, _n: text),
        Change("title", lambda text, n: _replace(text, "title: First Light", f"title: First Light {n}")),
        Change("fader (organ)", lambda text, n: _replace(text, "gain: -18 dB", f"gain: -17.{n} dB")),
        Change("EQ (organ)", lambda text, n: _replace(text, "low_cut: 200 Hz", f"low_cut: 20{n} Hz")),
        Change("EQ (drums, which two tracks duck to)", lambda t, n: _replace(t, "low_cut: 30 Hz", f"low_cut: 3{n} Hz")),
        Change("note (organ)", lambda text, n: _replace(text, "[C#3 A3 E4]", f"[C#3 A3 E4]@0.7{n}")),
        Change("loudness", lambda text, n: _replace(text, "loudness: -14", f"loudness: -14.{n}")),
    ),
    "harbour-lights": (
        Change("nothing", lambda text, _n: text),
        Change("EQ (lead)", lambda text, n: _replace(text, "low_cut: 110 Hz", f"low_cut: 11{n} Hz")),
        Change("word", lambda text, n: _replace(text, "win-dows shine", f"win-dows {WORDS[n % len(WORDS)]}")),
    ),
}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="instead of out/bench/edit.json")
    parser.add_argument("--song", choices=list(CHANGES), action="append")
    parser.add_argument("--no-mp3", action="store_true", help="write the mix as WAV only")
    options = parser.parse_args()
    Quiet.listen()
    measured = {}
    for song in options.song or CHANGES:
        with tempfile.TemporaryDirectory() as name:
            measured[song] = _measure(song, Path(name), options.rounds, ("--format", "wav") if options.no_mp3 else ())
        sys.stdout.write(_table(song, measured[song]))
    documents = {
        song: {name: one.runs.summary() | {"cached": one.cached} for name, one in figures.items()}
        for song, figures in measured.items()
    }
    save("edit", {"songs": documents}, options.json)


def _measure(song: str, folder: Path, rounds: int, more: tuple[str, ...]) -> dict[str, Figures]:
    text = preset_path(song).read_text(encoding="utf-8")
    bench = _Bench(folder, more)
    bench.render(text, "warm", cache=False)
    changes = {change.name: change for change in CHANGES[song]}
    figures = {name: Figures() for name in ("without the cache", "first, filling the cache", *changes)}
    for number in range(rounds):
        bench.forget()
        figures["without the cache"].cached = bench.render(text, "plain", False, figures["without the cache"])
        first = figures["first, filling the cache"]
        first.cached = bench.render(text, "out", True, first)
        for name, change in changes.items():
            changed = change.edit(text, number + 1)
            figures[name].cached = bench.render(changed, "out", True, figures[name])
            bench.compare(changed, name)
            bench.render(text, "out", cache=True)  # back to what it was
    return figures


class _Bench:
    """Renders in a folder with a cache of renders of its own."""

    def __init__(self, folder: Path, more: tuple[str, ...]) -> None:
        self._folder, self._more = folder, more
        self._root = Path(os.environ.get("SONGWRIGHT_CACHE") or Path(folder) / "cache")
        self._cache = folder / "cache"
        self._cache.mkdir(exist_ok=True)
        if self._root != self._cache:  # compiling is not what is measured
            (self._root / "kernels").mkdir(parents=True, exist_ok=True)
            (self._cache / "kernels").symlink_to(self._root / "kernels")

    def forget(self) -> None:
        """Empty the cache of renders, and let the disk come to rest."""
        once([*SONGWRIGHT, "cache", "clear", "renders"], environment=self._environment)
        os.sync()
        time.sleep(1.0)

    def render(self, text: str, out: str, cache: bool, figures: Figures | None = None) -> str:
        """Render a text; returns how much of it was cached."""
        path = self._folder / "song.yaml"
        path.write_text(text, encoding="utf-8")
        options = ["--quiet", "--out", str(self._folder / out), *self._more, *([] if cache else ["--no-cache"])]
        once([*SONGWRIGHT, "render", str(path), *options], figures and figures.runs, self._environment)
        report = self._report(out)
        if figures:
            for stage, seconds in report["timing"]["stages"].items():
                figures.stages.setdefault(stage, []).append(seconds)
        return f"{report['cache']['hits']} of {len(report['stems'])} stems"

    def compare(self, text: str, name: str) -> None:
        """Check the result against a render without the cache."""
        self.render(text, "check", cache=False)
        with_cache, without = hashes(self._report("out")), hashes(self._report("check"))
        if with_cache != without:
            raise SystemExit(f"after {name!r} the cached render differs from the uncached one")

    def _report(self, out: str) -> dict[str, object]:
        report: dict[str, object] = json.loads((self._folder / out / "report.json").read_text(encoding="utf-8"))
        return report

    @property
    def _environment(self) -> dict[str, str]:
        return {"SONGWRIGHT_CACHE": str(self._cache), "SONGWRIGHT_CACHE_LIMIT": "8 GiB"}


def markdown(figures: Mapping[str, Any]) -> str:
    """A table a song: seconds after each change, and their share of a render without the cache."""
    parts = []
    for song, changes in figures["songs"].items():
        whole = changes["without the cache"]
        rows = [
            [
                name,
                one["wall_s"],
                f"{one['wall_s'] / whole['wall_s']:.0%}",
                one["cpu_s"],
                f"{one['cpu_s'] / whole['cpu_s']:.0%}",
                one["cached"],
            ]
            for name, one in changes.items()
        ]
        parts.append(table([f"{song}: changed is", "wall s", "share", "CPU s", "share", "from the cache"], rows))
    return "\n".join(parts)


def _table(song: str, figures: dict[str, Figures]) -> str:
    whole = figures["without the cache"].runs
    whole_cpu_s = statistics.median(whole.cpu_s)
    rows = [
        f"\n{song}, medians of {len(whole.wall_s)}; every result has the sha256 of a render without the cache\n",
        "| after a change of | wall s | share | CPU s | share | stems from the cache | stages, wall s |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, one in figures.items():
        wall_s, cpu_s = one.runs.median_s, statistics.median(one.runs.cpu_s)
        stages = ", ".join(f"{stage} {statistics.median(times):.2f}" for stage, times in one.stages.items())
        rows.append(
            f"| {name} | {wall_s:.2f} | {wall_s / whole.median_s:.0%} | {cpu_s:.2f} | {cpu_s / whole_cpu_s:.0%} "
            f"| {one.cached} | {stages} |"
        )
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
