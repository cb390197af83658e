"""From a recording to a profile: any format, only what will do, and what is measured is true."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from profiles.people import RATE, bytes_of, voice
from singing.songs import RIVERS, song
from songwright.interfaces.voice import Pitch, Speech
from songwright.plugins import load_plugins
from songwright.profiles.character import BANDS, CENTRES_HZ, Character
from songwright.profiles.profile import Profile, ProfileError
from songwright.project.model import VoiceUse
from songwright.singing import perform
from songwright.singing.portrait import FaintVoiceError, portray, representatives
from songwright.singing.recording import EDGE_S, Recording, read_recording
from songwright.singing.sitting import UnsuitableError, sit
from songwright.singing.suitability import Finding, examine
from songwright.singing.world import STEP_S, analyse

DAY = datetime.date(2026, 5, 3)


@pytest.fixture(scope="module")
def spoken() -> NDArray[np.float32]:
    return voice()


def _recording(folder: Path, audio: NDArray[np.float32], rate: int = RATE) -> Recording:
    path = folder / "voice.wav"
    path.write_bytes(bytes_of(np.asarray(audio, np.float32), rate=rate))
    return read_recording(path)


def _findings(folder: Path, audio: NDArray[np.float32], rate: int = RATE, voiced_s: float = 8.0) -> dict[str, Finding]:
    """What the rules say of a recording with so many seconds of pitch."""
    f0_hz = np.full(round(voiced_s / STEP_S), 200.0, np.float32)
    return {finding.rule.name: finding for finding in examine(_recording(folder, audio, rate), f0_hz)}


# The recording ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
def test_every_format_gives_the_same_voice(tmp_path: Path, spoken: NDArray[np.float32], kind: str) -> None:
    stereo = np.stack([spoken, 0.5 * spoken], axis=1)
    path = tmp_path / f"voice.{kind.lower()}"
    path.write_bytes(bytes_of(soxr.resample(stereo, RATE, 44_100), kind, 44_100))
    recording = read_recording(path)
    assert (recording.channels, recording.file_rate) == (2, 44_100)
    assert recording.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    plain = _recording(tmp_path, spoken)
    assert abs(recording.seconds - plain.seconds) < 0.15
    spectra = [10 * np.log10(np.abs(np.fft.rfft(one.audio[: RATE * 8])) ** 2 + 1e-9) for one in (recording, plain)]
    smooth = [np.convolve(one[:24_000], np.ones(800) / 800, "valid")[::400] for one in spectra]
    difference = smooth[0] - smooth[1]
    assert np.abs(difference - np.median(difference)).max() < 3.0


def test_silence_around_goes_and_silence_within_stays(tmp_path: Path, spoken: NDArray[np.float32]) -> None:
    silence = np.zeros(3 * RATE, np.float32)
    recording = _recording(tmp_path, np.concatenate([silence, spoken, silence, spoken, silence]))
    whole = _recording(tmp_path, spoken)
    assert recording.seconds == pytest.approx(2 * whole.seconds + 3.0, abs=2 * EDGE_S + 0.5)


def test_of_a_long_recording_the_fullest_half_minute_is_kept(tmp_path: Path, spoken: NDArray[np.float32]) -> None:
    sparse = np.zeros(40 * RATE, np.float32)
    sparse[: 2 * RATE] = spoken[: 2 * RATE]
    full = np.tile(spoken, 3)
    recording = _recording(tmp_path, np.concatenate([sparse, full]))
    assert recording.seconds == 30.0
    assert np.mean(np.abs(recording.audio[: 5 * RATE]) > 1e-3) > 0.2


def test_channels_that_cancel_leave_the_louder_one(tmp_path: Path, spoken: NDArray[np.float32]) -> None:
    recording = _recording(tmp_path, np.stack([spoken, -0.9 * spoken], axis=1))
    assert np.abs(recording.audio).max() > 0.4


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"not a sound", "is no sound file, or a broken one"),
        (b"", "is no sound file, or a broken one"),
        (bytes_of(np.zeros(0, np.float32)), "holds no sound"),
        (bytes_of(np.zeros(RATE, np.float32)), "holds no sound"),
        (bytes_of(np.zeros(200 * 60 * 90, np.float32), rate=200), "lasts 90 min, and 15 are the most"),
    ],
    ids=["text", "empty", "no frames", "silent", "long"],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(content)
    with pytest.raises(ProfileError, match=told):
        read_recording(path)


def test_a_recording_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read: No such file"):
        read_recording(tmp_path / "none.wav")


# Whether it will do ----------------------------------------------------------------------------------


def test_a_clean_recording_is_good(tmp_path: Path, spoken: NDArray[np.float32]) -> None:
    assert {finding.verdict for finding in _findings(tmp_path, spoken).values()} == {"good"}


def test_noise_is_measured(tmp_path: Path, spoken: NDArray[np.float32]) -> None:
    active = np.abs(spoken) > 0.01
    level = np.sqrt(np.mean(spoken[active] ** 2))
    noise = np.random.default_rng(1).standard_normal(len(spoken)).astype(np.float32) * level
    measured = {
        db: _findings(tmp_path, 0.5 * (spoken + noise * 10 ** (-db / 20)))["voice above noise"] for db in (5, 18)
    }
    assert measured[18].value == pytest.approx(18, abs=4)
    assert [measured[db].verdict for db in (5, 18)] == ["bad", "poor"]
    assert "quiet room" in str(measured[5])


@pytest.mark.parametrize(("gain", "verdict"), [(1.0, "good"), (3.0, "poor"), (20.0, "bad")])
def test_clipping_is_measured(tmp_path: Path, spoken: NDArray[np.float32], gain: float, verdict: str) -> None:
    assert _findings(tmp_path, np.clip(gain * spoken, -0.99, 0.99))["clipped samples"].verdict == verdict


def test_a_short_a_faint_and_a_dull_recording_are_told(tmp_path: Path, spoken: NDArray[np.float32]) -> None:
    assert _findings(tmp_path, spoken, voiced_s=4.0)["voice"].verdict == "poor"
    assert _findings(tmp_path, spoken, voiced_s=1.5)["voice"].verdict == "bad"
    assert _findings(tmp_path, 0.05 * spoken)["level"].verdict == "poor"
    dull = _findings(tmp_path, soxr.resample(spoken, RATE, 8000), 8000)["band"]
    assert dull.verdict == "poor"
    assert dull.value == pytest.approx(4000, rel=0.05)
    pauses = np.concatenate([spoken[: 4 * RATE], np.zeros(40 * RATE, np.float32), spoken[4 * RATE :]])
    assert _findings(tmp_path, pauses)["pauses"].verdict != "good"


def test_a_poor_recording_needs_force_and_a_bad_one_is_no_use(tmp_path: Path, spoken: NDArray[np.float32]) -> None:
    poor, bad = tmp_path / "poor.wav", tmp_path / "bad.wav"
    poor.write_bytes(bytes_of(spoken[: 5 * RATE]))
    bad.write_bytes(bytes_of(spoken[: int(1.5 * RATE)]))
    with pytest.raises(UnsuitableError, match=r"poor.wav will not do:\n  voice .* record ten seconds") as caught:
        sit(poor, "anna", "yes")
    assert "--force" in str(caught.value)
    profile, findings = sit(poor, "anna", "yes", force=True, today=DAY)
    assert profile.made == "2026-05-03"
    assert "poor" in {finding.verdict for finding in findings}
    with pytest.raises(UnsuitableError) as caught:
        sit(bad, "anna", "yes", force=True)
    assert "--force" not in str(caught.value)


@pytest.mark.parametrize("consent", ["", " \n"])
def test_there_is_no_profile_without_consent(tmp_path: Path, consent: str) -> None:
    with pytest.raises(ProfileError, match="needs the consent of the person"):
        sit(tmp_path / "not even read.wav", "anna", consent)


# What is measured ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory, spoken: NDArray[np.float32]) -> Profile:
    path = tmp_path_factory.mktemp("sitting") / "voice.wav"
    path.write_bytes(bytes_of(spoken))
    return sit(path, "anna", "  yes, Anna ", text=" The  harbour ", today=DAY)[0]


def test_a_profile_tells_where_it_comes_from(profile: Profile, spoken: NDArray[np.float32]) -> None:
    assert (profile.consent, profile.text, profile.source) == ("yes, Anna", "The harbour", "voice.wav")
    assert profile.sha256 == hashlib.sha256(bytes_of(spoken)).hexdigest()
    assert len(profile.audio()) == pytest.approx(profile.seconds * RATE, abs=1)
    assert "yes, Anna" in profile.credit


def test_the_range_of_speech_begins_at_its_middle(profile: Profile) -> None:
    assert 180 < profile.character.median_hz < 215
    assert profile.character.steadiness < 0.1
    assert profile.midi_range[0] in (54, 55)
    assert profile.midi_range[1] - profile.midi_range[0] >= 14


def test_the_range_of_song_is_what_was_sung() -> None:
    part, arrangement = song(RIVERS)
    sung = perform(part, arrangement, VoiceUse(use=("hibari",)), load_plugins(safe=True), RATE).audio[0]
    character = portray(analyse(Speech(sung, RATE)))
    assert character.steadiness > 0.3
    assert character.midi_range == (60, 70)  # it was sung from 60 to 67


def test_an_envelope_is_measured_where_it_is() -> None:
    """A pulse train through one resonance: the loudest band is at it, whatever the loudness."""
    pulses = np.zeros(4 * RATE)
    pulses[:: RATE // 120] = 1.0
    t = np.arange(2400) / RATE
    for hz in (700.0, 1500.0):
        sound = np.convolve(pulses, np.exp(-300 * t) * np.sin(2 * np.pi * hz * t))[: len(pulses)]
        for gain in (0.1, 0.5):
            flat = Pitch(np.full(int(4 / STEP_S), 120.0, np.float32), STEP_S)
            character = portray(
                analyse(Speech((gain * sound / np.abs(sound).max()).astype(np.float32), RATE, pitch=flat))
            )
            assert CENTRES_HZ[character.envelope_db.argmax()] == pytest.approx(hz, rel=0.06)
            assert character.envelope_db.mean() == pytest.approx(0.0, abs=1e-3)
            assert (character.low_hz, character.high_hz) == (120.0, 120.0)


def test_shapes_stand_for_all_frames() -> None:
    rng = np.random.default_rng(3)
    centres = 10.0 * rng.standard_normal((5, BANDS)).cumsum(axis=1) / 5.0
    centres -= centres.mean(axis=1, keepdims=True)
    rows = centres[np.repeat(np.arange(5), (10, 20, 30, 40, 100))] + 0.01 * rng.standard_normal((200, BANDS))
    shapes, weights = representatives(rows, 5)
    assert sorted(np.round(weights, 3)) == [0.05, 0.1, 0.15, 0.2, 0.5]
    for centre in centres:
        assert np.abs(shapes - centre).max(axis=1).min() < 0.1


def test_a_voice_that_is_hardly_there_has_no_portrait() -> None:
    whisper = np.random.default_rng(4).standard_normal(2 * RATE).astype(np.float32) * 0.1
    with pytest.raises(FaintVoiceError, match="of it are voiced"):
        portray(analyse(Speech(whisper, RATE, pitch=Pitch(np.zeros(400, np.float32), STEP_S))))


def test_a_character_is_read_as_it_was_written(profile: Profile) -> None:
    again = Character.read(profile.character.document())
    assert again.document() == profile.character.document()
    for broken in (
        {"envelope_db": [0.0]},
        {"shapes_db": []},
        {"weights": [float("nan")] * len(profile.character.weights)},
        {"low_hz": 900.0},
    ):
        with pytest.raises(ValueError, match=r"instead of|cannot be read|out of order"):
            Character.read(profile.character.document() | broken)
    assert replace(profile.character, steadiness=0.5).midi_range[0] < profile.midi_range[0]
