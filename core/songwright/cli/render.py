"""``songwright render``: the main job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from songwright.cli.option import output_options, plugin_options, refuse_idle
from songwright.cli.progress import watch
from songwright.cli.render_option import OF_A_CLUSTER, OF_SEVERAL, batch_options, options_of, render_options
from songwright.cli.stream_option import OF_A_STREAM, stream_options
from songwright.cli.terminal import Terminal, pass_terminal


@click.command()
@click.argument("songs", metavar="SONG.yaml...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the result [out/TITLE]; of several songs, the folder above theirs [out].",
)
@render_options
@stream_options
@batch_options
@output_options
@plugin_options
@pass_terminal
def command(terminal: Terminal, /, songs: tuple[Path, ...], out: Path | None, **choices: Any) -> int:
    """Render a song: stems, mix, MIDI, report.

    Files are written beside their place and renamed when whole, so that a render that fails or is
    interrupted leaves the earlier result as it was. Several songs are rendered at once, each to a
    folder named after its file, as `songwright batch` does.
    """
    if not choices["stream"]:
        refuse_idle(OF_A_STREAM, "--stream")
    if not choices["cluster"]:
        refuse_idle(OF_A_CLUSTER, "--cluster")
        if len(songs) == 1:
            refuse_idle(OF_SEVERAL, "several songs")
    if choices["stream"]:
        if len(songs) > 1:
            raise click.UsageError("--stream takes one song at a time")
        from songwright.cli.stream import stream_one

        stream_one(terminal, songs[0], out, choices)
        return 0
    if len(songs) > 1 or choices["cluster"]:
        from songwright.cli.batch import render_batch

        return render_batch(terminal, [str(song) for song in songs], out, choices)
    render_one(terminal, songs[0], out, choices)
    return 0


def render_one(terminal: Terminal, song: Path, out: Path | None, choices: dict[str, Any]) -> None:
    """Render one song in this process and print what was written."""
    from songwright.pipeline import render
    from songwright.verify import verify

    options, plugins = options_of(choices, out=out), terminal.plugins()
    with watch(terminal) as progress:
        result = render(song, options, plugins=plugins, progress=progress)
    for warning in result.report["warnings"]:
        terminal.remark(warning)
    if choices["verified"]:
        with watch(terminal) as progress:
            agreeing = verify(song, options, result.report, plugins=plugins, progress=progress)
        terminal.say(f"verified: a second render gave the same audio in {_files(agreeing)}")
    if terminal.json:
        terminal.document(dict(result.report))
        return
    for file in result.files:
        terminal.result(str(file))
    terminal.say(summary(result.report))
    if result.report["since_last"] and result.report["stems"]:
        terminal.say(change(result.report["since_last"]))


def _files(count: int) -> str:
    """So many files, in words.

    >>> _files(1), _files(14)
    ('its only file', 'all 14 files')
    """
    return "its only file" if count == 1 else f"all {count} files"


def change(since_last: Mapping[str, list[str]]) -> str:
    """Which stems are not what lay in the folder before.

    >>> change({"changed": ["bass", "keys"], "same": ["drums"], "new": []})
    'since the last render here: bass, keys changed; drums as before'
    """
    told = [("changed", since_last["changed"]), ("new", since_last["new"]), ("as before", since_last["same"])]
    return "since the last render here: " + "; ".join(f"{', '.join(ids)} {word}" for word, ids in told if ids)


def summary(report: Mapping[str, Any]) -> str:
    """A render in one line: how long, how fast, how loud."""
    seconds, timing, mix = report["audio"]["seconds"], report["timing"], report["mix"]
    words = [
        f"{report['title']}: {duration(seconds)}",
        f"in {timing['wall_s']:.1f} s ({seconds / max(timing['wall_s'], 1e-9):.0f} times real time)",
    ]
    if mix:
        peak = mix["true_peak_dbtp"]
        words.append(f"{mix['lufs_integrated']:.1f} LUFS" + (f", {peak:.1f} dBTP" if peak is not None else ""))
    return ", ".join(words)


def duration(seconds: float) -> str:
    """Minutes and seconds.

    >>> duration(183.64)
    '3:03.6'
    """
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
