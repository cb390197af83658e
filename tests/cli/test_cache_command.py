"""``songwright cache``: what it shows is what lies there; what it clears is gone, and comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from songwright.cli.run import run
from songwright.dsp import jit
from songwright.store import Draft, Store

CONTENT = bytes(1000)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(tmp_path))
    monkeypatch.delenv("SONGWRIGHT_CACHE_LIMIT")
    renders, voices = Store(tmp_path / "renders", 10**9), Store(tmp_path / "voices", 10**9)
    for number in range(3):
        renders.put(f"{number}{number}aa", CONTENT)
    voices.put("bbcc", CONTENT)
    kernels = tmp_path / "kernels" / "abc"
    kernels.mkdir(parents=True)
    (kernels / "songwright.dsp.mix.add-0123.kernel").write_bytes(CONTENT)
    (kernels / "tried-songwright.engine").write_bytes(CONTENT)
    return tmp_path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def _kinds(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[int, int]]:
    return {one["kind"]: (one["entries"], one["bytes"]) for one in _json(capsys, "cache", "info")["kinds"]}


def test_info_counts_what_lies_there(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, "cache", "info")
    assert found["folder"] == str(root)
    assert found["bytes"] == 4 * 1016 + 2000
    assert [one["kind"] for one in found["kinds"]] == ["renders", "speech", "kernels"]
    assert [one["entries"] for one in found["kinds"]] == [3, 1, 1]
    assert [one["limit_bytes"] for one in found["kinds"]] == [4 << 30, 1 << 30, None]
    assert run(["cache", "info"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["kind", "entries", "size", "at", "most", "where"]
    assert lines[1].split() == ["renders", "3", "3.0", "KiB", "4.0", "GiB", str(root / "renders")]


def test_info_counts_what_the_engine_compiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(tmp_path))
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    monkeypatch.setattr(jit, "KERNELS", {})
    monkeypatch.setattr(jit, "cache_folder", lambda _package: jit.cache_root() / "abc")
    assert jit.kernel(_twice)(2.0) == 4.0
    assert _kinds(capsys)["kernels"][0] == 1


def _twice(x: float) -> float:
    return 2.0 * x


def test_info_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(tmp_path / "none"))
    assert _json(capsys, "cache", "info")["bytes"] == 0
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["renders"], {"speech", "kernels"}),
        (["speech", "kernels"], {"renders"}),
        (["all"], set()),
        ([], set()),
    ],
)
def test_clear_takes_what_is_named(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], left: set[str]
) -> None:
    with Draft(Store(root / "renders", 10**9)) as draft:  # somebody is rendering meanwhile
        before = _kinds(capsys)
        cleared = _json(capsys, "cache", "clear", *arguments)
        assert cleared["left_bytes"] == 0
        assert {kind: (one["entries"], one["bytes"]) for kind, one in cleared["cleared"].items()} == {
            kind: figures for kind, figures in before.items() if kind not in left
        }
        assert {kind for kind, (entries, _) in _kinds(capsys).items() if entries} == left
        draft.write(CONTENT)
        draft.commit("ddee")
    assert [entry.name for entry in Store(root / "renders", 10**9).entries() if entry.name == "ddee"] == ["ddee"]


def test_the_limit_is_read_from_the_environment(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "1.5 GiB")
    assert _json(capsys, "cache", "info")["kinds"][0]["limit_bytes"] == 3 << 29
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "much")
    error = _json(capsys, "cache", "info", code=2)["error"]
    assert "'much' is not an amount of memory" in error["message"]
    assert "SONGWRIGHT_CACHE_LIMIT" in error["message"]


def test_an_unknown_kind_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache", "clear", "everything"]) == 2
    assert "everything" in capsys.readouterr().err
