"""Songwright: write a song as YAML; get stems, a mixdown, sung vocals and karaoke timings.

The names below are the public API. Everything heavy is imported on first use, so that
``import songwright`` costs a few milliseconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from songwright.arrangement.arrange import arrange
    from songwright.batch.run import render_all
    from songwright.pipeline import render
    from songwright.project.load import load
    from songwright.streaming import stream

__version__ = "0.1.0"

#: The plugin API's generation. Hooks only gain arguments within one generation.
songwright_api = 1

#: Marks a plugin's hook implementations; the hooks are documented in :mod:`songwright.hookspecs`.
hookimpl = pluggy.HookimplMarker("songwright")

_LAZY = {
    "load": "songwright.project.load",
    "arrange": "songwright.arrangement.arrange",
    "render": "songwright.pipeline",
    "render_all": "songwright.batch.run",
    "stream": "songwright.streaming",
}

__all__ = ["__version__", "arrange", "hookimpl", "load", "render", "render_all", "songwright_api", "stream"]


def __getattr__(name: str) -> Any:
    """Import a public function when it is first asked for."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'songwright' has no attribute {name!r}")
