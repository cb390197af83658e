"""The built-in exporters, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright.interfaces.exporter import Exporter
from songwright_exporters.ass import Ass
from songwright_exporters.lrc import EnhancedLrc, Lrc
from songwright_exporters.lyrics_midi import Kar, LyricsMidi
from songwright_exporters.subtitle import Srt, WebVtt
from songwright_exporters.ultrastar import UltraStar


@hookimpl
def songwright_exporters() -> list[type[Exporter]]:
    """The built-in exporters."""
    return [Lrc, EnhancedLrc, Ass, WebVtt, Srt, UltraStar, LyricsMidi, Kar]
