from __future__ import annotations

import re

import numpy as np
import pyloudnorm
import pytest
import soundfile
import soxr

from fake_desk import desk, write_song
from songwright.pipeline import RenderOptions, render
from songwright.render import master as mastering


def noise(gain, **more):
    notes = "A3:1/16@0.8 r:1/16 C4:1/16 r:1/8 E4:1/8"
    return {"instrument": "hiss", "clips": [{"at": "1:1", "notes": notes, "repeat": 8}], "gain": gain, **more}


SPIKES = {"instrument": "click", "clips": [{"at": "1:1", "notes": "C4:1/4@1", "repeat": 16}]}
TONE = {"instrument": "tone", "clips": [{"at": "1:1", "notes": "A3:4/1@1"}]}

SONGS = {
    "quiet": {"a": noise("-60 dB")},
    "dense": {"a": noise("6 dB"), "b": noise("6 dB", pan="60 %"), "c": TONE},
    "spiky": {"a": noise("-12 dB"), "b": SPIKES | {"gain": "12 dB"}},
}


def mixed(folder, tracks, mix, **fields):
    path = write_song(folder, tracks, render={"mix": mix}, **fields)
    return render(path, RenderOptions(out=folder / "out"), plugins=desk())


def heard_by_others(file):
    """Integrated loudness (LUFS) by pyloudnorm, and the true peak (dBTP) at eight times the rate by soxr."""
    audio, rate = soundfile.read(file)
    peak = np.abs(soxr.resample(audio, rate, 8 * rate, "VHQ")).max()
    return pyloudnorm.Meter(rate).integrated_loudness(audio), 20 * np.log10(peak)


@pytest.mark.parametrize("name", SONGS)
@pytest.mark.parametrize(("loudness", "ceiling"), [(-14.0, -1.0), (-23.0, -3.0)])
def test_loudness_and_ceiling_are_met(tmp_path, name, loudness, ceiling):
    result = mixed(tmp_path, SONGS[name], {"loudness": f"{loudness} LUFS", "true_peak": f"{ceiling} dBTP"})
    mix = result.report["mix"]
    assert mix["lufs_integrated"] == pytest.approx(loudness, abs=0.1)
    assert mix["true_peak_dbtp"] <= ceiling
    lufs, peak = heard_by_others(result.folder / "mix.wav")
    assert lufs == pytest.approx(loudness, abs=0.15)
    assert peak <= ceiling
    assert not result.report["warnings"]


def test_a_gain_that_was_wrong_is_corrected_and_the_files_are_those_of_the_last_pass(tmp_path, monkeypatch):
    gains, limit = [], mastering._limit
    monkeypatch.setattr(mastering, "_limit", lambda audio, gain, *rest: gains.append(gain) or limit(audio, gain, *rest))
    mix = {"loudness": "-14 LUFS", "formats": ["wav", "mp3"]}
    right = mixed(tmp_path, SONGS["spiky"], mix)
    assert len(gains) == 1
    foreseen = mastering.foreseen_gain
    monkeypatch.setattr(mastering, "foreseen_gain", lambda *given: foreseen(*given) - 4.0)
    wrong = mixed(tmp_path, SONGS["spiky"], mix)
    assert len(gains) >= 3
    assert wrong.mix.gain_db == gains[-1] == pytest.approx(right.mix.gain_db, abs=0.2)
    lufs, _ = heard_by_others(wrong.folder / "mix.wav")
    assert lufs == pytest.approx(wrong.mix.levels.lufs_integrated, abs=0.05) == pytest.approx(-14.0, abs=0.15)
    assert not list(wrong.folder.glob(".*"))


def test_a_limiter_that_gives_no_more_is_not_asked_for_more(tmp_path):
    """Driven further, noise would be squashed for a tenth of a LU."""
    result = mixed(tmp_path, SONGS["dense"], {"loudness": "-5 LUFS"})
    assert result.mix.gain_db < result.mix.levels.lufs_integrated + 40.0
    assert "the limiter gives no more" in result.report["warnings"][0]


def test_without_a_loudness_the_level_is_left_alone(tmp_path):
    result = mixed(tmp_path, {"a": noise("-12 dB")}, {"loudness": None})
    mix, _ = soundfile.read(result.folder / "mix.wav")
    stem, _ = soundfile.read(result.folder / "stems/01-a.wav")
    assert result.mix.gain_db == 0.0
    np.testing.assert_allclose(mix, stem, atol=2**-22)


def test_silence_is_left_silent_and_warned_of(tmp_path):
    result = mixed(tmp_path, {"a": noise("-90 dB")}, {"loudness": -14})
    mix, _ = soundfile.read(result.folder / "mix.wav")
    assert not mix.any()
    assert result.report["warnings"] == ["the mix is silent, or nearly: it has no loudness that could be set"]
    assert result.report["null_residual_db"] == -200.0


def test_what_cannot_be_reached_is_said(tmp_path):
    result = mixed(tmp_path, {"a": TONE | {"gain": "-20 dB"}, "b": SPIKES}, {"loudness": -5, "true_peak": -6})
    [warning] = result.report["warnings"]
    assert re.match(r"the mix is at -\d+\.\d LUFS, not at the -5 LUFS asked for", warning)
    assert result.report["mix"]["true_peak_dbtp"] <= -6.0


def test_a_limiter_that_ends_the_chain_is_the_final_one(tmp_path):
    own = {"effects": [{"use": "turn", "gain": "-6 dB"}, {"use": "limiter", "ceiling": "-9 dB"}]}
    result = mixed(tmp_path, SONGS["dense"], {"loudness": -20, "true_peak": -1}, master=own)
    assert result.report["mix"]["true_peak_dbtp"] <= -8.9
    assert [plugin["name"] for plugin in result.report["plugins"]].count("limiter") == 1
    assert result.report["mix"]["lufs_integrated"] == pytest.approx(-20.0, abs=0.1)


def test_the_gain_is_one_for_the_whole_song(tmp_path):
    """Where the limiter sleeps, the mix is the sum of the stems times one number."""
    result = mixed(tmp_path, {"a": noise("-30 dB"), "b": TONE | {"gain": "-34 dB"}}, {"loudness": -30})
    mix, _ = soundfile.read(result.folder / "mix.wav")
    stems = sum(soundfile.read(result.folder / stem.file.name)[0] for stem in result.stems)
    gain = 10.0 ** (result.mix.gain_db / 20.0)
    np.testing.assert_allclose(mix, stems * gain, atol=1e-6)
