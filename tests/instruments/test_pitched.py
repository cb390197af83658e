"""Pitched instruments: tuning, level, the hand's force, clean starts and ends, and one compiled form each."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from instruments.hearing import RATE, centroid_hz, pitch_cents, play, rms_db
from songwright.plugins import load_plugins
from songwright.testing import StaticControls, notes, run_instrument
from songwright_instruments.bell import Bell
from songwright_instruments.electric_piano import ElectricPiano
from songwright_instruments.finger_bass import FingerBass
from songwright_instruments.fm_bass import FmBass
from songwright_instruments.organ import Organ
from songwright_instruments.piano import Piano
from songwright_instruments.plucked_string import PluckedString
from songwright_instruments.saw_lead import SawLead
from songwright_instruments.synth_bass import SynthBass

INSTRUMENTS = [entry.component for entry in load_plugins(safe=True).all("instrument")]
PITCHED = [instrument for instrument in INSTRUMENTS if not instrument.is_drums]
EACH = pytest.mark.parametrize("instrument", PITCHED, ids=lambda instrument: instrument.name)
BASSES = {"fm-bass", "synth-bass", "finger-bass"}


@pytest.mark.parametrize(
    ("instrument", "settings"),
    [
        (ElectricPiano, {}),
        (FmBass, {}),
        (Bell, {}),
        (Bell, {"kind": "marimba"}),
        (PluckedString, {}),
        (PluckedString, {"kind": "nylon"}),
        (FingerBass, {}),
        (Piano, {"detune": 0.0}),
        (Organ, {"rotor": "off"}),
        (SawLead, {"detune": 0.0, "vibrato": 0.0}),
        (SynthBass, {"detune": 0.0}),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_it_is_in_tune_over_its_range(instrument, settings):
    low, high = instrument.midi_range
    for midi in np.linspace(low + 5, min(high, 93), 5).round():
        audio = play(instrument, [(0.0, 3.0, midi, 0.8)], **settings)[:, 4000 : int(2.6 * RATE)]
        assert abs(pitch_cents(audio, midi)) < 2.0, f"{instrument.name} at {midi}"


@EACH
def test_a_busy_part_has_about_minus_18_dbfs(instrument):
    root = 36 if instrument.name in BASSES else 60
    line = [(0.25 * step, 0.24, root + (0, 7, 12, 3)[step % 4], 0.8) for step in range(16)]
    chords = [(float(bar), 0.95, root + degree, 0.8) for bar in range(4) for degree in (0, 4, 7, 12)]
    part = line if instrument.name in BASSES or instrument.name.endswith("lead") else chords
    level = rms_db(play(instrument, part)[:, : 4 * RATE])
    assert -22.0 < level < -14.0


@EACH
@pytest.mark.parametrize("place", [0, 10, 20])
def test_two_notes_at_once_stay_below_full_scale(instrument, place):
    root = place + (28 if instrument.name in BASSES else 40)
    fifths = [(0.5 * beat, 0.45, root + degree, 0.8) for beat in range(8) for degree in (0, 7)]
    assert np.max(np.abs(play(instrument, fifths))) < 1.0


@EACH
def test_force_makes_it_steadily_louder_and_brighter(instrument):
    low, high = instrument.midi_range
    midi = round(low + 0.4 * (high - low))
    heard = [play(instrument, [(0.0, 0.5, midi, velocity)])[:, : RATE // 2] for velocity in (0.25, 0.5, 0.75, 1.0)]
    loud = [rms_db(audio) for audio in heard]
    assert all(harder > softer + 0.5 for softer, harder in pairwise(loud))
    if instrument is not Organ:  # an organ knows no touch
        assert centroid_hz(heard[-1]) > centroid_hz(heard[0])


@EACH
def test_notes_end_without_a_click(instrument):
    """At the release nothing moves faster than the note itself just did."""
    low, high = instrument.midi_range
    midi = round(low + 0.35 * (high - low))
    audio = play(instrument, [(0.0, 0.5, midi, 0.8)])
    end = RATE // 2
    bend = np.abs(np.diff(audio, n=2, axis=1)).max(axis=0)
    assert bend[end - 50 : end + 2000].max() <= 1.3 * bend[end - 4410 : end - 50].max() + 5e-4
    assert np.abs(audio[:, -50:]).max() < 3.2e-5


@EACH
def test_pages_add_up_to_the_track(instrument):
    rows = [(0.1 * step, 0.3, 50.0 + step % 12, 0.7) for step in range(20)]
    whole = play(instrument, rows)
    events = notes(instrument, rows)
    made = instrument()
    made.prepare(RATE)
    apart = np.zeros(whole.shape, np.float32)
    for page in (events[:7], events[7:]):
        made.render(page, StaticControls(made.params), apart)
    assert np.abs(apart - whole).max() < 1e-5


def test_a_tied_note_glides_from_the_note_before():
    events = notes(SawLead, [(0.0, 1.0, 69.0, 0.8)])
    events["from_pitch"] = 57.0
    made = SawLead(SawLead.Params(detune_cents=0.0, vibrato_cents=0.0, glide_ms=400.0))
    audio = run_instrument(made, events).astype(np.float64)
    assert abs(pitch_cents(audio[:, int(0.6 * RATE) : RATE], 69.0)) < 3.0
    start = np.abs(np.fft.rfft(audio[0, :2048] * np.hanning(2048)))
    assert np.argmax(start) * RATE / 2048 < 400.0


def test_strings_ring_down_and_palm_muting_shortens_them():
    events = notes(PluckedString, [(0.0, 2.0, 45.0, 0.8)])
    heard = []
    for articulation in (0, 5):
        events["articulation"] = articulation
        made = PluckedString()
        heard.append(run_instrument(made, events).astype(np.float64))
    late = slice(RATE // 2, RATE)
    assert rms_db(heard[1][:, late]) < rms_db(heard[0][:, late]) - 20.0


def test_piano_partials_are_stretched():
    audio = play(Piano, [(0.0, 3.0, 48.0, 0.9)], detune=0.0)[:, 4000 : int(2.5 * RATE)]
    tenth = 48.0 + 12.0 * np.log2(10.0)
    assert 10.0 < pitch_cents(audio, tenth) < 60.0


def _harmonics_db(audio: np.ndarray, midi: float, count: int) -> np.ndarray:
    """The first harmonics of a note, in dB against its fundamental."""
    wave = audio.mean(axis=0)
    lines = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 2**17))
    hertz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    middles = np.rint(hertz * np.arange(1, count + 1) / RATE * 2**17).astype(int)
    levels = np.array([lines[middle - 40 : middle + 40].max() for middle in middles])
    return 20.0 * np.log10(levels / levels[0])


@pytest.mark.parametrize("midi", [48, 60])
def test_an_electric_piano_purrs_when_stroked_and_barks_when_struck(midi):
    """The pickup's harmonics fall evenly, and force lifts each of them, the higher ones the more."""
    soft, hard = (
        _harmonics_db(play(ElectricPiano, [(0.0, 1.0, midi, velocity)], tine_percent=0.0)[:, 2000:20_000], midi, 6)
        for velocity in (0.3, 0.9)
    )
    assert -24.0 < soft[1] < -12.0
    assert soft[2:].max() < -24.0
    assert hard[1:3].max() < -2.0  # the fundamental leads
    assert np.all(np.abs(np.diff(hard[1:])) < 10.0)
    assert hard[5] > -38.0
    assert np.all(np.diff(hard - soft)[1:] > 0.0)


def test_the_tine_of_an_electric_piano_is_gone_when_the_note_sings():
    with_tine, without = (play(ElectricPiano, [(0.0, 1.5, 60, 0.8)], tine_percent=tine) for tine in (50.0, 0.0))
    tine = with_tine - without
    assert rms_db(tine[:, 200:2200]) > rms_db(without[:, 200:2200]) - 12.0
    assert rms_db(tine[:, RATE // 2 : RATE]) < rms_db(without[:, RATE // 2 : RATE]) - 30.0


def test_each_kernel_is_compiled_once_whatever_is_played():
    program = (
        "import numpy as np\n"
        "from songwright.dsp.jit import KERNELS\n"
        "from songwright.testing import notes, run_instrument\n"
        "from songwright.testing.controls import automatable\n"
        "from songwright.plugins import load_plugins\n"
        "for kind in (entry.component for entry in load_plugins(safe=True).all('instrument')):\n"
        "    events = notes(kind, [(0.0, 0.1, p, 0.8) for p in (36.0, 38.0, 42.0, 46.0, 60.0)])\n"
        "    run_instrument(kind(), events)\n"
        "    run_instrument(kind(), events, sweep=automatable(kind), sample_rate=48000)\n"
        "for name, kernel in KERNELS.items():\n"
        "    if len(kernel.specialisations) > 1:\n"
        "        print(name, *kernel.specialisations)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == ""
