"""How a singer sings: the parameters of a voice track that are the same for every provider."""

from __future__ import annotations

from songwright.knobs import Params, knob


class Style(Params):
    """The singer's manner. Defaults are a plain, well-behaved pop singer."""

    vibrato_cents: float = knob(35.0, 0.0, 150.0, "cents", "depth of the vibrato on long notes")
    vibrato_rate_hz: float = knob(5.6, 3.0, 9.0, "Hz", "rate of the vibrato")
    vibrato_delay_ms: float = knob(280.0, 0.0, 2000.0, "ms", "how long a note is straight before its vibrato")
    glide_ms: float = knob(70.0, 0.0, 400.0, "ms", "time of the slide into each note, ending on the beat")
    scoop_cents: float = knob(0.0, 0.0, 300.0, "cents", "how far below the note a phrase begins")
    drift_cents: float = knob(4.0, 0.0, 30.0, "cents", "slow wandering of the pitch")
    consonants_percent: float = knob(160.0, 50.0, 300.0, "%", "length of consonants against speech")
    formant_semitones: float = knob(0.0, -6.0, 6.0, "semitones", "size of the head: below 0 is larger, darker")
    breathiness_percent: float = knob(0.0, 0.0, 100.0, "%", "air in the tone")
    breaths_percent: float = knob(35.0, 0.0, 100.0, "%", "how loud a breath is heard before a phrase")
    dynamics_db: float = knob(9.0, 0.0, 24.0, "dB", "from the softest to the loudest note")
    evenness_percent: float = knob(70.0, 0.0, 100.0, "%", "how far the level of spoken vowels is evened out")
    detune_cents: float = knob(0.0, -100.0, 100.0, "cents", "how far off the notes it sings, for doubles")
    transpose: int = knob(0, -24, 24, "semitones", "moves the sung part, usually by octaves")
    voices: int = knob(1, 1, 16, "", "singers in unison: 2 is a double, more a choir")
    spread_percent: float = knob(60.0, 0.0, 100.0, "%", "how wide several singers stand")
