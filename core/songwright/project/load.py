"""A project file to a complete, checked project.

read ──▶ expand short forms ──▶ merge layers ──▶ validate shapes ──▶ check meaning ──▶ Project
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from songwright.errors import Problem, ProjectError
from songwright.plugins import Plugins, installed_plugins
from songwright.project.checks import check
from songwright.project.checks.song import Song
from songwright.project.layers import stack
from songwright.project.model import Project
from songwright.project.origins import Node
from songwright.project.placement import with_ids
from songwright.project.requirement import missing_distributions
from songwright.project.resolved import resolved_yaml
from songwright.project.setting import read_setting
from songwright.project.validate import MOST_PROBLEMS, validate

__all__ = ["Loaded", "load", "load_checked", "resolved_yaml"]


@dataclass(frozen=True)
class Loaded:
    """A right project, the document it was read from (with origins), and what is doubtful in it."""

    project: Project
    document: Node
    problems: tuple[Problem, ...]  # warnings


def load(
    path: Path | str,
    plugins: Plugins | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    allow_outside: bool = False,
) -> Project:
    """Read a project file. See :func:`load_checked`; its warnings are dropped."""
    return load_checked(path, plugins, overrides=overrides, allow_outside=allow_outside).project


def load_checked(
    path: Path | str,
    plugins: Plugins | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    allow_outside: bool = False,
) -> Loaded:
    """Read a project file, with warnings and with the origin of every value.

    Args:
        path: the file.
        plugins: where components are looked up; default: all that are installed.
        overrides: dotted path → value or its YAML text, as ``--set`` gives them.
        allow_outside: whether files outside the project's folder may be named.

    Raises:
        ProjectError: the project is wrong. It carries every problem found, warnings too, in the file's order.
        PluginError: a plugin that the project uses failed.
    """
    path, plugins = Path(path), plugins or installed_plugins()
    settings = [read_setting(name, value) for name, value in (overrides or {}).items()]
    layers = stack(path, plugins, settings, allow_outside=allow_outside)
    missing, unmet = missing_distributions(layers.document)
    validated = validate(layers.document, plugins, missing, is_whole=layers.genre is not None)
    problems = [*layers.problems, *unmet, *validated.problems]
    project = validated.project
    if project is not None:
        genre_tracks = layers.genre_tracks & frozenset(project.tracks)
        project = with_ids(project.model_copy(update={"folder": path.parent.absolute(), "genre_tracks": genre_tracks}))
        genre = layers.genre() if layers.genre else None
        problems += islice(
            check(Song(project, layers.document, validated.removed, plugins, genre, allow_outside)), MOST_PROBLEMS
        )
    problems = _in_order(problems)
    if project is None or any(problem.severity == "error" for problem in problems):
        raise ProjectError(problems)
    plugins.tell("songwright_project_loaded", project=project)
    return Loaded(project, layers.document, tuple(problems))


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By line and column of the first file that a problem was found in, each once."""
    unique = dict.fromkeys(problems)
    files = list(dict.fromkeys(problem.place.file for problem in unique if problem.place))
    return sorted(
        unique,
        key=lambda one: (files.index(one.place.file), one.place.line, one.place.column) if one.place else (-1, 0, 0),
    )
