"""Subnormal numbers, flushed to zero where they arise.

A recursive filter that decays into silence ends among numbers below 1e-38, which most processors
handle in microcode: a silent reverb tail can cost fifteen times as much as a loud one. The cure is a
mode of the floating-point unit that treats them as zero. It belongs to the thread, so it is set
around the work and put back after it.

The mode is reached through the C library's ``fegetenv`` and ``fesetenv``, which cost no compilation.
Known layouts: glibc and musl on x86-64 (MXCSR, bits FTZ and DAZ) and AArch64 (FPCR, bit FZ).
Elsewhere :func:`flush_denormals` does nothing: results differ below 1e-38 only, and tails may be slow.
"""

from __future__ import annotations

import ctypes
import functools
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class _Layout:
    """Where ``fenv_t`` keeps the control word: the struct's size, the word's offset, the bits to set."""

    size: int
    offset: int
    bits: int


_LAYOUTS = {
    "x86_64": _Layout(size=32, offset=28, bits=0x8040),  # FTZ | DAZ
    "aarch64": _Layout(size=8, offset=0, bits=1 << 24),  # FZ
}


@contextmanager
def flush_denormals() -> Iterator[None]:
    """Treat subnormal numbers as zero on this thread while the context is open.

    Contexts nest; leaving one restores the mode that it found. Costs about three microseconds.
    """
    environment = _environment()
    if environment is None:
        yield
        return
    library, layout = environment
    saved = ctypes.create_string_buffer(layout.size)
    library.fegetenv(saved)
    flushing = ctypes.create_string_buffer(saved.raw, layout.size)
    word = ctypes.c_uint32.from_buffer(flushing, layout.offset)
    word.value |= layout.bits
    library.fesetenv(flushing)
    try:
        yield
    finally:
        library.fesetenv(saved)


@functools.cache
def _environment() -> tuple[Any, _Layout] | None:
    """The C library and its layout, or None where the mode is out of reach."""
    layout = _LAYOUTS.get(platform.machine())
    if layout is None or not sys.platform.startswith("linux"):
        return None
    for name in ("libm.so.6", None):  # glibc keeps it in libm, musl in the program itself
        try:
            library = ctypes.PyDLL(name)  # keeps the GIL: no other thread can run in between
            library.fesetenv.restype = library.fegetenv.restype = ctypes.c_int
        except (OSError, AttributeError):
            continue
        return library, layout
    return None
