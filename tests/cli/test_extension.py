"""Commands from plugins: found, isolated, and never in a built-in command's place."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import ModuleType, SimpleNamespace

import click
import pytest

from songwright import hookimpl
from songwright.cli import extension
from songwright.cli.app import songwright
from songwright.cli.run import run


@pytest.fixture(autouse=True)
def own_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(songwright, "commands", {})


def _install(monkeypatch: pytest.MonkeyPatch, *plugins: ModuleType, distribution: str = "songwright-extra") -> None:
    points = []
    for plugin in plugins:
        point = EntryPoint(plugin.__name__, plugin.__name__, "songwright")
        vars(point)["dist"] = SimpleNamespace(name=distribution, version="1.0")
        monkeypatch.setitem(sys.modules, plugin.__name__, plugin)
        points.append(point)
    monkeypatch.setattr(extension, "entry_points", lambda **_group: points)


def _plugin(name: str, command_name: str) -> ModuleType:
    plugin = ModuleType(name)

    @hookimpl
    def songwright_cli(group: click.Group) -> None:
        @group.command(command_name)
        def command() -> None:
            """Greet."""
            click.echo(f"{name} greets")

    vars(plugin)["songwright_cli"] = songwright_cli
    return plugin


def _broken(name: str) -> ModuleType:
    plugin = ModuleType(name)

    @hookimpl
    def songwright_cli(group: click.Group) -> None:
        group.command("half")(lambda: None)
        raise RuntimeError("the plugin fell over")

    vars(plugin)["songwright_cli"] = songwright_cli
    return plugin


def test_a_plugin_adds_a_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _install(monkeypatch, _plugin("greeter", "greet"))
    assert run(["greet"]) == 0
    assert capsys.readouterr().out == "greeter greets\n"
    assert run(["--help"]) == 0
    assert "greet    Greet." in capsys.readouterr().out


def test_a_broken_plugin_costs_its_own_commands_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _install(monkeypatch, _broken("broken"), _plugin("greeter", "greet"))
    assert run(["greet"]) == 0
    out, err = capsys.readouterr()
    assert out == "greeter greets\n"
    assert (
        err == "warning: plugin 'broken' (from songwright-extra) adds no commands: RuntimeError: the plugin fell over\n"
    )
    assert run(["half"]) == 2


def test_a_plugin_cannot_take_a_built_in_commands_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _install(monkeypatch, _plugin("usurper", "presets"))
    assert run(["presets", "--help"]) == 0
    assert "usurper" not in capsys.readouterr().out


def test_a_subset_of_plugins_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, _plugin("greeter", "greet"))
    monkeypatch.setenv("SONGWRIGHT_PLUGINS", "effects")
    assert run(["greet"]) == 2
    monkeypatch.setenv("SONGWRIGHT_PLUGINS", "effects, greeter")
    assert run(["greet"]) == 0


def test_built_in_plugins_are_not_even_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, _plugin("greeter", "greet"), distribution="songwright")
    assert run(["greet"]) == 2
