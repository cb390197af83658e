"""Compile every kernel now: render one bar in which every instrument and every effect is heard.

Nothing is guessed about kernels: the bar goes through the same pipeline as a song, so what is compiled
is what songs use.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from songwright.plugins import Plugins
    from songwright.progress import Progress


def warmup(plugins: Plugins, progress: Progress | None = None) -> int:
    """Compile the kernels of the engine and of every installed instrument and effect; returns how many there are."""
    from songwright.dsp.jit import KERNELS
    from songwright.pipeline import RenderOptions, render

    with tempfile.TemporaryDirectory(prefix="songwright-warmup-") as folder:
        song = Path(folder) / "warmup.yaml"
        song.write_text(json.dumps(every_sound(plugins)), encoding="utf-8")  # JSON is YAML
        render(song, RenderOptions(out=Path(folder) / "out", cache=False), plugins=plugins, progress=progress)
    return len(KERNELS)


def compiled(folder: Path) -> tuple[int, int]:
    """How many compiled kernels lie in the kernels' folder of a cache, and the bytes of all that lies there."""
    sizes: list[int] = []
    kernels = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # another render has just replaced it
            if path.is_file():
                sizes.append(path.stat().st_size)
                kernels += path.suffix == ".kernel"
    return kernels, sum(sizes)


def every_sound(plugins: Plugins) -> dict[str, Any]:
    """A project of one bar: a track for each instrument, and all effects in a row on the first one."""
    instruments, effects = plugins.names("instrument"), plugins.names("effect")
    tracks: dict[str, Any] = {
        name: {"instrument": name, "clips": [{"at": "1:1", "notes": _note(plugins, name)}]} for name in instruments
    }
    if instruments:
        tracks[instruments[0]]["effects"] = [{"use": name, "id": f"{name}-here"} for name in effects]
    return {
        "songwright": 1,
        "title": "Warm-up",
        "genre": plugins.names("genre")[0],
        "sections": {"bar": {"bars": 1, "chords": "| I |"}},
        "arrangement": ["bar"],
        "tracks": tracks,
    }


def _note(plugins: Plugins, name: str) -> str:
    from songwright.music.pitch import note_name

    low, high = plugins.get("instrument", name).midi_range
    return f"{note_name((low + high) // 2)}:1/4"
