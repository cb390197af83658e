"""What changed since the render that lay in the folder before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from songwright.files.change import describe_change, earlier_hashes
from songwright.files.report import earlier_files
from songwright.render.meters import Levels
from songwright.render.result import RenderedFile, Stem


def stem(name: str, sha256: str) -> Stem:
    return Stem(name, RenderedFile(f"stems/{name}.wav", sha256), Levels(-6.0, -18.0, 3.0))


def test_stems_are_told_apart_by_their_audio(tmp_path: Path) -> None:
    stems = [{"id": "drums", "sha256": "a"}, {"id": "bass", "sha256": "b"}, {"id": "gone", "sha256": "c"}]
    (tmp_path / "report.json").write_text(json.dumps({"stems": stems}))
    told = describe_change(earlier_hashes(tmp_path), [stem("drums", "a"), stem("bass", "B"), stem("keys", "d")])
    assert told == {"changed": ["bass"], "same": ["drums"], "new": ["keys"]}


@pytest.mark.parametrize("report", [None, "", "[]", "{}", '{"stems": 3}', '{"stems": [{"id": 1}]}'])
def test_where_nothing_can_be_read_nothing_is_told(tmp_path: Path, report: str | None) -> None:
    if report is not None:
        (tmp_path / "report.json").write_text(report)
    assert describe_change(earlier_hashes(tmp_path), [stem("drums", "a")]) is None


@pytest.mark.parametrize("report", [None, "", "[]", "{}", '{"files": 3}', '{"files": null}', '"files"'])
def test_where_no_files_are_listed_none_are_ours(tmp_path: Path, report: str | None) -> None:
    if report is not None:
        (tmp_path / "report.json").write_text(report)
    assert earlier_files(tmp_path) == set()


def test_files_outside_the_folder_are_not_ours(tmp_path: Path) -> None:
    listed = ["mix.wav", "../mix.wav", "/etc/passwd", "stems/../../x", 3, None]
    (tmp_path / "report.json").write_text(json.dumps({"files": listed}))
    assert earlier_files(tmp_path) == {"report.json", "mix.wav"}
