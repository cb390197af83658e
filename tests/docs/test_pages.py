"""The documentation: fresh, without dead links, and its songs and commands work."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from songwright.cli.run import run
from songwright.description import example
from songwright.plugins import Entry, installed_plugins
from songwright.project.load import load

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WRITTEN = [page for page in PAGES if page.parent.name != "reference"]
HEADER = "songwright: 1\ntitle: Example\ngenre: pop\n"


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def _songs() -> list[tuple[str, str]]:
    return [(f"{_name(page)}:{index}", text) for page in WRITTEN for index, text in enumerate(_blocks(page, "yaml"))]


@pytest.mark.parametrize(("name", "text"), _songs(), ids=[name for name, _ in _songs()])
def test_each_song_in_the_docs_is_right(name: str, text: str, tmp_path: Path) -> None:
    """A block that does not begin a project is a part of one, and stands on the smallest there is."""
    song = tmp_path / "song.yaml"
    song.write_text(text if "songwright:" in text else HEADER + text, encoding="utf-8")
    for folder in ("midi", "riffs"):
        (tmp_path / folder).mkdir()
    load(song)


def test_the_plugin_that_is_written_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The package of the how-to, put together from its blocks, is found, keeps its contracts and plays in a song."""
    page = ROOT / "docs" / "how-to" / "write-a-plugin.md"
    for text in [*_blocks(page, "toml"), *_blocks(page, "python")]:
        path = tmp_path / text.splitlines()[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = tmp_path / "songwright_toys-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    [(name, module)] = project["entry-points"]["songwright"].items()
    (info / "entry_points.txt").write_text(f"[songwright]\n{name} = {module}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.chdir(tmp_path)
    for component in ("ring", "chime", "waltz"):
        assert run(["plugins", "test", component]) == 0, capsys.readouterr().out
    (tmp_path / "song.yaml").write_text(
        HEADER + "meter: 3/4\nsections: {a: {bars: 2, chords: '| Am | G |'}}\narrangement: [a]\n"
        "tracks: {box: {instrument: {use: chime, decay: 0.5 s}, pattern: waltz, effects: [{use: ring, freq: 90 Hz}]}}\n"
    )
    assert run(["render", "song.yaml", "--only", "box", "--out", "out", "--no-cache"]) == 0, capsys.readouterr().err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert -30.0 < report["stems"][0]["peak_dbfs"] < 0.0
    assert {"ring", "chime"} <= {one["name"] for one in report["plugins"] if one["distribution"] == project["name"]}


@pytest.mark.parametrize("entry", installed_plugins().all(), ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_each_components_example_is_right(entry: Entry, tmp_path: Path) -> None:
    song = tmp_path / "song.yaml"
    text = example(entry)
    song.write_text((HEADER.replace("genre: pop\n", "") if entry.kind == "genre" else HEADER) + text, encoding="utf-8")
    load(song)
    assert entry.name in text


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    anchors = {
        re.sub(r"[^\w\- ]", "", line.lstrip("# ")).lower().replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        assert (page.parent / path).exists(), target
        if anchor and not path:
            assert anchor in anchors, target


def test_the_reference_is_fresh() -> None:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.main(["--check"]) == 0, "run `make docs`"


def _commands(page: Path) -> list[str]:
    """The lines of the shell blocks that are marked to be run."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^<!-- run -->\n```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("page", [page for page in WRITTEN if _commands(page)], ids=_name)
def test_commands_work(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page's YAML blocks that begin with ``# NAME.yaml`` are files; its commands run in order beside them."""
    for text in _blocks(page, "yaml"):
        if match := re.match(r"# (\S+\.yaml)\n", text):
            (tmp_path / match[1]).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = _commands(page)
    for command in commands:
        words = shlex.split(command, comments=True)
        assert words[0] == "songwright"
        assert run(words[1:]) == 0, f"{command}\n{capsys.readouterr().err}"
        assert capsys.readouterr().out.strip()
    assert any(command.startswith("songwright render") for command in commands)
    assert list(tmp_path.glob("out/*/mix.wav"))


def test_the_readme_says_how_to_begin() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
    for target in ("demo", "test", "check", "bench", "docs", "lock"):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
