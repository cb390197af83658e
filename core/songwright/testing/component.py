"""What is owed by components of every kind: a name, help, sound knobs, a light import."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from songwright.interfaces.component import Component
from songwright.units import SUFFIXES

#: What registering a component must not import; it belongs behind the first use.
HEAVY = ("numba", "scipy", "soxr", "onnxruntime", "torch", "transformers", "music21", "matplotlib", "pandas")

_SUFFIX = {
    "dB": "_db",
    "Hz": "_hz",
    "ms": "_ms",
    "s": "_s",
    "%": "_percent",
    "semitones": "_semitones",
    "cents": "_cents",
    "beats": "_beats",
    "bars": "_bars",
    "LUFS": "_lufs",
    "dBTP": "_dbtp",
    "BPM": "_bpm",
}


def require(condition: Any, message: str) -> None:
    """Raise AssertionError with ``message`` unless ``condition`` holds (``assert`` that ``-O`` keeps)."""
    if not condition:
        raise AssertionError(message)


def check_is_documented(component: type[Component]) -> None:
    """It has a kebab-case name, a version, a one-line summary, and every knob has a line of help."""
    name = getattr(component, "name", "")
    require(
        re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name), f"{component.__name__}.name is {name!r}; write kebab-case"
    )
    require(component.version, f"{name} has no version")
    require(component.__dict__.get("__doc__"), f"{name} has no docstring of its own; its first line is its help")
    summary = component.summary()
    require(len(summary) <= 100 and summary.endswith("."), f"{name}: the summary {summary!r} is not one short sentence")
    for knob in component.Params.knobs():
        require(knob.help, f"{name}: the knob {knob.name!r} has no help")


def check_knobs_are_sound(component: type[Component]) -> None:
    """Every number has a range that holds its default, a unit that its name tells, and a key of its own."""
    name, keys = component.name, set()
    for knob in component.Params.knobs():
        require(knob.key not in keys, f"{name}: two knobs have the key {knob.key!r}")
        keys.add(knob.key)
        suffix = next((suffix for suffix in SUFFIXES if knob.name.endswith(suffix)), "")
        wanted = _SUFFIX.get(knob.unit, "")
        require(
            suffix == wanted,
            f"{name}: the knob {knob.name!r} is in {knob.unit or 'no unit'}, so its name must end in {wanted!r}",
        )
        number = isinstance(knob.default, (int, float)) and not isinstance(knob.default, bool)
        if number or knob.unit:
            require(knob.low is not None and knob.high is not None, f"{name}: the knob {knob.name!r} has no range")
        if number and knob.low is not None and knob.high is not None:
            require(
                knob.low <= knob.default <= knob.high and knob.low < knob.high,
                f"{name}: the default {knob.default} of {knob.name!r} is outside {knob.low}..{knob.high}",
            )
        if knob.taper == "log":
            require((knob.low or 0.0) > 0.0, f"{name}: {knob.name!r} has a log taper but reaches down to {knob.low}")


def check_import_is_light(component: type[Component]) -> None:
    """Importing its module and making one imports nothing heavy."""
    program = (
        f"import sys, importlib\n"
        f"module = importlib.import_module({component.__module__!r})\n"
        f"getattr(module, {component.__qualname__!r})()\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    require(done.returncode == 0, f"{component.name}: importing {component.__module__} failed:\n{done.stderr}")
    require(
        not done.stdout.strip(),
        f"{component.name}: importing {component.__module__} imports {done.stdout.strip()}; do that on first use",
    )


COMPONENT_CHECKS: tuple[Callable[[type[Component]], None], ...] = (
    check_is_documented,
    check_knobs_are_sound,
    check_import_is_light,
)
