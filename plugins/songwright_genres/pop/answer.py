"""The answering voice: fills the singer's breaths in the verse, a long counter-line in the chorus."""

from __future__ import annotations

import numpy as np

from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation, Notes, notes
from songwright.music.scale import chord_scale, nearest, step
from songwright_genres.bar import bars, chord_at, is_ending, spans
from songwright_genres.voicing import gaps

Row = tuple[float, float, int, float, Articulation]

#: Little replies: beats between notes, and scale steps from a chord tone.
_REPLIES: tuple[tuple[tuple[float, int], ...], ...] = (
    ((0.0, 0), (0.5, 2), (1.0, 4)),
    ((0.0, 4), (0.5, 2), (1.0, 0)),
    ((0.0, 2), (0.5, 1), (1.0, 0)),
    ((0.0, 0), (0.5, 1), (1.0, 2)),
    ((0.0, 4), (1.0, 2)),
    ((0.0, 0), (0.5, 0), (1.0, 2), (1.5, 1)),
    ((0.0, 7), (0.5, 4), (1.0, 2), (1.5, 0)),
)


class PopAnswerParams(Params):
    """How talkative it is."""

    answers: float = knob(55.0, 0.0, 100.0, "%", "how many of the melody's rests are answered")
    line: float = knob(75.0, 0.0, 100.0, "%", "energy in per cent from which it plays the long line")
    low: int = knob(67, 36, 96, "", "lowest MIDI note")


class PopAnswer(Pattern):
    """Answers in the melody's rests; over a full band, a slow line of thirds and sevenths."""

    Params = PopAnswerParams
    name = "pop-answer"
    role = Role.COLOUR

    def play(self, context: PartContext) -> Notes:
        """The long line in strong sections, else replies; silent in the song's last bar."""
        low = min(max(self.params.low, context.midi_range[0]), context.midi_range[1] - 12)
        high = min(low + 17, context.midi_range[1])
        end = bars(context)[-1].start if is_ending(context) else context.section.end_beat
        strong = context.section.energy * 100 >= self.params.line
        rows = _line(context, low, high, end) if strong else self._replies(context, low, high, end)
        return notes(rows)

    def _replies(self, context: PartContext, low: int, high: int, end: float) -> list[Row]:
        melody = context.heard.get(Role.MELODY)
        if melody is None or not len(melody):
            return []
        motif = _REPLIES[int(context.rng("reply", "material").integers(len(_REPLIES)))]
        rng = context.rng("replies")
        rows: list[Row] = []
        for start, until in gaps(melody, context.section.start_beat, end, 1.25):
            first = np.ceil((start + 0.25) * 2) / 2
            if rng.random() > self.params.answers / 100 or first >= until:
                continue
            reply = motif if rng.random() < 0.7 else _REPLIES[int(rng.integers(len(_REPLIES)))]
            for place, (later, steps) in enumerate(reply):
                beat = float(first) + later
                if beat + 0.25 > until or beat >= end:
                    break
                span = chord_at(context, beat)
                if not span.chord.intervals:
                    continue
                home = nearest((low + high) / 2 - 3, span.chord.pitch_classes)
                pitch = step(home, steps, chord_scale(span.chord, span.key))
                pitch = nearest(pitch, span.chord.pitch_classes) if place in (0, len(reply) - 1) else pitch
                if low <= pitch <= high:
                    loud = 0.5 + 0.2 * context.section.energy - 0.03 * place
                    rows.append((beat, 0.9, pitch, loud, Articulation.NORMAL))
        return rows


def _line(context: PartContext, low: int, high: int, end: float) -> list[Row]:
    """One long note a chord: the third or seventh nearest to the note before, away from the tune's register."""
    rows: list[Row] = []
    at = float(context.before["pitch"][-1]) if len(context.before) else (low + high) / 2
    for span in spans(context):
        until = min(span.end_beat, end)
        if not span.chord.intervals or until - span.start_beat < 0.5:
            continue
        guides = [(span.chord.root + i) % 12 for i in span.chord.intervals if i in (2, 3, 4, 5, 10, 11)]
        at = min(max(at, low), high)
        pitch = nearest(at, guides or span.chord.pitch_classes)
        pitch += 12 if pitch < low else -12 if pitch > high else 0
        loud = 0.45 + 0.2 * context.section.energy
        if rows and rows[-1][2] == pitch and span.start_beat - rows[-1][0] < 4.0:
            rows[-1] = (rows[-1][0], until - rows[-1][0], pitch, rows[-1][3], Articulation.NORMAL)
        else:
            rows.append((span.start_beat, until - span.start_beat, pitch, loud, Articulation.NORMAL))
        at = pitch
    return rows
