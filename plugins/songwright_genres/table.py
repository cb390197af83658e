"""The genres' tables, read from the YAML files beside their code."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Any

import yaml


@functools.cache
def table(genre: str, name: str) -> Any:
    """The table ``name`` of a genre's package: ``table("pop", "harmony")``. Do not change what it returns."""
    path = files("songwright_genres").joinpath(genre, f"{name}.yaml")
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Plain)


_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where it is built in, is eight times faster


class _Plain(_SafeLoader):  # type: ignore[misc]  # its base is known when it runs
    """YAML 1.2's meanings: no dates, no sexagesimal numbers, ``on`` and ``no`` are texts."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in ("int", "float", "null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first not in "yYnNtTfFoO"
}
