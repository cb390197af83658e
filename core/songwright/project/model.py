"""The project as a value: what a file says once units are read and gaps are filled.

Every model is frozen and closed. Fields whose names end in a unit are written without it in YAML
(``gain_db`` is ``gain: -6 dB``). A file is merged with its genre's and its parent's values before
it gets here (:mod:`songwright.project.load`), so a Project is complete: what is None is decided by
the arrangement (structure, chords) or truly absent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from songwright.knobs import Params, knob
from songwright.units import MusicalLength, Position


class Model(Params):
    """Base of the project's parts: knobs are understood as in components."""

    model_config = ConfigDict(validate_default=False)


class Sidechain(Model):
    """Where an effect listens: ``{from: drums, tap: pre}``."""

    source: str = Field(alias="from")
    tap: Literal["pre", "post"] = "post"


class Use(BaseModel):
    """A component where one is plugged in: ``name`` or ``{use: name, id: ..., its own parameters}``.

    ``params`` is an instance of the component's own ``Params``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    params: Any
    id: str  # defaults to the name; automation addresses it
    sidechain: Sidechain | None = None


class KeyChange(Model):
    """The key from ``at`` on."""

    at: Position
    key: str


class TempoChange(Model):
    """The tempo from ``at`` on, in quarter notes a minute; reached over a ramp when ``over`` is given."""

    at: Position
    bpm: float = knob(120.0, 20.0, 400.0, "BPM")
    over: MusicalLength | None = None  # the ramp ends at ``at`` + ``over``; it starts at ``at``


class MeterChange(Model):
    """The meter from ``at`` (a bar's start) on. ``group`` adds up to the numerator: where the accents lie."""

    at: Position
    meter: str
    group: tuple[int, ...] | None = None


class Humanize(Model):
    """How far players stray: standard deviations of onset (ms) and velocity (MIDI units of 127)."""

    timing_ms: float = knob(6.0, 0.0, 50.0, "ms", "spread of onsets")
    velocity: float = knob(5.0, 0.0, 40.0, "", "spread of velocities, of 127")


class Feel(Model):
    """The groove laid over all parts."""

    groove: str = "straight"
    swing_percent: float = knob(50.0, 50.0, 75.0, "%", "place of the off-beat within the beat; 66.7 % is a triplet")
    amount_percent: float = knob(100.0, 0.0, 150.0, "%", "how much of the groove's timing and accents is used")
    humanize: Humanize = Humanize()


class SectionMaterial(Model):
    """Material named once. ``chords`` is text, or a progression component."""

    bars: int | None = knob(None, 1, 256, "", "length in bars")
    energy: float | None = knob(None, 0.0, 1.0, "", "0 to 1")
    chords: str | Use | None = None
    lyrics: str | None = None


class Placement(Model):
    """One entry of the playing order; what is None comes from the material."""

    use: str
    id: str | None = None
    bars: int | None = knob(None, 1, 256, "", "length in bars")
    energy: float | None = knob(None, 0.0, 1.0, "", "0 to 1")
    chords: str | Use | None = None
    lyrics: str | None = None
    fill: Literal["auto", "last", "none"] = "auto"
    transpose: int = knob(0, -24, 24, "semitones", "moves chords and parts of this playing")


class Clip(Model):
    """Written notes that replace the pattern where they stand."""

    at: Position
    notes: str | None = None
    midi: Path | None = None
    lyrics: str | None = None
    repeat: int = knob(1, 1, 999, "", "how often it is played, end to end")


class Send(Model):
    """A copy of a track or bus to a return."""

    to: str
    level_db: float = knob(0.0, -90.0, 12.0, "dB", "level of the send", taper="db", automatable=True)
    tap: Literal["pre", "post"] = "post"


class VoiceUse(Model):
    """Who sings: a chain of providers, first that can; the rest of the keys are theirs."""

    use: tuple[str, ...]
    profile: str | None = None
    fallback: Literal["never", "same_voice", "any"] = "any"
    params: dict[str, Any] = {}


class Sings(Model):
    """What a voice track sings: the song's melody, or a part in harmony with it."""

    part: Literal["melody"] = "melody"
    harmony: str | None = None
    mode: Literal["sing", "speak", "rap"] = "sing"


class Track(Model):
    """One line of the song: an instrument or a voice, what it plays, and its channel strip."""

    instrument: Use | None = None
    voice: VoiceUse | None = None
    pattern: Use | None = None
    sings: Sings | None = None
    clips: tuple[Clip, ...] = ()
    midi: Path | None = None
    effects: tuple[Use, ...] = ()
    gain_db: float = knob(0.0, -90.0, 24.0, "dB", "fader", taper="db", automatable=True)
    pan_percent: float = knob(0.0, -100.0, 100.0, "%", "-100 % is left, 100 % right", automatable=True)
    sends: tuple[Send, ...] = ()
    to: str = "master"


class Bus(Model):
    """Where tracks meet. A ``group`` carries what is routed ``to`` it; a ``return`` what is sent to it."""

    role: Literal["group", "return"] = "group"
    effects: tuple[Use, ...] = ()
    gain_db: float = knob(0.0, -90.0, 24.0, "dB", "fader", taper="db", automatable=True)
    pan_percent: float = knob(0.0, -100.0, 100.0, "%", "-100 % is left, 100 % right", automatable=True)
    sends: tuple[Send, ...] = ()
    to: str = "master"


class Master(Model):
    """The last bus. The loudness gain stands before a limiter that ends the chain."""

    effects: tuple[Use, ...] = ()
    gain_db: float = knob(0.0, -90.0, 24.0, "dB", "fader", taper="db", automatable=True)


class AutomationPoint(Model):
    """A value at a place, and the shape of the way to it from the point before."""

    at: Position
    value: float | MusicalLength  # in the target knob's unit
    shape: Literal["linear", "exp", "step", "smooth"] = "linear"


class AutomationLane(Model):
    """A knob that moves: ``bass.comp.threshold``, ``bass.gain``, ``bass.instrument.cutoff``, ``bass.hall`` (a send)."""

    target: str
    points: tuple[AutomationPoint, ...]


class MixOutput(Model):
    """The mixdown."""

    loudness_lufs: float | None = knob(-14.0, -40.0, -5.0, "LUFS", "integrated loudness of the mix")
    true_peak_dbtp: float = knob(-1.0, -20.0, 0.0, "dBTP", "ceiling of the true peak")
    formats: tuple[Literal["wav", "flac", "mp3", "ogg"], ...] = ("wav",)


class StemOutput(Model):
    """The stems."""

    tap: Literal["source", "pre-fader", "post-fader"] = "post-fader"
    format: Literal["wav", "flac", "ogg", "mp3"] = "wav"


class RenderSettings(Model):
    """What a render leaves on disk."""

    mix: MixOutput = MixOutput()
    stems: StemOutput = StemOutput()
    karaoke: tuple[Literal["lrc", "elrc", "ass", "vtt", "srt", "ultrastar", "midi"], ...] = ()
    midi: bool = True


class Project(Model):
    """A complete, checked song project."""

    songwright: Literal[1]
    title: str
    artist: str = ""
    language: str = "en"
    license: str = ""
    seed: int = knob(0, 0, 2**63 - 1, "", "the only source of chance")
    genre: str
    mood: str
    energy: float = knob(0.6, 0.0, 1.0, "", "0 to 1")
    key: tuple[KeyChange, ...]
    tempo: tuple[TempoChange, ...]
    meter: tuple[MeterChange, ...]
    duration_s: float | None = None
    feel: Feel = Feel()
    sections: dict[str, SectionMaterial] = {}
    arrangement: tuple[Placement, ...] | None = None  # None: the genre's form is fitted to the duration
    tracks: dict[str, Track]
    buses: dict[str, Bus] = {}
    master: Master = Master()
    automation: tuple[AutomationLane, ...] = ()
    render: RenderSettings = RenderSettings()
    #: Tracks that the genre supplied: the genre says in which sections they enter.
    genre_tracks: frozenset[str] = Field(default=frozenset(), exclude=True)
    #: Folder of the project file: clips' and parts' paths are already resolved against it.
    folder: Path = Field(default=Path(), exclude=True)
