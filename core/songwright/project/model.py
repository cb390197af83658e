"""The project as a value: what a file says once units are read and gaps are filled.

Every model is frozen and closed. Fields whose names end in a unit are written without it in YAML
(``gain_db`` is ``gain: -6 dB``). A file is merged with its genre's and its parent's values before
it gets here (:mod:`songwright.project.load`), so a Project is complete: what is None is decided by
the arrangement (structure, chords) or truly absent.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from songwright.knobs import knob
from songwright.music.feel import GROOVES
from songwright.music.pitch import Key
from songwright.project.target import MASTER, read_lanes
from songwright.project.use import Model, Plugged, Sidechain, Use, VoiceUse
from songwright.units import MusicalLength, Position, parse_length, parse_position

__all__ = ["Model", "Project", "Sidechain", "Track", "Use", "VoiceUse"]


MOST_SEED = 2**63 - 1


#: Colours that have a name in a project.
NAMED_COLOURS = {
    "black": "#000000",
    "white": "#ffffff",
    "grey": "#808080",
    "red": "#d0342c",
    "orange": "#f28c28",
    "yellow": "#ffd34d",
    "green": "#3aa655",
    "teal": "#1f8a8a",
    "blue": "#2f6fde",
    "navy": "#101c40",
    "purple": "#5b2a86",
    "pink": "#ff8fc7",
}
SMALLEST_SIDE, LARGEST_SIDE = 120, 4096


def _position(value: Any) -> Position:
    return value if isinstance(value, Position) else parse_position(str(value))


def _length(value: Any) -> MusicalLength:
    return value if isinstance(value, MusicalLength) else parse_length(str(value))


def _key(text: str) -> str:
    Key.parse(text)
    return text


def _meter(text: str) -> str:
    numerator, _, denominator = text.partition("/")
    if numerator.strip() not in map(str, range(1, 33)) or denominator.strip() not in ("1", "2", "4", "8", "16", "32"):
        raise ValueError(f"{text!r} is not a meter; write one like 4/4 or 7/8: 1 to 32 beats of a 1, 2, 4, 8, 16 or 32")
    return f"{int(numerator)}/{int(denominator)}"


def _colour(text: str) -> str:
    written = text.strip().lower()
    digits = NAMED_COLOURS.get(written, written).removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    if len(digits) != 6 or not set(digits) <= set("0123456789abcdef"):
        names = ", ".join(NAMED_COLOURS)
        raise ValueError(f'{text!r} is not a colour; write one like "#ffd34d", in quotes, or one of {names}')
    return f"#{digits}"


def _frame_size(text: str) -> str:
    width, _, height = text.lower().replace(" ", "").partition("x")
    sides = [int(side) for side in (width, height) if side.isdecimal() and len(side) <= 4]
    if len(sides) != 2 or any(side % 2 or not SMALLEST_SIDE <= side <= LARGEST_SIDE for side in sides):
        rule = f"even numbers of pixels from {SMALLEST_SIDE} to {LARGEST_SIDE}"
        raise ValueError(f"{text!r} is not a frame's size; write one like 1280x720, {rule}")
    return f"{sides[0]}x{sides[1]}"


def _numbered(chain: tuple[Use, ...]) -> tuple[Use, ...]:
    """Effects that go by their component's name, counted where it comes again: ``eq``, ``eq-2``."""
    seen: Counter[str] = Counter()
    numbered = []
    for effect in chain:
        seen[effect.id] += effect.id == effect.name
        again = seen[effect.id] > 1 and effect.id == effect.name
        numbered.append(effect.model_copy(update={"id": f"{effect.id}-{seen[effect.id]}"}) if again else effect)
    return tuple(numbered)


At = Annotated[Position, BeforeValidator(_position)]
Length = Annotated[MusicalLength, BeforeValidator(_length)]
Colour = Annotated[str, AfterValidator(_colour)]
FrameSize = Annotated[str, AfterValidator(_frame_size)]
KeyName = Annotated[str, AfterValidator(_key)]
MeterName = Annotated[str, AfterValidator(_meter)]
InstrumentUse = Annotated[Use, Plugged("instrument")]
PatternUse = Annotated[Use, Plugged("pattern")]
EffectUse = Annotated[Use, Plugged("effect")]
EffectChain = Annotated[tuple[EffectUse, ...], AfterValidator(_numbered)]
ProgressionUse = Annotated[Use, Plugged("progression")]
VoiceChain = Annotated[VoiceUse, Plugged("voice", many=True)]

Roll = Annotated[int, Field(ge=0, le=MOST_SEED)]

SONG_START = Position(1, 1.0)


class KeyChange(Model):
    """The key from ``at`` on."""

    bare = "key"

    at: At = Field(SONG_START, description="where it begins")
    key: KeyName = Field(description="tonic and mode: A minor, F# dorian")


class TempoChange(Model):
    """The tempo from ``at`` on, in quarter notes a minute; reached over a ramp when ``over`` is given."""

    bare = "bpm"

    at: At = Field(SONG_START, description="where it begins")
    bpm: float = knob(120.0, 20.0, 400.0, "BPM", "quarter notes a minute")
    over: Length | None = Field(None, description="length of the ramp to it, which begins at `at`")


class MeterChange(Model):
    """The meter from ``at`` (a bar's start) on. ``group`` adds up to the numerator: where the accents lie."""

    bare = "meter"

    at: At = Field(SONG_START, description="the bar where it begins")
    meter: MeterName = Field(description="beats and their unit: 4/4, 7/8")
    group: tuple[int, ...] | None = Field(None, description="where the accents lie: [2, 2, 3] for 7/8")


class Humanize(Model):
    """How far players stray: standard deviations of onset (ms) and velocity (MIDI units of 127)."""

    timing_ms: float = knob(6.0, 0.0, 50.0, "ms", "spread of onsets")
    velocity: float = knob(5.0, 0.0, 40.0, "", "spread of velocities, of 127")


class Feel(Model):
    """The groove laid over all parts."""

    groove: str = Field("straight", description=f"one of {', '.join(GROOVES)}")
    swing_percent: float = knob(50.0, 50.0, 75.0, "%", "place of the off-beat within the beat; 66.7 % is a triplet")
    amount_percent: float = knob(100.0, 0.0, 150.0, "%", "how much of the groove's timing and accents is used")
    humanize: Humanize = Field(Humanize(), description="how far players stray")


class SectionMaterial(Model):
    """Material named once. ``chords`` is text, or a progression component."""

    bars: int | None = knob(None, 1, 256, "", "length in bars")
    energy: float | None = knob(None, 0.0, 1.0, "", "0 to 1")
    chords: str | ProgressionUse | None = Field(
        None, description="chords such as `| I | vi . IV | V7 |`, or a progression"
    )
    lyrics: str | None = Field(None, description="one line a phrase; `-` splits syllables")
    seed: int = knob(0, 0, MOST_SEED, "", "another take of this material alone, at each playing; 0: the song's own")


class Placement(Model):
    """One entry of the playing order; what is None comes from the material."""

    bare = "use"

    use: str = Field(description="the section that is played")
    id: str | None = Field(None, description="name of this playing; default: verse, verse-2, verse-3")
    bars: int | None = knob(None, 1, 256, "", "length in bars")
    energy: float | None = knob(None, 0.0, 1.0, "", "0 to 1")
    chords: str | ProgressionUse | None = Field(None, description="chords of this playing")
    lyrics: str | None = Field(None, description="lyrics of this playing")
    fill: Literal["auto", "last", "none"] = Field("auto", description="where the drums fill")
    transpose: int = knob(0, -24, 24, "semitones", "moves chords and parts of this playing")
    seed: int | None = knob(None, 0, MOST_SEED, "", "another take of this playing alone; 0: the song's own")


class Clip(Model):
    """Written notes that replace the pattern where they stand."""

    at: At = Field(description="where it begins")
    notes: str | None = Field(None, description="notes such as `E2:1/4 r:1/8 [E3 G3]:1/2@0.8`")
    midi: Path | None = Field(None, description="a MIDI file instead of notes")
    lyrics: str | None = Field(None, description="what is sung: `-` splits syllables, `_` holds one")
    repeat: int = knob(1, 1, 999, "", "how often it is played, end to end")


class Send(Model):
    """A copy of a track or bus to a return."""

    bare = "to"

    to: str = Field(description="id of a bus")
    level_db: float = knob(0.0, -90.0, 12.0, "dB", "level of the send", taper="db", automatable=True)
    tap: Literal["pre", "post"] = Field("post", description="before or after the fader")


class Sings(Model):
    """What a voice track sings: the song's melody, or a part in harmony with it."""

    bare = "part"

    part: Literal["melody"] = Field("melody", description="the song's melody")
    harmony: str | None = Field(None, description="a part in harmony with it: third-below")
    mode: Literal["sing", "speak", "rap"] = Field("sing", description="how it is voiced")


class Track(Model):
    """One line of the song: an instrument or a voice, what it plays, and its channel strip."""

    instrument: InstrumentUse | None = Field(None, description="what plays it")
    voice: VoiceChain | None = Field(None, description="who sings it")
    pattern: PatternUse | None = Field(None, description="what writes its notes")
    sings: Sings | None = Field(None, description="what a voice sings")
    clips: tuple[Clip, ...] = Field((), description="written notes, which replace the pattern where they stand")
    midi: Path | None = Field(None, description="a MIDI file that the track plays from bar 1")
    effects: EffectChain = Field((), description="inserts, in order")
    gain_db: float = knob(0.0, -90.0, 24.0, "dB", "fader", taper="db", automatable=True)
    pan_percent: float = knob(0.0, -100.0, 100.0, "%", "-100 % is left, 100 % right", automatable=True)
    sends: tuple[Send, ...] = Field((), description="copies to returns")
    to: str = Field("master", description="the bus it is routed to")


class Bus(Model):
    """Where tracks meet. A ``group`` carries what is routed ``to`` it; a ``return`` what is sent to it."""

    role: Literal["group", "return"] = Field("group", description="whether tracks are routed or sent to it")
    effects: EffectChain = Field((), description="inserts, in order")
    gain_db: float = knob(0.0, -90.0, 24.0, "dB", "fader", taper="db", automatable=True)
    pan_percent: float = knob(0.0, -100.0, 100.0, "%", "-100 % is left, 100 % right", automatable=True)
    sends: tuple[Send, ...] = Field((), description="copies to returns")
    to: str = Field("master", description="the bus it is routed to")


class Master(Model):
    """The last bus. The loudness gain stands before a limiter that ends the chain."""

    effects: EffectChain = Field((), description="inserts, in order")
    gain_db: float = knob(0.0, -90.0, 24.0, "dB", "fader", taper="db", automatable=True)


class AutomationPoint(Model):
    """A value at a place, and the shape of the way to it from the point before."""

    positional = ("at", "value", "shape")

    at: At = Field(description="where the value is reached")
    value: float | MusicalLength = Field(description="in the unit of the target's knob")
    shape: Literal["linear", "exp", "step", "smooth"] = Field("linear", description="the way from the point before")


class AutomationLane(Model):
    """A knob that moves: ``bass.comp.threshold``, ``bass.gain``, ``bass.instrument.cutoff``, ``bass.hall`` (a send)."""

    target: str = Field(description="what moves: bass.gain, bass.hall (a send), bass.comp.threshold (an effect)")
    points: tuple[AutomationPoint, ...] = Field(min_length=1, description="[place, value, shape] each, in order")


class MixOutput(Model):
    """The mixdown."""

    loudness_lufs: float | None = knob(-14.0, -40.0, -5.0, "LUFS", "integrated loudness of the mix")
    true_peak_dbtp: float = knob(-1.0, -20.0, 0.0, "dBTP", "ceiling of the true peak")
    formats: tuple[Literal["wav", "flac", "mp3", "ogg"], ...] = Field(
        ("wav",), min_length=1, description="files that are written"
    )


class StemOutput(Model):
    """The stems."""

    tap: Literal["source", "pre-fader", "post-fader"] = Field(
        "post-fader", description="where in the strip they are taken"
    )
    format: Literal["wav", "flac", "mp3", "ogg"] = Field("wav", description="the kind of file")


class KaraokeVideo(Model):
    """A video of the mix in which words light up as they are sung."""

    bare = "format"

    format: Literal["mp4", "webm"] = Field("mp4", description="H.264 with AAC, or VP9 with Opus")
    size: FrameSize = Field("1280x720", description="width x height in pixels, even numbers")
    fps: int = knob(30, 10, 60, "", "frames a second")
    background: tuple[Colour, ...] = Field(
        ("#16213f", "#40214f"), min_length=1, max_length=2, description='a colour ("#16213f"), or top and bottom'
    )
    image: Path | None = Field(None, description="a picture behind the words instead; it is cut to the frame")
    text: Colour = Field("#ffffff", description="colour of words that are not sung yet")
    colours: dict[str, Colour] = Field(default={}, description="colours of sung words, by the singer's track")
    font: Path | None = Field(None, description="a TrueType or OpenType font instead of Roboto Bold")
    title_card: bool = Field(True, description="whether title and artist are shown before the first words")


class RenderSettings(Model):
    """What a render leaves on disk."""

    mix: MixOutput = Field(MixOutput(), description="the mixdown")
    stems: StemOutput = Field(StemOutput(), description="the stems")
    karaoke: tuple[Literal["lrc", "elrc", "ass", "vtt", "srt", "ultrastar", "midi", "kar"], ...] = Field(
        (), description="karaoke files that are written"
    )
    karaoke_video: KaraokeVideo | None = Field(None, description="a video whose words light up as they are sung")
    midi: bool = Field(True, description="whether the notes are written as a MIDI file")


class Project(Model):
    """A complete, checked song project."""

    songwright: Literal[1] = Field(description="version of the format")
    title: str = Field(min_length=1, description="names the song and its output folder")
    artist: str = Field("", description="who made it")
    language: str = Field("en", description="of the lyrics, as a BCP 47 code")
    license: str = Field("", description="written into tags and the credits file")
    seed: int = knob(0, 0, MOST_SEED, "", "the only source of chance")
    reroll: dict[str, Roll] = Field(
        default={}, description="other takes of single sections: playing's id → number, as its own `seed`"
    )
    requires: dict[str, str] = Field(default={}, description="plugin distributions and their versions")
    genre: str = Field(description="the style that fills the gaps")
    mood: str = Field("", description="one of the genre's moods")
    energy: float = knob(0.6, 0.0, 1.0, "", "0 to 1")
    key: tuple[KeyChange, ...] = Field(
        (KeyChange(key="C major"),), min_length=1, description="A minor, or a list of changes"
    )
    tempo: tuple[TempoChange, ...] = Field((TempoChange(),), min_length=1, description="BPM, or a list of changes")
    meter: tuple[MeterChange, ...] = Field(
        (MeterChange(meter="4/4"),), min_length=1, description="4/4, or a list of changes"
    )
    duration_s: float | None = knob(None, 5.0, 3600.0, "s", "target that the structure is fitted to, such as 2:30")
    feel: Feel = Field(Feel(), description="the groove laid over all parts")
    sections: dict[str, SectionMaterial] = Field(default={}, description="material, named once")
    #: None: the genre's form is fitted to the duration.
    arrangement: tuple[Placement, ...] | None = Field(None, min_length=1, description="playing order of the sections")
    tracks: dict[str, Track] = Field(default={}, description="the lines of the song, by id; null removes one")
    buses: dict[str, Bus] = Field(default={}, description="groups and returns, by id; null removes one")
    master: Master = Field(Master(), description="the last bus")
    automation: tuple[AutomationLane, ...] = Field((), description="knobs that move")
    render: RenderSettings = Field(RenderSettings(), description="what a render leaves on disk")
    #: Tracks that the genre supplied: the genre says in which sections they enter.
    genre_tracks: frozenset[str] = Field(default=frozenset(), exclude=True, alias="(genre tracks)")
    #: Folder of the project file: clips' and parts' paths are already resolved against it.
    folder: Path = Field(default=Path(), exclude=True, alias="(folder)")

    @property
    def strips(self) -> dict[str, Track | Bus | Master]:
        """Tracks, buses and the master by id, in the order of the mixer."""
        return {**self.tracks, **self.buses, MASTER: self.master}

    @field_validator("automation", mode="before")
    @classmethod
    def _in_the_units_of_their_targets(cls, lanes: Any, info: ValidationInfo) -> Any:
        """A point's ``-18 dB`` can only be read once it is known which knob it moves."""
        if not isinstance(lanes, list):
            return lanes
        if not {"tracks", "buses", "master"} <= info.data.keys():
            return ()  # the strips are refused; the lanes are read when those are mended
        return read_lanes(lanes, {**info.data["tracks"], **info.data["buses"], MASTER: info.data["master"]})
