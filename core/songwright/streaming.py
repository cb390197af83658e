"""A song as a stream: its mix, block by block, as soon as each block is final.

Loudness is a property of the whole song, so the gain of a mix that is brought to a loudness is known at its
end only. A stream needs it at its beginning, and takes it from where it is told (:data:`Gain`).
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from songwright.errors import Problem, ProjectError
from songwright.files.report import NAME
from songwright.files.tags import Tags
from songwright.pipeline import Prepared, RenderOptions, prepare, slug
from songwright.plugins import Plugins, installed_plugins
from songwright.progress import Progress, Silence
from songwright.render.cache import RenderCache
from songwright.render.preview import estimated_gain
from songwright.render.scratch import Scratch
from songwright.render.stopwatch import Stopwatch
from songwright.render.stream import master_mix, stream_mix
from songwright.render.tape import DamagedTapeError

#: Where the static gain before the limiter comes from:
#:
#: - ``"estimate"``: samples of the song are rendered first (:mod:`songwright.render.preview`). Begins at once; the
#:   loudness comes out within a few tenths of a LU of what was asked for.
#: - ``"exact"``: the whole song is rendered first. Begins late; the audio is the file's, bit for bit.
#: - ``"report"``: the gain of the last render, from its report. Bit for bit if the song is the same.
#: - a number: the gain in dB.
#:
#: Whatever it is, the limiter holds the true peak. A song that asks for no loudness has a gain of 0 dB.
Gain = float | Literal["estimate", "exact", "report"]


@dataclass(frozen=True)
class Block:
    """Some frames of the mix that will not change any more."""

    start_frame: int  # of its first frame, counted from the song's first
    audio: NDArray[np.float32]  # shape (2, frames); full scale is 1.0


class Stream:
    """A mix on its way. Iterate over it once; :meth:`close` it (or leave its context) to stop before the end."""

    def __init__(self, ready: Prepared, options: RenderOptions, gain: Gain, block_s: float, watch: Stopwatch) -> None:
        if ready.wanted.mix is None:
            raise ProjectError(Problem("there is no mix to stream", hint="leave out --only and --no-mix"))
        self._ready, self._target = ready, ready.wanted.mix
        self._block_frames = max(1, round(block_s * ready.graph.sample_rate))
        self._store = options.store
        self._exact = gain == "exact"
        self.sample_rate = ready.graph.sample_rate
        self.start_frame, self.end_frame = ready.wanted.span
        self.tags: Tags = ready.wanted.tags("")
        self.warnings: tuple[str, ...] = (
            *map(str, ready.loaded.problems),
            *ready.arrangement.warnings,
            *ready.graph.warnings,
            *ready.vocals.warnings,
        )
        #: The gain before the limiter, in dB. An exact one is not known before the first block.
        self.gain_db = math.nan
        if not self._exact:
            with watch.stage("level"):
                self.gain_db = self._gain(gain, options)
        self._blocks = self._cut()

    def __iter__(self) -> Iterator[Block]:
        """The blocks that are left, all of one length but the last."""
        return self._blocks

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop; nothing is rendered any more when this returns."""
        self._blocks.close()

    @property
    def frames(self) -> int:
        """How many frames the stream has in all."""
        return self.end_frame - self.start_frame

    def _cut(self) -> Generator[Block]:
        """The audio in blocks of the length that was asked for."""
        source = self._exact_audio() if self._exact else self._live_audio()
        try:
            start, waiting, have = self.start_frame, list[NDArray[np.float32]](), 0
            for audio in source:
                waiting.append(audio)
                have += audio.shape[1]
                while have >= self._block_frames:
                    joined = np.concatenate(waiting, axis=1)
                    yield Block(start, np.ascontiguousarray(joined[:, : self._block_frames]))
                    start, have = start + self._block_frames, have - self._block_frames
                    waiting = [joined[:, self._block_frames :]]
            if have:
                yield Block(start, np.concatenate(waiting, axis=1))
        finally:
            source.close()

    def _live_audio(self) -> Generator[NDArray[np.float32]]:
        wanted = self._ready.wanted
        return stream_mix(self._ready.graph, self._target, self.gain_db, wanted.span, wanted.jobs, self._cache())

    def _exact_audio(self) -> Generator[NDArray[np.float32]]:
        graph, jobs = self._ready.graph, self._ready.wanted.jobs
        with tempfile.TemporaryDirectory(prefix="songwright-stream-") as name:
            folder = Path(name)
            with closing(Scratch(folder)) as audio:
                try:
                    mastered = master_mix(graph, self._target, jobs, audio, folder, self._cache())
                except DamagedTapeError:
                    mastered = master_mix(graph, self._target, jobs, audio, folder)
                self.gain_db = mastered.gain_db
                audio.rewind()
                audio.read(self.start_frame)
                for start in range(self.start_frame, self.end_frame, self._block_frames):
                    yield audio.read(min(self._block_frames, self.end_frame - start))

    def _cache(self) -> RenderCache | None:
        return RenderCache(self._store, self._ready.graph) if self._store else None

    def _gain(self, gain: Gain, options: RenderOptions) -> float:
        if isinstance(gain, int | float):
            return float(gain)
        if self._target.loudness_lufs is None:
            return 0.0
        if gain == "estimate":
            return estimated_gain(self._ready.graph, self._target, self._ready.wanted.jobs)
        folder = options.out or Path("out") / slug(self._ready.arrangement.project.title)
        return _reported_gain(folder / NAME)


def stream(
    path: Path | str,
    options: RenderOptions | None = None,
    *,
    gain: Gain = "estimate",
    block_s: float = 1.0,
    plugins: Plugins | None = None,
    progress: Progress | None = None,
) -> Stream:
    """Stream the mix of a project file.

    The same bytes for any number of jobs and any length of blocks; with the gain of a file, the file's.

    Args:
        path: the project file.
        options: how to render; ``start`` and ``end`` choose a part, nothing is written to ``out``.
        gain: where the gain of the mix comes from, or the gain in dB.
        block_s: seconds in a block.
        plugins: where components come from; default: all that are installed.
        progress: who is told how far it is before the first block.

    Raises:
        ProjectError: the project is wrong, there is no mix, or no report to take a gain from.
        PluginError: a plugin failed; so may every step of the iteration.
        RenderError: the song cannot be rendered as it stands.
    """
    options, watch = options or RenderOptions(), Stopwatch(progress or Silence())
    return Stream(prepare(path, options, plugins or installed_plugins(), watch), options, gain, block_s, watch)


def _reported_gain(path: Path) -> float:
    """The gain of an earlier render of the mix."""
    try:
        value = float(json.loads(path.read_text(encoding="utf-8"))["mix"]["gain_db"])
    except (OSError, ValueError, TypeError, KeyError):
        hint = "render the song once, or take --stream-gain estimate"
        raise ProjectError(Problem(f"no report of a mix is at {os.fspath(path)}", hint=hint)) from None
    return value
