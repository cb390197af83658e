"""``songwright batch``: many songs at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from songwright.cli.batch_progress import watch_batch
from songwright.cli.option import output_options, plugin_options, refuse_idle
from songwright.cli.render import duration
from songwright.cli.render_option import OF_A_CLUSTER, batch_options, options_of, render_options
from songwright.cli.run import described, verdict
from songwright.cli.table import table
from songwright.cli.terminal import Terminal, pass_terminal

if TYPE_CHECKING:
    from songwright.batch.job import Job, Outcome


@click.command()
@click.argument("sources", metavar="[SONG|FOLDER|GLOB]...", nargs=-1)
@click.option(
    "--list",
    "lists",
    type=click.File("r"),
    multiple=True,
    metavar="FILE",
    help="Take songs, folders and globs from this file, one a line; - is standard input.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder above the songs' folders [out].",
)
@render_options
@batch_options
@output_options
@plugin_options
@pass_terminal
def command(
    terminal: Terminal, /, sources: tuple[str, ...], lists: tuple[IO[str], ...], out: Path | None, **choices: Any
) -> int:
    """Render many songs at once, each to a folder of its own.

    A folder stands for all songs in it and below, a glob (in quotes) for what it matches; names that begin
    with . or _ are left out. A song's folder is named after its file, with the folders between.
    A song that fails stops no other; the exit code is the highest of all songs.
    """
    named = [*sources, *(line for file in lists for line in _lines(file))]
    if not choices["cluster"]:
        refuse_idle(OF_A_CLUSTER, "--cluster")
    if not named:
        raise click.UsageError("name songs, folders or globs, or a --list of them")
    return render_batch(terminal, named, out, choices)


def render_batch(terminal: Terminal, sources: Sequence[str], out: Path | None, choices: dict[str, Any]) -> int:
    """Render what ``sources`` stand for, tell how it went, and return the exit code."""
    from songwright.batch.job import Setup
    from songwright.batch.run import run
    from songwright.batch.sources import find, jobs

    todo = jobs(find(sources), options_of(choices, out=out), verify=choices["verified"])
    terminal.plugins()  # a broken one is told of once, here, not by every process
    setup = Setup(terminal.safe, tuple(terminal.prefer.items()))
    with watch_batch(terminal, len(todo)) as progress:
        outcomes = run(
            todo,
            setup,
            processes=choices["processes"],
            cluster=choices["cluster"],
            shared=choices["shared"],
            keep_going=choices["keep_going"],
            watch=progress,
        )
    code = max((_code(outcome) for outcome in outcomes), default=0)
    if terminal.json:
        terminal.document(document(todo, outcomes, code))
        return code
    terminal.result(table(("song", "length", "took", "loudness", "peak", "result"), [*_rows(todo, outcomes)]))
    failed = sum(not outcome.ok for outcome in outcomes)
    left = len(todo) - len(outcomes)
    terminal.say(
        f"{len(outcomes) - failed} of {len(todo)} songs rendered"
        + (f", {failed} failed" if failed else "")
        + (f", {left} not begun" if left else "")
    )
    return code


def document(todo: Sequence[Job], outcomes: Sequence[Outcome], code: int) -> dict[str, Any]:
    """All songs' reports and errors as one JSON document, in the order of the songs."""
    by_name = {outcome.job.name: outcome for outcome in outcomes}
    return {
        "songs": [_song(job, by_name.get(job.name)) for job in todo],
        "rendered": sum(outcome.ok for outcome in outcomes),
        "failed": sum(not outcome.ok for outcome in outcomes),
        "exit_code": code,
    }


def _song(job: Job, outcome: Outcome | None) -> dict[str, Any]:
    """One song: where it is and went, and a report or an error; neither when it was not begun."""
    told: dict[str, Any] = {"name": job.name, "file": str(job.path), "folder": str(job.options.out)}
    if outcome is None:
        return {**told, "exit_code": None}
    told["exit_code"] = _code(outcome)
    if outcome.error is None:
        return {**told, "report": outcome.report}
    return {**told, "error": described(outcome.error, verdict(outcome.error)[1])}


def _rows(todo: Sequence[Job], outcomes: Sequence[Outcome]) -> Iterator[tuple[str, ...]]:
    by_name = {outcome.job.name: outcome for outcome in outcomes}
    for job in todo:
        outcome = by_name.get(job.name)
        if outcome is None:
            yield (job.name, "", "", "", "", "not begun")
        elif outcome.report is None:
            yield (job.name, "", "", "", "", f"failed (exit code {_code(outcome)})")
        else:
            report, mix = outcome.report, outcome.report["mix"] or {}
            loudness, peak = mix.get("lufs_integrated"), mix.get("true_peak_dbtp")
            yield (
                job.name,
                duration(report["audio"]["seconds"]),
                f"{report['timing']['wall_s']:.1f} s",
                "" if loudness is None else f"{loudness:.1f} LUFS",
                "" if peak is None else f"{peak:.1f} dBTP",
                str(job.options.out),
            )


def _code(outcome: Outcome) -> int:
    return 0 if outcome.error is None else verdict(outcome.error)[0]


def _lines(file: IO[str]) -> Iterator[str]:
    """The lines of a list, without blank ones and comments."""
    try:
        for line in file:
            if (text := line.strip()) and not text.startswith("#"):
                yield text
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file.name!r} is not a list of songs: {error}") from error
