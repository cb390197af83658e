"""The songs that ship: files in the package ``songwright_presets``, found whether installed or in a checkout.

A preset's first comment line says what it shows.
"""

from __future__ import annotations

import difflib
import functools
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

PACKAGE = "songwright_presets"


@dataclass(frozen=True)
class Preset:
    """A song that ships. ``length`` is minutes and seconds, as the arrangement comes out."""

    name: str
    title: str
    genre: str
    length: str
    summary: str

    def document(self) -> dict[str, str]:
        """The preset as JSON."""
        return asdict(self)


def preset_names() -> list[str]:
    """The names of the songs that ship, sorted."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def preset_path(name: str) -> Path:
    """The file of the preset ``name``.

    Raises:
        LookupError: there is none of that name; the message says which are close.
    """
    path = _folder() / f"{name}.yaml"
    if name in preset_names():
        return path
    close = difflib.get_close_matches(name, preset_names(), n=3)
    advice = f"did you mean {', '.join(close)}?" if close else "songwright presets list shows what there is"
    raise LookupError(f"no preset is named {name!r}; {advice}")


def presets() -> list[Preset]:
    """All presets with what they say of themselves."""
    from songwright.arrangement.arrange import arrange
    from songwright.plugins import installed_plugins
    from songwright.project.load import load

    plugins = installed_plugins()
    found = []
    for name in preset_names():
        project = load(preset_path(name), plugins)
        arrangement = arrange(project, plugins)
        seconds = float(arrangement.time_map.seconds(arrangement.end_beat))
        found.append(Preset(name, project.title, project.genre, _clock(seconds), _summary(preset_path(name))))
    return found


@functools.cache
def _folder() -> Path:
    return Path(str(files(PACKAGE)))


def _summary(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line.partition("# ")[2].strip() for line in lines if "# " in line), "")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
