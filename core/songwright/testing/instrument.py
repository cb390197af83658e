"""What an instrument owes its host."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.instrument import EVENT, Instrument
from songwright.music.notes import Articulation
from songwright.testing.component import (
    check_import_is_light,
    check_is_documented,
    check_knobs_are_sound,
    require,
)
from songwright.testing.controls import (
    StaticControls,
    SweptControls,
    automatable,
    require_every_knob_heard,
    settings,
)

SAMPLE_RATE = 44_100
_SILENCE = 10.0 ** (-90.0 / 20.0)


def notes(
    instrument: type[Instrument], rows: Iterable[tuple[float, float, float, float]], sample_rate: int = SAMPLE_RATE
) -> NDArray[np.void]:
    """Events from rows of start (s), length (s), pitch and velocity, sorted as the host sorts them.

    Pitches outside ``midi_range`` are moved in by octaves; for drums they are taken as they come.
    """
    rows = list(rows)
    events = np.zeros(len(rows), EVENT)
    low, high = instrument.midi_range
    for index, (start_s, length_s, given, velocity) in enumerate(rows):
        pitch = given
        if not instrument.is_drums:
            while pitch < low:
                pitch += 12
            while pitch > high:
                pitch -= 12
        events[index] = (
            round(start_s * sample_rate),
            max(1, round(length_s * sample_rate)),
            pitch,
            velocity,
            0,
            pitch,
            start_s,
            index + 1,
        )
    return np.sort(events, order=["start", "pitch"])


def run_instrument(
    instrument: Instrument,
    events: NDArray[np.void],
    *,
    sweep: tuple[str, ...] = (),
    sample_rate: int = SAMPLE_RATE,
    frames: int | None = None,
    prepared: bool = False,
) -> NDArray[np.float32]:
    """Render ``events`` as a host would, into as many frames as they and the tail need (or ``frames``)."""
    if not prepared:
        instrument.prepare(sample_rate)
    if frames is None:
        end = int((events["start"] + events["length"]).max(initial=0))
        frames = end + math.ceil(instrument.tail_s * sample_rate) + 1
    out = np.zeros((2, frames), np.float32)
    controls = SweptControls(instrument.params, sweep, sample_rate, 0, frames) if sweep else None
    instrument.render(events, controls or StaticControls(instrument.params), out)
    return out


def _pitches(instrument: type[Instrument]) -> tuple[float, ...]:
    """Five pitches it can play: kit pieces for drums, else spread over its range."""
    if instrument.is_drums:
        return (36.0, 38.0, 42.0, 46.0, 49.0)
    low, high = instrument.midi_range
    return tuple(low + (high - low) * part for part in (0.0, 0.3, 0.5, 0.7, 1.0))


def _phrase(instrument: type[Instrument], sample_rate: int = SAMPLE_RATE) -> NDArray[np.void]:
    """A second of notes, short and long, soft and loud, one of them tied."""
    a, b, c, d, e = _pitches(instrument)
    rows = [(0.0, 0.4, b, 0.8), (0.0, 0.2, c, 0.5), (0.25, 0.1, d, 1.0), (0.4, 0.3, a, 0.7), (0.55, 0.05, e, 0.3)]
    phrase = notes(instrument, rows, sample_rate)
    if not instrument.is_drums:
        phrase["articulation"][-2] = Articulation.LEGATO  # tied to the note before: it may glide
        phrase["from_pitch"][-2] = d
    return phrase


def check_output_is_finite(instrument: type[Instrument]) -> None:
    """However the knobs stand and whatever it plays, what comes out is finite."""
    extreme = notes(
        instrument,
        [(0.0, 0.0, pitch, velocity) for pitch in (0.0, 60.5, 127.0) for velocity in (0.0, 1.0)]
        + [(0.1, 0.2, _pitches(instrument)[0], 1.0), (0.1, 0.2, _pitches(instrument)[-1], 0.01)],
    )
    for label, params in settings(instrument):
        out = run_instrument(instrument(params), extreme)
        require(np.isfinite(out).all(), f"{instrument.name}: what comes out with {label} is not finite")
        require(np.abs(out).max() < 100.0, f"{instrument.name}: it reaches {np.abs(out).max():.3g} with {label}")


def check_sweeps_are_finite(instrument: type[Instrument]) -> None:
    """Each automatable knob can travel its range."""
    for name in automatable(instrument):
        out = run_instrument(instrument(), _phrase(instrument), sweep=(name,))
        require(np.isfinite(out).all(), f"{instrument.name}: sweeping {name} gives what is not finite")


def check_sample_rates(instrument: type[Instrument]) -> None:
    """It works from 22.05 to 96 kHz."""
    for sample_rate in (22_050, 48_000, 96_000):
        out = run_instrument(instrument(), _phrase(instrument, sample_rate), sample_rate=sample_rate)
        require(np.isfinite(out).all(), f"{instrument.name}: not finite at {sample_rate} Hz")
        require(np.abs(out).max() > 1e-3, f"{instrument.name}: silent at {sample_rate} Hz")


def check_no_notes_no_sound(instrument: type[Instrument]) -> None:
    """Without notes it writes nothing."""
    out = run_instrument(instrument(), np.zeros(0, EVENT), frames=5000)
    require(not out.any(), f"{instrument.name}: without notes it writes up to {np.abs(out).max():.3g}")


def check_adds_to_what_is_there(instrument: type[Instrument]) -> None:
    """It adds to ``out``; what stands there stays."""
    events = _phrase(instrument)
    alone = run_instrument(instrument(), events)
    instance = instrument()
    instance.prepare(SAMPLE_RATE)
    out = np.full_like(alone, 0.25)
    instance.render(events, StaticControls(instance.params), out)
    error = float(np.abs(out - 0.25 - alone).max())
    require(error < 1e-5, f"{instrument.name}: it does not add to what stands in out (off by {error:.3g})")


def check_starts_on_time(instrument: type[Instrument]) -> None:
    """Nothing sounds before the first note, and a note that starts later sounds the same, later."""
    events = _phrase(instrument)
    later = events.copy()
    later["start"] += 1001
    frames = run_instrument(instrument(), events).shape[1]
    early = run_instrument(instrument(), events, frames=frames)
    late = run_instrument(instrument(), later, frames=frames + 1001)
    require(not late[:, :1001].any(), f"{instrument.name}: it sounds before the first note")
    error = float(np.abs(late[:, 1001:] - early).max())
    require(error < 1e-4, f"{instrument.name}: 1001 frames later it sounds different (by {error:.3g})")


def check_notes_are_independent(instrument: type[Instrument]) -> None:
    """Notes rendered apart and added are the notes rendered together: the host cuts tracks into pages."""
    events = _phrase(instrument)
    together = run_instrument(instrument(), events)
    apart = np.zeros_like(together)
    for index in range(len(events)):
        apart += run_instrument(instrument(), events[index : index + 1], frames=together.shape[1])
    error = float(np.abs(together - apart).max())
    require(error < 1e-4, f"{instrument.name}: a note depends on its neighbours (by {error:.3g})")


def check_keeps_nothing(instrument: type[Instrument]) -> None:
    """A render depends on its notes alone, not on what was played before; same bits every time."""
    events = _phrase(instrument)
    instance = instrument()
    first = run_instrument(instance, events)
    instance.render(events[:1], StaticControls(instance.params), np.zeros_like(first))
    again = run_instrument(instance, events, prepared=True)
    require(np.array_equal(first, again), f"{instrument.name}: a second render of the same notes differs")


def check_threads_do_not_matter(instrument: type[Instrument]) -> None:
    """Many at once, and one shared between threads, give the same bits."""
    events = _phrase(instrument)
    shared = instrument()
    first = run_instrument(shared, events)
    with ThreadPoolExecutor(4) as pool:
        own = list(pool.map(lambda _: run_instrument(instrument(), events), range(4)))
        common = list(pool.map(lambda _: run_instrument(shared, events, prepared=True), range(4)))
    require(all(np.array_equal(first, other) for other in own + common), f"{instrument.name}: in threads, it differs")


def check_tail_is_true(instrument: type[Instrument]) -> None:
    """After the last note is let go, it is below -90 dBFS once the declared tail is over."""
    for label, params in settings(instrument):
        instance = instrument(params)
        instance.prepare(SAMPLE_RATE)
        tail_s = float(instance.tail_s)
        require(math.isfinite(tail_s) and tail_s >= 0.0, f"{instrument.name}: tail_s is {tail_s!r} with {label}")
        for pitch in _pitches(instrument):
            events = notes(instrument, [(0.0, 0.1, pitch, 1.0)])
            over = int(events["length"][0]) + math.ceil(tail_s * SAMPLE_RATE) + 1
            out = run_instrument(instance, events, frames=over + SAMPLE_RATE // 5, prepared=True)
            loudest = float(np.abs(out[:, over:]).max())
            require(
                loudest < _SILENCE,
                f"{instrument.name}: {20 * math.log10(max(loudest, 1e-30)):.1f} dBFS after the tail of {tail_s:.3g} s"
                f" at pitch {pitch:g} with {label}",
            )


def check_adds_no_dc(instrument: type[Instrument]) -> None:
    """Its sound has no offset."""
    out = run_instrument(instrument(), _phrase(instrument))
    offset = float(np.abs(out.mean(axis=1, dtype=np.float64)).max())
    require(offset < 3e-3, f"{instrument.name}: the sound has an offset of {offset:.3g}")


def check_level_is_usual(instrument: type[Instrument]) -> None:
    """A busy part at velocity 0.8 has -30 to -10 dBFS RMS, so that faders sit near 0 dB."""
    middle = _pitches(instrument)
    rows = [(0.25 * step, 0.24, middle[1 + step % 3], 0.8) for step in range(16)]
    out = run_instrument(instrument(), notes(instrument, rows))[:, : 4 * SAMPLE_RATE]
    level_db = 10.0 * math.log10(float(np.mean(out.astype(np.float64) ** 2)) + 1e-30)
    require(-30.0 <= level_db <= -10.0, f"{instrument.name}: a busy part has {level_db:.1f} dBFS RMS; aim for -18")


def check_velocity_matters(instrument: type[Instrument]) -> None:
    """A harder note is louder."""
    pitch = _pitches(instrument)[1]
    soft, hard = (
        run_instrument(instrument(), notes(instrument, [(0.0, 0.3, pitch, velocity)])) for velocity in (0.3, 1.0)
    )
    require(float((hard**2).sum()) > float((soft**2).sum()), f"{instrument.name}: velocity does not make it louder")


def check_every_knob_does_something(instrument: type[Instrument]) -> None:
    """Turning any knob from one end to the other can be heard, somewhere."""
    events = _phrase(instrument)
    require_every_knob_heard(instrument, lambda params: run_instrument(instrument(params), events, frames=60_000))


INSTRUMENT_CHECKS: tuple[Callable[[type[Instrument]], None], ...] = (
    check_is_documented,
    check_knobs_are_sound,
    check_import_is_light,
    check_output_is_finite,
    check_sweeps_are_finite,
    check_sample_rates,
    check_no_notes_no_sound,
    check_adds_to_what_is_there,
    check_starts_on_time,
    check_notes_are_independent,
    check_keeps_nothing,
    check_threads_do_not_matter,
    check_tail_is_true,
    check_adds_no_dc,
    check_level_is_usual,
    check_velocity_matters,
    check_every_knob_does_something,
)


def check_instrument(instrument: type[Instrument]) -> None:
    """Run every check; the first that fails raises AssertionError."""
    for check in INSTRUMENT_CHECKS:
        check(instrument)
