"""A batch from beginning to end, as the Python API has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from songwright.batch.job import Job, Outcome, Setup, Watch
from songwright.batch.pool import Pool
from songwright.batch.sources import find, jobs
from songwright.pipeline import RenderOptions

__all__ = ["Outcome", "render_all"]


def render_all(
    sources: Iterable[Path | str],
    options: RenderOptions | None = None,
    *,
    processes: int | None = None,
    cluster: str | None = None,
    shared: bool = False,
    keep_going: bool = True,
    watch: Watch | None = None,
) -> list[Outcome]:
    """Render several songs at once: files, folders and globs, each song to a folder of its own.

    A song that fails has its error in its outcome and stops no other. A song whose process is killed is
    begun once more on a new one.

    Args:
        sources: what to render; :func:`songwright.batch.sources.find` says what each stands for.
        options: how to render all of them; ``out`` is the folder above the songs' folders.
        processes: how many at once; default: one a core, as far as memory allows.
        cluster: address of a Dask scheduler, to render on its workers instead.
        shared: whether those workers see the same disk under the same paths; else files are sent to and fro.
        keep_going: whether songs are still begun after one has failed.
        watch: who is told how far it is, from this thread.

    Returns:
        One outcome a song that was begun, in order.

    Raises:
        ProjectError: a source stands for no song, or two songs would be written to one folder.
        WorkerError: no cluster answers at the address.
    """
    todo = jobs(find(map(str, sources)), options or RenderOptions())
    return run(todo, Setup(), processes=processes, cluster=cluster, shared=shared, keep_going=keep_going, watch=watch)


def run(
    todo: Sequence[Job],
    setup: Setup,
    *,
    processes: int | None,
    cluster: str | None,
    shared: bool,
    keep_going: bool,
    watch: Watch | None,
) -> list[Outcome]:
    """Do jobs here or on a cluster."""
    if cluster is not None:
        from songwright.batch.cluster import run_on_cluster

        return run_on_cluster(todo, cluster, setup, watch, keep_going=keep_going, shared=shared)
    with Pool(processes, setup) as pool:
        return pool.run(todo, watch, keep_going=keep_going)
