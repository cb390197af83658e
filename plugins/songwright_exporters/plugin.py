"""The built-in exporters, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_exporters() -> dict[str, str]:
    """The built-in exporters."""
    return {
        "lrc": "songwright_exporters.lrc:Lrc",
        "elrc": "songwright_exporters.lrc:EnhancedLrc",
        "ass": "songwright_exporters.ass:Ass",
        "vtt": "songwright_exporters.subtitle:WebVtt",
        "srt": "songwright_exporters.subtitle:Srt",
        "ultrastar": "songwright_exporters.ultrastar:UltraStar",
        "midi": "songwright_exporters.lyrics_midi:LyricsMidi",
        "kar": "songwright_exporters.lyrics_midi:Kar",
    }
