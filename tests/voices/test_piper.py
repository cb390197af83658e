"""Piper's voices on a model of a few hundred bytes: phonemes, times, speakers, chance, and what is wrong with files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from singing.songs import TWINKLE, song
from songwright.interfaces.voice import Request, VoiceRefusedError, VoiceUnavailableError
from songwright.plugins import load_plugins
from songwright.project.model import VoiceUse
from songwright.singing import perform
from songwright.testing.voice import (
    check_voice_obeys_speed,
    check_voice_repeats_itself,
    check_voice_speaks,
    check_voice_times_are_sound,
)
from songwright_voices import espeak_words, ipa
from songwright_voices.onnx_graph import nodes, with_fed_noise
from songwright_voices.piper import Piper
from voices import tiny_vits

TEXT = "Harbour lights are calling home."


def piper(path: Path, **params: Any) -> Piper:
    return Piper(Piper.Params(model=path, **params))


@pytest.mark.parametrize(
    "check",
    [check_voice_speaks, check_voice_obeys_speed, check_voice_times_are_sound, check_voice_repeats_itself],
    ids=lambda check: check.__name__,
)
def test_a_model_keeps_the_contract(check: Any, tmp_path: Path) -> None:
    check(piper(tiny_vits.voice(tmp_path)))


def test_times_are_the_models_own(tmp_path: Path) -> None:
    """Three frames a symbol and three its blank; the stress mark and the space sound like what follows."""
    speech = piper(tiny_vits.voice(tmp_path)).speak(Request("A hat"))
    step_s = 3 * tiny_vits.HOP / tiny_vits.RATE  # ^ _ ɐ _ ' ' _ h _ ˈ _ æ _ t _ $
    assert [span.phoneme for span in speech.phonemes] == ["ɐ", "h", "æ", "t"]
    starts = [2, 4, 8, 12]
    np.testing.assert_allclose([span.start_s / step_s for span in speech.phonemes], starts, atol=1e-6)
    assert speech.phonemes[-1].end_s == pytest.approx(14 * step_s)
    assert speech.seconds == pytest.approx(15 * step_s)
    assert [span.word for span in speech.phonemes] == [0, 1, 1, 1]
    assert speech.phonemes[2].stress == 2


def test_a_pause_belongs_to_no_word(tmp_path: Path) -> None:
    speech = piper(tiny_vits.voice(tmp_path)).speak(Request("Oh, no"))
    (before, after) = (next(s for s in speech.phonemes if s.word == word) for word in (0, 1))
    assert after.start_s - before.end_s == pytest.approx(4 * 3 * tiny_vits.HOP / tiny_vits.RATE)  # comma and space


def test_sentences_are_spoken_one_by_one_with_a_pause(tmp_path: Path) -> None:
    voice = piper(tiny_vits.voice(tmp_path))
    both, first = voice.speak(Request("A hat. A hat.")), voice.speak(Request("A hat."))
    assert both.seconds == pytest.approx(2 * first.seconds + 0.15, abs=1e-4)
    second = [span for span in both.phonemes if span.word >= 2]
    np.testing.assert_allclose(
        [span.start_s - first.seconds - 0.15 for span in second], [s.start_s for s in first.phonemes], atol=1e-4
    )
    assert [span.word for span in second] == [2, 3, 3, 3]


@pytest.mark.parametrize("noise", [{}, {"noise": 100, "rhythm_noise": 100}], ids=["still", "lively"])
def test_the_same_text_gives_the_same_bytes_in_any_order_and_process(noise: dict[str, int], tmp_path: Path) -> None:
    path = tiny_vits.voice(tmp_path)
    voice = Piper(Piper.Params.model_validate({"model": path, **noise}))
    first = voice.speak(Request(TEXT)).audio
    voice.speak(Request("Something else in between."))
    np.testing.assert_array_equal(first, voice.speak(Request(TEXT)).audio)
    program = (
        "import sys, json, hashlib; from songwright_voices.piper import Piper; "
        "from songwright.interfaces.voice import Request; "
        f"voice = Piper(Piper.Params.model_validate(json.loads({json.dumps({'model': str(path), **noise})!r}))); "
        f"print(hashlib.sha256(voice.speak(Request({TEXT!r})).audio.tobytes()).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    import hashlib

    assert done.stdout.strip() == hashlib.sha256(first.tobytes()).hexdigest()


def test_noise_is_heard_and_other_words_have_other_noise(tmp_path: Path) -> None:
    path = tiny_vits.voice(tmp_path)
    still, lively = piper(path), piper(path, noise_percent=100.0)
    difference = lively.speak(Request(TEXT)).audio - still.speak(Request(TEXT)).audio
    assert np.std(difference) == pytest.approx(0.2 * 0.667, rel=0.1)
    other = lively.speak(Request("Harbour lights are calling hope.")).audio
    assert np.corrcoef(lively.speak(Request(TEXT)).audio, other)[0, 1] < 0.95
    shaken = piper(path, rhythm_noise_percent=100.0).speak(Request(TEXT))
    assert len(shaken.audio) != len(still.speak(Request(TEXT)).audio)


def test_the_graphs_chance_is_gone() -> None:
    tiny = tiny_vits.model()
    kinds = [node.kind for node in nodes(with_fed_noise(tiny))]
    assert "RandomNormalLike" not in kinds
    assert kinds.count("Reshape") == 3
    assert with_fed_noise(with_fed_noise(tiny)) == with_fed_noise(tiny), "nothing is left to replace"


def test_knobs_of_length_and_speaker(tmp_path: Path) -> None:
    said = tiny_vits.config(num_speakers=3, speaker_id_map={"ann": 0, "bob": 2})
    path = tiny_vits.voice(tmp_path, said, speakers=3)
    usual = piper(path).speak(Request(TEXT))
    slow = piper(path, length_scale=2.0).speak(Request(TEXT))
    assert len(slow.audio) == 2 * len(usual.audio)
    crossings = {
        speaker: np.count_nonzero(np.diff(np.sign(piper(path, speaker=speaker).speak(Request(TEXT)).audio)))
        for speaker in ("", "ann", "bob", "2", 1)
    }
    assert crossings[""] == crossings["ann"]
    assert crossings["bob"] == crossings["2"] == pytest.approx(3 * crossings["ann"], rel=0.02)
    assert crossings[1] == pytest.approx(2 * crossings["ann"], rel=0.02)
    with pytest.raises(VoiceRefusedError, match=r"no speaker 'eve'; it has ann, bob"):
        piper(path, speaker="eve").speak(Request(TEXT))


def test_pronunciations_are_obeyed(tmp_path: Path) -> None:
    voice = piper(tiny_vits.voice(tmp_path))
    assert [s.phoneme for s in voice.speak(Request("read[ɹɛd]")).phonemes] == ["ɹ", "ɛ", "d"]
    assert voice.pronounce("red") == (("ɹ", "ɛ", "d"),)


def test_letters_are_enough_for_a_model_that_learned_letters(tmp_path: Path) -> None:
    said = tiny_vits.config(phoneme_type="text", language={"code": "eo"})
    voice = piper(tiny_vits.voice(tmp_path, said))
    assert voice.available() == ""
    speech = voice.speak(Request("Bona çielo[x]", language="eo"))
    assert "".join(s.phoneme for s in speech.phonemes) == "bonaçielo"
    assert voice.pronounce("bona") == ()


def test_a_model_that_hides_its_durations_still_speaks(tmp_path: Path) -> None:
    speech = piper(tiny_vits.voice(tmp_path, durations=False)).speak(Request(TEXT))
    assert speech.phonemes == ()
    assert speech.seconds > 1.0


def test_the_language_is_the_models(tmp_path: Path) -> None:
    said = tiny_vits.config(language={"code": "de_DE"}, espeak={"voice": "de"})
    voice = piper(tiny_vits.voice(tmp_path, said))
    assert voice.speaks("de-AT")
    assert not voice.speaks("en")


ESPEAK = """#!{python}
import sys
said = {{"guten": "ɡˈuːtən", "morgen": "mˈɔɾɡən", "in der": "ɪndɛɾ", "in": "ɪn", "der": "dɛɾ"}}
for line in sys.stdin.read().lower().split("\\n\\n"):
    words = line.split()
    print(said.get(line.strip()) or " ".join(said[word] for word in words))
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that answers as espeak-ng does, in a language of five words."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "espeak-ng"
    path.write_text(ESPEAK.format(python=sys.executable))
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.usefixtures("program")
def test_other_languages_are_asked_of_the_program(tmp_path: Path) -> None:
    said = tiny_vits.config(language={"code": "de_DE"}, espeak={"voice": "de"})
    voice = piper(tiny_vits.voice(tmp_path, said))
    speech = voice.speak(Request("Guten Morgen, in der guten[ɡut]!", language="de"))
    assert "".join(s.phoneme for s in speech.phonemes) == "ɡuːtənmɔɾɡənɪndɛɾɡut"
    assert [sum(s.word == k for s in speech.phonemes) for k in range(5)] == [5, 6, 2, 3, 3], "words run together part"


@pytest.mark.usefixtures("program")
def test_punctuation_comes_through_the_program() -> None:
    words = espeak_words.phonemise("„Guten Morgen“, – in!", "de", 10.0, "piper")
    assert words == ["„ɡˈuːtən", "mˈɔɾɡən“,", "–", "ɪn!"]


def test_without_the_program_other_languages_say_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = tiny_vits.config(language={"code": "de_DE"}, espeak={"voice": "de"})
    voice = piper(tiny_vits.voice(tmp_path, said))
    assert "apt install espeak-ng" in voice.available()
    with pytest.raises(VoiceUnavailableError, match="espeak-ng"):
        voice.speak(Request("Guten Morgen", language="de"))


def test_a_foreign_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VoiceRefusedError, match=r"tiny.onnx speaks en-US, not 'fr'"):
        piper(tiny_vits.voice(tmp_path)).speak(Request("Bonjour", language="fr"))


def _broken(path: Path, kind: str) -> None:
    beside = Path(f"{path}.json")
    match kind:
        case "no model":
            path.unlink()
        case "no description":
            beside.unlink()
        case "no json":
            beside.write_text("<html>")
        case "no letters":
            beside.write_text("{}")
        case "pinyin":
            beside.write_text(json.dumps(tiny_vits.config(phoneme_type="pinyin")))
        case "cut":
            path.write_bytes(path.read_bytes()[:-40])
        case "text":
            path.write_text("version https://git-lfs.github.com/spec/v1")
        case "another model":
            path.write_bytes(tiny_vits.model(inputs=("a", "b", "c")))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("no model", "cannot read"),
        ("no description", "tiny.onnx.json: No such file"),
        ("no json", "not the description of a Piper voice"),
        ("no letters", "not the description of a Piper voice"),
        ("pinyin", "'pinyin'"),
        ("cut", "cannot be loaded"),
        ("text", "cannot be loaded"),
        ("another model", "is not a Piper voice: it takes"),
    ],
)
def test_broken_files_are_explained(kind: str, said: str, tmp_path: Path) -> None:
    path = tiny_vits.voice(tmp_path)
    _broken(path, kind)
    with pytest.raises(VoiceUnavailableError, match=said) as caught:
        piper(path).speak(Request(TEXT))
    assert "tiny.onnx" in str(caught.value)


def test_cache_keys_follow_the_content_and_not_the_place(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    one, same, other = (piper(tiny_vits.voice(folder)).fingerprint() for folder in folders[:2] + folders[:1])
    assert one == same == other
    changed = tiny_vits.voice(folders[2], tiny_vits.config(inference={"length_scale": 2}))
    assert piper(changed).fingerprint() != one
    assert piper(folders[0] / "tiny.onnx", length_scale=2.0).fingerprint() != one


def test_a_model_sings(tmp_path: Path) -> None:
    """The way of a project: its path is relative to the project's folder, and the plan has the model's sounds."""
    tiny_vits.voice(tmp_path)
    part, arrangement = song(TWINKLE)
    arrangement.project.folder = tmp_path
    use = VoiceUse(use=("piper",), params={"model": "tiny.onnx"})
    sung = perform(part, arrangement, use, load_plugins(safe=True), 44_100)
    assert sung.metrics.provider == "piper"
    assert len(tuple(sung.plan.syllables())) == 14
    assert np.abs(sung.audio).max() > 0.01


def test_misakis_words_as_espeak_spells_them() -> None:
    spelled = {
        "hˈɑɹbəɹ": "hˈɑːɹbɚ", "wˈɔTəɹ;": "wˈɔːɾɚ;", "bˈɜɹd": "bˈɜːd", "fˈIəɹ": "fˈaɪɚ", "ʧˈɜɹʧ": "tʃˈɜːtʃ",
        "lˈɪTᵊl": "lˈɪɾəl", "sˈi,": "sˈiː,", "sˈɪTi": "sˈɪɾi", "mjˈuzɪk": "mjˈuːzɪk", "ʤˈʌʤ": "dʒˈʌdʒ",
        "əbˈWt": "ɐbˈaʊt", "ðə": "ðə", "ə": "ə", "“hˈOm.”": "“hˈoʊm.”", "nˈOɪŋ": "nˈoʊɪŋ", "bˈY": "bˈɔɪ",
    }  # fmt: skip
    assert {word: ipa.from_misaki(word) for word in spelled} == spelled


def test_sounds_of_ipa() -> None:
    assert [s.phoneme for s in ipa.sounds("nˈoʊɪŋ sˈiːɪŋ tʃˈɜːtʃ ɡˈɛɪst fʁˈœn̩")] == [
        "n", "oʊ", "ɪ", "ŋ", "s", "iː", "ɪ", "ŋ", "tʃ", "ɜː", "tʃ", "ɡ", "ɛɪ", "s", "t", "f", "ʁ", "œ", "n̩",
    ]  # fmt: skip
    assert [(s.word, s.stress) for s in ipa.sounds("ə hˈaɪ")] == [(0, 0), (1, 0), (1, 2)]


def test_nothing_of_piper_or_espeak_is_loaded(tmp_path: Path) -> None:
    program = (
        "import sys; from songwright_voices.piper import Piper; from songwright.interfaces.voice import Request; "
        f"Piper(Piper.Params(model={str(tiny_vits.voice(tmp_path))!r})).speak(Request('Hello there.')); "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('piper', 'piper_phonemize', 'espeakng', 'espeakng_loader', 'phonemizer')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_voice_that_is_not_named_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SONGWRIGHT_PIPER_MODEL", raising=False)
    assert "model: PATH" in Piper().available()
    with pytest.raises(VoiceUnavailableError, match="SONGWRIGHT_PIPER_MODEL"):
        Piper().speak(Request(TEXT))


def test_the_environment_may_name_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONGWRIGHT_PIPER_MODEL", str(tiny_vits.voice(tmp_path)))
    assert Piper().available() == ""
    assert len(Piper().speak(Request(TEXT)).phonemes) > 10
    assert Piper().fingerprint() == piper(tmp_path / "tiny.onnx").fingerprint()
