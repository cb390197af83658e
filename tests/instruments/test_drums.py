"""Drums that sound like drums: where their energy lies, how it falls, and what the stick's force does."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from instruments.hearing import RATE, centroid_hz, play, rms_db, share_above, spectrum
from songwright.testing import StaticControls, notes
from songwright_instruments.acoustic_kit import AcousticKit
from songwright_instruments.electro_kit import ElectroKit

KITS = pytest.mark.parametrize("kit", [AcousticKit, ElectroKit], ids=lambda kit: kit.name)
KICK, SNARE, HAT, OPEN, PEDAL, CRASH, RIDE = 36, 38, 42, 46, 44, 49, 51


def _hit(kit, number, velocity=0.8, length=0.3, **settings):
    return play(kit, [(0.0, length, number, velocity)], **settings)


def _fall_s(audio: np.ndarray, db: float) -> float:
    """Time until the energy that is still to come has fallen by ``db``."""
    left = np.cumsum(np.sum(audio**2, axis=0)[::-1])[::-1]
    return float(np.argmax(left < left[0] * 10.0 ** (-db / 10.0)) / RATE)


@KITS
def test_a_kick_rests_on_its_fundamental_between_45_and_65_hz(kit):
    audio = _hit(kit, KICK)
    frequency, power = spectrum(audio)
    assert 45.0 <= frequency[np.argmax(power)] <= 65.0
    assert share_above(audio, 150.0) < 0.35


@KITS
def test_a_kick_begins_with_a_click(kit):
    assert share_above(_hit(kit, KICK)[:, :441], 1000.0) > 10.0 * share_above(_hit(kit, KICK)[:, 4410:], 1000.0)


@KITS
def test_a_snare_has_a_body_below_and_wires_above(kit):
    audio = _hit(kit, SNARE)
    frequency, power = spectrum(audio)
    low = (frequency > 120.0) & (frequency < 420.0)
    assert 150.0 < frequency[low][np.argmax(power[low])] < 250.0
    assert power[low].sum() / power.sum() > 0.1
    assert share_above(audio, 2000.0) > 0.2
    assert 1500.0 < centroid_hz(audio) < 9000.0


@KITS
@pytest.mark.parametrize("number", [HAT, PEDAL, OPEN])
def test_hats_live_above_5_khz(kit, number):
    assert share_above(_hit(kit, number), 5000.0) > 0.75


@KITS
def test_an_open_hat_rings_and_a_closed_one_does_not(kit):
    assert _fall_s(_hit(kit, HAT), 20.0) < 0.12
    assert _fall_s(_hit(kit, OPEN, length=1.0), 20.0) > 0.2


@KITS
def test_an_open_hat_is_choked_when_its_note_ends(kit):
    short, long = _hit(kit, OPEN, length=0.2, **_dry(kit)), _hit(kit, OPEN, length=1.0, **_dry(kit))
    np.testing.assert_allclose(short[:, :8000], long[:, :8000], atol=1e-6)
    after = slice(int(0.30 * RATE), int(0.5 * RATE))
    assert rms_db(short[:, after]) < rms_db(long[:, after]) - 25.0


def _dry(kit):
    return {"room": 0.0} if kit is AcousticKit else {}


def _beat(bars: int = 4):
    """A rock beat at 120 with a crash and a fill of toms: start, length, piece, velocity."""
    for bar in range(bars):
        at = 2.0 * bar
        yield from ((at + 0.25 * eighth, 0.1, HAT, (0.6, 0.4)[eighth % 2]) for eighth in range(8))
        yield from ((at + 0.5 * beat, 0.1, (KICK, SNARE)[beat % 2], 0.85) for beat in range(4))
        yield from ((at + 1.25, 0.1, KICK, 0.7), (at + 0.875, 0.1, SNARE, 0.3))
    yield 0.0, 1.0, CRASH, 0.85
    yield from ((2.0 * bars - 0.5 + 0.125 * step, 0.1, 48 - step, 0.8) for step in (0, 1, 3))


def test_ghost_notes_are_softer_and_darker():
    for number in (SNARE, HAT, RIDE, CRASH):
        ghost, accent = _hit(AcousticKit, number, 0.25), _hit(AcousticKit, number, 0.9)
        assert rms_db(ghost) < rms_db(accent) - 12.0
        assert centroid_hz(ghost) < 0.9 * centroid_hz(accent)


@KITS
def test_toms_descend(kit):
    peaks = []
    for number in (50, 48, 47, 45, 43, 41):
        frequency, power = spectrum(_hit(kit, number))
        peaks.append(frequency[np.argmax(power)])
    assert all(high > 1.05 * low for high, low in pairwise(peaks))


#: Octave bands of recorded drums in dB, energy of each octave against the loudest's: mean of the drum stems of MUSDB18
#: (Martinez-Ramirez et al., ISMIR 2022). The lowest octave, 22 to 45 Hz, is the concern of the kick that was recorded.
RECORDED = {
    63: -1.4, 125: 0.0, 250: -3.8, 500: -8.4, 1000: -12.0, 2000: -12.3, 4000: -10.0, 8000: -10.7, 16_000: -16.9,
}  # fmt: skip


def _octaves_db(audio: np.ndarray, middles=tuple(RECORDED)) -> np.ndarray:
    """Energy of each octave, in dB against the loudest's, of a sound that begins and ends in silence."""
    frequency = np.fft.rfftfreq(audio.shape[1], 1.0 / RATE)
    power = np.sum(np.abs(np.fft.rfft(audio)) ** 2, axis=0)
    edges = [(middle / np.sqrt(2.0), middle * np.sqrt(2.0)) for middle in middles]
    bands = np.array([power[(frequency >= low) & (frequency < high)].sum() for low, high in edges])
    return 10.0 * np.log10(bands / bands.max())


def test_a_beat_has_the_spectrum_of_recorded_drums():
    beat = play(AcousticKit, _beat())
    assert np.abs(_octaves_db(beat) - list(RECORDED.values())).max() < 4.0


def test_a_beat_has_body_between_its_strokes():
    beat = play(AcousticKit, _beat())[:, : 8 * RATE]
    crest_db = 20.0 * np.log10(np.abs(beat).max()) - rms_db(beat)
    assert 15.0 < crest_db < 20.5


def test_kick_snare_and_hats_stand_in_proportion():
    kick, snare, hat = (play(AcousticKit, [row for row in _beat() if row[2] == piece]) for piece in (KICK, SNARE, HAT))
    assert -4.0 < rms_db(snare) - rms_db(kick) < 4.0
    assert -18.0 < rms_db(hat) - rms_db(snare) < -8.0


@pytest.mark.parametrize("number", [KICK, SNARE, HAT, OPEN, 37, 41, 45, 50, RIDE, CRASH])
def test_a_harder_stroke_has_more_treble(number):
    treble = [share_above(_hit(AcousticKit, number, velocity), 2500.0) for velocity in (0.25, 0.5, 0.75, 1.0)]
    assert all(harder > softer for softer, harder in pairwise(treble))


def test_no_stroke_begins_with_a_step_or_stands_off_zero():
    for number in (KICK, SNARE, 45):
        audio = _hit(AcousticKit, number, 1.0, room=0.0)
        assert np.abs(audio[:, 0]).max() < 0.05 * np.abs(audio).max()
        assert np.abs(audio.mean(axis=1)).max() < 1e-3


def test_no_two_strokes_are_alike():
    audio = play(AcousticKit, [(0.0, 0.1, SNARE, 0.7), (1.0, 0.1, SNARE, 0.7)])
    one, other = audio[:, : RATE // 4], audio[:, RATE : RATE + RATE // 4]
    assert rms_db(one - other) > rms_db(one) - 12.0
    assert abs(rms_db(one) - rms_db(other)) < 2.0


@KITS
def test_a_hit_does_not_know_what_else_its_page_holds(kit):
    rows = [
        (0.05 * step, 0.1, number, 0.3 + 0.02 * step) for step, number in enumerate((HAT, OPEN, SNARE, KICK, RIDE) * 5)
    ]
    whole = play(kit, rows)
    events, made = notes(kit, rows), kit()
    made.prepare(RATE)
    apart = np.zeros(whole.shape, np.float32)
    for page in (events[:9], events[9:]):
        made.render(page, StaticControls(made.params), apart)
    assert np.abs(apart - whole).max() < 2e-6


def test_the_drummer_hears_the_audiences_kit_from_the_other_side():
    audience, drummer = (_hit(AcousticKit, HAT, view=view, room=0.0) for view in ("audience", "drummer"))
    np.testing.assert_array_equal(audience, drummer[::-1])
    assert rms_db(audience[1]) > rms_db(audience[0]) + 2.0


def test_a_crash_rings_for_seconds_unless_it_is_caught():
    assert _fall_s(_hit(AcousticKit, CRASH), 30.0) > 1.2


@KITS
def test_every_general_midi_drum_sounds(kit):
    for number in range(27, 88):
        assert np.abs(_hit(kit, number)).max() > 0.01
