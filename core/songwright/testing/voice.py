"""What a voice owes its host.

Checks of speech run only on a voice that is at hand (:meth:`Voice.available` returns nothing) and not
online: a test suite must not spend anybody's money. Give them the component, or an object made for the
test (with the address of a loopback server, say).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from songwright.interfaces.voice import Request, Speech, Voice
from songwright.testing.component import check_import_is_light, check_is_documented, check_knobs_are_sound, require

TEXT = "Harbour lights are calling home, and every wave is a story."


def check_voice_says_what_it_can(voice: type[Voice]) -> None:
    """Languages, range and sample rate make sense, and whether it can work is told without an error."""
    low, high = voice.midi_range
    require(0 <= low < high <= 127, f"{voice.name}: midi_range {voice.midi_range} is no range")
    require(voice.languages, f"{voice.name}: languages is empty; write ('*',) for any")
    require(8_000 <= voice.sample_rate <= 192_000, f"{voice.name}: sample_rate {voice.sample_rate} is out of bounds")
    require(voice.workers >= 1, f"{voice.name}: workers must be at least 1")
    require(isinstance(voice().available(), str), f"{voice.name}: available() must return text, empty when all is well")
    require(voice.name in voice().fingerprint(), f"{voice.name}: the fingerprint must name the voice")


def check_voice_speaks(voice: type[Voice] | Voice) -> None:
    """Speech is mono float32, finite, within [-1, 1], as long as words take, and not silent."""
    for speech in _spoken(voice, Request(TEXT)):
        name, audio = _name(voice), speech.audio
        require(audio.ndim == 1 and audio.dtype == np.float32, f"{name}: audio must be mono float32")
        require(np.isfinite(audio).all(), f"{name}: audio holds numbers that are not finite")
        require(np.abs(audio).max() <= 1.0, f"{name}: audio exceeds full scale")
        require(1.5 <= speech.seconds <= 30.0, f"{name}: {speech.seconds:.1f} s is no length for {TEXT!r}")
        require(np.sqrt(np.mean(audio**2)) > 1e-3, f"{name}: audio is silent")


def check_voice_obeys_speed(voice: type[Voice] | Voice) -> None:
    """Half the speed takes clearly longer."""
    for slow, usual in zip(_spoken(voice, Request(TEXT, 0.6)), _spoken(voice, Request(TEXT)), strict=True):
        require(slow.seconds > 1.2 * usual.seconds, f"{_name(voice)}: speed 0.6 is not slower than 1.0")


def check_voice_times_are_sound(voice: type[Voice] | Voice) -> None:
    """Phonemes, where they are given, lie in order inside the audio and cover every word; pitch fits its length."""
    if not voice.gives_durations and not voice.gives_pitch:
        return
    for speech in _spoken(voice, Request(TEXT)):
        name, spans = _name(voice), speech.phonemes
        if voice.gives_durations:
            require(spans, f"{name}: gives_durations, but there are no phonemes")
            require({p.word for p in spans} == set(range(len(TEXT.split()))), f"{name}: a word has no phonemes")
            for before, after in itertools.pairwise(spans):
                require(before.start_s <= before.end_s, f"{name}: {before} ends before it starts")
                require(before.end_s <= after.start_s + 1e-6, f"{name}: {before} and {after} overlap")
                require(before.word <= after.word, f"{name}: {after} belongs to an earlier word than {before}")
            require(spans[-1].end_s <= speech.seconds + 0.1, f"{name}: phonemes outlast the audio")
        if voice.gives_pitch:
            require(speech.pitch is not None, f"{name}: gives_pitch, but there is none")
            assert speech.pitch is not None
            covered_s = speech.pitch.offset_s + len(speech.pitch.hz) * speech.pitch.step_s
            require(abs(covered_s - speech.seconds) < 0.1, f"{name}: the pitch is not as long as the audio")
            require((speech.pitch.hz >= 0).all(), f"{name}: a pitch is below 0")


def check_voice_repeats_itself(voice: type[Voice] | Voice) -> None:
    """The same request gives the same bytes, from several threads at once too, when it is declared so."""
    if not voice.deterministic:
        return
    texts = [TEXT, "Another line.", TEXT, "Another line."]
    speaker = voice() if isinstance(voice, type) else voice
    if speaker.available() or speaker.online:
        return
    with ThreadPoolExecutor(max(speaker.workers, 1)) as pool:
        first, second, again, repeated = pool.map(lambda text: speaker.speak(Request(text)).audio, texts)
    require(np.array_equal(first, again), f"{speaker.name}: the same text gave other audio")
    require(np.array_equal(second, repeated), f"{speaker.name}: the same text gave other audio")


VOICE_CHECKS: tuple[Callable[[type[Voice]], None], ...] = (
    check_is_documented,
    check_knobs_are_sound,
    check_import_is_light,
    check_voice_says_what_it_can,
    check_voice_speaks,
    check_voice_obeys_speed,
    check_voice_times_are_sound,
    check_voice_repeats_itself,
)


def check_voice(voice: type[Voice]) -> None:
    """Run every check."""
    for check in VOICE_CHECKS:
        check(voice)


def _spoken(voice: type[Voice] | Voice, request: Request) -> list[Speech]:
    """What it says; nothing when it cannot be asked here."""
    speaker = voice() if isinstance(voice, type) else voice
    if speaker.available() or (speaker.online and isinstance(voice, type)):
        return []
    return [speaker.speak(request)]


def _name(voice: type[Voice] | Voice) -> str:
    return voice.name
