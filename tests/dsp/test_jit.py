"""Kernels compile when they are first needed, call each other, and are cached by their sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from songwright.dsp import jit
from songwright.dsp.jit import kernel

PROGRAM = """
import sys
import numpy as np
from songwright.dsp.jit import kernel

@kernel
def add(a, b):
    return a + b

@kernel
def total(x):
    s = 0.0
    for i in range(x.shape[0]):
        s = add(s, x[i])
    return s

assert "numba" not in sys.modules
assert total(np.ones(10, np.float32)) == 10.0
"""


@kernel
def _double(x: float) -> float:
    return x * 2.0


@kernel
def _quadruple(x: float) -> float:
    return _double(_double(x))


def test_kernels_call_kernels_and_have_one_specialisation() -> None:
    assert _quadruple(3.0) == 12.0
    assert _quadruple(4.0) == 16.0
    assert len(_quadruple.specialisations) == 1


@jit.part
def _scale(values: NDArray[np.float64], factor: float) -> None:
    for i in range(values.shape[0]):
        values[i] = _double(values[i]) * factor


@kernel
def _scale_rows(rows: NDArray[np.float64], factor: float) -> None:
    for row in range(rows.shape[0]):
        _scale(rows[row], factor)


def test_parts_become_one_with_the_kernels_that_call_them() -> None:
    rows = np.ones((2, 3))
    _scale_rows(rows, 2.0)
    assert np.array_equal(rows, np.full((2, 3), 4.0))
    _scale(rows[0], 0.5)
    assert np.array_equal(rows[0], np.full(3, 4.0))
    assert f"{__name__}._scale" not in jit.KERNELS


@pytest.mark.parametrize("disabled", ["0", "1"])
def test_marking_a_kernel_imports_no_numba(tmp_path: Path, disabled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_DISABLE_JIT", disabled)
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(tmp_path))
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    subprocess.run([sys.executable, str(program)], check=True)


def test_the_cache_folder_follows_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "some_plugin"
    package.mkdir()
    source = package / "__init__.py"
    source.write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    __import__("some_plugin")
    first = jit.cache_folder.__wrapped__("some_plugin")
    assert first == jit.cache_folder.__wrapped__("some_plugin")
    source.write_text("x = 2\n")
    assert first != jit.cache_folder.__wrapped__("some_plugin")


def test_a_kernel_keeps_its_name_and_help() -> None:
    assert _double.__name__ == "_double"  # type: ignore[attr-defined]
    assert jit.KERNELS[f"{__name__}._double"] is _double
    assert np.isfinite(_double(1.0))
