"""Names that only the arrangement knows are checked with their place before anything renders."""

import pytest

from songwright.errors import ProjectError
from songwright.project.load import load


def problem(tmp_path, text):
    song = tmp_path / "song.yaml"
    song.write_text(f"songwright: 1\ntitle: T\ngenre: pop\n{text}\n")
    with pytest.raises(ProjectError) as caught:
        load(song)
    (found,) = caught.value.problems
    return found


def test_an_unknown_groove_has_a_place_and_advice(tmp_path):
    found = problem(tmp_path, "feel: {groove: swing8}")
    assert (found.place.line, found.place.column) == (4, 16)
    assert "no groove is named 'swing8'" in found.message
    assert "swing-8" in found.hint


def test_an_unknown_harmony_has_a_place_and_advice(tmp_path):
    found = problem(tmp_path, "tracks:\n  back: {voice: hibari, sings: {harmony: ninth-below}}")
    assert found.place.line == 5
    assert "'ninth-below' is not a harmony" in found.message
    assert "third-below" in found.hint
