"""What works on this machine, found out by trying it, and the command that mends what does not."""

from __future__ import annotations

import importlib
import io
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from songwright.warmup import compiled

if TYPE_CHECKING:
    from songwright.plugins import Plugins


@dataclass(frozen=True)
class Finding:
    """One thing that was tried. What is not ``needed`` may be missing: songs render without it."""

    area: str
    name: str
    ok: bool
    detail: str
    mend: str = ""
    needed: bool = True


def examine(plugins: Plugins) -> Iterator[Finding]:
    """Try everything a render leans on, one finding at a time."""
    yield _python()
    yield from map(_library, ("numpy", "numba", "scipy", "soxr", "soundfile", "lameenc", "mido"))
    yield from _plugins(plugins)
    yield _presets()
    for name, encode in _ENCODERS.items():
        yield _encoder(name, encode)
    yield _kernel_cache()
    yield from _voices(plugins)
    yield _pictures()
    yield _video()


def _python() -> Finding:
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return Finding("python", "python", sys.version_info >= (3, 11), detail, "install Python 3.11 or newer")


def _library(name: str) -> Finding:
    try:
        importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - a broken binary may raise anything
        detail = f"{type(error).__name__}: {error}"
        return Finding("library", name, False, detail, f"python -m pip install --force-reinstall {name}")
    return Finding("library", name, True, version(name))


def _plugins(plugins: Plugins) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for entry in plugins.all():
        counts[entry.distribution] = counts.get(entry.distribution, 0) + 1
    for distribution, count in counts.items():
        yield Finding("plugins", distribution, True, f"{count} components")
    for failure in plugins.failures:
        mend = f"python -m pip install --upgrade {failure.distribution}, or go on without it: --safe"
        yield Finding("plugins", failure.plugin, False, str(failure), mend, needed=failure.distribution == "songwright")
    for conflict in plugins.conflicts():
        name = conflict[0].name
        both = " and ".join(entry.distribution for entry in conflict)
        detail = f"two {conflict[0].kind}s are named {name!r}: from {both}"
        yield Finding("plugins", name, False, detail, f"--prefer {name}={conflict[0].distribution}", needed=False)


def _presets() -> Finding:
    from songwright.presets import preset_names

    try:
        names = preset_names()
    except ImportError as error:
        return Finding("presets", "presets", False, str(error), "python -m pip install --force-reinstall songwright")
    return Finding("presets", "presets", bool(names), f"{len(names)} songs: {', '.join(names)}")


def _encode_sound(container: str, subtype: str) -> Callable[[], int]:
    def encode() -> int:
        import numpy as np
        import soundfile

        file = io.BytesIO()
        soundfile.write(file, np.zeros((4410, 2), dtype=np.float32), 44100, format=container, subtype=subtype)
        return len(file.getvalue())

    return encode


def _encode_mp3() -> int:
    import lameenc

    encoder = lameenc.Encoder()
    encoder.set_bit_rate(192)
    encoder.set_in_sample_rate(44100)
    encoder.set_channels(2)
    encoder.silence()
    return len(encoder.encode(bytes(4410 * 4)) + encoder.flush())


_ENCODERS: dict[str, Callable[[], int]] = {
    "wav": _encode_sound("WAV", "PCM_24"),
    "flac": _encode_sound("FLAC", "PCM_24"),
    "ogg": _encode_sound("OGG", "VORBIS"),
    "mp3": _encode_mp3,
}


def _encoder(name: str, encode: Callable[[], int]) -> Finding:
    library = "lameenc" if name == "mp3" else "soundfile"
    mend = f"python -m pip install --force-reinstall {library}"
    try:
        size = encode()
    except Exception as error:  # noqa: BLE001 - codecs are native code and fail in many ways
        return Finding("encoder", name, False, f"{type(error).__name__}: {error}", mend, needed=name == "wav")
    return Finding("encoder", name, size > 0, f"0.1 s became {size} bytes", mend)


def _kernel_cache() -> Finding:
    from songwright.dsp.jit import cache_root

    root = cache_root()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            pass
    except OSError as error:
        mend = "export SONGWRIGHT_CACHE=FOLDER, one that you may write to"
        return Finding("kernels", "cache", False, f"{root}: {error.strerror or error}", mend)
    kernels, size = compiled(root)
    detail = f"{root}: {kernels} compiled kernels, {size / 1e6:.1f} MB"
    if kernels:
        return Finding("kernels", "cache", True, detail)
    return Finding("kernels", "cache", True, f"{detail}; the first render compiles them", "songwright warmup")


def _voices(plugins: Plugins) -> Iterator[Finding]:
    for entry in plugins.all("voice"):
        try:
            missing = entry.component().available()
        except Exception as error:  # noqa: BLE001 - a provider may raise anything; it is shown
            missing = f"{type(error).__name__}: {error}"
        lack, _, mend = missing.partition(": ")  # "what is missing: what mends it", as the contract has it
        detail = lack or ("ready, over the network" if getattr(entry.component, "online", False) else "ready")
        yield Finding("voice", entry.name, not missing, detail, mend, needed=False)


def _pictures() -> Finding:
    try:
        importlib.import_module("matplotlib")
    except ImportError:
        mend = "python -m pip install 'songwright[plot]'"
        return Finding("pictures", "matplotlib", False, "not installed: show --png cannot draw", mend, needed=False)
    return Finding("pictures", "matplotlib", True, version("matplotlib"))


def _video() -> Finding:
    """Whether a karaoke video can be made: something to draw letters with, something to encode with."""
    from songwright.errors import OutputError
    from songwright.video.encoder import MEND, tool

    try:
        importlib.import_module("PIL")
        detail = f"pillow {version('pillow')}, {tool()}"
    except (ImportError, OutputError) as error:
        return Finding("video", "karaoke video", False, str(error), MEND, needed=False)
    return Finding("video", "karaoke video", True, detail)
