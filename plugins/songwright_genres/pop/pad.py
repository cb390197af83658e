"""The pad: chords held and led, common tones tied, swelling towards what comes."""

from __future__ import annotations

from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation, Notes, notes
from songwright_genres.bar import spans
from songwright_genres.voicing import last_voicing, register, voice


class PopPadParams(Params):
    """How it lies."""

    voices: int = knob(4, 2, 5, "", "notes a chord")
    low: int = knob(52, 24, 84, "", "lowest MIDI note")
    high: int = knob(76, 36, 108, "", "highest MIDI note")
    tie: bool = knob(True, help="hold common tones over chord changes")


class PopPad(Pattern):
    """Sustained voicings; a tone that the next chord shares is held, not struck again."""

    Params = PopPadParams
    name = "pop-pad"
    role = Role.PAD

    def play(self, context: PartContext) -> Notes:
        """One voicing a chord, fewer voices when the section is quiet."""
        energy = context.section.energy
        voices = self.params.voices if energy > 0.45 else max(2, self.params.voices - 1)
        low, high = register(context, self.params.low, self.params.high, 19)
        previous = last_voicing(context.before)
        previous = previous if len(previous) == voices else ()
        rising = context.following is not None and context.following.energy > energy + 0.1
        sounding: dict[int, tuple[float, float]] = {}  # pitch → start and velocity
        rows: list[tuple[float, float, int, float, Articulation]] = []
        for span in spans(context):
            voicing = voice(previous, span.chord, low, high, voices)
            place = (span.start_beat - context.section.start_beat) / max(
                context.section.end_beat - context.section.start_beat, 1.0
            )
            velocity = min(1.0, 0.5 + 0.25 * energy + (0.15 * place if rising else 0.05 * place))
            for pitch in list(sounding):
                if pitch not in voicing or not self.params.tie:
                    start, loud = sounding.pop(pitch)
                    rows.append((start, span.start_beat - start, pitch, loud, Articulation.NORMAL))
            for pitch in voicing:
                sounding.setdefault(pitch, (span.start_beat, velocity))
            previous = voicing or previous
        end = context.section.end_beat
        rows += [(start, end - start, pitch, loud, Articulation.NORMAL) for pitch, (start, loud) in sounding.items()]
        return notes(rows)
