"""The ``songwright`` command: a group that imports a command when it is asked for."""

from __future__ import annotations

import difflib
from importlib import import_module

import click

from songwright import __version__
from songwright.cli.extension import extend
from songwright.cli.terminal import Terminal

#: Name → module, in the order that ``--help`` shows them. Each module has a ``command``.
COMMANDS = {
    name: f"songwright.cli.{name}"
    for name in (
        "render",
        "batch",
        "check",
        "resolve",
        "show",
        "speak",
        "voices",
        "plugins",
        "presets",
        "schema",
        "cache",
        "warmup",
        "doctor",
    )
}


class SongwrightGroup(click.Group):
    """Knows the built-in commands by name; plugins' commands are looked for when no built-in one fits."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command: built-in ones in their order, then plugins' by name."""
        extend(self, ctx.ensure_object(Terminal))
        return [*COMMANDS, *sorted(set(self.commands) - set(COMMANDS))]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command called ``name``; a plugin cannot take a built-in command's place."""
        if name in COMMANDS:
            command: click.Command = import_module(COMMANDS[name]).command
            return command
        extend(self, ctx.ensure_object(Terminal))
        return super().get_command(ctx, name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that ``args`` begin with; an unknown one is answered with those that look like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], self.list_commands(ctx))
            if not close:
                raise
            raise click.UsageError(f"{error.message} Did you mean {' or '.join(close)}?", ctx) from error


@click.group(
    cls=SongwrightGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="A song to start from: songwright presets copy first-light, then songwright render first-light.yaml",
)
@click.version_option(__version__, "-V", "--version", prog_name="songwright", message="%(prog)s %(version)s")
def songwright() -> None:
    """Write a song as YAML; get stems, a mixdown, sung vocals and karaoke timings, offline."""
