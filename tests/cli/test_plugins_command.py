"""``plugins``: what is listed, told of one component, and found when it is tried."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from songwright import hookimpl
from songwright.cli.run import run
from songwright.cli.terminal import Terminal
from songwright.interfaces.effect import Effect
from songwright.interfaces.genre import Genre
from songwright.plugins import load_plugins, register


def test_plugins_list_has_a_line_each(capsys: pytest.CaptureFixture[str], as_json: Callable[..., Any]) -> None:
    assert run(["plugins", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    entries = as_json("plugins", "list")
    assert len(lines) == len(entries) + 1
    assert {"effect", "genre", "instrument", "pattern"} <= {entry["kind"] for entry in entries}
    assert all(entry["summary"] and entry["distribution"] for entry in entries)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("pop", "Tracks: drums, bass, keys"),
        ("pop", "Sections: intro, verse, chorus"),
        ("finger-bass", "Range: B0 to G4 (MIDI notes 23 to 67)"),
        ("acoustic-kit", "Range: drums 27 to 87 of General MIDI"),
        ("pop-pad", "hold common tones over chord changes: true or false (default true)"),
    ],
)
def test_plugins_info_tells_what_a_project_needs_to_know(
    name: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plugins", "info", name]) == 0
    assert told in capsys.readouterr().out


class Loud(Effect):
    """Adds an offset."""

    name = "loud"

    def process(self, audio, controls, sidechain):
        audio += 1.0


class Wrecked(Loud):
    """Divides by zero."""

    name = "wrecked"

    def process(self, audio, controls, sidechain):
        raise ZeroDivisionError("one by zero")


class Moody(Genre):
    """Has a mood and nothing else."""

    name = "moody"
    moods = ("grey",)


def test_a_genre_that_fails_to_tell_of_itself_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = ModuleType("mine")
    mine.songwright_genres = hookimpl(lambda: [Moody], specname="songwright_genres")
    plugins = load_plugins(safe=True)
    register(plugins, mine, "mine", "my-plugin", "1")
    monkeypatch.setattr(Terminal, "plugins", lambda _: plugins)
    assert run(["plugins", "info", "moody"]) == 3
    assert "plugin 'mine' (from my-plugin): genre 'moody' failed: NotImplementedError" in capsys.readouterr().err


def test_plugins_test_tells_which_checks_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_json: Callable[..., Any]
) -> None:
    assert run(["plugins", "test", "pattern/pop-pad"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == ["ok      is documented", "ok      knobs are sound", "ok      import is light"]
    assert err == "pattern/pop-pad: keeps its contract\n"

    mine = ModuleType("mine")
    mine.songwright_effects = hookimpl(lambda: [Loud, Wrecked], specname="songwright_effects")
    plugins = load_plugins(safe=True)
    register(plugins, mine, "mine", "my-plugin", "1")
    monkeypatch.setattr(Terminal, "plugins", lambda _: plugins)
    assert run(["plugins", "test", "loud"]) == 3
    out, err = capsys.readouterr()
    assert "failed  silence stays silent: loud: silence in, 1 out with defaults" in out.splitlines()
    assert "ok      output is finite" in out.splitlines()
    assert "checks failed" in err
    rows = as_json("plugins", "test", "wrecked", code=3)
    assert {row["fault"] for row in rows if row["check"] == "output is finite"} == {
        "wrecked raises ZeroDivisionError: one by zero"
    }


@pytest.mark.parametrize("kind", ["effect", "effects"])
def test_plugins_list_of_one_kind(kind: str, as_json: Callable[..., Any]) -> None:
    assert {entry["kind"] for entry in as_json("plugins", "list", kind)} == {"effect"}


def test_plugins_list_moods(capsys: pytest.CaptureFixture[str], as_json: Callable[..., Any]) -> None:
    assert "bright" in as_json("plugins", "list", "moods")["pop"]
    assert run(["plugins", "list", "moods"]) == 0
    assert "bright" in capsys.readouterr().out


def test_plugins_info_gives_units_ranges_and_defaults(
    capsys: pytest.CaptureFixture[str], as_json: Callable[..., Any]
) -> None:
    assert run(["plugins", "info", "compressor"]) == 0
    out = capsys.readouterr().out
    assert "-60 dB to 0 dB (default -18 dB, automatable)" in out
    assert "{use: compressor" in out
    [described] = as_json("plugins", "info", "effect/compressor")
    threshold = next(one for one in described["parameters"] if one["key"] == "threshold")
    assert (threshold["unit"], threshold["low"], threshold["high"], threshold["default"]) == ("dB", -60.0, 0.0, -18.0)


def test_plugins_info_suggests(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "info", "compresor"]) == 2
    assert "did you mean compressor?" in capsys.readouterr().err


# presets --------------------------------------------------------------------------------------------
