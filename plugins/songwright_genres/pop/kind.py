"""What kind of section a material is, whatever a writer calls it."""

from __future__ import annotations

_KINDS = {
    "intro": ("opening", "prelude", "pickup"),
    "verse": ("strophe",),
    "prechorus": ("lift", "pre", "pre-chorus", "build", "climb", "ramp"),
    "chorus": ("refrain", "hook", "drop"),
    "postchorus": ("post-chorus", "tag"),
    "bridge": ("middle", "middle8", "middle-eight", "break", "breakdown", "c-part"),
    "solo": ("instrumental", "interlude"),
    "outro": ("ending", "coda", "end", "fade"),
}
_NAMES = {name: kind for kind, names in _KINDS.items() for name in (kind, *names)}


def kind(use: str) -> str:
    """The genre's word for a material: ``lift`` is a prechorus, ``chorus2`` a chorus; unknown names stay.

    >>> kind("lift"), kind("verse_b"), kind("chorus2"), kind("forest")
    ('prechorus', 'verse', 'chorus', 'forest')
    """
    plain = use.lower()
    if plain in _NAMES:
        return _NAMES[plain]
    stem = plain.rstrip("0123456789").rstrip("-_ ")
    first = stem.replace("_", "-").split("-")[0]
    return _NAMES.get(stem, _NAMES.get(first, use))
