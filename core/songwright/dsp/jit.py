"""How kernels are compiled: the one place that says so.

:func:`kernel` marks a function for Numba without importing Numba. The function is compiled (or loaded
from disk) when it is first called, so that a module of components imports in no time. Kernels call
each other freely: Numba sees through the mark by its ``_numba_type_`` protocol.

Rules for kernels: float32 audio, float64 state where poles come near the unit circle, scalars passed
as they come from ``float()`` and ``int()``, arrays C-contiguous; one specialisation each (a test
counts them). No module-level arrays or tunable constants: pass them in, for the on-disk cache is keyed
by sources and a compiled kernel keeps what it saw.

Numba's own index notices only changes in the kernel's own file; a changed callee elsewhere would go
unseen. So the cache folder is named by a hash of all sources a kernel can reach: the engine's
``dsp`` package and the package the kernel lives in.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

import platformdirs

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "boundscheck": False}

#: Every kernel of the modules imported so far, by qualified name: what ``warmup`` and the tests walk.
KERNELS: dict[str, Kernel[Any, Any]] = {}

#: Who is told the name of each function as it begins to compile; called from whatever thread compiles.
COMPILE_LISTENERS: list[Callable[[str], None]] = []

_LOCK = threading.RLock()  # Numba compiles one function at a time; so do we, without surprises


class Kernel(Generic[P, R]):
    """A function that compiles itself when it is first needed."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        functools.update_wrapper(self, function)
        KERNELS[f"{function.__module__}.{function.__qualname__}"] = self

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the compiled function."""
        return self.dispatcher(*args, **kwargs)  # type: ignore[no-any-return]

    @functools.cached_property
    def dispatcher(self) -> Any:
        """Numba's dispatcher for the function (the function itself when the JIT is off)."""
        with _LOCK:
            return _jit(self.function)

    @property
    def _numba_type_(self) -> Any:
        """Numba's type of this object, which lets kernels call kernels."""
        from numba.core import types

        return types.Dispatcher(self.dispatcher)


def kernel(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark ``function`` as a kernel, compiled on first use with :data:`OPTIONS`."""
    return Kernel(function)


def _jit(function: Callable[..., Any]) -> Any:
    import numba

    _announce_compiling()
    folder = cache_folder(function.__module__.partition(".")[0])
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return numba.njit(**OPTIONS)(function)


@functools.cache
def _announce_compiling() -> None:
    """Have Numba tell :data:`COMPILE_LISTENERS` of each kernel that it compiles (not of those it loads from disk)."""
    from numba.core import event

    numba_event: Any = event

    class Announcer(numba_event.Listener):  # type: ignore[misc]
        def on_start(self, event: Any) -> None:
            function = event.data["dispatcher"].py_func
            if f"{function.__module__}.{function.__qualname__}" in KERNELS:
                for listener in COMPILE_LISTENERS:
                    listener(function.__name__)

        def on_end(self, event: Any) -> None:
            pass

    numba_event.register("numba:compile", Announcer())


def cache_root() -> Path:
    """Where compiled kernels lie, all versions: ``SONGWRIGHT_CACHE`` or the user's cache folder."""
    root = os.environ.get("SONGWRIGHT_CACHE")
    return Path(root) / "kernels" if root else Path(platformdirs.user_cache_dir("songwright")) / "kernels"


@functools.cache
def cache_folder(package: str) -> Path:
    """The folder for kernels of a top-level package, named by the sources they can depend on."""
    digest = hashlib.blake2b(digest_size=10)
    folders = {Path(__file__).parent}
    origin = getattr(sys.modules.get(package), "__file__", None)
    if origin and package != "songwright":
        folders.add(Path(origin).parent)
    for folder in sorted(folders):
        for source in sorted(folder.rglob("*.py")):
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return cache_root() / digest.hexdigest()
