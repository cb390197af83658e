"""Compiled kernels come back from their files, or are compiled anew."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from songwright.dsp import image

TOY = """
import numpy as np
from songwright.dsp.jit import kernel

@kernel
def half(x):
    return x * 0.5

@kernel
def spread(x, scale, out):
    work = np.empty(x.shape[0])
    for i in range(x.shape[0]):
        work[i] = half(np.exp(x[i])) * scale
    out[:] = work
    return work.sum()

@kernel
def refuse(x):
    if x > 1.0:
        raise ValueError("too much")
    return x
"""

RUN = """
import sys
import numpy as np
from songwright.dsp import jit
jit.COMPILE_LISTENERS.append(lambda name: print("compiled", name))
import toy

out = np.empty(4)
print(round(toy.spread(np.zeros(4), 3.0, out), 6), out.tolist())
still = np.zeros(4)
still.flags.writeable = False
print(round(toy.spread(still, 3.0, out), 6), len(toy.spread.specialisations))
try:
    toy.refuse(2.0)
except ValueError as error:
    print(error)
print("numba" in sys.modules)
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    (tmp_path / "toy.py").write_text(TOY)
    return tmp_path


def _run(folder: Path, program: str = RUN, **environment: str) -> list[str]:
    paths = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    env = {**os.environ, "SONGWRIGHT_CACHE": str(folder / "cache"), "PYTHONPATH": paths, **environment}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    return done.stdout.splitlines()


def _said(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith("compiled")]


def _images(folder: Path) -> list[Path]:
    return sorted((folder / "cache").rglob("*.kernel"))


SAID = ["6.0 [1.5, 1.5, 1.5, 1.5]", "6.0 2", "too much"]


def test_a_kernel_is_compiled_once_and_then_runs_without_the_compiler(toy: Path) -> None:
    first = _run(toy)
    assert [line for line in first if line.startswith("compiled")] == [
        "compiled spread",
        "compiled spread",
        "compiled refuse",
    ]
    assert _said(first) == [*SAID, "True"]
    again = _run(toy)
    assert again[:3] == SAID
    assert not any(line.startswith("compiled") for line in again)
    assert sum("spread" in path.name for path in _images(toy)) == 2


def test_processes_that_need_a_kernel_at_once_compile_it_once(toy: Path) -> None:
    with ThreadPoolExecutor() as pool:
        both = [line for lines in pool.map(_run, [toy, toy]) for line in lines]
    assert sorted(_said(both)) == sorted([*SAID, *SAID, "True", "True"])
    assert [both.count(f"compiled {name}") for name in ("spread", "refuse")] == [2, 1]


def test_nothing_but_numba_itself_is_needed_to_run_an_image(toy: Path) -> None:
    _run(toy)
    program = RUN.replace("toy.refuse(2.0)", "raise ValueError('too much')")
    assert _run(toy, program) == [*SAID, "False"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_image_is_made_again(toy: Path, damage: str) -> None:
    _run(toy)
    whole = {path: path.read_bytes() for path in _images(toy)}
    for path, content in whole.items():
        spoilt = {"cut": content[:-7], "flipped": content[:99] + bytes([content[99] ^ 1]) + content[100:], "empty": b""}
        path.write_bytes(spoilt[damage])
    assert _said(_run(toy)) == [*SAID, "True"]
    assert all(path.stat().st_size > 1000 for path in whole)


def test_code_for_other_settings_of_the_compiler_is_kept_apart(toy: Path) -> None:
    _run(toy)
    made = len(_images(toy))
    _run(toy, NUMBA_OPT="1")
    assert len(_images(toy)) == 2 * made


def _strange_image(folder: Path) -> Path:
    """An image whose code calls what no process has."""
    content = b'{"wrapper": "f", "environment": "e", "needs": ["songwright_has_no_such_symbol"]}\n'
    path = folder / "strange.kernel"
    path.write_bytes(image._MAGIC + image._digest(content) + content)
    return path


def test_an_image_that_calls_what_is_not_there_is_refused(tmp_path: Path) -> None:
    assert image.load(_strange_image(tmp_path), "f") is None


def test_a_folder_that_cannot_be_written_only_costs_time(toy: Path) -> None:
    (toy / "cache").write_text("a file stands where the folder would be")
    assert _said(_run(toy))[:3] == SAID


def test_images_that_nobody_holds_any_more_do_no_harm(toy: Path) -> None:
    """Images once shared a machine, which LLVM frees with the first of them, also with a refused one."""
    _run(toy)
    program = (
        "import sys\nfrom pathlib import Path\nfrom songwright.dsp import image\n"
        "strange, *good = map(Path, sys.argv[1:])\n"
        "for _ in range(20):\n"
        "    assert image.load(strange, 'one') is None\n"
        "    for path in good:\n"
        "        assert image.load(path, 'one')\n"
    )
    overwriting_what_is_freed = {**os.environ, "MALLOC_PERTURB_": "165"}
    paths = map(str, [_strange_image(toy), *_images(toy)])
    subprocess.run([sys.executable, "-c", program, *paths], check=True, env=overwriting_what_is_freed)
