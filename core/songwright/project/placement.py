"""Names of a section's playings, so that clips and automation can refer to them.

The first playing of ``verse`` is ``verse``, the second ``verse-2``, the third ``verse-3``; a
playing with an ``id`` of its own counts, too. So ``[verse, {use: verse, id: quiet}, verse]`` is verse, quiet, verse-3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from songwright.project.model import Project


def playing_ids(playings: Iterable[tuple[str, str | None]]) -> list[str]:
    """The ids of a playing order, given as (material, id or None).

    >>> playing_ids([("verse", None), ("verse", "quiet"), ("verse", None)])
    ['verse', 'quiet', 'verse-3']
    """
    played: Counter[str] = Counter()
    ids = []
    for use, own in playings:
        played[use] += 1
        ids.append(own or (use if played[use] == 1 else f"{use}-{played[use]}"))
    return ids


def with_ids(project: Project) -> Project:
    """The project with every entry of its playing order named."""
    if project.arrangement is None:
        return project
    ids = playing_ids((placement.use, placement.id) for placement in project.arrangement)
    placements = tuple(
        placement.model_copy(update={"id": name}) for placement, name in zip(project.arrangement, ids, strict=True)
    )
    return project.model_copy(update={"arrangement": placements})
