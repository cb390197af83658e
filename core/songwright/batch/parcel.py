"""A song as content, to be rendered where its files are not: the project, what it extends, the files that it names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from songwright.batch.job import Job
from songwright.errors import Problem, ProjectError, WorkerError
from songwright.plugins import Plugins
from songwright.project.layers import PRESETS
from songwright.project.load import load
from songwright.project.reader import read
from songwright.project.source import read_source

#: No more than this is sent for a song: models and sound libraries belong on the machines themselves.
LIMIT_BYTES = 64 << 20


@dataclass(frozen=True)
class Parcel:
    """A job with its files: path from the folder that holds them all → content."""

    job: Job
    song: str  # the project among the files
    files: Mapping[str, bytes]
    root: str  # how the folder is called where the files come from
    versions: Mapping[str, str]  # distribution → version, of all that may be heard

    def unpack(self, folder: Path) -> Job:
        """Write the files into a folder; returns the job over them, with its result in the folder, too."""
        for name, content in self.files.items():
            (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "in" / name).write_bytes(content)
        path, out = folder / "in" / self.song, folder / "out" / self.job.name
        return replace(self.job, path=path, options=replace(self.job.options, out=out))


def pack(job: Job, plugins: Plugins) -> Parcel:
    """A job as it can be sent.

    Raises:
        ProjectError: the project is wrong, names files by absolute paths, or names too much to be sent.
        PluginError: a plugin that it uses failed.
    """
    options = job.options
    project = load(job.path, plugins, overrides=options.overrides, allow_outside=options.allow_outside)
    folder = job.path.parent
    files = {path.absolute(): path for path in _projects(job.path)}
    for named in _paths(project):
        files |= {path.absolute(): path for path in _within(folder / named)}
    size = sum(path.stat().st_size for path in files)
    if size > LIMIT_BYTES:
        hint = "let the machines share the disk (--shared)"
        raise ProjectError(Problem(f"{job.path} names {size >> 20} MiB of files, too much to be sent", hint=hint))
    root = Path(os.path.commonpath([path.parent for path in map(_normal, files)]))
    content = {_normal(path).relative_to(root).as_posix(): path.read_bytes() for path in files}
    song = _normal(job.path.absolute()).relative_to(root).as_posix()
    return Parcel(job, song, content, str(root), versions(plugins))


def versions(plugins: Plugins) -> dict[str, str]:
    """What has to be the same where a song is rendered, for the same bytes to come out."""
    used = {entry.distribution: entry.distribution_version for entry in plugins.all()}
    return used | {"songwright": version("songwright"), "numpy": version("numpy")}


def refuse_other_versions(parcel: Parcel, here: Mapping[str, str]) -> None:
    """Raise a WorkerError where this machine would not make the same sound."""
    differing = [
        f"{name} {here.get(name, 'none')} instead of {wanted}"
        for name, wanted in sorted(parcel.versions.items())
        if here.get(name) != wanted
    ]
    if differing:
        raise WorkerError(f"the worker has {', '.join(differing)}; install the same versions on every machine")


def _projects(path: Path) -> Iterator[Path]:
    """A project file and those that it extends."""
    yield path
    extends = read(read_source(path, str(path)), str(path), "").get("extends")
    names = [] if extends is None else extends.value if extends.is_list else [extends]
    for name in names:
        if isinstance(name.value, str) and not name.value.startswith(PRESETS):
            yield from _projects(path.parent / name.value)


def _paths(value: Any) -> Iterator[Path]:
    """Every path that a project holds, and every text among its parameters that may be one."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, str):
        if value and "\n" not in value and len(value) < 256:  # a longer text is no name of a file
            yield Path(value)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if not field.exclude:
                yield from _paths(getattr(value, name))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _paths(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _paths(one)


def _within(path: Path) -> Iterator[Path]:
    """A file, or the files of a folder; nothing when there is none."""
    try:
        if path.is_file():
            yield path
        elif path.is_dir() and path.name not in ("", ".", ".."):
            yield from (one for one in path.rglob("*") if one.is_file())
    except (OSError, ValueError):
        return


def _normal(path: Path) -> Path:
    return Path(os.path.normpath(path))
