"""What an audio file says about itself. No tag depends on the clock: the same song gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tags:
    """The texts that players show."""

    title: str = ""
    artist: str = ""
    license: str = ""
    comment: str = ""

    def items(self) -> list[tuple[str, str]]:
        """Name and text of those that say something."""
        pairs = [(name, getattr(self, name)) for name in ("title", "artist", "license", "comment")]
        return [(name, text) for name, text in pairs if text]
