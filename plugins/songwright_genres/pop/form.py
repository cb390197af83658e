"""How pop songs are laid out, and how strongly each part is played.

Orders and their weights follow the commonest ones of McGill Billboard 2.0 (IVCVCO 8 %, IVCVCVCO 4 %,
IVCVCBVCO 3 %, with pre-choruses, solos and choruses that come first) and the Harmonix Set (Nieto et al.
2019, 422 pop songs: half of all verses and choruses have 8 bars, a quarter of the verses 16; three to four
choruses; a bridge in three of four; intros of 4 or 8 bars). The first chorus comes near bar 20 or
45 s. Intros have shrunk to some 5 s by 2015 (Léveillé Gauvin 2018), hence 4 bars first.
"""

from __future__ import annotations

from collections.abc import Sequence

from songwright.interfaces.genre import Form, FormSection

#: Under this many seconds a song has no room for two verses.
SHORT_S = 75.0

_BARS: dict[str, tuple[int, ...]] = {
    "intro": (4, 8, 2),
    "verse": (8, 16, 4),
    "prechorus": (8, 4),
    "chorus": (8, 16, 4),
    "postchorus": (4, 8),
    "bridge": (8, 4),
    "solo": (8, 4),
    "outro": (4, 8, 2),
}

#: One letter a section: I intro, V verse, P pre-chorus, C chorus, T post-chorus, B bridge, S solo, O outro; a number
#: is its usual length here. ``?``: may be left out; ``*``: the song may go round again from here.
_FULL: dict[str, tuple[str, float]] = {
    "two verses": ("I8? V* C V* C B? C* O", 4.0),
    "two long verses": ("I? V16* C V* C B? C* O", 5.0),
    "pre-chorus": ("I? V* P C V* P C B C* C? O", 8.0),
    "short pre-chorus": ("I8? V* P4 C V* P4 C B C* C? O", 4.0),
    "three verses": ("I8? V* C V* C V* C* O", 2.0),
    "bridge and last verse": ("I? V16* C V* C B V? C* O", 2.5),
    "solo": ("I? V16* C V* C S C* O", 2.5),
    "chorus first": ("I? C V* C V* C B? C* O", 1.0),
    "post-chorus": ("I? V* P? C T V* P? C T B C* T O", 3.0),
    "double verse": ("I? V V C V* C B C* C? O", 4.0),
}
_SHORT: dict[str, tuple[str, float]] = {
    "one verse": ("I? V? C O?", 5.0),
    "one verse, pre-chorus": ("I? V P? C C? O?", 3.0),
    "chorus first": ("I? C V? C? O?", 2.0),
    "hook": ("I? C* O?", 1.0),
}
_USES = {"I": "intro", "V": "verse", "P": "prechorus", "C": "chorus", "T": "postchorus", "B": "bridge", "S": "solo"}
_USES["O"] = "outro"

#: Energy of each section at its first playing; ``_GROWTH`` is added for each one after it.
_ENERGY = {
    "intro": 0.4,
    "verse": 0.45,
    "prechorus": 0.6,
    "chorus": 0.82,
    "postchorus": 0.85,
    "bridge": 0.5,
    "solo": 0.75,
    "outro": 0.35,
}
_GROWTH = {"verse": 0.1, "prechorus": 0.08, "chorus": 0.06, "postchorus": 0.05}


def forms(duration_s: float | None) -> Sequence[Form]:
    """The forms with their weights, for a song of about ``duration_s`` seconds."""
    table = _SHORT if duration_s is not None and duration_s < SHORT_S else _FULL
    return [Form(name, _sections(order), weight) for name, (order, weight) in table.items()]


def _sections(order: str) -> tuple[FormSection, ...]:
    sections: list[FormSection] = []
    seen: dict[str, int] = {}
    letters = order.split()
    for place, token in enumerate(letters):
        use = _USES[token[0]]
        level = _ENERGY[use] + _GROWTH.get(use, 0.0) * seen.get(use, 0)
        if use == "chorus" and all(later[0] not in "C" for later in letters[place + 1 :]):
            level = 0.98  # the last chorus is the biggest
        seen[use] = seen.get(use, 0) + 1
        usual = int(token[1:].rstrip("?*") or 0)
        bars = (usual, *(bars for bars in _BARS[use] if bars != usual)) if usual else _BARS[use]
        sections.append(FormSection(use, bars, round(min(level, 1.0), 3), "?" in token, "*" in token))
    return tuple(sections)
