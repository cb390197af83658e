"""``songwright render --stream``: the mix to standard output while it is being made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click

from songwright.cli.progress import watch
from songwright.cli.render_option import options_of
from songwright.cli.terminal import Terminal

#: Options that say how files are written: they mean nothing to a stream.
_OF_FILES = {"formats": "--format", "verified": "--verify", "only": "--only", "no_mix": "--no-mix"}


def stream_one(terminal: Terminal, song: Path, out: Path | None, choices: dict[str, Any]) -> None:
    """Write the mix of one song to standard output."""
    if unfit := [name for key, name in _OF_FILES.items() if choices[key]]:
        raise click.UsageError(f"--stream gives the mix as it is made; {', '.join(unfit)} cannot be had with it")
    if terminal.json:
        raise click.UsageError("--stream needs standard output for audio; --json cannot be had with it")
    if sys.stdout.isatty():
        raise click.UsageError("--stream writes audio; pipe it into a player or a file")
    from songwright.files.samples import Depth, Quantizer
    from songwright.files.wav import WavHeader
    from songwright.streaming import stream

    options, plugins = options_of(choices, out=out), terminal.plugins()
    depth = Depth(options.bit_depth)
    with watch(terminal) as progress:
        audio = stream(
            song,
            options,
            gain=choices["stream_gain"],
            block_s=choices["stream_block"],
            plugins=plugins,
            progress=progress,
        )
    with audio:
        for warning in audio.warnings:
            terminal.remark(warning)
        pipe: IO[bytes] = sys.stdout.buffer
        if choices["stream_format"] == "wav":
            pipe.write(WavHeader(audio.sample_rate, depth, audio.tags).before(2 * depth.bytes * audio.frames))
        quantizer = Quantizer(depth)
        for block in audio:
            pipe.write(quantizer.take(block.audio).data.cast("B"))
            pipe.flush()
    terminal.say(f"streamed with a gain of {audio.gain_db:+.2f} dB")
    if quantizer.clipped:
        terminal.warn(f"the mix is over full scale: samples cut: {quantizer.clipped}")
