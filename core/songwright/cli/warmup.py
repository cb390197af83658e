"""``songwright warmup``: compile the kernels ahead of the first render."""

from __future__ import annotations

import time

import click

from songwright.cli.option import output_options, plugin_options
from songwright.cli.progress import watch
from songwright.cli.terminal import Terminal, pass_terminal


@click.command(short_help="Compile the kernels ahead of a render.")
@output_options
@plugin_options
@pass_terminal
def command(terminal: Terminal) -> None:
    """Compile the kernels now instead of on the first render.

    They are kept in the user's cache folder (SONGWRIGHT_CACHE names another one).
    """
    from songwright.dsp.jit import cache_root
    from songwright.warmup import warmup

    began_s = time.monotonic()
    with watch(terminal) as progress:
        kernels = warmup(terminal.plugins(), progress)
    elapsed_s = time.monotonic() - began_s
    if terminal.json:
        terminal.document({"kernels": kernels, "seconds": round(elapsed_s, 3), "folder": str(cache_root())})
    else:
        terminal.result(f"{kernels} kernels are ready in {cache_root()} ({elapsed_s:.1f} s)")
