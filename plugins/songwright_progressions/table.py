"""The tables of this plugin, read from the YAML files beside it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml

Moves = Mapping[str, Mapping[str, float]]


@functools.cache
def _read(name: str) -> Any:
    text = files("songwright_progressions").joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def pop_moves(minor: bool) -> Moves:
    """Chord → {next chord: share} of pop songs; see the sources at the top of ``pop_moves.yaml``."""
    table: Moves = _read("pop_moves.yaml")["minor" if minor else "major"]
    return table
