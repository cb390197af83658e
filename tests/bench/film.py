"""How fast a karaoke video is made: three minutes of two singers, 1280x720 at 30 frames a second.

``make bench-video``. The words are made up, the sound is noise; drawing and encoding are what a render does.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from songwright.video.encoder import tool
from songwright.video.screen import write_video
from video.songs import screen, verse

SECONDS, RATE = 180, 44_100


def measured(kind: str, folder: Path) -> str:
    """One format in one line."""
    lines = [
        *verse(16, 8.0, singer="anna"),
        *verse(12, 62.0, singer="ben"),
        *verse(16, 110.0, singer="anna"),
        *verse(16, 110.02, singer="ben"),
    ]
    spent = time.process_time()
    video = screen(lines, energies=(0.3, 0.8, 0.5, 0.9), size="1280x720", fps=30, format=kind)
    laid_out_s = time.process_time() - spent
    spent = time.process_time()
    for _ in video.frames(0.0, SECONDS * 30):
        pass
    drawn_s = time.process_time() - spent
    began, spent, path = time.perf_counter(), time.process_time(), folder / f"film.{kind}"
    children_s = sum(os.times()[2:4])
    write_video(video, folder / "mix.wav", path, 0.0, lambda _: None)
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - spent + sum(os.times()[2:4]) - children_s
    return (
        f"{kind}: {wall_s:.1f} s, {SECONDS / wall_s:.1f} times real time; {cpu_s:.1f} s of processor time "
        f"({SECONDS / cpu_s:.1f} times real time a core); before, layout took {laid_out_s:.2f} s; drawing alone takes "
        f"{drawn_s:.2f} s; "
        f"{path.stat().st_size / 1e6:.1f} MB"
    )


def main() -> None:
    """Print both formats."""
    print(f"{SECONDS} s of 1280x720 at 30 frames a second, by {tool()} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        noise = np.random.default_rng(0).standard_normal((SECONDS * RATE, 2)) * 0.05
        soundfile.write(Path(name) / "mix.wav", noise, RATE)
        for kind in ("mp4", "webm"):
            print(measured(kind, Path(name)), flush=True)


if __name__ == "__main__":
    main()
