"""What code a sound depends on: the engine's, the component's, and the machine's way to compute.

A released version could stand for its code, but who writes a component changes the code and not the version: so the
sources themselves are hashed, as they are for compiled kernels (:mod:`songwright.dsp.jit`).
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from songwright.dsp.image import platform_key
from songwright.plugins import Entry

#: The parts of the engine that audio runs through, up to its files.
_ENGINE = ("dsp", "files", "graph", "interfaces", "render")
_LIBRARIES = ("songwright", "numpy", "scipy", "soxr", "soundfile", "lameenc")
#: A setting of NumPy that changes what the same code computes; Numba's are in the platform's key.
_NUMPY_FEATURES = "NPY_DISABLE_CPU_FEATURES"
_OWN = "songwright"
_FOREIGN = {"builtins", "abc", "typing", _OWN}


class UnknownCodeError(LookupError):
    """There are no sources to tell what a component does: defined in a shell, for example."""


@functools.cache
def engine_identity() -> bytes:
    """A hash of the engine's code, of the libraries' versions, and of the processor."""
    folder = Path(__file__).parent.parent
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr([_version(name) for name in _LIBRARIES]).encode())
    digest.update(f"{os.environ.get(_NUMPY_FEATURES)} {platform_key()}".encode())
    for part in _ENGINE:
        _add_sources(digest, folder / part)
    return digest.digest()


def component_identity(entry: Entry) -> bytes:
    """A hash of who a component is and of the package (or packages, if it inherits) that its code lies in.

    Raises:
        UnknownCodeError: the code cannot be found.
    """
    packages = {base.__module__.partition(".")[0] for base in entry.component.__mro__} - _FOREIGN
    digest = hashlib.blake2b(digest_size=16)
    words = (entry.kind, entry.name, entry.component.__module__, entry.component.__qualname__)
    digest.update(repr((*words, entry.version, entry.distribution, entry.distribution_version)).encode())
    for package in sorted(packages):
        digest.update(_package(package))
    return digest.digest()


@functools.cache
def _package(name: str) -> bytes:
    """A hash of a top-level package's files, or of a module that is a file of its own."""
    module = sys.modules.get(name)
    digest = hashlib.blake2b(name.encode(), digest_size=16)
    if folders := getattr(module, "__path__", None):
        for folder in folders:
            _add_sources(digest, Path(folder))
    elif origin := getattr(module, "__file__", None):
        digest.update(Path(origin).read_bytes())
    else:
        raise UnknownCodeError(f"no file holds the code of {name!r}")
    return digest.digest()


def _add_sources(digest: Any, folder: Path) -> None:
    """Sources by their content; data beside them (tables, samples) by size and time of change: it may be large."""
    for path in sorted(_files(folder)):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        if path.suffix == ".py":
            digest.update(path.read_bytes())
        else:
            status = path.stat()
            digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())


def _files(folder: Path) -> Iterable[Path]:
    for path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        yield from (Path(path, name) for name in files if not name.startswith("."))


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
