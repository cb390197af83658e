"""Every key of a singer's manner is heard: each test turns one and measures the sound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import pyworld
from numpy.typing import NDArray

from singing.songs import song
from songwright.interfaces.style import Style
from songwright.plugins import Plugins, load_plugins
from songwright.project.model import VoiceUse
from songwright.singing import Performance, perform
from songwright.singing.placement import LATEST_S, OPENING_S
from songwright.singing.store import Store

RATE = 44_100
BPM = 120.0  # a beat is half a second
#: A long "home", a step down to a long "shore", a rest, and a second line whose "far" is held over three notes.
LINES = (
    ("Sail me home, see the shore.", [60, 62, 64, 62, 60, 62], [1, 1, 5, 1, 1, 4]),
    ("So far a-way.", [60, 64, 62, 60], [1, 3, 1, 3]),
)
HOME_S, SHORE_S, SO_S = (1.0, 3.5), (4.5, 6.5), 7.5
Sound = NDArray[np.float64]


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(safe=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("voices"))


@pytest.fixture(scope="module")
def sing(plugins: Plugins, store: Store) -> Any:
    plain = {"vibrato": "0 cents", "drift": "0 cents", "breaths": "0 %"}

    def perform_it(velocities: dict[int, float] | None = None, mode: Any = "sing", **manner: Any) -> Performance:
        part, arrangement = song(LINES, BPM, lead_beats=0.0)
        part.notes["beat"][6:] += 2.0  # a rest of two beats between the lines
        for index, velocity in (velocities or {}).items():
            part.notes["velocity"][index] = velocity
        use = VoiceUse(use=("hibari",), params=plain | manner)
        return perform(part, arrangement, use, plugins, RATE, store, mode=mode)

    return perform_it


@pytest.fixture(scope="module")
def plain(sing: Any) -> Performance:
    return sing()


def cut(one: Performance, start_s: float, end_s: float) -> Sound:
    return one.audio[0, int(start_s * RATE) : int(end_s * RATE)].astype(np.float64)


def cents(one: Performance, start_s: float, end_s: float, pitch: float) -> Sound:
    """Harvest's pitch against a MIDI note, every 5 ms, where it is voiced."""
    f0, _ = pyworld.harvest(cut(one, start_s, end_s), RATE, f0_floor=80.0, f0_ceil=800.0)
    return 1200.0 * np.log2(f0[f0 > 0] / 440.0) - 100.0 * (pitch - 69.0)


def level_db(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound**2) + 1e-20))


@pytest.mark.parametrize(("depth", "rate"), [(40, 5.0), (90, 6.5)])
def test_vibrato_has_its_depth_and_rate(sing: Any, depth: float, rate: float) -> None:
    wave = cents(sing(vibrato=f"{depth} cents", vibrato_rate=f"{rate} Hz", vibrato_delay="200 ms"), 1.75, 3.15, 64)
    spectrum = np.abs(np.fft.rfft((wave - wave.mean()) * np.hanning(len(wave)), 4096)) / (0.25 * len(wave))
    at = int(spectrum.argmax())
    assert at * 200.0 / 4096 == pytest.approx(rate, abs=0.35)
    assert spectrum[at] / 1.0 == pytest.approx(depth, rel=0.2)


def test_without_vibrato_and_drift_a_note_is_straight(plain: Performance) -> None:
    assert np.std(cents(plain, 1.3, 3.1, 64)) < 4.0


def test_drift_wanders_slowly(sing: Any) -> None:
    wandering = cents(sing(drift="25 cents"), 1.3, 3.1, 64)
    assert 8.0 < np.std(wandering) < 45.0
    assert np.abs(np.diff(wandering)).mean() < 3.0


def test_a_delay_keeps_the_beginning_straight(sing: Any) -> None:
    one = sing(vibrato="80 cents", vibrato_delay="900 ms")
    assert np.std(cents(one, 1.2, 1.85, 64)) < 6.0
    assert np.std(cents(one, 2.3, 3.1, 64)) > 30.0


def test_a_scoop_comes_from_below(sing: Any, plain: Performance) -> None:
    scooped, straight = (cents(one, SO_S - 0.05, SO_S + 0.35, 60) for one in (sing(scoop="200 cents"), plain))
    assert np.median(scooped[:12]) < np.median(straight[:12]) - 60.0
    assert abs(np.median(scooped[-30:])) < 8.0


def test_a_glide_takes_its_time_and_arrives_on_the_beat(sing: Any) -> None:
    """Into the second note of "far", 200 cents down at 9.5 s."""
    slow, fast = (cents(sing(glide=f"{ms} ms"), 9.38, 9.42, 64) for ms in (300, 30))
    assert np.median(slow) < -25.0
    assert abs(np.median(fast)) < 8.0
    assert abs(np.median(cents(sing(glide="300 ms"), 9.54, 9.8, 62))) < 8.0


def test_detune_and_transpose_move_all_notes(sing: Any) -> None:
    assert np.median(cents(sing(detune="30 cents"), 1.3, 3.1, 64)) == pytest.approx(30.0, abs=5.0)
    assert np.median(cents(sing(transpose=-5), 1.3, 3.1, 59)) == pytest.approx(0.0, abs=5.0)


def between_harmonics_db(sound: Sound, pitch: float) -> float:
    """Power half way between the harmonics from 1.5 to 6 kHz, against the power on them."""
    hz = 440.0 * 2 ** ((pitch - 69) / 12)
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    numbers = np.arange(int(1500 / hz), int(6000 / hz))

    def near(harmonics: Sound) -> float:
        places = np.rint(harmonics * hz * len(sound) / RATE).astype(int)
        return float(np.sum([power[place - 3 : place + 4].sum() for place in places]))

    return 10 * np.log10(near(numbers + 0.5) / near(numbers.astype(np.float64)))


def test_breathiness_is_air_between_the_harmonics(sing: Any, plain: Performance) -> None:
    airy, half, dry = (
        between_harmonics_db(cut(one, 1.5, 3.0), 64) for one in (sing(breathiness="100 %"), sing(breathiness=50), plain)
    )
    assert airy > half + 1.0 > dry + 2.0


def test_dynamics_follow_the_notes_force(sing: Any) -> None:
    def fall(amount: str) -> float:
        one = sing({2: 1.0, 5: 0.4}, dynamics=amount)
        return level_db(cut(one, 2.0, 2.4)) - level_db(cut(one, 5.2, 5.6))

    assert fall("16 dB") - fall("0 dB") == pytest.approx(12.0, abs=2.0)  # 16 dB from force 0.2 to 1


def test_evenness_brings_vowels_together(sing: Any) -> None:
    def spread(amount: str) -> float:
        one = sing(evenness=amount, dynamics="0 dB")
        middles = [s.vowel_s for s in one.plan.syllables()]
        return float(np.std([level_db(cut(one, at + 0.08, at + 0.3)) for at in middles]))

    assert spread("100 %") < 0.8 * spread("0 %")


def test_consonants_take_longer(sing: Any) -> None:
    """The hiss of "see" before 4.0 s, where nothing sounds under 1 kHz."""

    def hiss_s(length: str) -> float:
        sound = cut(sing(consonants=length), 3.6, 4.1)
        low = np.convolve(np.convolve(sound, np.ones(44) / 44, "same") ** 2, np.ones(441) / 441, "same")
        return float(np.mean(low < 0.03 * np.median(low[-2000:]))) * 0.5

    assert hiss_s("250 %") > 1.3 * hiss_s("80 %") > 0.02


def test_a_breath_is_heard_before_a_phrase_and_has_no_pitch(sing: Any, plain: Performance) -> None:
    first = plain.plan.lines[1].start_s
    spot = (first - 0.3, first - 0.1)
    assert level_db(cut(plain, *spot)) < -90.0
    loud, soft = (sing(breaths=f"{percent} %") for percent in (100, 30))
    voice_db = level_db(cut(plain, 1.2, 3.2))
    assert -24.0 < level_db(cut(loud, *spot)) - voice_db < -10.0
    assert level_db(cut(loud, *spot)) - level_db(cut(soft, *spot)) == pytest.approx(20 * np.log10(1 / 0.3), abs=1.0)
    assert len(cents(loud, *spot, 60)) <= 4
    assert level_db(cut(loud, first - 0.045, first - 0.025)) < voice_db - 40.0


def test_a_held_syllable_is_one_sound_over_its_notes(plugins: Plugins, store: Store) -> None:
    part, arrangement = song((("So far a-way.", [60, 64, 62, 60], [1, 3, 1, 3]),), BPM, 0.0)
    part.notes["lyric"] = [0, 1, 1, 1]
    use = VoiceUse(use=("hibari",), params={"vibrato": 0})
    one = perform(part, arrangement, use, plugins, RATE, store)
    for start_s, end_s, pitch in ((0.65, 1.85, 64), (2.1, 2.4, 62), (2.6, 3.6, 60)):
        assert abs(np.median(cents(one, start_s, end_s, pitch))) < 10.0
    frames = np.array([level_db(cut(one, at, at + 0.02)) for at in np.arange(0.7, 3.4, 0.02)])
    assert frames.min() > np.median(frames) - 12.0


def test_rap_keeps_the_grid_and_speaks_its_own_tune(sing: Any) -> None:
    rapped = sing(mode="rap")
    middles = [cents(rapped, s.vowel_s + 0.05, s.vowel_s + 0.2, 60) for s in rapped.plan.syllables()]
    off = [
        float(np.median(one)) - 100.0 * (note - 60)
        for one, note in zip(middles, [60, 62, 64, 62, 60, 62], strict=False)
    ]
    assert np.max(np.abs(off)) > 60.0
    first, *later = (round(s.vowel_s, 3) for s in rapped.plan.syllables())
    assert first == LATEST_S  # the song begins with its consonant
    assert later[:5] == [0.5, 1.0, 3.5, 4.0, 4.5]


def test_speech_keeps_its_own_pace(sing: Any, plain: Performance) -> None:
    spoken = sing(mode="speak")
    ends = [one.plan.lines[0].end_s for one in (spoken, plain)]
    assert ends[0] < 0.6 * ends[1]
    assert next(spoken.plan.syllables()).start_s == pytest.approx(OPENING_S, abs=1e-6)


def test_every_key_of_the_manner_is_turned_here_or_beside() -> None:
    """A new key needs a test that hears it; size and number of singers are heard in test_sung."""
    beside = {"formant", "voices", "spread"}
    here = {
        "vibrato", "vibrato_rate", "vibrato_delay", "glide", "scoop", "drift", "consonants", "breathiness", "breaths",
        "dynamics", "evenness", "detune", "transpose",
    }  # fmt: skip
    assert {knob.key for knob in Style.knobs()} == here | beside
