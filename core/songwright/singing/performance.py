"""A part with lyrics to a sung stem: the whole way, for one track.

::

    part ─▶ phrases ─▶ spoken and taken apart (cached) ─▶ placed ─▶ resynthesised (cached) ─▶ one stem + the plan
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.model import Arrangement, Part
from songwright.arrangement.plan import TimingPlan
from songwright.interfaces.style import Style
from songwright.interfaces.voice import PhonemeSpan, Request, Voice
from songwright.music.pitch import note_name
from songwright.music.random import Chance
from songwright.profiles.library import find_profile
from songwright.profiles.profile import Profile
from songwright.project.model import VoiceUse
from songwright.singing import world
from songwright.singing.caller import Caller, speech_key, with_fallback
from songwright.singing.chain import chain, split_params
from songwright.singing.fill import complete
from songwright.singing.guise import Guise, put_on
from songwright.singing.language import require_language
from songwright.singing.placement import Placed, place, recite
from songwright.singing.refine import refine
from songwright.singing.resynthesis import resynthesise
from songwright.singing.score import Phrase, phrases
from songwright.singing.source import Line, SungSource, Take
from songwright.singing.store import Store, key
from songwright.singing.unison import Singer, choir

if TYPE_CHECKING:
    from songwright.plugins import Plugins

Mode = Literal["sing", "speak", "rap"]

#: How fast lines are spoken before they are led to their places: slowly for singing, so that vowels are clear.
SPEEDS: Mapping[Mode, float] = {"sing": 0.6, "speak": 0.95, "rap": 0.8}
VERSION = "2"  # changes when the same score sounds different: part of the keys of what was sung


@dataclass(frozen=True)
class SingingMetrics:
    """What a report says about one sung track."""

    provider: str
    seconds: float  # of sung phrases
    wall_s: float
    phrases: int
    cached_phrases: int
    passed_over: tuple[str, ...] = ()  # voices of the chain that could not, with their reasons
    profile: Profile | None = None  # whose voice it was made to sound like

    @property
    def real_time_factor(self) -> float:
        """Time spent, over time sung."""
        return self.wall_s / self.seconds if self.seconds else 0.0

    @property
    def cached(self) -> bool:
        """Whether nothing was sung anew."""
        return self.phrases > 0 and self.cached_phrases == self.phrases


@dataclass(frozen=True)
class Performance:
    """A sung track."""

    source: SungSource
    plan: TimingPlan
    metrics: SingingMetrics
    warnings: tuple[str, ...] = ()

    @property
    def audio(self) -> NDArray[np.float32]:
        """All of it, planar stereo, shape ``(2, frames)``, from the song's start."""
        return self.source.whole()


@dataclass(frozen=True)
class _Spoken:
    """A line as it was spoken, ready to be sung."""

    spans: tuple[PhonemeSpan, ...]
    analysis: world.Analysis
    key: str


@dataclass
class _Session:
    """What singing one track has at hand."""

    caller: Caller
    voices: Mapping[str, type[Voice]]
    language: str
    style: Style
    chance: Chance
    mode: Mode
    profile: Profile | None = None
    sung: int = 0
    from_store: int = 0
    spoken: dict[str, _Spoken] = field(default_factory=dict)


def perform(
    part: Part,
    arrangement: Arrangement,
    voice_use: VoiceUse,
    plugins: Plugins,
    sample_rate: int,
    store: Store | None = None,
    *,
    mode: Mode = "sing",
    caller: Caller | None = None,
) -> Performance:
    """Sing a part.

    Args:
        part: notes with lyrics.
        arrangement: the song it belongs to.
        voice_use: who sings, and how.
        plugins: where the voices are found.
        sample_rate: frames a second of the result.
        store: where speech and singing are kept between renders; None keeps nothing.
        mode: ``sing``, ``speak`` (the voice's own pitch and pace, each line where it starts) or ``rap`` (on the
            grid of the notes, with the pitch of speech).
        caller: to stop it, or with another patience; by default a new one over ``store``.

    Raises:
        ProfileError: there is no such voice profile.
        VoiceError: no voice of the chain could do it.
    """
    begun_s = time.perf_counter()
    style, own = split_params(voice_use.params)
    voices = chain(plugins, voice_use.use, own, arrangement.project.folder)
    known = {name: plugins.get("voice", name) for name in plugins.names("voice")}
    session = _Session(
        caller or Caller(store),
        known,
        arrangement.project.language,
        style,
        Chance(arrangement.project.seed).of("tracks", part.track, "voice"),
        mode,
        find_profile(voice_use.profile, arrangement.project.folder) if voice_use.profile else None,
    )
    lines = phrases(part, arrangement.time_map, style.transpose)
    (placed, spoken), voice, errors = with_fallback(
        voices, voice_use.fallback, lambda voice: _prepare(session, voice, lines, part.track)
    )
    singers = choir(style, session.chance)
    frames = _frames(arrangement, placed, sample_rate)
    source = _sing(session, placed, spoken, singers, frames, sample_rate)
    metrics = SingingMetrics(
        provider=voice.name,
        seconds=sum(phrase.end_s - phrase.start_s for phrase in lines),
        wall_s=time.perf_counter() - begun_s,
        phrases=session.sung,
        cached_phrases=session.from_store,
        passed_over=tuple(map(str, errors)),
        profile=session.profile,
    )
    plan = TimingPlan(tuple(one.line for one in placed))
    warnings = _warnings(voice, session.profile, lines, part.track) if mode == "sing" else []
    return Performance(source, plan, metrics, (*warnings, *metrics.passed_over))


def _prepare(
    session: _Session, voice: Voice, lines: Sequence[Phrase], singer: str
) -> tuple[tuple[Placed, ...], tuple[_Spoken, ...]]:
    """Every line spoken, taken apart and placed. A line that comes again is spoken once."""
    require_language(voice, session.language, session.voices)
    words = [word for line in lines for word in line.words]
    guise = put_on(session.profile, voice, session.caller, session.language, words)
    spoken = tuple(_speak(session, voice, line.text, guise) for line in lines)
    spans = [one.spans for one in spoken]
    if session.mode == "speak":
        return recite(lines, spans, singer), spoken
    return place(lines, spans, session.style.consonants_percent / 100.0, singer), spoken


def _speak(session: _Session, voice: Voice, text: str, guise: Guise) -> _Spoken:
    request = Request(text, SPEEDS[session.mode], session.language, reference=guise.reference)
    name = key("analysis", world.VERSION, speech_key(voice, request))
    if name in session.spoken:
        return session.spoken[name]
    store = session.caller.store
    arrays = store.get(name) if store else None
    if arrays is None:
        speech = complete(session.caller.speak(voice, request), request, voice, session.voices, session.caller)
        analysis = world.analyse(speech)
        spans = refine(speech.phonemes, analysis.f0_hz, speech.audio, speech.sample_rate)
        arrays = {**analysis.arrays(), "phonemes": _packed(spans)}
        if store:
            store.put(name, arrays)
    analysis = guise.dress(world.Analysis.from_arrays(arrays))
    session.spoken[name] = _Spoken(_unpacked(arrays["phonemes"]), analysis, name + guise.key)
    return session.spoken[name]


def _packed(spans: Sequence[PhonemeSpan]) -> NDArray[Any]:
    kinds = [("phoneme", "U8"), ("start_s", "f8"), ("end_s", "f8"), ("word", "i4"), ("stress", "i4")]
    return np.array([(p.phoneme, p.start_s, p.end_s, p.word, p.stress) for p in spans], kinds)


def _unpacked(rows: NDArray[Any]) -> tuple[PhonemeSpan, ...]:
    return tuple(PhonemeSpan(str(p), float(a), float(b), int(w), int(s)) for p, a, b, w, s in rows)


def _frames(arrangement: Arrangement, placed: Sequence[Placed], sample_rate: int) -> int:
    """The stem's length: to the song's last beat or the last sound, whichever is later."""
    end_s = float(arrangement.time_map.seconds(arrangement.end_beat)) if arrangement.sections else 0.0
    last_s = max((one.segments[-1].end_s for one in placed if one.segments), default=0.0)
    return int(np.ceil(max(end_s, last_s + 0.5) * sample_rate))


def _sing(
    session: _Session,
    placed: Sequence[Placed],
    spoken: Sequence[_Spoken],
    singers: Sequence[Singer],
    frames: int,
    sample_rate: int,
) -> SungSource:
    """All phrases of all singers."""
    rate = spoken[0].analysis.sample_rate if spoken else sample_rate
    lines = []
    for singer in singers:
        sung = [_phrase(session, one, line, singer) for one, line in zip(placed, spoken, strict=True) if one.segments]
        takes = tuple(Take(round(_entry_s(start_s, singer) * rate), audio) for audio, start_s in sung)
        lines.append(Line(singer.gains, takes))
    return SungSource(lines, rate, sample_rate, frames)


def _entry_s(start_s: float, singer: Singer) -> float:
    """Where a singer's phrase begins: nobody is ahead of the others where the song would cut them off."""
    return max(start_s + singer.delay_s, min(start_s, 0.0))


def _phrase(session: _Session, placed: Placed, spoken: _Spoken, singer: Singer) -> tuple[NDArray[np.float32], float]:
    """One phrase of one singer, from the store when its score, its words and its singer are the same."""
    style = singer.style
    chance = session.chance.of(placed.phrase.section, placed.phrase.text, str(singer.number))
    name = key(
        "sung", VERSION, session.mode, spoken.key, _relative(placed), style.model_dump_json(), chance, singer.number
    )
    session.sung += 1
    store = session.caller.store
    origin_s = placed.segments[0].start_s
    arrays = store.get(name) if store else None
    if arrays is not None:
        session.from_store += 1
        return np.asarray(arrays["audio"], np.float32), origin_s + float(arrays["start_s"])
    audio, start_s = resynthesise(
        placed, spoken.spans, spoken.analysis, style, chance.rng("drift"), own_pitch=session.mode != "sing"
    )
    if store:
        store.put(name, {"audio": audio, "start_s": np.array(start_s - origin_s)})
    return audio, origin_s + (start_s - origin_s)


def _relative(placed: Placed) -> tuple[object, ...]:
    """The phrase's score with times counted from its first sound: where it stands in the song is no part of it."""
    origin_s = placed.segments[0].start_s
    segments = tuple((s.span, s.role, _ms(s.start_s - origin_s), _ms(s.end_s - origin_s)) for s in placed.segments)
    notes = tuple(
        (_ms(n.start_s - origin_s), _ms(n.end_s - origin_s), n.pitch, syllable.velocity)
        for syllable in placed.phrase.syllables
        for n in syllable.notes
    )
    return (segments, notes, _ms(placed.breath_s))


def _ms(seconds: float) -> float:
    return round(1000.0 * seconds, 6)


def _warnings(voice: Voice, profile: Profile | None, lines: Sequence[Phrase], track: str) -> list[str]:
    pitches = [note.pitch for line in lines for syllable in line.syllables for note in syllable.notes]
    low, high = profile.midi_range if profile else voice.midi_range
    whose = f"profile {profile.name!r}" if profile else f"voice {voice.name!r}"
    outside = [pitch for pitch in pitches if not low <= pitch <= high]
    if not outside:
        return []
    lowest, highest = min(pitches), max(pitches)
    shift = 12 * round(((low + high) / 2 - (lowest + highest) / 2) / 12)
    advice = f"; give the voice transpose: {shift}" if shift else ""
    message = (
        f"track {track!r}: {len(outside)} of {len(pitches)} notes lie outside the range of {whose} "
        f"({note_name(low)} to {note_name(high)}){advice}"
    )
    return [message]
