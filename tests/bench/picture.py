"""The pictures of docs/explanation/speed.md, as small SVG files whose bytes depend on the figures alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

OURS, THEIRS, MEMORY = "#c2410c", "#94a3b8", "#0f766e"


def draw(data: Mapping[str, Any], folder: Path) -> None:
    """Draw what there is figures for."""
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "songwright", "font.family": "sans-serif"})
    if "band" in data:
        _save(_band(data["band"]), folder / "speed-band.svg")
    if "scaling" in data:
        _save(_scaling(data["scaling"]), folder / "speed-scaling.svg")


def _save(figure: Figure, path: Path) -> None:
    FigureCanvasSVG(figure)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _band(figures: Mapping[str, Any]) -> Figure:
    """Wall seconds of each engine, the quickest on top; whiskers reach over all rounds."""
    engines = sorted(figures["engines"].items(), key=lambda item: -item[1]["wall_s"])
    figure = Figure(figsize=(8, 0.6 + 0.42 * len(engines)), layout="constrained")
    panel = figure.subplots()
    names, walls = [name for name, _ in engines], [one["wall_s"] for _, one in engines]
    spread = [
        [one["wall_s"] - one["wall_min_s"] for _, one in engines],
        [one["wall_max_s"] - one["wall_s"] for _, one in engines],
    ]
    colours = [OURS if name.startswith("Songwright") else THEIRS for name in names]
    panel.barh(names, walls, xerr=spread, color=colours, error_kw={"lw": 0.8, "capsize": 2})
    for place, wall in enumerate(walls):
        panel.text(wall, place + 0.05, f"  {wall:.2f} s", va="bottom", fontsize=8)
    panel.set_xlabel(f"wall seconds for {figures['seconds']:g} s of music, whole process, median")
    panel.spines[["top", "right"]].set_visible(False)
    return figure


def _scaling(figures: Mapping[str, Any]) -> Figure:
    """CPU and wall seconds over size, and the peak of memory, a column an axis."""
    axes = figures["axes"]
    figure = Figure(figsize=(2.9 * len(axes), 5.2), layout="constrained")
    panels = figure.subplots(2, len(axes), squeeze=False, sharex="col")
    for column, (name, axis) in enumerate(axes.items()):
        sizes = [point["size"] for point in axis["points"]]
        time, memory = panels[0][column], panels[1][column]
        time.plot(sizes, [point["cpu_s"] for point in axis["points"]], "o-", color=OURS, label="CPU s", ms=4)
        time.plot(sizes, [point["wall_s"] for point in axis["points"]], "s--", color=THEIRS, label="wall s", ms=4)
        memory.plot(sizes, [point["peak_mb"] for point in axis["points"]], "^-", color=MEMORY, ms=4)
        memory.set_ylim(0, None)
        memory.set_xlabel(name)
        if name != "jobs":
            time.set_xscale("log")
            time.set_yscale("log")
            time.set_title(f"CPU exponent {axis['exponent']:g}", fontsize=9)
        else:
            time.set_ylim(0, None)
            time.set_xticks(sizes)
        for panel in (time, memory):
            panel.spines[["top", "right"]].set_visible(False)
    panels[0][0].legend(frameon=False, fontsize=8)
    panels[0][0].set_ylabel("seconds")
    panels[1][0].set_ylabel("peak MB")
    return figure
