"""A component in words: what ``plugins info`` prints and the reference pages are made of."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from songwright.errors import PluginError
from songwright.interfaces.genre import Wish
from songwright.music.pitch import note_name

if TYPE_CHECKING:
    from songwright.interfaces.genre import Genre
    from songwright.knobs import Knob
    from songwright.plugins import Entry

#: An upper end beyond this is no news to a reader.
LARGEST = 1e15

#: How each kind is written in a project, laid over a song whose genre brings the rest.
_EXAMPLES = {
    "genre": "genre: {name}",
    "progression": "sections:\n  verse: {{bars: 8, chords: {use}}}",
    "pattern": "tracks:\n  {track}: {{pattern: {use}}}",
    "instrument": "tracks:\n  {track}: {{instrument: {use}}}",
    "effect": "tracks:\n  bass: {{effects: [{use}]}}",
    "voice": 'tracks:\n  lead: {{voice: {use}, clips: [{{at: "1:1", notes: "C4:1/2 E4:1/2", lyrics: good day}}]}}',
    "exporter": "render: {{karaoke: [{name}]}}",
}


def describe(entry: Entry) -> dict[str, Any]:
    """All about a component, ready for JSON."""
    return {
        "kind": entry.kind,
        "name": entry.name,
        "version": entry.version,
        "plugin": entry.plugin,
        "distribution": entry.distribution,
        "distribution_version": entry.distribution_version,
        "summary": entry.component.summary(),
        "description": inspect.getdoc(entry.component) or "",
        "credit": entry.component.credit,
        "facts": facts(entry),
        "parameters": [_parameter(knob) for knob in entry.component.Params.knobs()],
        **({"manner": [_parameter(knob) for knob in manner()]} if entry.kind == "voice" else {}),
        "example": example(entry),
    }


def describe_text(entry: Entry) -> str:
    """All about a component, for a reader."""
    lines = [
        f"{entry.name}: {entry.kind}, version {entry.version}, from {entry.distribution} {entry.distribution_version}",
        "",
        inspect.getdoc(entry.component) or "",
    ]
    lines += ["", *(f"{words}: {shown}" for words, shown in told.items())] if (told := facts(entry)) else []
    lines += _knob_lines("Parameters:", entry.component.Params.knobs())
    if entry.kind == "voice":
        lines += _knob_lines("Its manner, which every voice takes:", manner())
    lines += ["", "Example:", *(f"  {line}" for line in example(entry).splitlines())]
    if entry.component.credit:
        lines += ["", f"Credit: {entry.component.credit}"]
    return "\n".join(lines)


def facts(entry: Entry) -> dict[str, str]:
    """Beside the parameters: a genre its sections and tracks, an instrument its range."""
    component = entry.component
    told = {}
    if entry.kind == "genre":
        sections, tracks = _genre(entry)
        told = {"Moods": ", ".join(component.moods), "Sections": ", ".join(sections), "Tracks": ", ".join(tracks)}
    if entry.kind in ("instrument", "voice"):
        low, high = component.midi_range
        notes = f"{note_name(low)} to {note_name(high)} (MIDI notes {low} to {high})"
        told["Range"] = f"drums {low} to {high} of General MIDI" if getattr(component, "is_drums", False) else notes
    if entry.kind == "pattern":
        told["Role"] = str(component.role)
    if entry.kind == "exporter":
        told["Writes"] = component.suffix
    return told


def _genre(entry: Entry) -> tuple[dict[str, None], dict[str, None]]:
    """The sections and tracks that a genre may bring, each once, as its moods have them."""
    sections, tracks = dict[str, None](), dict[str, None]()
    try:
        genre: Genre = entry.component()
        for mood in genre.moods:
            wish = Wish(seed=0, mood=mood)
            sections |= {section.use: None for form in genre.forms(wish) for section in form.sections}
            tracks |= dict.fromkeys(genre.defaults(wish, np.random.default_rng(0)).get("tracks", {}))
    except Exception as error:
        message = f"genre {entry.name!r} failed: {type(error).__name__}: {error}"
        raise PluginError(message, plugin=entry.plugin, distribution=entry.distribution) from error
    return sections, tracks


def manner() -> Sequence[Knob]:
    """The parameters that every voice takes beside its own: how it sings."""
    from songwright.interfaces.style import Style

    return Style.knobs()


def _knob_lines(title: str, knobs: Sequence[Knob]) -> list[str]:
    if not knobs:
        return []
    width = max(len(knob.key) for knob in knobs)
    lines = ["", title]
    for knob in knobs:
        ways = "".join(f", {way}" for way in traits(knob))
        lines.append(f"  {knob.key:<{width}}  {knob.help}: {shown_range(knob)} (default {shown_default(knob)}{ways})")
    return lines


def example(entry: Entry) -> str:
    """YAML that uses the component, with its first plain parameter where it has one."""
    shown = next((knob for knob in entry.component.Params.knobs() if knob.low is not None), None)
    bare = f"{{use: {entry.name}}}" if entry.kind == "progression" else entry.name  # bare text would be chords
    use = f"{{use: {entry.name}, {shown.key}: {shown_default(shown)}}}" if shown else bare
    drums = getattr(entry.component, "is_drums", False) or getattr(entry.component, "role", "") == "drums"
    return _EXAMPLES[entry.kind].format(name=entry.name, use=use, track="drums" if drums else "bass")


def shown_default(knob: Knob) -> str:
    """A knob's default as a project would write it."""
    return _with_unit(knob.default, knob.unit)


def shown_range(knob: Knob) -> str:
    """What a knob takes: its ends with the unit, or its choices."""
    if knob.choices:
        return " | ".join(knob.choices)
    if knob.low is None and knob.high is None:
        return "true or false" if isinstance(knob.default, bool) else "any"
    low, high = (_with_unit(end, knob.unit) if end is not None else "" for end in (knob.low, knob.high))
    if not high or (knob.high is not None and knob.high >= LARGEST):
        return f"{low} and more"
    return f"{low} to {high}" if low else f"up to {high}"


def traits(knob: Knob) -> list[str]:
    """What else a knob can do: be automated, take a musical length."""
    return ["automatable"] * knob.automatable + ["or a musical length"] * knob.synced


def _with_unit(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        one = value == 1 and unit in ("bars", "beats")
        return f"{value:g} {unit.removesuffix('s') if one else unit}".rstrip()
    if value is None:
        return "none"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_with_unit(item, unit) for item in value)}]"
    return str(value)


def _parameter(knob: Knob) -> dict[str, Any]:
    plain = isinstance(knob.default, (bool, int, float, str, type(None)))
    return {
        "key": knob.key,
        "help": knob.help,
        "unit": knob.unit,
        "low": knob.low,
        "high": knob.high,
        "choices": list(knob.choices),
        "default": knob.default if plain else shown_default(knob),
        "taper": knob.taper,
        "automatable": knob.automatable,
        "musical_length": knob.synced,
    }
