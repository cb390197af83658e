"""Which songs a batch is made of, and where their results go."""

from __future__ import annotations

from pathlib import Path

import pytest

from songwright.batch.sources import find, jobs
from songwright.errors import ProjectError
from songwright.pipeline import RenderOptions


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("music/menu.yaml", "music/forest/calm.yaml", "music/forest/fight.yml", "music/_base.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# a song\nsongwright: 1\n")
    (tmp_path / "music/mixer.yaml").write_text("gain: 3\n")
    (tmp_path / "music/.hidden").mkdir()
    (tmp_path / "music/.hidden/old.yaml").write_text("songwright: 1\n")
    return tmp_path


def _names(*sources: str) -> list[tuple[str, str]]:
    return [(found.path.as_posix(), found.name) for found in find(sources)]


def test_a_folder_stands_for_the_songs_in_it_and_below(tree: Path) -> None:
    assert _names("music") == [
        ("music/forest/calm.yaml", "forest/calm"),
        ("music/forest/fight.yml", "forest/fight"),
        ("music/menu.yaml", "menu"),
    ]


def test_a_glob_keeps_the_folders_from_its_first_wildcard_on(tree: Path) -> None:
    assert _names("music/*/*.y*ml") == [
        ("music/forest/calm.yaml", "forest/calm"),
        ("music/forest/fight.yml", "forest/fight"),
    ]
    assert _names("music/**/c*.yaml") == [("music/forest/calm.yaml", "forest/calm")]
    assert _names("mus*") == [
        ("music/forest/calm.yaml", "music/forest/calm"),
        ("music/forest/fight.yml", "music/forest/fight"),
        ("music/menu.yaml", "music/menu"),
    ]


def test_a_file_is_a_song_whatever_it_is_called(tree: Path) -> None:
    assert _names("music/_base.yaml", "music/mixer.yaml") == [
        ("music/_base.yaml", "_base"),
        ("music/mixer.yaml", "mixer"),
    ]


def test_a_song_that_is_named_twice_is_rendered_once(tree: Path) -> None:
    assert _names("music/menu.yaml", str(tree / "music/menu.yaml"), "music")[0] == ("music/menu.yaml", "menu")
    assert _names("music/menu.yaml", "music/forest/../menu.yaml") == [("music/menu.yaml", "menu")]
    assert len(_names("music/menu.yaml", str(tree / "music/menu.yaml"), "music")) == 3


def test_a_file_with_wildcards_in_its_name_is_itself(tree: Path) -> None:
    (tree / "[1].yaml").write_text("songwright: 1\n")
    assert _names("[1].yaml") == [("[1].yaml", "[1]")]


def test_every_source_that_stands_for_nothing_is_named(tree: Path) -> None:
    (tree / "empty").mkdir()
    with pytest.raises(ProjectError) as caught:
        find(["empty", "music/*.flac", "nowhere.yaml", "music"])
    assert [problem.message for problem in caught.value.problems] == [
        "there is no song in the folder 'empty'",
        "no song matches 'music/*.flac'",
        "there is no such file: 'nowhere.yaml'",
    ]


def test_each_song_gets_a_folder_named_after_its_file(tree: Path) -> None:
    assert [str(job.options.out) for job in jobs(find(["music"]), RenderOptions())] == [
        "out/forest/calm",
        "out/forest/fight",
        "out/menu",
    ]
    options = RenderOptions(out=Path("build"), stems=False)
    (job,) = jobs(find(["music/menu.yaml"]), options, verify=True)
    assert (job.options, job.verify) == (RenderOptions(out=Path("build/menu"), stems=False), True)


def test_two_songs_for_one_folder_are_refused(tree: Path) -> None:
    (tree / "Menu.yaml").write_text("songwright: 1\n")
    with pytest.raises(ProjectError, match=r"'music/menu.yaml' and 'Menu.yaml' would both be written to out/Menu"):
        jobs(find(["music/menu.yaml", "Menu.yaml"]), RenderOptions())


def test_a_result_inside_another_is_refused(tree: Path) -> None:
    (tree / "music/forest.yaml").write_text("songwright: 1\n")
    with pytest.raises(
        ProjectError,
        match=r"'music/forest/calm.yaml' would be written inside the result of 'music/forest.yaml'",
    ):
        jobs(find(["music"]), RenderOptions())
