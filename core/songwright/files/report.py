"""``report.json``: what a render is made of, what it measures, and how long it took."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from songwright import __version__
from songwright.arrangement.model import Arrangement
from songwright.arrangement.quality import measure
from songwright.graph.nodes import RenderGraph
from songwright.plugins import Entry
from songwright.render.cache import RenderCache
from songwright.render.result import Mix, Stem
from songwright.render.song import Rendered
from songwright.render.stopwatch import Stopwatch

if TYPE_CHECKING:
    from songwright.singing.performance import Performance

NAME = "report.json"


def describe(arrangement: Arrangement) -> dict[str, Any]:
    """The song itself: title, seed, sections, chords, and what can be measured on its notes."""
    project, time_map = arrangement.project, arrangement.time_map
    sections = [
        {
            "id": section.id,
            "use": section.use,
            "start_s": _rounded(time_map.seconds(section.start_beat)),
            "end_s": _rounded(time_map.seconds(section.end_beat)),
            "bar": section.bar,
            "bars": section.bars,
            "energy": round(section.energy, 3),
        }
        for section in arrangement.sections
    ]
    chords = [
        {
            "start_s": _rounded(time_map.seconds(span.start_beat)),
            "end_s": _rounded(time_map.seconds(span.end_beat)),
            "chord": span.chord.harte(),
            "roman": span.roman,
        }
        for span in arrangement.chords
    ]
    return {
        "songwright": __version__,
        "title": project.title,
        "seed": project.seed,
        "genre": project.genre,
        "key": str(arrangement.sections[0].key),
        "sections": sections,
        "chords": chords,
        "quality": measure(arrangement),
    }


def describe_render(
    graph: RenderGraph, rendered: Rendered, stopwatch: Stopwatch, span: tuple[int, int], cache: RenderCache | None
) -> dict[str, Any]:
    """What was rendered: the frames ``span`` of the song, levels, hashes and times."""
    start, frames, wall_s = span[0] / graph.sample_rate, span[1] - span[0], stopwatch.wall_s
    seconds = frames / graph.sample_rate
    return {
        "audio": {
            "sample_rate": graph.sample_rate,
            "frames": frames,
            "seconds": _rounded(seconds),
            "start_s": _rounded(start),
        },
        "mix": _mix(rendered.mix) if rendered.mix else None,
        "stems": [_stem(stem) for stem in rendered.stems],
        "null_residual_db": rendered.null_residual_db,
        "timing": {
            "wall_s": round(wall_s, 3),
            "real_time_factor": round(wall_s / seconds, 4),
            "stages": {name: round(spent_s, 3) for name, spent_s in stopwatch.stages.items()},
        },
        "cache": _cache(rendered, cache),
    }


def describe_plugins(used: Iterable[Entry]) -> list[dict[str, str]]:
    """Components and where they came from, each once."""
    return [_plugin(entry) for entry in sorted(set(used), key=lambda entry: (entry.kind, entry.name))]


def describe_singing(track: str, performance: Performance) -> dict[str, Any]:
    """Who sang a track, and how fast."""
    metrics = performance.metrics
    return {
        "track": track,
        "provider": metrics.provider,
        "seconds": round(metrics.seconds, 3),
        "real_time_factor": round(metrics.real_time_factor, 4),
        "cached": metrics.cached,
        **({"profile": {"name": metrics.profile.name, "id": metrics.profile.id}} if metrics.profile else {}),
    }


def _mix(mix: Mix) -> dict[str, Any]:
    """The mixdown; of several formats the first is told under ``file``, all of them under ``files``."""
    levels, first = mix.levels, mix.files[0]
    return {
        "file": first.name,
        "lufs_integrated": round(levels.lufs_integrated, 2),
        "lra": round(levels.lra, 2),
        "true_peak_dbtp": round(mix.true_peak_dbtp, 2),
        "gain_db": mix.gain_db,  # to the last bit: a stream with it is the same audio
        "sha256": first.sha256,
        "files": [{"file": file.name, "sha256": file.sha256} for file in mix.files],
    }


def _stem(stem: Stem) -> dict[str, Any]:
    """A stem. One that runs into another stem (of a group with effects) names it under ``part_of``."""
    return {
        "id": stem.id,
        "file": stem.file.name,
        "peak_dbfs": round(stem.levels.peak_dbfs, 2),
        "lufs_integrated": round(stem.levels.lufs_integrated, 2),
        "sha256": stem.file.sha256,
        "cached": stem.cached,
        **({"part_of": stem.part_of} if stem.part_of else {}),
    }


def _cache(rendered: Rendered, cache: RenderCache | None) -> dict[str, Any]:
    """How many stems were not rendered anew, and how many were; of the instruments in these, how many did not play."""
    hits = sum(stem.cached for stem in rendered.stems)
    found: dict[str, Any] = {"hits": hits, "misses": len(rendered.stems) - hits}
    if cache:
        found["sources"] = {"hits": cache.sources.hits, "misses": cache.sources.misses}
    return found


def _plugin(entry: Entry) -> dict[str, str]:
    return {
        "kind": entry.kind,
        "name": entry.name,
        "distribution": entry.distribution,
        "version": entry.distribution_version,
    }


def write_report(report: Mapping[str, Any], path: Path) -> None:
    """Write the report as JSON."""
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def earlier_files(folder: Path) -> set[str]:
    """The files of an earlier render of ours in ``folder``: those that its report lists, and the report itself."""
    try:
        listed: Sequence[Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))["files"]
        return {NAME, *(name for name in listed if isinstance(name, str) and _stays_inside(name))}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _stays_inside(name: str) -> bool:
    """Whether a listed path lies in the folder: a report is only a file, and may say anything."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _rounded(value: float) -> float:
    return round(float(value), 6)
