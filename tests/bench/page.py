"""Write docs/explanation/speed.md from what was measured: ``python -m bench.page`` (``make bench-page``).

Each block of the page between ``<!-- bench: NAME -->`` and ``<!-- end -->`` is made of ``out/bench/NAME.json`` where
that exists, else of what ``docs/explanation/speed.json`` kept from before, so that the benches can be run one by one.
The words around the blocks are written by hand. Pictures need matplotlib (the ``plot`` extra).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench import edit, effects, kernels, run, scaling, songs, start
from bench.record import BUSY, FOLDER, ROOT

PAGE = ROOT / "docs" / "explanation" / "speed.md"
DATA = PAGE.with_suffix(".json")
BLOCK = re.compile(r"(<!-- bench: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
PICTURES = {
    "band": "![Wall seconds of each engine](speed-band.svg)\n\n",
    "scaling": "![CPU and wall seconds, and peak memory, over size](speed-scaling.svg)\n\n",
}

TABLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "band": run.markdown,
    "effects": effects.markdown,
    "scaling": scaling.markdown,
    "kernels": kernels.markdown,
    "start": start.markdown,
    "edit": edit.markdown,
    "songs": songs.markdown,
}


def main() -> None:
    """Gather, write the page and the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the benches' documents lie [out/bench]")
    options = parser.parse_args()
    data = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
    for name in TABLES:
        file = options.folder / f"{name}.json"
        if file.exists():
            data[name] = json.loads(file.read_text(encoding="utf-8"))
    DATA.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), data), encoding="utf-8")
    try:
        from bench.picture import draw
    except ImportError:
        sys.stderr.write("no pictures: matplotlib is not installed (the `plot` extra)\n")
        return
    draw(data, PAGE.parent)


def filled(page: str, data: Mapping[str, Any]) -> str:
    """The page with each block as it is made of the data.

    Raises:
        KeyError: the page has a block that no bench fills.
    """

    def block(match: re.Match[str]) -> str:
        name = match[2]
        if name not in TABLES:
            raise KeyError(f"no bench fills the block {name!r}")
        if name not in data:
            return f"{match[1]}\nNot measured yet.\n\n{match[3]}"
        machine = measured_on(data[name]["machine"])
        return f"{match[1]}\n{PICTURES.get(name, '')}{TABLES[name](data[name])}\n{machine}\n\n{match[3]}"

    return BLOCK.sub(block, page)


def measured_on(machine: Mapping[str, Any]) -> str:
    """The machine in one line, and a warning where it was busy."""
    libraries = machine["libraries"]
    said = (
        f"Measured on {machine['date']}: {machine['processor']}, {machine['mhz']} MHz, {machine['cores']} cores, "
        f"{machine['memory_gb']:g} GB, {machine['system']}; Songwright {libraries['songwright']}, Python "
        f"{machine['python']}, NumPy {libraries['numpy']}, Numba {libraries['numba']}."
    )
    if machine["busy_before"] > BUSY:
        said += (
            f" **Other work took {machine['busy_before']:.0%} of the machine when this began: "
            "wall times say little, CPU times are too high.**"
        )
    return f"<small>{said}</small>"


if __name__ == "__main__":
    main()
