"""How loud a song will be, told from samples of it.

:data:`WINDOWS` places, evenly spread over the song, are cut out of the graph and set one after another: notes that
sound there, knobs as they stand there, singers as they sing there. That short song is rendered, measured, and mastered
as the whole would be. It depends on the project alone: the same song gets the same gain every time.

What it cannot know is what one place does to another: an echo from the verse in the chorus. On five songs (three that
ship and two moods of pop) the gain was within 0.15 dB of the exact one, for a tenth of the work; rendering the places
at half the sample rate made it 0.3 to 0.8 dB too low, for cymbals and hats sound louder there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.graph.nodes import MASTER, RenderGraph, Tap
from songwright.project.model import MixOutput
from songwright.render.cut import Cut, cut_out
from songwright.render.engine import BLOCK_FRAMES, Engine
from songwright.render.master import Limiting, master
from songwright.render.meters import LevelMeter
from songwright.render.scratch import Scratch

#: Places that are listened to, and how long each is. The first part of each only lets the sound begin.
WINDOWS = 12
WINDOW_S, LEAD_S = 1.4, 0.4


def estimated_gain(graph: RenderGraph, target: MixOutput, jobs: int) -> float:
    """The static gain, in dB, that brings a song to its loudness, estimated; 0 when no loudness is asked for.

    Args:
        graph: the song.
        target: what the mix should measure.
        jobs: threads.
    """
    if target.loudness_lufs is None:
        return 0.0
    cut = places(graph)
    short, meter = cut_out(graph, cut), LevelMeter(graph.sample_rate)
    with tempfile.TemporaryDirectory(prefix="songwright-preview-") as folder, ExitStack() as stack:
        scratch = Scratch(Path(folder))
        stack.callback(scratch.close)
        engine = Engine(short, [(MASTER, Tap.POST)], BLOCK_FRAMES)
        port = engine.tap(MASTER, Tap.POST)

        done = 0

        def take(ports: Sequence[NDArray[np.float32]]) -> None:
            nonlocal done
            for audio in cut.heard(ports[0], done):
                scratch.write(audio)
                meter.take(audio)
            done += ports[0].shape[1]

        engine.listen([port], take)
        engine.run(jobs)
        limiting = Limiting(replace(short, frames=scratch.end_frame), target, jobs, BLOCK_FRAMES)
        return master(scratch, meter, limiting).gain_db


def places(graph: RenderGraph) -> Cut:
    """Places evenly over a song; a short song is one place."""
    frames, lead = round(WINDOW_S * graph.sample_rate), round(LEAD_S * graph.sample_rate)
    if graph.frames <= WINDOWS * frames:
        return Cut((0,), graph.frames)
    middles = [(index + 0.5) / WINDOWS * graph.frames for index in range(WINDOWS)]
    return Cut(tuple(max(0, round(middle - (frames + lead) / 2)) for middle in middles), frames, lead)
