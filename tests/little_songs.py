"""Songs of a few seconds that real processes can render: they use what ships."""

from __future__ import annotations

from pathlib import Path

from songwright.pipeline import RenderOptions

BAND = ("drums", "keys", "guitar", "pad", "arp", "answer", "melody")
#: Quick, and small.
QUICK = RenderOptions(sample_rate=8000, stems=False, jobs=1)


def write_little(path: Path, *, title: str = "Little", note: str = "E2", bars: int = 1, extra: str = "") -> Path:
    """A bass that plays one note a bar."""
    path.parent.mkdir(parents=True, exist_ok=True)
    absent = "".join(f"  {name}: null\n" for name in BAND)
    path.write_text(
        f"""songwright: 1
title: {title}
genre: pop
tempo: 120
meter: 4/4
key: A minor
sections: {{all: {{bars: {bars}, chords: "| Am |"}}}}
arrangement: [all]
tracks:
{absent}  bass:
    instrument: fm-bass
    pattern: null
    clips: [{{at: "1:1", notes: "{note}:1/2 r:1/2", repeat: {bars}}}]
master: {{effects: [limiter]}}
render: {{mix: {{formats: [wav]}}, midi: false}}
{extra}"""
    )
    return path
