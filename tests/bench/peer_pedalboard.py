"""Play pedalboard's effects: ``peer_pedalboard.py AUDIO.npy`` answers each name on its input with CPU seconds.

It runs in ``.venv-peers``; pedalboard (GPL-3) is called here, never shipped or imported by the product.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
import pedalboard  # type: ignore[import-not-found]
from pedalboard import Resample
from pedalboard.io import StreamResampler

RATE = 44_100
BOARDS = {
    "EQ, 4 bands": lambda: [
        pedalboard.LowShelfFilter(100.0, 3.0),
        pedalboard.PeakFilter(500.0, -4.0, 1.0),
        pedalboard.PeakFilter(2500.0, 2.0, 1.0),
        pedalboard.HighShelfFilter(8000.0, 3.0),
    ],
    "compressor": lambda: [pedalboard.Compressor(-24.0, 3.0, 5.0, 100.0)],
    "limiter": lambda: [pedalboard.Limiter(-6.0, 100.0)],
    "noise gate": lambda: [pedalboard.NoiseGate(-30.0, 10.0, 1.0, 100.0)],
    "delay": lambda: [pedalboard.Delay(0.375, 0.4, 0.3)],
    "reverb": lambda: [pedalboard.Reverb(room_size=0.5, wet_level=0.3)],
    "plate": lambda: [pedalboard.Reverb(room_size=0.5, wet_level=0.3)],
    "chorus": lambda: [pedalboard.Chorus(1.0, 0.25, 7.0, 0.0, 0.5)],
    "phaser": lambda: [pedalboard.Phaser(0.5, 0.5, 1300.0, 0.0, 0.5)],
    "saturation": lambda: [pedalboard.Distortion(12.0)],
}
OVERSAMPLED = "saturation, both 4×"


def main(file: str) -> None:
    """Answer until the input ends."""
    audio = np.load(file)
    boards = {name: pedalboard.Pedalboard(build()) for name, build in BOARDS.items()}
    for line in sys.stdin:
        name = json.loads(line)
        began = time.thread_time()
        if name == OVERSAMPLED:
            oversampled(audio, boards["saturation"])
        else:
            boards[name](audio, RATE, buffer_size=8192, reset=True)
        print(time.thread_time() - began, flush=True)


def oversampled(audio: Any, board: Any) -> Any:
    """The board at four times the rate, in blocks, as ours runs inside: up, through, down."""
    up = StreamResampler(RATE, 4 * RATE, 2, quality=Resample.Quality.CatmullRom)
    down = StreamResampler(4 * RATE, RATE, 2, quality=Resample.Quality.CatmullRom)
    parts = []
    for start in range(0, audio.shape[1], 8192):
        high = up.process(audio[:, start : start + 8192])
        parts.append(down.process(board(high, 4 * RATE, buffer_size=32768, reset=False)))
    return np.concatenate(parts, axis=1)


if __name__ == "__main__":
    main(sys.argv[1])
