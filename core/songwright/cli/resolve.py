"""``songwright resolve``: the complete project, with the origin of each value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from songwright.cli.option import output_options, overrides, plugin_options, project_options
from songwright.cli.terminal import Terminal, pass_terminal


@click.command(short_help="Print the complete project, with origins.")
@click.argument("song", metavar="SONG.yaml", type=click.Path(path_type=Path))
@project_options
@output_options
@plugin_options
@pass_terminal
def command(terminal: Terminal, song: Path, settings: dict[str, Any], seed: int | None, allow_outside: bool) -> None:
    """Print the complete project: every value that fills a gap, with where it comes from.

    What is printed is itself a project that renders the same song.
    """
    from songwright.project.load import load_checked, resolved_yaml

    loaded = load_checked(song, terminal.plugins(), overrides=overrides(settings, seed), allow_outside=allow_outside)
    terminal.problems(loaded.problems)
    if terminal.json:
        terminal.document(loaded.project.model_dump(mode="json", by_alias=True))
    else:
        terminal.result(resolved_yaml(loaded).rstrip("\n"))
