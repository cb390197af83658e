"""What a genre's defaults mean when the project takes one of its tracks or buses away.

A genre writes its band as a whole: the pad ducks under the drums, the keys send to the hall. A project
that removes the drums does not mean the ducking any more, nor the automation of what is gone. So
what the genre supplies lets go of it; what the project itself says about it stays an error.
"""

from __future__ import annotations

from songwright.project.origins import Node


def without_absent(defaults: Node, document: Node) -> Node:
    """The defaults, without what refers to tracks and buses that ``document`` sets to null.

    An effect that listens to one is left out, as are sends to it and automation of it; what was routed to a
    removed bus goes to the master.
    """
    gone = {
        name
        for group in ("tracks", "buses")
        if (strips := document.get(group)) is not None and strips.is_mapping
        for name, strip in strips.value.items()
        if strip.value is None
    }
    if not gone:
        return defaults
    entries = dict(defaults.value)
    for group in ("tracks", "buses"):
        if group in entries and entries[group].is_mapping:
            kept = {name: _strip(strip, gone) for name, strip in entries[group].value.items()}
            entries[group] = entries[group].with_value(kept)
    if "master" in entries:
        entries["master"] = _strip(entries["master"], gone)
    if "automation" in entries:
        entries["automation"] = _kept(entries["automation"], "target", gone)
    return defaults.with_value(entries)


def _strip(strip: Node, gone: set[str]) -> Node:
    if not strip.is_mapping:
        return strip
    entries = dict(strip.value)
    if "effects" in entries and entries["effects"].is_list:
        effects = tuple(effect for effect in entries["effects"].value if _source(effect) not in gone)
        entries["effects"] = entries["effects"].with_value(effects)
    if "sends" in entries:
        entries["sends"] = _kept(entries["sends"], "to", gone)
    if "to" in entries and entries["to"].value in gone:
        del entries["to"]
    return strip.with_value(entries)


def _source(effect: Node) -> object:
    """Whom an effect listens to."""
    sidechain = effect.get("sidechain")
    source = sidechain.get("from") if sidechain is not None else None
    return source.value if source is not None else None


def _kept(items: Node, key: str, gone: set[str]) -> Node:
    """The list without items whose ``key`` names something that is gone (``drums``, ``drums.comp.threshold``)."""
    if not items.is_list:
        return items
    named = ((item, item.get(key)) for item in items.value)
    return items.with_value(
        tuple(item for item, name in named if name is None or str(name.value).partition(".")[0] not in gone)
    )
