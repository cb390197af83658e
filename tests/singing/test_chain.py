"""Names and keys of a project to the voices of a chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from songwright.errors import ProjectError
from songwright.interfaces.voice import Voice
from songwright.knobs import Params, knob
from songwright.singing.chain import chain


class ShelfParams(Params):
    """Where a voice's files lie."""

    model: Path | None = knob(None, help="a folder")
    warmth: float = knob(0.5, 0.0, 1.0, help="a number")


class Shelf(Voice):
    """Keeps its files in a folder."""

    name = "shelf"
    Params = ShelfParams


class Installed:
    """One voice, as the plugins would give it."""

    def get(self, kind: str, name: str) -> Any:
        assert (kind, name) == ("voice", "shelf")
        return Shelf


def _model(written: str | None, folder: Path | None) -> Path | None:
    params = {} if written is None else {"model": written}
    found: Path | None = chain(Installed(), ["shelf"], params, folder)[0].params.model  # type: ignore[arg-type]
    return found


def test_a_relative_path_starts_at_the_projects_folder(tmp_path: Path) -> None:
    assert _model("voices/anna", tmp_path) == tmp_path / "voices" / "anna"
    assert _model("/voices/anna", tmp_path) == Path("/voices/anna")


def test_without_a_project_it_starts_here() -> None:
    assert _model("voices/anna", None) == Path("voices/anna")


def test_the_home_folder_is_understood(tmp_path: Path) -> None:
    assert _model("~/voices", tmp_path) == Path.home() / "voices"


def test_a_path_that_is_not_written_is_none(tmp_path: Path) -> None:
    assert _model(None, tmp_path) is None


def test_a_key_of_no_voice_is_named() -> None:
    with pytest.raises(ProjectError, match=r"no voice of the chain has a parameter 'modle'"):
        chain(Installed(), ["shelf"], {"modle": "x"})  # type: ignore[arg-type]
