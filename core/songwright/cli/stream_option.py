"""The options of a stream."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

#: Options that mean nothing without ``--stream``.
OF_A_STREAM = {"stream_format": "--stream-format", "stream_block": "--stream-block", "stream_gain": "--stream-gain"}
_WORDS = ("estimate", "exact", "report")


class GainType(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """``estimate``, ``exact``, ``report``, or a number of dB."""

    name = "gain"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | str:
        """The word, or the number of dB."""
        if isinstance(value, float) or value in _WORDS:
            return value  # type: ignore[no-any-return]
        try:
            level_db = float(str(value).removesuffix("dB"))
        except ValueError:
            level_db = math.nan
        if not math.isfinite(level_db):
            self.fail(f"{value!r} is no gain; take {', '.join(_WORDS)}, or a level like -3 dB", param, ctx)
        return level_db


def stream_options(command: F) -> F:
    """Add ``--stream`` and what belongs to it."""
    for option in reversed(
        (
            click.option(
                "--stream", is_flag=True, help="Write the mix to standard output while it is made, and no file."
            ),
            click.option(
                "--stream-format",
                type=click.Choice(("wav", "raw")),
                default="wav",
                show_default=True,
                help="WAV, or bare interleaved little-endian samples.",
            ),
            click.option(
                "--stream-block",
                type=click.FloatRange(0.01, 60.0),
                default=1.0,
                show_default=True,
                metavar="SECONDS",
                help="How much is written at a time.",
            ),
            click.option(
                "--stream-gain",
                type=GainType(),
                default="estimate",
                show_default=True,
                metavar="GAIN",
                help="The mix's gain before its limiter: estimate (from samples of the song), exact (the file's; "
                "begins late), report (of the last render), or a number of dB.",
            ),
        )
    ):
        command = option(command)
    return command
