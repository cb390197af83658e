"""The singer as it is heard: pitch by an independent tracker, times, bytes, caches. One short song, sung once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import pyworld

from bench.ear import onsets, pitches
from singing.songs import TWINKLE, Hummer, song
from songwright.interfaces.voice import Request, Speech
from songwright.plugins import Plugins, load_plugins
from songwright.project.model import VoiceUse
from songwright.singing import Performance, perform
from songwright.singing.resynthesis import _shift_formants
from songwright.singing.store import Store
from songwright.singing.world import analyse, aperiodicity_at, envelope_at, synthesise
from songwright_voices.hibari import Hibari

RATE = 44_100


def sung(
    store: Store | None = None, use: tuple[str, ...] = ("hibari",), transpose: int = 0, **params: Any
) -> Performance:
    part, arrangement = song(TWINKLE)
    part.notes["pitch"] += transpose
    return perform(part, arrangement, VoiceUse(use=use, params=params), load_plugins(safe=True), RATE, store)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("voices"))


@pytest.fixture(scope="module")
def performance(store: Store) -> Performance:
    return sung(store)


def test_it_sings_in_tune(performance: Performance) -> None:
    audio = performance.audio[0].astype(np.float64)
    f0, times = pyworld.harvest(audio, RATE, f0_floor=80.0, f0_ceil=800.0)
    errors = []
    for syllable in performance.plan.syllables():
        for note in syllable.notes:
            vowel = next(p for p in syllable.phonemes if p.start_s == syllable.vowel_s)
            inside = (times > note.start_s + 0.04) & (times < min(note.end_s, vowel.end_s) - 0.03) & (f0 > 0)
            assert inside.sum() > 10, syllable.text
            errors.append(np.median(1200 * np.log2(f0[inside] / 440) - 100 * (note.pitch - 69)))
    assert np.median(np.abs(errors)) <= 5.0
    assert np.max(np.abs(errors)) <= 30.0


def test_vowels_are_voiced_from_the_beat_and_lines_end_in_silence(store: Store) -> None:
    performance = sung(store, breaths="0 %")
    audio = performance.audio[0].astype(np.float64)
    power = np.convolve(audio**2, np.ones(441) / 441, "same")
    for syllable in performance.plan.syllables():
        onset = int((syllable.vowel_s + 0.03) * RATE)
        assert power[onset : onset + 4410].mean() > 1e-4, syllable.text
    first, second = performance.plan.lines
    between = slice(int((first.end_s + 0.05) * RATE), int((second.start_s - 0.05) * RATE))
    assert 10 * np.log10(power[between].max() + 1e-20) < -60.0


@pytest.mark.parametrize("voices", [1, 3])
def test_the_first_consonant_of_a_song_is_heard(store: Store, voices: int) -> None:
    part, arrangement = song((("See the sea,", [60, 62, 64], [1, 1, 2]),), lead_beats=0.0)
    use = VoiceUse(use=("hibari",), params={"voices": voices})
    performance = perform(part, arrangement, use, load_plugins(safe=True), RATE, store)
    audio, vowel_s = performance.audio[0], next(performance.plan.syllables()).vowel_s
    hiss = audio[round(0.02 * RATE) : round((vowel_s - 0.01) * RATE)]
    vowel = audio[round((vowel_s + 0.05) * RATE) : round((vowel_s + 0.2) * RATE)]
    assert np.max(np.abs(audio[: RATE // 1000])) < 0.05 * np.max(np.abs(audio[: RATE // 2]))  # no click
    assert _rms_db(hiss) > _rms_db(vowel) - 30.0
    assert _crossings_hz(hiss) > 5000.0 > 2500.0 > _crossings_hz(vowel)


def _rms_db(sound: np.ndarray) -> float:
    return float(10.0 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def _crossings_hz(sound: np.ndarray) -> float:
    """How often it crosses zero: thousands of times a second in an s, hundreds in a vowel."""
    return float(np.mean(np.signbit(sound[1:]) != np.signbit(sound[:-1])) * RATE)


def test_it_is_as_loud_as_a_part_should_be(performance: Performance) -> None:
    power = performance.audio[0][: len(performance.audio[0]) // 441 * 441].reshape(-1, 441) ** 2
    active = power.mean(axis=1)[power.mean(axis=1) > 1e-5]
    assert -21.0 < 10 * np.log10(active.mean()) < -14.0


def test_the_plan_says_the_words_in_order(performance: Performance) -> None:
    assert [line.text for line in performance.plan.lines] == [
        "Twinkle twinkle little star,",
        "how I wonder what you are.",
    ]
    starts = [syllable.start_s for syllable in performance.plan.syllables()]
    assert starts == sorted(starts)
    assert [p.phoneme for p in next(performance.plan.syllables()).phonemes] == ["t", "w", "ɪ", "ŋ"]


def test_the_same_song_is_the_same_bytes_cached_or_not(performance: Performance, store: Store, tmp_path: Path) -> None:
    again = sung(store)
    assert again.metrics.cached
    np.testing.assert_array_equal(again.audio, performance.audio)
    fresh = sung(Store(tmp_path))
    assert not fresh.metrics.cached
    np.testing.assert_array_equal(fresh.audio, performance.audio)


def test_a_change_of_melody_speaks_nothing_anew(performance: Performance, store: Store, monkeypatch: Any) -> None:
    def refuse(self: Hibari, request: Request) -> Speech:
        raise AssertionError(f"{request.text!r} was spoken again")

    monkeypatch.setattr(Hibari, "speak", refuse)
    higher = sung(store, transpose=2)
    assert higher.metrics.cached_phrases == 0
    assert not np.array_equal(higher.audio, performance.audio)


def test_several_singers_are_wide_and_as_loud_as_one(performance: Performance, store: Store) -> None:
    choir = sung(store, voices=4)
    assert not np.array_equal(choir.audio[0], choir.audio[1])
    loudness = [10 * np.log10(np.mean(p.audio.astype(np.float64) ** 2)) for p in (performance, choir)]
    assert abs(loudness[0] - loudness[1]) < 2.5


def test_a_larger_head_lowers_the_formants_and_not_the_pitch(performance: Performance, store: Store) -> None:
    hz = np.linspace(0.0, 12_000.0, 513)
    formants = np.exp(-(((hz - 1000.0) / 150.0) ** 2)) + np.exp(-(((hz - 2600.0) / 200.0) ** 2)) + 1e-4
    lower = _shift_formants(formants[None, :], -3.0)[0]
    assert hz[lower[hz < 1500].argmax()] == pytest.approx(1000.0 / 2**0.25, abs=25.0)
    assert hz[hz >= 1500][lower[hz >= 1500].argmax()] == pytest.approx(2600.0 / 2**0.25, abs=25.0)
    tracks = [_track(one) for one in (performance, sung(store, formant="-3 semitones"))]
    both = (tracks[0] > 0) & (tracks[1] > 0)
    assert np.median(np.abs(1200 * np.log2(tracks[0][both] / tracks[1][both]))) < 3.0


def _track(one: Performance) -> np.ndarray:
    audio = one.audio[0, : 4 * RATE].astype(np.float64)
    rough, times = pyworld.dio(audio, RATE, f0_floor=80.0, f0_ceil=800.0)
    return np.asarray(pyworld.stonemask(audio, rough, times, RATE))


def test_notes_out_of_range_are_warned_of_with_advice() -> None:
    (warning,) = sung(transpose=24).warnings
    assert "hibari" in warning
    assert "transpose: -24" in warning


def test_a_voice_that_only_speaks_is_aligned_and_tracked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded voice without its times and pitch: the core finds them again."""
    plugins = load_plugins(safe=True)
    whole = Hibari().speak(Request("Harbour lights are calling home", 0.6))

    class Plain(Hummer):
        name = "plain"
        gives_durations = gives_pitch = False

        def speak(self, request: Request) -> Speech:
            return Speech(np.concatenate([np.zeros(4800, np.float32), whole.audio]), whole.sample_rate)

    from songwright.singing.caller import Caller
    from songwright.singing.fill import complete

    request = Request("Harbour lights are calling home", 0.6)
    known = {name: plugins.get("voice", name) for name in plugins.names("voice")}
    found = complete(Plain().speak(request), request, Plain(), known, Caller())
    lag = np.array([b.start_s - a.start_s - 0.2 for a, b in zip(whole.phonemes, found.phonemes, strict=True)])
    assert np.median(np.abs(lag)) < 0.011
    assert np.max(np.abs(lag[1:])) < 0.03


def test_a_voice_that_only_speaks_sings_in_tune_and_in_time(store: Store) -> None:
    """Another voice, lower and at another pace, of which only the audio is known: all else is found by alignment."""

    class Speaker(Hummer):
        """The embedded voice in another body: three semitones lower, with a larger head, at its own pace."""

        name = "speaker"
        gives_durations = gives_pitch = False

        def speak(self, request: Request) -> Speech:
            speech = Hibari().speak(Request(request.text, 1.15 * request.speed))
            taken = analyse(speech)
            frames = np.arange(len(taken.f0_hz), dtype=np.float64)
            envelope = _shift_formants(envelope_at(taken, frames, taken.transform()), -1.5)
            air = aperiodicity_at(taken, frames, taken.transform())
            audio = synthesise(taken.f0_hz * 2.0 ** (-3 / 12), envelope + 1e-12, air, taken.sample_rate)
            return Speech((0.9 * audio / np.abs(audio).max()).astype(np.float32), taken.sample_rate)

    plugins = load_plugins(safe=True)
    known = {name: plugins.get("voice", name) for name in plugins.names("voice")} | {"speaker": Speaker}
    stage = SimpleNamespace(get=lambda _, name: known[name], names=lambda _: list(known))
    part, arrangement = song(TWINKLE)
    one = perform(part, arrangement, VoiceUse(use=("speaker",)), cast("Plugins", stage), RATE, store)
    audio = one.audio[0].astype(np.float64)
    cents = np.abs([note.cents for note in pitches(audio, RATE, one.plan.lines) if note.cents is not None])
    assert len(cents) >= 12
    assert np.median(cents) <= 8.0
    assert np.max(cents) <= 50.0
    late = np.abs([seconds for _, seconds in onsets(audio, RATE, one.plan.lines)])
    assert len(late) >= 4
    assert np.median(late) <= 0.04
