"""Plugins are found, isolated, and named when they clash."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from songwright import hookimpl
from songwright.errors import PluginError
from songwright.interfaces.effect import Effect
from songwright.plugins import KINDS, Plugins, UnknownComponentError, load_plugins, new_manager, register


def effect(name: str) -> type[Effect]:
    return type("Fake", (Effect,), {"name": name, "__doc__": f"The effect {name}."})


def module(**hooks: Any) -> ModuleType:
    made = ModuleType("fake_plugin")
    vars(made).update(hooks)
    return made


def plugin(*components: Any) -> object:
    @hookimpl
    def songwright_effects() -> list[Any]:
        return list(components)

    return module(songwright_effects=songwright_effects)


@pytest.fixture
def plugins() -> Plugins:
    return Plugins(new_manager())


def test_a_registered_component_is_found_by_kind_and_name(plugins: Plugins) -> None:
    fake = effect("wow")
    register(plugins, plugin(fake), "tape", "tape-effects", "1.0")
    assert plugins.get("effect", "wow") is fake
    assert plugins.entry("effect", "wow").distribution == "tape-effects"


def test_each_plugin_supplies_only_its_own_components(plugins: Plugins) -> None:
    register(plugins, plugin(effect("a")), "one")
    register(plugins, plugin(effect("b")), "two")
    assert [(entry.name, entry.plugin) for entry in plugins.all("effect")] == [("a", "one"), ("b", "two")]


def test_an_unknown_name_comes_with_names_that_look_alike(plugins: Plugins) -> None:
    register(plugins, plugin(effect("compressor")), "dynamics")
    with pytest.raises(UnknownComponentError) as caught:
        plugins.get("effect", "compresor")
    assert caught.value.close == ("compressor",)


def test_a_clash_names_both_distributions_and_prefer_chooses(plugins: Plugins) -> None:
    register(plugins, plugin(effect("wow")), "one", "dist-one")
    register(plugins, plugin(effect("wow")), "two", "dist-two")
    with pytest.raises(PluginError, match=r"dist-one.*dist-two"):
        plugins.get("effect", "wow")
    plugins.prefer = {"wow": "dist-two"}
    assert plugins.entry("effect", "wow").distribution == "dist-two"
    assert len(plugins.conflicts()) == 1


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (object(), "not a subclass"),
        (type("Nameless", (Effect,), {"__doc__": "No name."}), "has no name"),
        (type("Mute", (Effect,), {"name": "mute", "__doc__": ""}), "no docstring"),
    ],
)
def test_a_broken_plugin_is_set_aside_and_the_rest_works(plugins: Plugins, broken: Any, words: str) -> None:
    register(plugins, plugin(broken), "bad", "bad-dist")
    register(plugins, plugin(effect("good")), "fine", "fine-dist")
    assert plugins.names("effect") == ["good"]
    (failure,) = plugins.failures
    assert failure.plugin == "bad"
    assert words in str(failure)


def places(**named: str) -> object:
    @hookimpl
    def songwright_effects() -> dict[str, str]:
        return named

    return module(songwright_effects=songwright_effects)


def test_a_component_given_by_its_place_is_imported_when_it_is_asked_for(plugins: Plugins, lazy_module: str) -> None:
    register(plugins, places(wow=f"{lazy_module}:Wow", echo="nowhere:Echo"), "tape", "tape-effects", "1.0")
    assert plugins.names("effect") == ["echo", "wow"]
    assert lazy_module not in sys.modules
    assert plugins.get("effect", "wow").summary() == "The effect wow."
    assert lazy_module in sys.modules


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("nowhere:Echo", "ModuleNotFoundError"),
        ("{}:Nobody", "AttributeError"),
        ("{}:NUMBER", "not a subclass"),
        ("{}:Wow", "calls itself 'wow'"),
    ],
)
def test_a_place_that_holds_no_such_component_is_set_aside(
    plugins: Plugins, lazy_module: str, place: str, words: str
) -> None:
    register(plugins, places(echo=place.format(lazy_module), wow=f"{lazy_module}:Wow"), "tape", "tape-effects")
    with pytest.raises(PluginError, match=words) as caught:
        plugins.get("effect", "echo")
    assert (caught.value.plugin, caught.value.distribution) == ("tape", "tape-effects")
    assert [entry.name for entry in plugins.all()] == ["wow"]
    assert words in str(plugins.failures[0])


@pytest.fixture
def lazy_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = "effects_of_a_lazy_plugin"
    source = (
        "from songwright.interfaces.effect import Effect\nNUMBER = 1\n"
        'class Wow(Effect):\n    """The effect wow."""\n    name = \'wow\'\n'
    )
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


def test_a_hook_that_raises_is_set_aside(plugins: Plugins) -> None:
    @hookimpl
    def songwright_effects() -> list[Any]:
        raise ZeroDivisionError("oops")

    register(plugins, module(songwright_effects=songwright_effects), "bad")
    assert "oops" in str(plugins.failures[0])
    assert not plugins.manager.has_plugin("bad")


def test_a_misspelt_hook_is_reported(plugins: Plugins) -> None:
    @hookimpl
    def songwright_efects() -> list[Any]:
        return []

    register(plugins, module(songwright_efects=songwright_efects), "typo")
    assert "songwright_efects" in str(plugins.failures[0])


def test_the_installed_plugins_load_without_failure_or_conflict() -> None:
    plugins = load_plugins(safe=True)
    assert plugins.failures == []
    assert plugins.conflicts() == []
    for kind in set(KINDS) - {"voice"}:
        assert plugins.names(kind), f"no built-in {kind}"


def test_only_loads_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONGWRIGHT_PLUGINS", "effects")
    assert {entry.kind for entry in load_plugins().all()} == {"effect"}


def test_registering_imports_nothing_heavy() -> None:
    code = (
        "import sys; from songwright.plugins import load_plugins; load_plugins();"
        "print([m for m in ('numba', 'scipy', 'torch', 'onnxruntime', 'soxr', 'music21') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
