"""``songwright show``: the arrangement as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from songwright.cli.option import output_options, overrides, plugin_options, project_options
from songwright.cli.terminal import Terminal, pass_terminal


@click.command(short_help="Show the arrangement as a picture.")
@click.argument("song", metavar="SONG.yaml", type=click.Path(path_type=Path))
@click.option("--png", type=click.Path(path_type=Path), metavar="FILE", help="Draw it to FILE (needs matplotlib).")
@project_options
@output_options
@plugin_options
@pass_terminal
def command(
    terminal: Terminal,
    song: Path,
    png: Path | None,
    settings: dict[str, Any],
    seed: int | None,
    allow_outside: bool,
) -> None:
    """Show the arrangement: sections, chords, tracks, energy."""
    from songwright.arrangement.arrange import arrange
    from songwright.arrangement.picture import lines, plot
    from songwright.files.report import describe
    from songwright.project.load import load_checked

    plugins = terminal.plugins()
    loaded = load_checked(song, plugins, overrides=overrides(settings, seed), allow_outside=allow_outside)
    terminal.problems(loaded.problems)
    arrangement = arrange(loaded.project, plugins)
    for warning in arrangement.warnings:
        terminal.warn(warning)
    if png is not None:
        plot(arrangement, png)
        terminal.result(str(png))
    elif terminal.json:
        notes = {name: {"role": part.role, "notes": len(part.notes)} for name, part in arrangement.parts.items()}
        terminal.document({**describe(arrangement), "tracks": notes})
    else:
        terminal.result("\n".join(lines(arrangement)))
