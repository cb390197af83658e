"""``songwright schema``: the project file's JSON Schema."""

from __future__ import annotations

import click

from songwright.cli.option import output_options, plugin_options
from songwright.cli.terminal import Terminal, pass_terminal


@click.command(short_help="Print the JSON Schema of the project file.")
@output_options
@plugin_options
@pass_terminal
def command(terminal: Terminal) -> None:
    """Print the JSON Schema of the project file, for the plugins installed.

    Editors that read it complete and check a song while it is typed.
    """
    from songwright.project.schema import project_schema

    terminal.document(project_schema(terminal.plugins()))
