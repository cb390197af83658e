"""How kernels are compiled: the one place that says so.

:func:`kernel` marks a function for Numba without importing Numba. The function is compiled when it is
first called, and kept on disk (:mod:`songwright.dsp.image`): in later processes it runs without the
compiler. Kernels call each other freely: Numba sees through the mark by its ``_numba_type_`` protocol.
A :func:`part` is pasted into the kernels that call it.

Rules for kernels: float32 audio, float64 state where poles come near the unit circle, scalars passed
as they come from ``float()`` and ``int()``, arrays C-contiguous, all arguments by position; one specialisation
each (a test counts them). No module-level arrays or tunable constants: pass them in, for what is on disk is
keyed by sources and a compiled kernel keeps what it saw.

The folder is named by a hash of all sources a kernel can reach: the engine's ``dsp`` package and the
package the kernel lives in; and of what machine code depends on.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar

import numpy as np
import platformdirs

from songwright.dsp import image

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": False, "no_cfunc_wrapper": True}

#: Every kernel of the modules imported so far, by qualified name: what ``warmup`` and the tests walk.
KERNELS: dict[str, Kernel[Any, Any]] = {}

#: Who is told the name of each function as it begins to compile; called from whatever thread compiles.
COMPILE_LISTENERS: list[Callable[[str], None]] = []

_LOCK = threading.RLock()  # Numba compiles one function at a time; so do we, without surprises


#: Flags of an array that a compiled kernel is bound to: C order, alignment, whether it may be written.
_FLAGS = 0x1 | 0x100 | 0x400
_FORTRAN = 0x2


class Kernel(Generic[P, R]):
    """A function that compiles itself when it is first needed."""

    #: Whether a kernel that another process is compiling is waited for; else :class:`image.BusyError` is raised.
    patient: ClassVar[bool] = True

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        #: What was compiled or loaded, by the kinds of its arguments.
        self.specialisations: dict[tuple[object, ...], Callable[..., R]] = {}
        functools.update_wrapper(self, function)
        KERNELS[f"{function.__module__}.{function.__qualname__}"] = self

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the compiled function."""
        assert not kwargs, f"{self.function.__name__}: a kernel takes its arguments by position"
        kinds = tuple([_kind(value) for value in args])
        run = self.specialisations.get(kinds)
        return run(*args) if run is not None else self._ready(kinds, args)(*args)

    def _ready(self, kinds: tuple[object, ...], args: tuple[object, ...]) -> Callable[..., R]:
        with _LOCK:
            if kinds not in self.specialisations:
                self.specialisations[kinds] = self._specialised(kinds, args)
            return self.specialisations[kinds]

    def _specialised(self, kinds: tuple[object, ...], args: tuple[object, ...]) -> Callable[..., R]:
        if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
            return self.function
        path = self.path(kinds)
        return image.load(path, self.function.__name__) or self._compiled(args, path)

    def path(self, kinds: tuple[object, ...]) -> Path:
        """The file of a specialisation."""
        name = f"{self.function.__module__}.{self.function.__qualname__}"
        code = hashlib.blake2b(repr(kinds).encode(), digest_size=6).hexdigest()
        return cache_folder(name.partition(".")[0]) / f"{name}-{code}.kernel"

    def _compiled(self, args: tuple[object, ...], path: Path) -> Callable[..., R]:
        from numba import typeof

        with image.claimed(path, wait=self.patient):
            if elsewhere := image.load(path, self.function.__name__):
                return elsewhere
            for listener in COMPILE_LISTENERS:
                listener(self.function.__name__)
            types = tuple(typeof(value) for value in args)  # type: ignore[no-untyped-call]
            compiled: Callable[..., R] = self.dispatcher.compile(types)
            with contextlib.suppress(Exception):  # a full disk, another Numba: then each process compiles for itself
                image.save(path, self.dispatcher.overloads[types])
            return compiled

    @functools.cached_property
    def dispatcher(self) -> Any:
        """Numba's dispatcher for the function, as Python calls it."""
        import numba

        with _LOCK:
            return numba.njit(**OPTIONS)(self.function)

    @functools.cached_property
    def _inner_dispatcher(self) -> Any:
        """The same as kernels call it: nothing that takes Python's arguments apart is compiled for it."""
        import numba

        return numba.njit(**OPTIONS | {"no_cpython_wrapper": True})(self.function)

    @property
    def _numba_type_(self) -> Any:
        """Numba's type of this object, which lets kernels call kernels."""
        from numba.core import types

        return types.Dispatcher(self._inner_dispatcher)


def kernel(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark ``function`` as a kernel, compiled on first use with :data:`OPTIONS`."""
    return Kernel(function)


class Part(Generic[P, R]):
    """A function that is pasted into each kernel that calls it.

    Its loops then know what the kernel knows of the arrays, and views of them may be passed at no cost: a call
    between kernels counts references.
    """

    targetoptions: ClassVar = {"inline": "always"}  # here and in py_func Numba finds what it needs

    def __init__(self, function: Callable[P, R]) -> None:
        self.py_func = function
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the function in Python."""
        return self.py_func(*args, **kwargs)

    @property
    def _numba_type_(self) -> Any:
        """Numba's type of what is left of the name after pasting."""
        from numba.core import types

        return types.Dummy(self.py_func.__name__)


def part(function: Callable[P, R]) -> Part[P, R]:
    """Mark ``function`` as a part of the kernels that call it."""
    return Part(function)


def _kind(value: object) -> object:
    """What of an argument a compiled kernel is bound to."""
    if isinstance(value, np.ndarray):
        flags = value.flags.num
        return value.dtype, value.ndim, flags & (_FLAGS if flags & 1 else _FLAGS | _FORTRAN)
    return type(value)


def cache_root() -> Path:
    """Where compiled kernels lie, all versions: ``SONGWRIGHT_CACHE`` or the user's cache folder."""
    root = os.environ.get("SONGWRIGHT_CACHE")
    return Path(root) / "kernels" if root else Path(platformdirs.user_cache_dir("songwright")) / "kernels"


@functools.cache
def cache_folder(package: str) -> Path:
    """The folder for kernels of a top-level package, named by the sources they can depend on."""
    digest = hashlib.blake2b(image.platform_key().encode(), digest_size=10)
    folders = {Path(__file__).parent}
    origin = getattr(sys.modules.get(package), "__file__", None)
    if origin and package != "songwright":
        folders.add(Path(origin).parent)
    for folder in sorted(folders):
        for source in sorted(folder.rglob("*.py")):
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return cache_root() / digest.hexdigest()
