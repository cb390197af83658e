"""Bark through transformers, on a tiny model with random weights: the real loading and generating, end to end.

Not part of the default run, for it needs torch: ``make test-neural``.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from neural.random_bark import save_bark
from singing.songs import song
from songwright.interfaces.voice import Request, VoiceRefusedError, VoiceUnavailableError
from songwright.plugins import load_plugins
from songwright.project.model import VoiceUse
from songwright.singing import perform
from songwright.singing.caller import Caller
from songwright.singing.speech import speak
from songwright.singing.store import Store
from songwright.testing.voice import check_voice_obeys_speed, check_voice_repeats_itself, check_voice_speaks
from songwright_voices import accelerator, bark_model
from songwright_voices.bark import Bark, BarkParams

LINE = "Harbour lights are calling home."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_bark(tmp_path_factory.mktemp("models") / "bark")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test may reach for the network, not even to look whether a newer model is there."""
    reached: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: reached.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *wish, **_: reached.append(wish))
    yield
    assert not reached


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    bark_model.loaded.cache_clear()


def bark(folder: Path, **params: Any) -> Bark:
    return Bark(BarkParams(model=folder, **{"threads": 1, **params}))


def said(folder: Path, text: str = LINE, **params: Any) -> np.ndarray:
    return bark(folder, **params).speak(Request(text)).audio


def test_it_keeps_the_contract(folder: Path) -> None:
    voice = bark(folder)
    assert voice.available() == ""
    check_voice_speaks(voice)
    check_voice_obeys_speed(voice)
    check_voice_repeats_itself(voice)


def test_what_it_says_depends_on_text_and_voice_alone(folder: Path) -> None:
    audio = said(folder)
    threads = torch.get_num_threads()
    torch.manual_seed(99)  # whatever others made of torch's chance and threads
    torch.set_num_threads(1)
    try:
        bark_model.loaded.cache_clear()
        np.testing.assert_array_equal(said(folder), audio)
        assert torch.get_num_threads() == 1
        assert torch.rand(1) == torch.rand(1, generator=torch.Generator().manual_seed(99))
    finally:
        torch.set_num_threads(threads)


def test_every_knob_is_heard(folder: Path) -> None:
    other: dict[str, Any] = {"seed": 1, "preset": "de_speaker_1", "temperature": 0.0, "early_stop": 0.0}
    other |= {"wave_temperature": 0.1, "fine_temperature": 1.0}
    usual = said(folder)
    for name, value in other.items():
        changed = said(folder, **{name: value})
        if name == "early_stop":  # the tiny model never comes near an end
            continue
        assert len(changed) != len(usual) or not np.array_equal(changed, usual), name


def test_early_stop_ends_a_reading(folder: Path, tmp_path: Path) -> None:
    eager = tmp_path / "eager"
    shutil.copytree(folder, eager)
    config = (eager / "generation_config.json").read_text().replace('"min_new_tokens": 100', '"min_new_tokens": 50')
    (eager / "generation_config.json").write_text(config)
    lengths = [len(said(eager, early_stop=stop)) for stop in (0.001, 0.0)]
    assert lengths[0] < lengths[1]


def test_pace_changes_the_length_and_not_the_reading(folder: Path) -> None:
    voice = bark(folder)
    usual, slow = (voice.speak(Request(LINE, speed)) for speed in (1.0, 0.5))
    assert len(slow.audio) == 2 * len(usual.audio)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_speaks_too(folder: Path, precision: Any) -> None:
    audio = said(folder, precision=precision)
    assert audio.dtype == np.float32
    assert np.sqrt(np.mean(audio**2)) > 1e-3


def test_weights_of_the_first_publication_are_read(folder: Path, tmp_path: Path) -> None:
    """Suno's folders hold ``pytorch_model.bin``, which is read without running what a pickle asks for."""
    old = tmp_path / "old"
    shutil.copytree(folder, old)
    from safetensors.torch import load_file

    torch.save(load_file(old / "model.safetensors"), old / "pytorch_model.bin")
    (old / "model.safetensors").unlink()
    np.testing.assert_array_equal(said(old), said(folder))


def test_it_writes_nothing_to_the_terminal(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said(folder)
    assert capfd.readouterr() == ("", "")


def test_long_text_is_one_recording_and_loads_one_model(folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    loads: list[Any] = []
    load = transformers.BarkModel.from_pretrained
    monkeypatch.setattr(
        transformers.BarkModel, "from_pretrained", lambda *wish, **more: loads.append(wish) or load(*wish, **more)
    )
    text = " ".join(
        f"Line {word} of a long text that is cut at its sentences, and spoken piece by piece."
        for word in ("one", "two", "three")
    )
    store = Store(tmp_path)
    first = speak(text, [bark(folder)], caller=Caller(store), longest=100)
    assert first.pieces == 3
    assert first.seconds > 4.0
    assert len(loads) == 1
    bark_model.loaded.cache_clear()
    again = speak(text, [bark(folder)], caller=Caller(store), longest=100)
    np.testing.assert_array_equal(again.audio, first.audio)
    assert len(loads) == 1


def test_it_sings(folder: Path, tmp_path: Path) -> None:
    """Speech, alignment, placement and resynthesis, by the way that every singer goes."""
    lines = (("Twin-kle twin-kle lit-tle star,", [60, 60, 67, 67, 69, 69, 67], [1, 1, 1, 1, 1, 1, 2]),)
    part, arrangement = song(lines)
    use = VoiceUse(use=("bark",), params={"model": str(folder), "vibrato": "20 cents"})
    plugins, store = load_plugins(safe=True), Store(tmp_path)
    sung = perform(part, arrangement, use, plugins, 44_100, store)
    assert sung.metrics.provider == "bark"
    assert [line.text for line in sung.plan.lines] == ["Twinkle twinkle little star,"]
    starts_s = [syllable.vowel_s for syllable in sung.plan.syllables()]
    notes_s = [syllable.notes[0].start_s for syllable in sung.plan.syllables()]
    assert np.abs(np.subtract(starts_s, notes_s)).max() < 0.02
    assert np.isfinite(sung.audio).all()
    assert np.sqrt(np.mean(sung.audio**2)) > 1e-3
    again = perform(part, arrangement, use, plugins, 44_100, store)
    assert again.metrics.cached
    np.testing.assert_array_equal(again.audio, sung.audio)


# What goes wrong ------------------------------------------------------------------------------------


def test_a_gpu_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(VoiceUnavailableError, match=r"device: cuda was asked for, but torch .* write device: cpu"):
        said(folder, device="cuda")


def test_a_model_that_does_not_fit_is_told_before_it_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "free_bytes", lambda _: 1e6)
    with pytest.raises(
        VoiceUnavailableError, match=r"not enough memory: the model takes about .* GB on cpu in float32"
    ):
        said(folder)


def test_running_out_of_memory_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*wish: Any, **more: Any) -> None:
        raise torch.OutOfMemoryError("tried to allocate 20 GiB")

    monkeypatch.setattr(transformers.BarkModel, "generate", exhaust)
    with pytest.raises(VoiceUnavailableError, match=r"ran out of memory while speaking: take a smaller model"):
        said(folder)


def test_cut_weights_are_told_and_whole_ones_are_read_next(folder: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    shutil.copytree(folder, cut)
    whole = (cut / "model.safetensors").read_bytes()
    (cut / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(VoiceUnavailableError, match=r"failed while loading the model .*cut"):
        said(cut)
    (cut / "model.safetensors").write_bytes(whole)
    np.testing.assert_array_equal(said(cut), said(folder))


def test_weights_of_another_shape_are_told(folder: Path, tmp_path: Path) -> None:
    other = save_bark(tmp_path / "other", hidden=16)
    shutil.copy(folder / "model.safetensors", other)
    with pytest.raises(VoiceUnavailableError, match="failed while loading the model"):
        said(other)


def test_tokens_of_another_models_preset_are_told(folder: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    shutil.copytree(folder, odd)
    np.save(odd / "speaker_embeddings/v2/en_speaker_6_semantic_prompt.npy", np.full(80, 9_999))
    with pytest.raises(VoiceUnavailableError, match="failed while speaking"):
        said(odd)


def test_numbers_that_overflow_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transformers.BarkModel, "generate", lambda *_, **__: torch.full((1, 9), torch.nan))
    with pytest.raises(VoiceRefusedError, match=r"overflowed in float16: write precision: bfloat16 or float32"):
        said(folder, precision="float16")
