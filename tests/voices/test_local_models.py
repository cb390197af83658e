"""What the voices of local models can tell without torch: what is missing, what is wrong, and what keys depend on."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from songwright.interfaces.voice import Reference, Request, VoiceRefusedError, VoiceUnavailableError
from songwright_voices import bark_preset, model_folder, recording
from songwright_voices.bark import Bark, BarkParams
from songwright_voices.clone import Clone, CloneParams
from songwright_voices.neural import NeuralVoice

SMALL = {"model_type": "bark", "semantic_config": {"hidden_size": 768, "num_layers": 12}}


class Refusal:
    """Finds no module, and fails when what is heavy is looked for."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        assert name.partition(".")[0] not in ("torch", "transformers"), f"{name} was imported before the voice spoke"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra were installed; whoever imports torch fails."""
    monkeypatch.setattr(model_folder, "find_spec", lambda _: object())
    monkeypatch.setattr(sys, "meta_path", [Refusal(), *sys.meta_path])
    for voice in (Bark, Clone):
        monkeypatch.delenv(voice.folder_name, raising=False)


def folder(path: Path, config: Any = None, *, weights: bool = True, presets: bool = True) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.json").write_text(json.dumps(SMALL if config is None else config))
    if weights:
        (path / "model.safetensors").write_bytes(bytes(1000))
    if presets:
        save_preset(path, "v2/en_speaker_6")
    return path


def save_preset(path: Path, name: str, **changed: Any) -> None:
    tokens = {
        "semantic_prompt": np.arange(9),
        "coarse_prompt": np.ones((2, 9), int),
        "fine_prompt": np.ones((8, 9), int),
    }
    for part, array in {**tokens, **changed}.items():
        file = path / "speaker_embeddings" / f"{name}_{part}.npy"
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, array)


def save_recording(path: Path, seconds: float = 4.0, level: float = 0.1) -> Path:
    time_s = np.arange(int(seconds * 16_000)) / 16_000
    soundfile.write(path, level * np.sin(2 * np.pi * 150 * time_s), 16_000)
    return path


def clone_folder(path: Path) -> Path:
    folder(path, {"model_type": "speecht5"}, presets=False)
    folder(path / "vocoder", {"model_type": "hifigan"}, presets=False)
    folder(path / "encoder", {"architectures": ["WavLMForXVector"]}, presets=False)
    return path


# What is installed ----------------------------------------------------------------------------------


@pytest.mark.parametrize("voice", [Bark, Clone])
def test_without_the_extra_the_command_is_told(voice: type[NeuralVoice], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "find_spec", lambda _: None)
    missing = voice().available()
    assert "torch and transformers not installed: pip install 'songwright[neural]'" in missing
    assert f"set {voice.folder_name}=FOLDER" in missing


def test_speaking_without_anything_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "find_spec", lambda _: None)
    with pytest.raises(
        VoiceUnavailableError, match=r"voice 'bark': torch and .* no model was given: write model: FOLDER"
    ):
        Bark().speak(Request("Hello."))


def test_all_is_well(tmp_path: Path) -> None:
    assert Bark(BarkParams(model=folder(tmp_path / "bark"))).available() == ""
    assert Clone(CloneParams(model=clone_folder(tmp_path / "clone"))).available() == ""


def test_the_environment_names_a_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONGWRIGHT_BARK_MODEL", str(folder(tmp_path / "bark")))
    assert Bark().available() == ""
    assert "does not exist" in Bark(BarkParams(model=tmp_path / "other")).available()


# The folder -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: (path / "config.json").unlink(), r"cannot read .*config.json"),
        (lambda path: (path / "config.json").write_text("{"), "is not JSON"),
        (
            lambda path: (path / "config.json").write_text('{"model_type": "vits"}'),
            "is of type 'vits': give the folder",
        ),
        (lambda path: (path / "config.json").write_text("[]"), "is of type None"),
        (lambda path: (path / "model.safetensors").unlink(), "holds no weights"),
    ],
    ids=["no config", "broken config", "another model", "odd config", "no weights"],
)
def test_a_folder_that_is_no_model_is_named(tmp_path: Path, change: Any, said: str) -> None:
    path = folder(tmp_path / "bark")
    change(path)
    voice = Bark(BarkParams(model=path))
    assert str(path) in voice.available()
    with pytest.raises(VoiceUnavailableError, match=said):
        voice.check()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "bark").write_text("")
    assert "is a file" in Bark(BarkParams(model=tmp_path / "bark")).available()


@pytest.mark.parametrize(("width", "found", "other"), [(768, "small", "full"), (1024, "full", "small")])
def test_the_size_is_checked(tmp_path: Path, width: int, found: Any, other: Any) -> None:
    config = {"model_type": "bark", "semantic_config": {"hidden_size": width, "num_layers": 24}}
    path = folder(tmp_path / "bark", config)
    assert Bark(BarkParams(model=path, size=found)).available() == ""
    missing = Bark(BarkParams(model=path, size=other)).available()
    assert f"size: {other} was asked for" in missing
    assert f"is the {found} one (24 layers of {width})" in missing


# Presets --------------------------------------------------------------------------------------------


def test_presets_are_found_by_the_table_or_by_their_names(tmp_path: Path) -> None:
    path = folder(tmp_path / "bark", presets=False)
    save_preset(path, "v2/de_speaker_1", semantic_prompt=np.arange(5))
    for name in ("v2/de_speaker_1", "de_speaker_1"):
        assert len(bark_preset.read(path, name, "bark")["semantic_prompt"]) == 5
    parts = {part: f"speaker_embeddings/v2/de_speaker_1_{part}.npy" for part in bark_preset.PARTS}
    (path / "speaker_embeddings_path.json").write_text(json.dumps({"repo_or_path": "a/b", "anna": parts}))
    assert len(bark_preset.read(path, "anna", "bark")["semantic_prompt"]) == 5
    np.savez(path / "bo.npz", **bark_preset.read(path, "anna", "bark"))
    assert bark_preset.read(path, "bo.npz", "bark")["fine_prompt"].shape == (8, 9)


def test_an_unknown_preset_is_told_with_those_there_are(tmp_path: Path) -> None:
    path = folder(tmp_path / "bark")
    assert "there are v2/en_speaker_6" in Bark(BarkParams(model=path, preset="v2/en_speaker_99")).available()
    bare = folder(tmp_path / "bare", presets=False)
    assert "it holds none: fetch the model's folder speaker_embeddings too" in Bark(BarkParams(model=bare)).available()


@pytest.mark.parametrize("name", ["../secret.npz", "/etc/secret.npz"])
def test_a_preset_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path / "bark")
    np.savez(tmp_path / "secret.npz", a=np.zeros(1))
    with pytest.raises(VoiceUnavailableError, match="lies outside the model's folder"):
        bark_preset.files(path, name, "bark")


def test_a_table_that_leads_outside_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path / "bark")
    table = {"anna": dict.fromkeys(bark_preset.PARTS, "../secret.npy")}
    (path / "speaker_embeddings_path.json").write_text(json.dumps(table))
    with pytest.raises(VoiceUnavailableError, match="lies outside"):
        bark_preset.read(path, "anna", "bark")


@pytest.mark.parametrize(
    "tokens",
    [np.zeros((3, 3), int), np.zeros(0, int), np.zeros(4), np.array([-1]), np.array([{}], dtype=object)],
    ids=["axes", "empty", "not whole", "negative", "pickle"],
)
def test_a_preset_that_holds_no_tokens_is_refused(tmp_path: Path, tokens: Any) -> None:
    path = folder(tmp_path / "bark")
    save_preset(path, "v2/en_speaker_6", semantic_prompt=tokens)
    with pytest.raises(VoiceUnavailableError, match="the preset 'v2/en_speaker_6'"):
        bark_preset.read(path, "v2/en_speaker_6", "bark")


# What keys depend on --------------------------------------------------------------------------------


def test_a_key_depends_on_the_content_of_a_model_and_not_on_its_place(tmp_path: Path) -> None:
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two")
    key = Bark(BarkParams(model=one)).fingerprint()
    assert key == Bark(BarkParams(model=two)).fingerprint()
    assert "one" not in key.removeprefix("bark/1/")
    (two / "model.safetensors").write_bytes(bytes(999) + b"\1")
    assert key != Bark(BarkParams(model=two)).fingerprint()


def test_a_key_depends_on_every_knob_but_those_that_are_places(tmp_path: Path) -> None:
    path = folder(tmp_path / "bark")
    other = {"device": "cpu", "precision": "bfloat16", "threads": 2, "seed": 5, "size": "small", "preset": "x.npz"}
    other |= {"temperature": 0.1, "wave_temperature": 0.1, "fine_temperature": 0.1, "early_stop": 0.1}
    assert set(other) == set(BarkParams.model_fields) - {"model"}
    keys = {Bark(BarkParams(model=path)).fingerprint()}
    keys |= {Bark(BarkParams(model=path, **{name: value})).fingerprint() for name, value in other.items()}
    assert len(keys) == len(other) + 1


def test_large_files_are_sampled_from_end_to_end(tmp_path: Path) -> None:
    path, size = tmp_path / "model.safetensors", 6 << 20
    path.write_bytes(bytes(size))
    seen = [model_folder.digest(path)]
    for at in (*range(0, size, size // 63), size - 1):  # a tensor as small as 100 kB is met
        block = min(100_000, size - at)
        with path.open("r+b") as data:
            data.seek(at)
            data.write(b"\1" * block)
            data.flush()
            os.utime(path, ns=(len(seen), len(seen)))
            seen.append(model_folder.digest(path))
            data.seek(at)
            data.write(bytes(block))
    assert len(set(seen)) == len(seen) == 1 + 64 + 1
    assert model_folder.digest(tmp_path / "none") == ""


@pytest.mark.parametrize(("stored", "numbers"), [("float32", 250), ("bfloat16", 500)])
def test_the_number_of_weights_is_told_from_their_size(tmp_path: Path, stored: str, numbers: int) -> None:
    path = folder(tmp_path / "bark", {**SMALL, "dtype": stored})
    (path / "pytorch_model.bin").write_bytes(bytes(9000))  # the same once more, in the older form
    assert model_folder.parameters(path) == numbers
    (path / "model.safetensors").unlink()
    assert model_folder.parameters(path) == 9 * numbers


def test_the_recording_is_part_of_a_clones_key_and_the_consent_is_not(tmp_path: Path) -> None:
    path = clone_folder(tmp_path / "clone")
    anna, bo = save_recording(tmp_path / "anna.wav"), save_recording(tmp_path / "bo.wav", level=0.2)
    keys = {
        (who.name, consent): Clone(CloneParams(model=path, reference=who, consent=consent)).fingerprint()
        for who in (anna, bo)
        for consent in ("Anna, 2026", 'she said "yes"')
    }
    assert len(set(keys.values())) == 2
    assert keys["anna.wav", "Anna, 2026"] == keys["anna.wav", 'she said "yes"']


def test_encoder_and_vocoder_are_part_of_a_clones_key(tmp_path: Path) -> None:
    path = clone_folder(tmp_path / "clone")
    before = Clone(CloneParams(model=path)).fingerprint()
    other = clone_folder(tmp_path / "other")
    for part in ("encoder", "vocoder"):
        (other / part / "model.safetensors").write_bytes(b"other")
        assert Clone(CloneParams(model=path, **{part: other / part})).fingerprint() != before


# Recordings and consent -----------------------------------------------------------------------------


def test_a_recording_needs_consent(tmp_path: Path) -> None:
    path, anna = clone_folder(tmp_path / "clone"), save_recording(tmp_path / "anna.wav")
    missing = Clone(CloneParams(model=path, reference=anna, consent="  ")).available()
    assert "write consent: with who allowed its use, and when" in missing
    assert Clone(CloneParams(model=path, reference=anna, consent="Anna, 2026-11-21")).available() == ""
    gone = Clone(CloneParams(model=path, reference=tmp_path / "gone.wav", consent="Anna")).available()
    assert "gone.wav does not exist" in gone


def test_without_a_voice_to_clone_it_says_how_to_give_one(tmp_path: Path) -> None:
    with pytest.raises(VoiceRefusedError, match="write reference: RECORDING and consent:, or profile: NAME"):
        Clone(CloneParams(model=clone_folder(tmp_path / "clone"))).speak(Request("Hello."))


@pytest.mark.parametrize("part", ["encoder", "vocoder"])
def test_a_missing_part_of_a_clone_is_named(tmp_path: Path, part: str) -> None:
    path = clone_folder(tmp_path / "clone")
    (path / part / "config.json").write_text('{"model_type": "bert"}')
    assert str(path / part) in Clone(CloneParams(model=path)).available()
    assert Clone(CloneParams(model=path, **{part: clone_folder(tmp_path / "other") / part})).available() == ""


def test_pocket_tts_needs_its_codec_and_template(tmp_path: Path) -> None:
    path = folder(tmp_path / "clone", {"model_type": "pocket_tts"}, presets=False)
    assert f"{path / 'codec'} does not exist" in Clone(CloneParams(model=path)).available()
    folder(path / "codec", {"model_type": "pocket_tts_audio_tokenizer"}, presets=False)
    assert "chat_template.jinja" in Clone(CloneParams(model=path)).available()
    (path / "chat_template.jinja").write_text("")
    assert Clone(CloneParams(model=path)).available() == ""


@pytest.mark.parametrize(
    ("seconds", "level", "said"),
    [(1.0, 0.1, r"holds 1\.0 s of voice"), (4.0, 1e-4, "is silent")],
    ids=["short", "silent"],
)
def test_a_recording_of_no_use_is_refused(tmp_path: Path, seconds: float, level: float, said: str) -> None:
    with pytest.raises(VoiceRefusedError, match=said):
        recording.read(save_recording(tmp_path / "anna.wav", seconds, level), "clone")


def test_a_recording_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "anna.wav").write_text("not sound")
    with pytest.raises(VoiceRefusedError, match="is no sound file, or a broken one"):
        recording.read(tmp_path / "anna.wav", "clone")


def test_a_recording_is_known_by_its_sound(tmp_path: Path) -> None:
    one = recording.read(save_recording(tmp_path / "a.wav"), "clone")
    two = recording.read(save_recording(tmp_path / "b.wav"), "clone")
    long = recording.read(save_recording(tmp_path / "c.wav", 40.0), "clone")
    assert one.id == two.id != long.id
    assert len(long.audio) == 30 * 24_000
    assert len(recording.at_rate(one, 16_000)) == 4 * 16_000
    assert recording.at_rate(one, 24_000) is one.audio


def test_an_embedding_from_a_profile_is_taken_as_it_is(tmp_path: Path) -> None:
    voice = Clone(CloneParams(model=clone_folder(tmp_path / "clone")))
    stored = np.ones(32, np.float32)
    key = f"clone/speecht5/{model_folder.digest(tmp_path / 'clone' / 'encoder')}"
    assert voice.embed(Reference(np.zeros(1, np.float32), 16_000, embeddings={key: stored}))[0] == key
    np.testing.assert_array_equal(
        voice.embed(Reference(np.zeros(1, np.float32), 16_000, embeddings={key: stored}))[1], stored
    )


@pytest.mark.parametrize("text", ["", "  ", "…!"])
def test_nothing_to_say_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(VoiceRefusedError, match="nothing to say"):
        Bark(BarkParams(model=folder(tmp_path / "bark"))).speak(Request(text))
