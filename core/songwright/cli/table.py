"""Columns of text, as wide as they need to be."""

from __future__ import annotations

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under their heads, columns two spaces apart.

    >>> print(table(("name", "unit"), [("cutoff", "Hz"), ("q", "")]))
    name    unit
    cutoff  Hz
    q
    """
    lines = [tuple(heads), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
