"""A voice under a profile: the size of the mouth is found, the colour comes nearer, tune and caches stay."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyworld
from numpy.typing import NDArray

from profiles.people import LIBRARY, voice
from singing.songs import RIVERS, Hummer, song
from songwright.interfaces.voice import Pitch, Reference, Request, Speech, Voice, VoiceError
from songwright.plugins import load_plugins
from songwright.profiles.character import BANDS, Character
from songwright.profiles.library import Library, library
from songwright.profiles.profile import Profile
from songwright.project.model import VoiceUse
from songwright.singing import Performance, perform
from songwright.singing.caller import Caller
from songwright.singing.guise import SENTENCES, put_on, sentences
from songwright.singing.likeness import MOST_BREATH_DB, MOST_DB, Likeness, apply, likeness, stretched
from songwright.singing.portrait import portray
from songwright.singing.speech import speak
from songwright.singing.store import Store
from songwright.singing.world import STEP_S, Analysis, analyse, envelope_at
from songwright_voices.hibari import Hibari

RATE = 24_000
OTHER_WORDS = (
    "A rainbow is a division of white light into many beautiful colours. These take the shape of a long round arch, "
    "with its path high above. People look, but no one ever finds it."
)


def portrait(audio: NDArray[np.float32]) -> Character:
    return portray(analyse(Speech(audio, RATE)))


@pytest.fixture(scope="module")
def anna() -> Profile:
    return Library(LIBRARY).get("anna")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("voices"))


# The likeness itself ---------------------------------------------------------------------------------


@pytest.mark.parametrize("stretch", [0.86, 1.0, 1.15])
def test_the_size_of_the_mouth_is_found_whatever_is_said(stretch: float) -> None:
    source = portrait(voice())
    target = portrait(voice(stretch, stretch**3, words=OTHER_WORDS))
    assert likeness(source, target).stretch == pytest.approx(stretch, rel=0.04)


def test_nobody_is_led_to_themselves(anna: Profile) -> None:
    same = likeness(anna.character, anna.character)
    assert same.stretch == pytest.approx(1.0, abs=0.005)
    assert np.abs(same.gain_db).max() < 0.2
    assert np.abs(same.breath_db).max() == 0.0
    assert same.pitch == 1.0


def test_all_is_bounded(anna: Profile) -> None:
    character = anna.character
    far = replace(
        character,
        envelope_db=character.envelope_db + np.linspace(60.0, -60.0, BANDS),
        aperiodicity_db=character.aperiodicity_db - 50.0,
        low_hz=20.0,
        median_hz=30.0,
    )
    alike = likeness(character, far)
    assert np.abs(alike.gain_db).max() <= MOST_DB
    assert np.abs(alike.breath_db).max() <= MOST_BREATH_DB
    assert 0.75 < alike.stretch < 1.3
    assert alike.pitch == pytest.approx(0.4)


def test_a_stretched_envelope_has_its_formants_where_they_belong() -> None:
    analysis = analyse(Speech(voice(), RATE))
    frame = np.flatnonzero(analysis.f0_hz > 0)[60:61].astype(np.float64)
    hz = np.linspace(0, 12_000, 513)
    for stretch in (0.85, 1.2):
        moved = apply(Likeness(stretch, np.zeros(BANDS), np.zeros(3), 1.0), analysis)
        before = 10 * np.log10(envelope_at(analysis, frame, 1024)[0])
        after = 10 * np.log10(envelope_at(moved, frame, 1024)[0])
        expected = np.interp(hz / stretch, hz, before)
        inside = (hz > 200) & (hz < 9000)
        assert np.sqrt(np.mean((after - expected)[inside] ** 2)) < 1.0
    rows = np.linspace(0.0, 1.0, BANDS)[None, :]
    np.testing.assert_allclose(stretched(rows, 1.0), rows)


def test_the_equaliser_adds_what_it_says_and_breath_is_of_the_voiced(anna: Profile) -> None:
    analysis = analyse(Speech(voice(), RATE))
    gain_db = 6.0 * np.sin(np.linspace(0.0, 3.0, BANDS))
    shaped = apply(Likeness(1.0, gain_db, np.array([-3.0, 2.0, 4.0]), 1.5), analysis)
    voiced = analysis.f0_hz > 0
    np.testing.assert_allclose(shaped.f0_hz[voiced], 1.5 * analysis.f0_hz[voiced], rtol=1e-6)
    np.testing.assert_array_equal(shaped.aperiodicity[~voiced], analysis.aperiodicity[~voiced])
    expected = np.clip(analysis.aperiodicity[voiced] + [-3.0, 2.0, 4.0], -60.0, 0.0)
    np.testing.assert_allclose(shaped.aperiodicity[voiced], expected, atol=1e-4)
    frames = np.flatnonzero(voiced)[::40].astype(np.float64)
    added = 10 * np.log10(envelope_at(shaped, frames, 1024) / envelope_at(analysis, frames, 1024))
    at_1k = added[:, round(1000 / 12_000 * 512)]
    np.testing.assert_allclose(at_1k, at_1k[0], atol=0.5)
    assert at_1k[0] == pytest.approx(np.interp(1000.0, _centres(), gain_db), abs=0.7)


def _centres() -> NDArray[np.float64]:
    from songwright.profiles.character import CENTRES_HZ

    return CENTRES_HZ


# Singing ---------------------------------------------------------------------------------------------


def sung(
    store: Store | None, profile: str | None, transpose: int = 0, use: tuple[str, ...] = ("hibari",)
) -> Performance:
    part, arrangement = song(RIVERS)
    part.notes["pitch"] += transpose
    return perform(part, arrangement, VoiceUse(use=use, profile=profile), load_plugins(safe=True), RATE, store)


@pytest.fixture(scope="module")
def plain(store: Store) -> Performance:
    return sung(store, None)


@pytest.fixture(scope="module")
def as_anna(store: Store, plain: Performance) -> Performance:
    return sung(store, "anna")


_PITCHES: dict[int, NDArray[np.float64]] = {}


def _pitch(performance: Performance) -> NDArray[np.float64]:
    """By an independent tracker, every 5 ms; slow, so once for each."""
    if id(performance) not in _PITCHES:
        audio = performance.audio[0].astype(np.float64)
        _PITCHES[id(performance)] = pyworld.harvest(audio, RATE, f0_floor=80.0, f0_ceil=800.0)[0]
    return _PITCHES[id(performance)]


def _distance_db(performance: Performance, target: Character) -> float:
    pitch = Pitch(_pitch(performance).astype(np.float32), STEP_S)
    character = portray(analyse(Speech(performance.audio[0], RATE, pitch=pitch)))
    inside = slice(2, 72)  # 130 Hz to 8.5 kHz
    difference = (character.envelope_db - target.envelope_db)[inside]
    return float(np.std(difference))


def test_the_colour_comes_much_nearer_to_the_profile(plain: Performance, as_anna: Performance, anna: Profile) -> None:
    before, after = (_distance_db(one, anna.character) for one in (plain, as_anna))
    assert before > 2.0
    assert after < 0.6 * before


def test_it_is_still_in_tune_and_as_loud(plain: Performance, as_anna: Performance) -> None:
    f0 = _pitch(as_anna)
    times = np.arange(len(f0)) * STEP_S
    errors = []
    for syllable in as_anna.plan.syllables():
        for note in syllable.notes:
            vowel = next(p for p in syllable.phonemes if p.start_s == syllable.vowel_s)
            inside = (times > note.start_s + 0.04) & (times < min(note.end_s, vowel.end_s) - 0.03) & (f0 > 0)
            errors.append(np.median(1200 * np.log2(f0[inside] / 440) - 100 * (note.pitch - 69)))
    assert np.median(np.abs(errors)) <= 5.0
    assert np.max(np.abs(errors)) <= 30.0
    loudness = [10 * np.log10(np.mean(one.audio.astype(np.float64) ** 2)) for one in (plain, as_anna)]
    assert abs(loudness[0] - loudness[1]) < 3.0
    assert as_anna.plan == plain.plan


def test_the_profile_is_told(plain: Performance, as_anna: Performance, anna: Profile) -> None:
    assert plain.metrics.profile is None
    assert as_anna.metrics.profile is not None
    assert as_anna.metrics.profile.id == anna.id


def test_it_is_the_same_bytes_and_says_nothing_twice(as_anna: Performance, store: Store, monkeypatch: Any) -> None:
    def refuse(self: Hibari, request: Request) -> Speech:
        raise AssertionError(f"{request.text!r} was spoken again")

    fresh = sung(None, "anna")
    np.testing.assert_array_equal(fresh.audio, as_anna.audio)
    monkeypatch.setattr(Hibari, "speak", refuse)
    again = sung(store, "anna")
    assert again.metrics.cached
    np.testing.assert_array_equal(again.audio, as_anna.audio)
    moved = sung(store, "anna", transpose=1)
    assert moved.metrics.cached_phrases == 0
    assert moved.metrics.phrases == 2


def test_only_what_is_heard_of_a_profile_sings_anew(
    as_anna: Performance, store: Store, anna: Profile, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SONGWRIGHT_PROFILES", str(tmp_path))
    library().add(replace(anna, name="berta", consent="given again", made="2030-01-01"))
    twin = sung(store, "berta")
    assert twin.metrics.cached
    np.testing.assert_array_equal(twin.audio, as_anna.audio)
    softer = replace(anna.character, envelope_db=anna.character.envelope_db - np.linspace(0.0, 9.0, BANDS))
    library().add(replace(anna, name="carla", character=softer))
    other = sung(store, "carla")
    assert not other.metrics.cached
    assert not np.array_equal(other.audio, as_anna.audio)


def test_notes_outside_the_profiles_range_are_told(store: Store) -> None:
    [warning] = sung(store, "anna", transpose=-24).warnings
    assert "lie outside the range of profile 'anna' (Bb3 to C5); give the voice transpose: 24" in warning


# Speaking --------------------------------------------------------------------------------------------


def test_speech_takes_on_pitch_and_colour(store: Store, anna: Profile) -> None:
    plain = speak(OTHER_WORDS, [Hibari()], caller=Caller(store))
    said = speak(OTHER_WORDS, [Hibari()], caller=Caller(store), profile=anna)
    before, after = (portrait(one.audio) for one in (plain, said))
    assert after.median_hz == pytest.approx(anna.character.median_hz, rel=0.06)
    assert before.median_hz == pytest.approx(195.0, rel=0.06)
    distance = [float(np.std((one.envelope_db - anna.character.envelope_db)[2:72])) for one in (before, after)]
    assert distance[1] < 0.7 * distance[0]
    assert abs(len(said.audio) - len(plain.audio)) < 0.02 * RATE
    misses = store.misses
    again = speak(OTHER_WORDS, [Hibari()], caller=Caller(store), profile=anna)
    assert store.misses == misses
    np.testing.assert_array_equal(again.audio, said.audio)


# Voices that clone -----------------------------------------------------------------------------------


class Parrot(Hummer):
    """Clones: hums, and remembers whose voice it was given."""

    name = "parrot"
    clones = True
    heard: list[Reference | None] = []
    embedded: list[str] = []

    def embed(self, reference: Reference) -> tuple[str, NDArray[np.float32]]:
        Parrot.embedded.append(reference.id)
        return "parrot/model", np.array([reference.audio[100], len(reference.audio)], np.float32)

    def speak(self, request: Request) -> Speech:
        Parrot.heard.append(request.reference)
        return super().speak(request)


def test_a_voice_that_clones_is_given_the_recording(anna: Profile, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("SONGWRIGHT_PROFILES", str(tmp_path / "mine"))
    Parrot.heard.clear()
    Parrot.embedded.clear()
    caller = Caller(Store(tmp_path / "store"))
    for text in ("one two", "three four"):
        speak(text, [Parrot()], caller=caller, profile=anna)
    assert Parrot.embedded == [anna.id], "the model hears a recording once"
    for reference in Parrot.heard:
        assert reference is not None
        assert (reference.id, reference.sample_rate) == (anna.id, RATE)
        np.testing.assert_array_equal(reference.audio, anna.audio())
        assert reference.embeddings["parrot/model"][1] == len(anna.audio())
    speak("one two", [Parrot()], caller=caller)
    assert Parrot.heard[-1] is None, "without the profile it is another recording"
    assert len(Parrot.heard) == 3


class Mimic(Hummer):
    """Clones from the recording each time."""

    name = "mimic"
    clones = True

    def speak(self, request: Request) -> Speech:
        assert request.reference is not None
        assert not request.reference.embeddings
        return super().speak(request)


def test_a_voice_that_clones_without_an_embedding_is_given_the_recording_alone(anna: Profile) -> None:
    assert speak("one two", [Mimic()], profile=anna).voice == "mimic"


class Whisperer(Voice):
    """Has no voice at all."""

    name = "whisperer"

    def speak(self, request: Request) -> Speech:
        return Speech(np.random.default_rng(0).uniform(-0.1, 0.1, 2 * RATE).astype(np.float32), RATE)


def test_a_voice_without_voice_cannot_take_on_a_profile(anna: Profile) -> None:
    with pytest.raises(VoiceError, match="cannot take on a profile: of its own speech, only"):
        put_on(anna, Whisperer(), Caller(), "en")


def test_it_is_known_by_sentences_of_the_language_or_the_songs_own() -> None:
    assert sentences("de-AT", ["Wort"]) == SENTENCES["de"]
    own = sentences("fi", ["sateenkaari", "kaunis"] * 40)
    assert own.startswith("sateenkaari kaunis")
    assert 280 < len(own) <= 300
    assert sentences("fi", []) == SENTENCES["en"]


def test_what_is_kept_of_a_voice_reads_back(anna: Profile, store: Store) -> None:
    first = put_on(anna, Hibari(), Caller(store), "en")
    second = put_on(anna, Hibari(), Caller(store), "en")
    assert first.likeness is not None
    assert second.likeness is not None
    assert first.key == second.key
    assert json.dumps(first.likeness.gain_db.tolist()) == json.dumps(second.likeness.gain_db.tolist())
    assert isinstance(first.dress(analyse(Speech(voice(), RATE))), Analysis)
