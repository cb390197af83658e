import numpy as np

from songwright.music.notes import NOTE, between, in_order, join, notes, settled


def test_rows_are_filled_and_sorted_by_beat_then_pitch():
    played = notes([(1.0, 0.5, 60, 0.8), (0.0, 1.0, 67, 0.7, 3), (0.0, 1.0, 64, 0.7, 0, 5)])
    assert played["pitch"].tolist() == [64, 67, 60]
    assert played["articulation"].tolist() == [0, 3, 0]
    assert played["lyric"].tolist() == [5, -1, -1]
    assert played["shift_s"].tolist() == [0, 0, 0]


def test_joining_keeps_the_order_and_every_note():
    one, two = notes([(2, 1, 60, 0.5)]), notes([(1, 1, 62, 0.5), (2, 1, 55, 0.5)])
    assert join(one, two)["pitch"].tolist() == [62, 55, 60]
    assert join().dtype == NOTE
    np.testing.assert_array_equal(in_order(join(one, two)), join(one, two))


def test_between_takes_starts_and_leaves_the_end():
    played = notes((beat, 4, 60, 0.5) for beat in range(8))
    assert between(played, 2, 5)["beat"].tolist() == [2, 3, 4]


def test_equal_notes_have_equal_bytes_once_settled():
    dirty = np.frombuffer(bytes(range(1, 1 + NOTE.itemsize)) * 2, NOTE).copy()
    clean = settled(dirty)
    np.testing.assert_array_equal(clean, dirty)
    assert settled(clean).tobytes() == clean.tobytes()
    other = np.full(2 * NOTE.itemsize, 255, np.uint8).view(NOTE)
    for column in NOTE.names:
        other[column] = dirty[column]
    assert other.tobytes() != clean.tobytes()
    assert settled(other).tobytes() == clean.tobytes()
