"""What a thousand songs cost: ``python -m bench.songs [--vcpu-hour P] …`` (``make bench-songs``).

A generator of songs at internet scale, on paper: warm workers, one song at a time on one thread each, as many as there
are processors. Measured are the CPU seconds of a song in a warm worker and the bytes it leaves; multiplied are those
with prices and shares of requests that find their song made already (they cost storage and egress, no CPU). Prices and
shares are parameters. What is not counted: idle processors, requests, databases, people.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import band_project
from bench.record import Quiet, save, table
from songwright.dsp.jit import cache_root
from songwright.pipeline import RenderOptions, render
from songwright.presets import preset_path

#: What is sold: the mix as MP3 alone, or the mix and all stems without loss.
DELIVERIES: dict[str, dict[str, Any]] = {
    "MP3": {"stems": False, "overrides": {"render.mix.formats": "[mp3]"}},
    "FLAC with stems": {
        "stems": True,
        "bit_depth": "16",
        "overrides": {"render.mix.formats": "[flac]", "render.stems.format": "flac"},
    },
}
JINGLE = "songwright: 1\ntitle: Jingle\ngenre: pop\nduration: 30 s\n"


def main() -> None:
    """Measure and report; with ``--worker`` be the worker that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vcpu-hour", type=float, default=0.04, help="price of a processor's hour [0.04]")
    parser.add_argument("--storage-gb-month", type=float, default=0.02, help="price of a stored GB for a month [0.02]")
    parser.add_argument("--egress-gb", type=float, default=0.05, help="price of a delivered GB [0.05]")
    parser.add_argument("--hits", type=float, nargs="+", default=[0.0, 0.5, 0.9], help="shares found made [0 0.5 0.9]")
    parser.add_argument("--only", metavar="WORD", default="", help="songs with this word in their name")
    parser.add_argument("--json", type=Path, help="instead of out/bench/songs.json")
    parser.add_argument("--worker", nargs=2, metavar=("SONG", "DELIVERY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(work(Path(options.worker[0]), options.worker[1], options.rounds)))
        return
    Quiet.listen()
    prices = {name: getattr(options, name) for name in ("vcpu_hour", "storage_gb_month", "egress_gb", "hits")}
    figures = {"prices": prices, "songs": measure(options.rounds, options.only)}
    save("songs", figures, options.json)
    sys.stdout.write(markdown(figures))


def measure(rounds: int, only: str = "") -> dict[str, Any]:
    """Each song and delivery, by a worker of its own."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="songwright-bench-") as place:
        folder = Path(place)
        jingle = folder / "jingle.yaml"
        jingle.write_text(JINGLE, encoding="utf-8")
        (folder / "band").mkdir()
        songs = {
            "a jingle of 30 s from three lines": jingle,
            "the reference band": band_project.write(folder / "band"),
            "first-light": preset_path("first-light"),
            "harbour-lights, sung": preset_path("harbour-lights"),
        }
        for title, song in songs.items():
            for delivery in DELIVERIES:
                name = f"{title}; {delivery}"
                if only in name:
                    found[name] = _worked(song, delivery, rounds)
                    sys.stderr.write(f"{name}: {found[name]['cpu_s']} s of CPU\n")
    return found


def _worked(song: Path, delivery: str, rounds: int) -> dict[str, float]:
    """What the worker says, with a cache of its own that holds the compiled kernels and nothing else."""
    kernels = cache_root()
    with tempfile.TemporaryDirectory(prefix="songwright-bench-") as cache:
        (Path(cache) / "kernels").symlink_to(kernels.resolve())
        command = [sys.executable, "-m", "bench.songs", "--rounds", str(rounds), "--worker", str(song), delivery]
        environment = {**os.environ, "SONGWRIGHT_CACHE": cache}
        said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(said.stdout))


def work(song: Path, delivery: str, rounds: int) -> dict[str, float]:
    """Render once to get warm, then ``rounds`` times afresh, then once more with what is cached."""
    with tempfile.TemporaryDirectory(prefix="songwright-bench-") as name:
        out = Path(name) / "out"
        cached = RenderOptions(out=out, jobs=1, **DELIVERIES[delivery])
        fresh = dataclasses.replace(cached, cache=False)
        _timed(song, fresh)
        times = []
        for _ in range(rounds):
            _forget()
            times.append(_timed(song, fresh))
        _timed(song, cached)
        again_s = _timed(song, cached)[1]
        seconds = json.loads((out / "report.json").read_text(encoding="utf-8"))["audio"]["seconds"]
        size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    walls, cpus = zip(*times, strict=True)
    return {
        "seconds": round(seconds, 2),
        "wall_s": round(statistics.median(walls), 4),
        "cpu_s": round(statistics.median(cpus), 4),
        "again_cpu_s": round(again_s, 4),
        "bytes": size,
    }


def _timed(song: Path, options: RenderOptions) -> tuple[float, float]:
    """Wall and CPU seconds (all threads) of a render."""
    if options.out:
        shutil.rmtree(options.out, ignore_errors=True)
    wall, cpu = time.perf_counter(), time.process_time()
    render(song, options)
    return time.perf_counter() - wall, time.process_time() - cpu


def _forget() -> None:
    """Empty this worker's own cache, sung phrases included, but for the kernels."""
    for entry in Path(os.environ["SONGWRIGHT_CACHE"]).iterdir():
        if entry.name != "kernels":
            shutil.rmtree(entry)


def bill(song: Mapping[str, float], prices: Mapping[str, Any], hits: float) -> dict[str, float]:
    """A thousand requests for songs like this, of which the share ``hits`` is found made.

    >>> prices = {"vcpu_hour": 0.036, "storage_gb_month": 0.02, "egress_gb": 0.05}
    >>> bill({"cpu_s": 3.6, "bytes": 4_000_000}, prices, 0.5)
    {'core_hours': 0.5, 'cpu': 0.018, 'stored_gb': 2.0, 'storage': 0.04, 'sent_gb': 4.0, 'egress': 0.2, 'all': 0.258}
    """
    made = 1000 * (1.0 - hits)
    core_hours, stored, sent = made * song["cpu_s"] / 3600, made * song["bytes"] / 1e9, 1000 * song["bytes"] / 1e9
    cpu, storage, egress = (
        core_hours * prices["vcpu_hour"], stored * prices["storage_gb_month"], sent * prices["egress_gb"]
    )  # fmt: skip
    amounts = {"core_hours": core_hours, "cpu": cpu, "stored_gb": stored, "storage": storage, "sent_gb": sent}
    return {
        name: round(value, 6) for name, value in {**amounts, "egress": egress, "all": cpu + storage + egress}.items()
    }


def markdown(figures: Mapping[str, Any]) -> str:
    """What a song takes, and what a thousand cost at each share of hits."""
    prices, songs = figures["prices"], figures["songs"]
    taken = [
        [
            name,
            song["seconds"],
            song["cpu_s"],
            round(song["seconds"] / song["wall_s"]),
            song["again_cpu_s"],
            song["bytes"] / 1e6,
        ]
        for name, song in songs.items()
    ]
    costs = []
    for name, song in songs.items():
        for hits in prices["hits"]:
            cost = bill(song, prices, hits)
            shown = [cost[key] for key in ("core_hours", "cpu", "stored_gb", "storage", "sent_gb", "egress", "all")]
            costs.append([name, f"{hits:.0%}", *shown])
    said = (
        f"At {prices['vcpu_hour']:g} a processor's hour, {prices['storage_gb_month']:g} a GB stored for a month, "
        f"{prices['egress_gb']:g} a GB delivered; 1,000 requests:\n"
    )
    return "\n".join(
        (
            table(["song, what is delivered", "s long", "CPU s", "× real time, 1 thread", "CPU s again", "MB"], taken),
            said,
            table(
                ["song", "found made", "core-hours", "CPU", "GB stored", "a month", "GB sent", "egress", "in all"],
                costs,
            ),
        )
    )


if __name__ == "__main__":
    main()
