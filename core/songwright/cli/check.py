"""``songwright check``: is this a song that can be rendered?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from songwright.cli.option import output_options, overrides, plugin_options, project_options
from songwright.cli.run import problem_document
from songwright.cli.terminal import Terminal, pass_terminal


@click.command(short_help="Say all that is wrong with a song.")
@click.argument("songs", metavar="SONG|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@project_options
@output_options
@plugin_options
@pass_terminal
def command(
    terminal: Terminal, songs: tuple[Path, ...], settings: dict[str, Any], seed: int | None, allow_outside: bool
) -> int:
    """Validate songs and print all their errors and warnings; exit code 2 when there is an error.

    A folder stands for all songs in it and below, as it does for `songwright batch`.

    A song without errors is arranged, too, so that words that do not fit their notes are told before a render.
    """
    from songwright.arrangement.arrange import arrange
    from songwright.errors import Place, Problem, ProjectError
    from songwright.project.load import load_checked

    plugins = terminal.plugins()
    found: dict[str, tuple[Problem, ...]] = {}
    for song in _with_those_in_folders(songs):
        try:
            loaded = load_checked(song, plugins, overrides=overrides(settings, seed), allow_outside=allow_outside)
            doubts = arrange(loaded.project, plugins).warnings
        except ProjectError as error:
            found[str(song)] = error.problems
        else:
            start = Place(str(song), 1, 1)
            found[str(song)] = (
                *loaded.problems,
                *(Problem(doubt, place=start, severity="warning") for doubt in doubts),
            )

    wrong = {name for name, problems in found.items() if any(p.severity == "error" for p in problems)}
    if terminal.json:
        terminal.document(
            [
                {"file": name, "ok": name not in wrong, "problems": [problem_document(p) for p in problems]}
                for name, problems in found.items()
            ]
        )
    else:
        for name, problems in found.items():
            terminal.problems(problems)
            if name not in wrong:
                terminal.result(f"{name}: ok")
    return 2 if wrong else 0


def _with_those_in_folders(songs: tuple[Path, ...]) -> Iterator[Path]:
    for song in songs:
        if song.is_dir():
            from songwright.batch.sources import find

            yield from (found.path for found in find([str(song)]))
        else:
            yield song
