from __future__ import annotations

import contextlib
import io
from itertools import pairwise

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.music import smf

SEVEN_BITS = st.integers(0, 127)
CHANNEL = st.integers(0, 15)
WORDS = st.text(st.characters(codec="ascii"), max_size=200)
EVENT = st.one_of(
    st.builds(smf.note_on, CHANNEL, SEVEN_BITS, SEVEN_BITS),
    st.builds(smf.note_off, CHANNEL, SEVEN_BITS),
    st.builds(smf.program, CHANNEL, SEVEN_BITS),
    st.builds(
        smf.text,
        st.sampled_from([smf.TEXT, smf.LYRICS, smf.MARKER]),
        st.text(st.characters(codec="ascii"), max_size=200),
    ),
    st.builds(smf.tempo, st.integers(1, 2**24 - 1)),
    st.builds(smf.meter, st.integers(1, 32), st.sampled_from([1, 2, 4, 8, 16, 32])),
    st.builds(smf.key, st.integers(-7, 7), st.booleans()),
)
TRACK = st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 3), EVENT), max_size=20)
#: Two notes by running status, one let go by a note-on of velocity 0, after a system exclusive message.
WRITTEN_OUT = (
    b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\x14\0\xf0\3\x7e\x09\xf7\0\x92\x3c\x40\x60\x40\x50\x60\x3c\0\0\xff\x2f\0"
)


@given(st.lists(TRACK, min_size=1, max_size=3))
def test_mido_and_we_read_what_we_write(tracks):
    data = smf.file(480, [smf.track(f"line {i}", track) for i, track in enumerate(tracks)])
    ticks_per_beat, found = smf.read(data)
    heard = mido.MidiFile(file=io.BytesIO(data), charset="utf-8")
    assert ticks_per_beat == heard.ticks_per_beat == 480
    for events, messages, track in zip(found, heard.tracks, tracks, strict=True):
        assert smf.words(events[0][1], smf.TRACK_NAME) == messages.name
        assert [event for _, event in events] == [_without_length(message.bin()) for message in messages]
        ticks = [tick for tick, _ in events]
        assert ticks[1:-1] == sorted(tick for tick, _, _ in track)
        assert [later - tick for tick, later in pairwise(ticks)] == [m.time for m in messages[1:]]


def _without_length(event):
    return event if event[0] != 0xFF else event[:2] + event[len(event) - _held(event) :]


def _held(event):
    return smf._number_at(event, 2)[0]


@given(st.lists(TRACK, min_size=1, max_size=2), st.data())
def test_a_damaged_file_is_told_from_a_whole_one(tracks, draw):
    data = bytearray(smf.file(480, [smf.track("line", track) for track in tracks]))
    cut = draw.draw(st.integers(0, len(data)))
    data[cut:] = draw.draw(st.binary(max_size=30))
    with contextlib.suppress(ValueError):  # no other error
        smf.read(bytes(data))


def test_status_bytes_run_on_and_exclusive_messages_are_passed_over():
    ticks_per_beat, (events,) = smf.read(WRITTEN_OUT)
    assert ticks_per_beat == 96
    assert list(smf.notes(events)) == [(2, 0x3C, 0x40, 0, 192)]
    assert [event[:1].hex() for _, event in events] == ["92", "92", "92", "ff"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"RIFF" + bytes(20), "begin"),
        (b"MThd\0\0\0\6\0\1\0\1\xe7\x28", "film frames"),
        (WRITTEN_OUT[:30], "middle of a track"),
        (b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\3\0\x90\x3c", "middle of a message|no MIDI message"),
        (b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\4\0\x90\xbc\x40", "no MIDI message"),
        (b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\3\0\x3c\x40", "no MIDI message"),
        (b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\5\xff\xff\xff\xff\x7f", "four bytes"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(data, said):
    with pytest.raises(ValueError, match=said):
        smf.read(data)
