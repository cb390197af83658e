"""A short song where the commands run, and what they say as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from songwright.cli.run import run


@pytest.fixture
def song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``song.yaml`` in the folder that the commands run in: two bars."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "song.yaml"
    path.write_text(
        "songwright: 1\ntitle: Smallest\ngenre: pop\n"
        "sections: {verse: {bars: 2, chords: '| C | G |'}}\narrangement: [verse]\n"
    )
    return path


@pytest.fixture
def as_json(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command with ``--json``, and read what it says."""

    def read(*arguments: str, code: int = 0) -> Any:
        assert run([*arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return read
