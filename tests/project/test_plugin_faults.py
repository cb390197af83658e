"""What a plugin does wrong is the plugin's fault, by name; observers see the right projects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import model_validator

from project.band import band
from songwright import hookimpl
from songwright.errors import PluginError, ProjectError
from songwright.interfaces.effect import Effect
from songwright.knobs import Params, knob
from songwright.plugins import Plugins, register
from songwright.project.load import load
from songwright.project.model import Project

HEAD = "songwright: 1\ntitle: Song\ngenre: tune\n"


class Fussy(Effect):
    """An effect with rules of its own."""

    name = "fussy"

    class Params(Params):
        low_hz: float = knob(100.0, 20.0, 20_000.0, "Hz", "lower corner")
        high_hz: float = knob(1000.0, 20.0, 20_000.0, "Hz", "upper corner")

        @model_validator(mode="after")
        def _in_order(self) -> Any:
            if self.low_hz == 666.0:
                raise KeyError("a slip of the author")
            if self.low_hz > self.high_hz:
                raise ValueError("low lies above high")
            return self


class Observer:
    """Keeps what it sees; fails at the title 'Bad'."""

    def __init__(self) -> None:
        self.seen: list[Project] = []

    @hookimpl
    def songwright_effects(self) -> list[type[Effect]]:
        return [Fussy]

    @hookimpl
    def songwright_project_loaded(self, project: Project) -> None:
        self.seen.append(project)
        if project.title == "Bad":
            raise RuntimeError("I do not like it")


class Worse:
    """Registers what is no component."""

    @hookimpl
    def songwright_effects(self) -> list[type[Any]]:
        return [int]


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
def plugins(observer: Observer) -> Plugins:
    plugins = band()
    register(plugins, observer, "observer", "songwright-observer", "1.0")
    return plugins


@pytest.fixture
def song(tmp_path: Path) -> Any:
    def write(text: str) -> Path:
        path = tmp_path / "song.yaml"
        path.write_text(text)
        return path

    return write


def test_an_observer_sees_the_projects_that_are_right(song: Any, plugins: Plugins, observer: Observer) -> None:
    project = load(song(HEAD), plugins)
    with pytest.raises(ProjectError):
        load(song(HEAD + "tempo: fast\n"), plugins)
    assert observer.seen == [project]


def test_an_observer_that_fails_is_no_fault_of_the_project(song: Any, plugins: Plugins) -> None:
    with pytest.raises(PluginError, match="I do not like it"):
        load(song(HEAD.replace("Song", "Bad")), plugins)


def test_a_components_own_rule_is_a_problem_of_the_project(song: Any, plugins: Plugins) -> None:
    with pytest.raises(ProjectError) as caught:
        load(song(HEAD + "master: {effects: [{use: fussy, low: 2 kHz}]}\n"), plugins)
    (problem,) = caught.value.problems
    assert problem.message == "low lies above high"
    assert problem.path == "master.effects.0"


def test_a_components_slip_is_a_fault_of_the_plugin(song: Any, plugins: Plugins) -> None:
    with pytest.raises(PluginError, match=r"'fussy' \(from songwright-observer\).*a slip of the author"):
        load(song(HEAD + "master: {effects: [{use: fussy, low: 666}]}\n"), plugins)


def test_two_components_of_one_name_are_named(song: Any, plugins: Plugins) -> None:
    register(plugins, Observer(), "other", "songwright-other", "1.0")
    with pytest.raises(ProjectError, match=r"two effects are named 'fussy'.*songwright-other.*--prefer"):
        load(song(HEAD + "master: {effects: [fussy]}\n"), plugins)


def test_a_plugin_that_was_left_out_is_mentioned(song: Any, plugins: Plugins) -> None:
    register(plugins, Worse(), "worse", "songwright-worse", "1.0")
    plugins.entries.pop(("effect", "fussy"))
    with pytest.raises(ProjectError) as caught:
        load(song(HEAD + "master: {effects: [fussy]}\n"), plugins)
    (problem,) = caught.value.problems
    assert problem.message == "no effect is named 'fussy'"
    (failure,) = plugins.failures
    assert str(failure) in problem.hint
