"""Files of the earlier result that this render would write again, byte for byte: they are taken over as they are.

What a finished file is (its size, a checksum of all its bytes, the hash of its audio, what was measured on it) is noted
in the cache, under the key of all that the file depends on. When the folder that is rendered to still holds such a
file, untouched, it is linked into the staging folder instead of being written: it moves from the old result to the
new one, and no two results ever share a file.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from songwright.files.audio import Format, stored_depth
from songwright.graph.nodes import MASTER, RenderGraph, StemPlan, Tap
from songwright.project.model import MixOutput
from songwright.render.cache import RenderCache
from songwright.render.key import Key, insert_identity, key
from songwright.render.meters import Levels
from songwright.render.result import Mix, RenderedFile, Stem
from songwright.render.stems import stem_name
from songwright.render.wanted import Wanted
from songwright.store import file_checksum


@dataclass(frozen=True)
class Earlier:
    """The result that a new one takes the place of: its folder, and its files (relative, with ``/``)."""

    folder: Path
    files: frozenset[str]


class Reuse:
    """Takes over what did not change, and notes what was written.

    Args:
        cache: where notes are kept.
        earlier: where files may be found.
        wanted: what is to be written.
        folder: the staging folder.
    """

    def __init__(self, cache: RenderCache, earlier: Earlier, wanted: Wanted, folder: Path) -> None:
        self._cache, self._earlier, self._wanted, self._folder = cache, earlier, wanted, folder

    def stems(self, plans: Iterable[StemPlan]) -> dict[str, Stem]:
        """The stems whose files were taken over, by id; the others have to be written. Files are read side by side."""
        with ThreadPoolExecutor(self._wanted.jobs) as pool:
            return {stem.id: stem for stem in pool.map(self._stem, plans) if stem}

    def note_stems(self, stems: Iterable[tuple[StemPlan, Stem]]) -> None:
        """Note what the files of stems are."""
        with ThreadPoolExecutor(self._wanted.jobs) as pool:
            list(pool.map(lambda one: self._note_stem(*one), stems))  # raises what a thread has raised

    def _stem(self, plan: StemPlan) -> Stem | None:
        name = stem_name(plan, self._wanted.stem_format)
        fact = self._cache.fact(self._stem_key(plan))
        if fact is None or not self._take(name, fact):
            return None
        return Stem(plan.id, _file(name, fact), Levels(**fact["levels"]), plan.part_of, cached=True)

    def mix(self) -> Mix | None:
        """The mix, when its files in every format were taken over."""
        target = self._wanted.mix
        fact = self._cache.fact(self._mix_key(target)) if target else None
        if target is None or fact is None:
            return None
        formats = list(dict.fromkeys(target.formats))
        facts = {kind: self._cache.fact(self._file_key(self._mix_key(target), kind, "")) for kind in formats}
        if not all(facts[kind] and self._take(f"mix.{kind}", facts[kind]) for kind in formats):
            return None
        files = tuple(_file(f"mix.{kind}", facts[kind]) for kind in formats)
        return Mix(files, Levels(**fact["levels"]), fact["true_peak_dbtp"], fact["gain_db"], tuple(fact["warnings"]))

    def note_mix(self, mix: Mix) -> None:
        """Note what the mix and its files are."""
        content = self._mix_key(self._wanted.mix)
        for file in mix.files:
            self._note(self._file_key(content, file.name.rpartition(".")[2], ""), file)
        levels = asdict(mix.levels)
        peak = {"true_peak_dbtp": mix.true_peak_dbtp, "gain_db": mix.gain_db, "warnings": list(mix.warnings)}
        self._cache.note(content, {"levels": levels, **peak})

    def residual_db(self, plans: tuple[StemPlan, ...]) -> float | None:
        """How far these stems were from adding up to the mix, when that was measured."""
        fact: float | None = self._cache.fact(self._sum_key(plans))
        return fact

    def note_residual(self, plans: tuple[StemPlan, ...], residual_db: float) -> None:
        """Note how far stems are from adding up."""
        self._cache.note(self._sum_key(plans), residual_db)

    def file(self, name: str, content: Key) -> bool:
        """Whether a file that is no audio of the graph was taken over. ``content``: of all that it depends on."""
        fact = self._cache.fact(content)
        return fact is not None and self._take(name, fact)

    def note_file(self, name: str, content: Key) -> None:
        """Note what such a file is."""
        path = self._folder / name
        self._cache.note(content, {"bytes": path.stat().st_size, "sum": file_checksum(path).hex()})

    def _note_stem(self, plan: StemPlan, stem: Stem) -> None:
        self._note(self._stem_key(plan), stem.file, levels=asdict(stem.levels))

    def _take(self, name: str, fact: Mapping[str, Any]) -> bool:
        """Link a file that is what a fact says into the staging folder, whatever its number was."""
        for candidate in self._candidates(name):
            path = self._earlier.folder / candidate
            with contextlib.suppress(OSError):
                if path.is_symlink() or path.stat().st_size != fact["bytes"]:
                    continue
                if file_checksum(path).hex() != fact["sum"]:
                    continue
                place = self._folder / name
                place.parent.mkdir(exist_ok=True)
                place.unlink(missing_ok=True)
                os.link(path, place)
                return True
        return False

    def _candidates(self, name: str) -> Iterator[str]:
        folder, _, own = name.rpartition("/")
        if name in self._earlier.files:
            yield name
        for other in sorted(self._earlier.files - {name}):  # a track that moved has another number
            if folder and other.startswith(f"{folder}/") and other.partition("-")[2] == own.partition("-")[2]:
                yield other

    def _note(self, content: Key, file: RenderedFile, **more: Any) -> None:
        path = self._folder / file.name
        if content is not None:
            what = {"bytes": path.stat().st_size, "sum": file_checksum(path).hex()}
            self._cache.note(content, {**what, "sha256": file.sha256, "clipped": file.clipped, **more})

    def _stem_key(self, plan: StemPlan) -> Key:
        return self._file_key(self._cache.keys.stem(plan), self._wanted.stem_format, plan.id)

    def _file_key(self, content: Key, kind: str | Format, stem: str) -> Key:
        wanted = self._wanted
        depth = stored_depth(kind, wanted.depth)  # type: ignore[arg-type]  # the ending of a file of ours is a format
        words = (kind, depth, self._cache.graph.sample_rate, wanted.span, wanted.tags(stem))
        return key("file", content, words) if content is not None else None

    def _mix_key(self, target: MixOutput | None) -> Key:
        graph, content = self._cache.graph, self._cache.keys.tap(MASTER, Tap.POST)
        if content is None or target is None:
            return None
        limiter = insert_identity(graph.limiter) if graph.limiter else None
        return key("mix", content, limiter, target.loudness_lufs, target.true_peak_dbtp, *_length(graph))

    def _sum_key(self, plans: tuple[StemPlan, ...]) -> Key:
        keys = [self._cache.keys.tap(MASTER, Tap.SOURCE), *map(self._cache.keys.stem, plans)]
        return None if None in keys else key("sum", keys, *_length(self._cache.graph))


def _length(graph: RenderGraph) -> tuple[int, int]:
    return graph.frames, graph.delays[MASTER].taps[Tap.POST]


def _file(name: str, fact: Mapping[str, Any]) -> RenderedFile:
    return RenderedFile(name, fact["sha256"], fact["clipped"])
