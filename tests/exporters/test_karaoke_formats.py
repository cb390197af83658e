"""Every karaoke format, read back by readers that are not ours, says what the plan says."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import mido
import pysubs2
import pytest
import webvtt
from hypothesis import HealthCheck, given, settings

from exporters.sung_plan import DUET, MOVING, SOLO, STEADY, arrangement, plans, syllable
from songwright.arrangement.plan import PlannedLine, PlannedNote, PlannedSyllable, PlannedWord, TimingPlan
from songwright.music.time import TimeMap
from songwright_exporters.ass import LEAD_S, Ass
from songwright_exporters.lrc import EnhancedLrc, Lrc
from songwright_exporters.lyrics_midi import Kar, LyricsMidi
from songwright_exporters.subtitle import Srt, WebVtt
from songwright_exporters.ultrastar import TICK_S, UltraStar

few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def write(exporter: Any, plan: TimingPlan, folder: Path, time_map: TimeMap = STEADY) -> Path:
    path = folder / f"song{exporter.suffix}"
    exporter.write(arrangement(time_map), path, plan)
    return path


def read_lrc(text: str) -> tuple[dict[str, str], list[tuple[float, str]]]:
    """An LRC file as players read it: its tags, and its lines with their times in seconds."""
    tags = dict(re.findall(r"^\[([a-z]+):\s*(.*)\]$", text, re.MULTILINE))
    timed = re.findall(r"^\[(\d+):(\d+(?:\.\d+)?)\](.*)$", text, re.MULTILINE)
    return tags, [(60 * int(minutes) + float(seconds), words.strip()) for minutes, seconds, words in timed]


@few
@given(plan=plans())
def test_lrc_has_each_line_at_its_hundredth(plan: TimingPlan, tmp_path: Path) -> None:
    tags, timed = read_lrc(write(Lrc(), plan, tmp_path).read_text())
    assert (tags["ti"], tags["ar"]) == ("Harbour & Light", "The Examples")
    assert [text for _, text in timed if text] == [line.text for line in plan.lines]
    for start_s, line in zip([start_s for start_s, text in timed if text], plan.lines, strict=True):
        assert start_s == pytest.approx(line.start_s, abs=0.00501)


@few
@given(plan=plans())
def test_enhanced_lrc_has_each_word_at_its_hundredth(plan: TimingPlan, tmp_path: Path) -> None:
    rows = [row for row in write(EnhancedLrc(), plan, tmp_path).read_text().splitlines() if re.match(r"\[\d", row)]
    for row, line in zip(rows, plan.lines, strict=True):
        stamps = [60 * int(m) + float(s) for m, s in re.findall(r"<(\d+):([\d.]+)>", row)]
        words = [part.strip() for part in re.split(r"<[\d:.]+>", row)[1:-1]]
        assert words == [word.text for word in line.words]
        assert stamps == pytest.approx([*(word.start_s for word in line.words), line.end_s], abs=0.00501)


@few
@given(plan=plans())
def test_ass_fills_each_syllable_when_it_is_sung(plan: TimingPlan, tmp_path: Path) -> None:
    subtitles = pysubs2.load(str(write(Ass(), plan, tmp_path)))
    for event, line in zip(subtitles, plan.lines, strict=True):
        assert event.plaintext == line.text
        at_s, starts = event.start / 1000.0, []
        for tag, hundredths, text in re.findall(r"\{\\(kf?)(\d+)\}([^{]*)", event.text):
            if tag == "kf":
                starts.append(at_s)
            at_s += int(hundredths) / 100.0
            assert text or tag == "k"
        planned = [syllable.start_s for word in line.words for syllable in word.syllables]
        assert starts == pytest.approx(planned, abs=0.00501)
        assert event.end / 1000.0 == pytest.approx(line.end_s, abs=0.00501)
        assert line.start_s - LEAD_S - 0.006 <= event.start / 1000.0 <= line.start_s + 0.006


@few
@given(plan=plans())
def test_subrip_has_each_line_at_its_millisecond(plan: TimingPlan, tmp_path: Path) -> None:
    subtitles = pysubs2.load(str(write(Srt(), plan, tmp_path)))
    for event, line in zip(subtitles, plan.lines, strict=True):
        assert event.plaintext == line.text
        assert (event.start / 1000.0, event.end / 1000.0) == pytest.approx((line.start_s, line.end_s), abs=0.00051)


@few
@given(plan=plans())
def test_webvtt_has_each_line_at_its_millisecond(plan: TimingPlan, tmp_path: Path) -> None:
    captions = webvtt.read(str(write(WebVtt(), plan, tmp_path))).captions
    for caption, line in zip(captions, plan.lines, strict=True):
        assert caption.text == line.text
        times = [60.0 * int(m) + float(s) for m, s in (t.split(":")[1:] for t in (caption.start, caption.end))]
        assert times == pytest.approx([line.start_s, line.end_s], abs=0.00051)


def test_webvtt_has_the_time_of_each_word_and_escapes(tmp_path: Path) -> None:
    captions = webvtt.read(str(write(WebVtt(), SOLO, tmp_path))).captions
    assert [caption.raw_text.count("<00:") for caption in captions] == [2, 1, 0]
    assert "&lt;call&gt;" in captions[0].raw_text
    stamps = [float(s) for s in re.findall(r"<00:00:([\d.]+)>", captions[0].raw_text)]
    assert stamps == pytest.approx([word.start_s for word in SOLO.lines[0].words[1:]], abs=0.00051)


@few
@given(plan=plans())
def test_ultrastar_has_each_note_at_its_tick(plan: TimingPlan, tmp_path: Path) -> None:
    rows = write(UltraStar(), plan, tmp_path).read_text().splitlines()
    head = dict(row[1:].split(":", 1) for row in rows if row.startswith("#"))
    tick_s, gap_s = 15.0 / float(head["BPM"]), float(head["GAP"]) / 1000.0
    assert tick_s <= TICK_S + 1e-9
    sung = [re.fullmatch(r": (\d+) (\d+) (-?\d+) (.*)", row) for row in rows if row.startswith(":")]
    notes = [note for syllable in plan.syllables() for note in syllable.notes]
    assert len(sung) == len(notes)
    free = 0
    for match, note in zip(sung, notes, strict=True):
        assert match is not None
        start, length = int(match[1]), int(match[2])
        assert start >= free, "notes do not overlap"
        assert int(match[3]) + 60 == note.pitch
        free = start + length
        assert gap_s + start * tick_s == pytest.approx(note.start_s, abs=0.5 * tick_s + 0.0011)
    lines = "".join("\n" if row.startswith("-") else match[1] for row in rows if (match := _shown(row)))
    assert lines.replace("~", "").split("\n") == [line.text for line in plan.lines]
    assert rows[-1] == "E"


def test_ultrastar_has_no_gap_below_zero(tmp_path: Path) -> None:
    early = PlannedSyllable("Rain", -0.136, 0.0, 0.5, (PlannedNote(0.0, 0.5, 67.0),))
    plan = TimingPlan((PlannedLine((PlannedWord("Rain", (early,)),)),))
    rows = write(UltraStar(), plan, tmp_path).read_text().splitlines()
    assert "#GAP:0" in rows
    assert [row.split()[1] for row in rows if row.startswith(":")] == ["0"]


def _shown(row: str) -> re.Match[str] | None:
    return re.match(r": \d+ \d+ -?\d+ (.*)", row) or re.match(r"(-)", row)


def midi_times(path: Path, kind: str) -> list[tuple[float, str]]:
    """Seconds and text of all events of a kind, by mido's own clock."""
    now, found = 0.0, []
    for message in mido.MidiFile(str(path), charset="utf-8"):
        now += message.time
        if message.type == kind:
            found.append((now, message.text))
    return found


@pytest.mark.parametrize("time_map", [STEADY, MOVING], ids=["steady", "ramp"])
def test_midi_lyrics_stand_on_their_notes(time_map: TimeMap, tmp_path: Path) -> None:
    found = midi_times(write(LyricsMidi(), SOLO, tmp_path, time_map), "lyrics")
    assert "".join(text for _, text in found).split("\r")[:-1] == [line.text for line in SOLO.lines]
    planned = [syllable.notes[0].start_s for syllable in SOLO.syllables()]
    assert [at for at, _ in found] == pytest.approx(planned, abs=0.0012)


@pytest.mark.parametrize(("pitch", "key"), [(139.0, 127), (-3.2, 0)])
def test_a_voice_beyond_midis_keys_sings_at_their_end(pitch: float, key: int, tmp_path: Path) -> None:
    plan = TimingPlan((PlannedLine((PlannedWord("oh", (syllable("oh", 1.0, 2.0, pitch),)),)),))
    file = mido.MidiFile(write(LyricsMidi(), plan, tmp_path))
    assert [message.note for track in file.tracks for message in track if message.type == "note_on"] == [key]


@pytest.mark.parametrize("time_map", [STEADY, MOVING], ids=["steady", "ramp"])
def test_kar_has_tags_and_slashes(time_map: TimeMap, tmp_path: Path) -> None:
    found = midi_times(write(Kar(), SOLO, tmp_path, time_map), "text")
    tags = [text for _, text in found if text.startswith("@")]
    assert tags == ["@KMIDI KARAOKE FILE", "@LEN", "@THarbour & Light", "@TThe Examples"]
    sung = [(at, text) for at, text in found if not text.startswith("@")]
    assert "".join(text for _, text in sung)[1:].split("/") == [line.text for line in SOLO.lines]
    assert [at for at, _ in sung] == pytest.approx([s.notes[0].start_s for s in SOLO.syllables()], abs=0.0012)


def test_duets_say_who_sings(tmp_path: Path) -> None:
    lrc = [text for _, text in read_lrc(write(Lrc(), DUET, tmp_path).read_text())[1] if text]
    assert lrc == ["v1: One alone", "v2: Two reply", "D: All together"]
    styles = [event.style for event in pysubs2.load(str(write(Ass(), DUET, tmp_path)))]
    assert styles == ["anna", "ben", "together"]
    voices = [
        html.unescape(caption.voice or "") for caption in webvtt.read(str(write(WebVtt(), DUET, tmp_path))).captions
    ]
    assert voices == ["anna", "ben", "anna & ben"]
    rows = write(UltraStar(), DUET, tmp_path).read_text().splitlines()
    assert rows[rows.index("P1") - 2 : rows.index("P1")] == ["#P1:anna", "#P2:ben"]
    first, second = (rows.index(part) for part in ("P1", "P2"))
    assert sum(row.startswith("-") for row in rows[first:second]) == sum(row.startswith("-") for row in rows[second:])
    tracks = mido.MidiFile(str(write(LyricsMidi(), DUET, tmp_path)), charset="utf-8").tracks
    assert [track.name for track in tracks] == ["Harbour & Light", "anna", "ben"]


@pytest.mark.parametrize("exporter", [Lrc, EnhancedLrc, Ass, Srt, WebVtt, UltraStar, LyricsMidi, Kar])
def test_a_song_without_words_gives_a_file_that_can_be_read(exporter: Any, tmp_path: Path) -> None:
    assert write(exporter(), TimingPlan(), tmp_path).stat().st_size >= (0 if exporter is Srt else 10)
