from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest

from fake_desk import Click, Duck, Echo, Faulty, Late, Tone, click, graph
from songwright.dsp import image, jit
from songwright.interfaces.effect import Effect
from songwright.render.trial import Trial, trials
from songwright.render.warmup import alone, cold, warm


@pytest.fixture
def song(tmp_path, monkeypatch):
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(tmp_path / "cache"))
    jit.cache_folder.cache_clear()
    effects = [{"use": "late", "id": "l1"}, {"use": "late", "id": "l2"}, {"use": "faulty", "way": "raise"}]
    tracks = {
        "a": click(effects=effects),
        "b": click(effects=[{"use": "duck", "sidechain": "a"}, {"use": "echo", "time": "1/4"}]),
        "c": {"instrument": "tone", "clips": [{"at": "1:1", "notes": "C4:1/4 E4:1/4 C4:1/4"}]},
        "silent": {"instrument": "hiss", "clips": [{"at": "1:1", "notes": "r:1/4"}]},
    }
    yield graph(tmp_path, tracks)
    jit.cache_folder.cache_clear()


def test_each_component_that_is_heard_is_tried_once(song):
    made = {trial.component: trial for trial in trials(song)}
    assert len(made) == len(trials(song))
    assert made.keys() >= {None, Click, Tone, Late, Faulty, Duck, Echo}
    assert "Hiss" not in {component.__name__ for component in made if component}
    assert made[Tone].pitches == (60.0, 64.0)
    assert made[Duck].sidechain
    assert made[Echo].params.time_s == 0.5


def test_what_was_tried_is_not_cold_any_more(song):
    todo = [trial for trial in trials(song) if trial.component in (Click, Tone, Duck, Faulty)]
    assert cold(todo) == todo
    shares = []
    warm(todo, 2, shares.append)
    assert [trial.component for trial in cold(todo)] == [Faulty]  # the render will say what is wrong with it
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_who_waits_while_another_process_compiles_says_so(song):
    told = []
    with ExitStack() as other:
        assert other.enter_context(alone(told.clear))

        def waits():
            told.append("waits")
            other.close()

        with alone(waits) as kept:
            assert kept
    with alone(waits):
        pass
    assert told == ["waits"]


@jit.kernel
def _halve(audio):
    for i in range(audio.shape[1]):
        audio[0, i] *= 0.5


class Half(Effect):
    def process(self, audio, controls, sidechain):
        _halve(audio)


def test_a_trial_is_put_off_while_another_process_compiles_its_kernel(song):
    (tone,) = (trial for trial in trials(song) if trial.component is Tone)
    todo, still_cold = [Trial(Half, None, 44_100, {}), tone], []
    kinds = (jit._kind(np.zeros((2, 256), np.float32)),)
    with ExitStack() as until_tone_is_made:
        until_tone_is_made.enter_context(image.claimed(_halve.path(kinds)))  # this is the other process

        def watch(share):
            still_cold.append([trial.component for trial in cold(todo)])
            until_tone_is_made.close()

        warm(todo, 1, watch)
    assert still_cold == [[Half], []]
    assert _halve.path(kinds).exists()


class Unsendable:
    def __reduce__(self):
        raise ValueError("it is bound to this process")


def test_a_component_that_cannot_be_sent_keeps_nobody_waiting(song):
    (good,) = (trial for trial in trials(song) if trial.component is Tone)
    bad = replace(good, component=Click, params=Unsendable())
    shares = []
    warm([bad, good], 1, shares.append)
    assert [trial.component for trial in cold([bad, good])] == [Click]
    assert shares == [0.5, 1.0]


def test_an_interruption_ends_the_other_processes(song, monkeypatch):
    from songwright.render import warmup

    started = []
    start = warmup._start
    monkeypatch.setattr(warmup, "_start", lambda: started.append(start()) or started[-1])

    def interrupt(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        warm(trials(song), 2, interrupt)
    assert [server.poll() is not None for server in started] == [True, True]
