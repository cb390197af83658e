"""Frames and sound to a file, by PyAV (which brings FFmpeg's libraries) or by the program ffmpeg.

PyAV comes with ``songwright[video]`` and is taken where it is installed; else ffmpeg, if it is on the path.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from songwright.errors import OutputError
from songwright.video.picture import Planes

MEND = "python -m pip install 'songwright[video]'"
THREADS = 8  # a fixed number, whatever the machine: the encoder's bytes depend on it
KEY_S = 4  # a player may jump to every so many seconds
AUDIO_BPS = 192_000

#: Per format: encoders of video and sound, by preference, with the options that make them fast.
VIDEO: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = MappingProxyType(
    {
        "mp4": (("libx264", {"preset": "superfast", "crf": "20", "bf": "0"}), ("libopenh264", {"b": "3000000"})),
        "webm": (
            (
                "libvpx-vp9",
                {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "tile-columns": "2", "crf": "30", "b": "0"},
            ),
        ),
    }
)
AUDIO = MappingProxyType({"mp4": ("aac",), "webm": ("libopus", "libvorbis")})


class Sound:
    """The mix, read from its file in blocks."""

    def __init__(self, path: Path) -> None:
        import soundfile

        self.path = path
        self._file = soundfile.SoundFile(str(path))
        self.rate: int = self._file.samplerate
        self.seconds: float = self._file.frames / self._file.samplerate

    def read(self, frames: int) -> NDArray[np.float32]:
        """The next frames as stereo, shape (frames, 2); fewer at the end."""
        block = self._file.read(frames, dtype="float32", always_2d=True)
        return np.ascontiguousarray(block if block.shape[1] == 2 else np.repeat(block[:, :1], 2, axis=1))

    def __enter__(self) -> Sound:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


@dataclass(frozen=True)
class Film:
    """What is to be encoded."""

    width: int
    height: int
    fps: int
    frames: int
    format: Literal["mp4", "webm"]
    title: str
    sound: Sound


Encoder = Callable[[Film, Path, Iterator[Planes], Callable[[float], None]], None]


def encoder() -> Encoder:
    """The way to encode on this machine.

    Raises:
        OutputError: there is none; the message says what mends it.
    """
    if importlib.util.find_spec("av"):
        from songwright.video.pyav import encode

        return encode
    if shutil.which("ffmpeg"):
        from songwright.video.program import encode as encode_by_program

        return encode_by_program
    raise OutputError(f"a karaoke video needs an encoder: {MEND}, or install ffmpeg")


def tool() -> str:
    """The name of what :func:`encoder` takes, for people."""
    name = encoder().__module__.rpartition(".")[2]
    return f"PyAV {version('av')}" if name == "pyav" else f"the program {shutil.which('ffmpeg')}"


def failed(film: Film, error: Any) -> OutputError:
    """The error of an encoder that gave up."""
    return OutputError(f"the karaoke video ({film.format}, {film.width}x{film.height}) could not be encoded: {error}")
