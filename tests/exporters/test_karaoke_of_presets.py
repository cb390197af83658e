"""Karaoke of the songs that ship, in every format, read back by readers that are not ours: it is the plan."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import mido
import pretty_midi
import pysubs2
import pytest
import webvtt
from lrcparser import LrcParser

from exporters.preset_plan import SUNG, Planned, planned
from songwright.arrangement.plan import PlannedLine
from songwright.files.karaoke import together
from songwright_exporters.ass import Ass
from songwright_exporters.lrc import EnhancedLrc, Lrc
from songwright_exporters.lyrics_midi import Kar, LyricsMidi
from songwright_exporters.subtitle import Srt, WebVtt
from songwright_exporters.ultrastar import UltraStar


@pytest.fixture(params=SUNG)
def song(request: pytest.FixtureRequest) -> Planned:
    return planned(request.param)


def write(exporter: Any, song: Planned, folder: Path) -> Path:
    path = folder / f"song{exporter.suffix}"
    exporter.write(song.arrangement, path, song.plan)
    return path


def lines_of(song: Planned) -> tuple[PlannedLine, ...]:
    lines = together(song.plan.lines)
    assert len(lines) >= 10
    return lines


def voice(song: Planned, line: PlannedLine) -> str:
    """What LRC writes before a line of a song of several singers."""
    singers = list(dict.fromkeys(one.singer for one in song.plan.lines))
    if len(singers) == 1:
        return ""
    return f"v{singers.index(line.singer) + 1}: " if line.singer in singers else "D: "


def seconds(stamp: Any) -> float:
    return 60.0 * stamp.minutes + stamp.seconds + stamp.microseconds / 1e6


def test_lrc(song: Planned, tmp_path: Path) -> None:
    read = LrcParser.parse(write(Lrc(), song, tmp_path).read_text())
    assert read["attributes"]["ti"] == song.arrangement.project.title
    found = [(seconds(line.start_time), str(line.text)) for line in read["lrc_lines"] if str(line.text)]
    lines = lines_of(song)
    assert [text for _, text in found] == [voice(song, line) + line.text for line in lines]
    assert [at for at, _ in found] == pytest.approx([line.start_s for line in lines], abs=0.00501)


def test_enhanced_lrc_has_each_word(song: Planned, tmp_path: Path) -> None:
    read = LrcParser.parse(write(EnhancedLrc(), song, tmp_path).read_text())
    for found, line in zip(read["lrc_lines"], lines_of(song), strict=True):
        segments = [one for one in found.text if one.text.strip() != voice(song, line).strip() or not one.text.strip()]
        *words, end = segments
        assert [one.text.strip() for one in words] == [word.text for word in line.words]
        planned_s = [*(word.start_s for word in line.words), line.end_s]
        assert [seconds(one.time) for one in (*words, end)] == pytest.approx(planned_s, abs=0.00501)


def test_ass_sums_of_k_are_the_plans_moments(song: Planned, tmp_path: Path) -> None:
    events = pysubs2.load(str(write(Ass(), song, tmp_path)))
    for event, line in zip(events, lines_of(song), strict=True):
        assert event.plaintext == line.text
        at, starts = event.start / 1000.0, []
        for tag, hundredths in re.findall(r"\{\\(kf?)(\d+)\}", event.text):
            starts += [at] if tag == "kf" else []
            at += int(hundredths) / 100.0
        assert at == pytest.approx(event.end / 1000.0, abs=1e-6), "the fills end when the line does"
        syllables = [syllable.start_s for word in line.words for syllable in word.syllables]
        assert starts == pytest.approx(syllables, abs=0.00501)
        assert event.end / 1000.0 == pytest.approx(line.end_s, abs=0.00501)


@pytest.mark.parametrize("exporter", [Srt, WebVtt])
def test_subtitles(exporter: Any, song: Planned, tmp_path: Path) -> None:
    events = pysubs2.load(str(write(exporter(), song, tmp_path)))
    for event, line in zip(events, lines_of(song), strict=True):
        name = f"{line.singer}: " if exporter is Srt and voice(song, line) else ""
        assert re.sub(r"<[^>]*>", "", event.plaintext) == name + line.text
        assert (event.start / 1000.0, event.end / 1000.0) == pytest.approx((line.start_s, line.end_s), abs=0.00051)


def test_webvtt_has_each_word_and_its_voice(song: Planned, tmp_path: Path) -> None:
    for caption, line in zip(webvtt.read(str(write(WebVtt(), song, tmp_path))).captions, lines_of(song), strict=True):
        assert caption.text == line.text
        assert (caption.voice or "") == (line.singer if voice(song, line) else "")
        stamps = [
            3600 * int(h) + 60 * int(m) + float(s)
            for h, m, s in re.findall(r"<(\d+):(\d+):([\d.]+)>", caption.raw_text)
        ]
        assert stamps == pytest.approx([word.start_s for word in line.words[1:]], abs=0.00051)


def read_ultrastar(text: str) -> tuple[dict[str, str], list[list[list[tuple[int, int, int, str]]]]]:
    """As the format's own page tells it: headers, then for each player lines of (beat, length, pitch, text)."""
    head: dict[str, str] = {}
    players: list[list[list[tuple[int, int, int, str]]]] = [[[]]]
    for row in text.splitlines():
        if row.startswith("#"):
            key, _, value = row[1:].partition(":")
            head[key.upper()] = value
        elif re.fullmatch(r"P\d", row):
            players += [[[]]] if players[-1] != [[]] else []
        elif row.startswith((":", "*", "F")):
            kind, start, length, pitch, *rest = row.split(" ", 4)
            assert kind == ":"
            players[-1][-1].append((int(start), int(length), int(pitch), rest[0] if rest else ""))
        elif row.startswith("-"):
            players[-1].append([])
        else:
            assert row == "E"
    return head, players


def test_ultrastar_does_not_drift(song: Planned, tmp_path: Path) -> None:
    head, players = read_ultrastar(write(UltraStar(), song, tmp_path).read_text())
    singers = list(dict.fromkeys(line.singer for line in song.plan.lines))
    assert len(players) == len(singers)
    assert (
        head["AUDIO"]
        == head["MP3"]
        == f"mix.{'mp3' if 'mp3' in song.arrangement.project.render.mix.formats else 'wav'}"
    )
    beat_s, gap_s = 60.0 / float(head["BPM"]) / 4.0, float(head["GAP"]) / 1000.0
    for singer, lines in zip(singers, players, strict=True):
        mine = [line for line in song.plan.lines if line.singer == singer]
        shown = ["".join(text for *_, text in line).replace("~", "") for line in lines]
        assert shown == [line.text for line in mine]
        notes = [note for line in mine for word in line.words for one in word.syllables for note in one.notes]
        sung = [one for line in lines for one in line]
        assert len(sung) == len(notes)
        starts = [gap_s + start * beat_s for start, *_ in sung]
        assert starts == pytest.approx([note.start_s for note in notes], abs=0.5 * beat_s + 0.0011)
        assert [pitch + 60 for _, _, pitch, _ in sung] == [round(note.pitch) for note in notes]
        assert all(one[0] + one[1] <= two[0] for one, two in itertools.pairwise(sung)), "notes do not overlap"


@pytest.mark.parametrize("exporter", [LyricsMidi, Kar])
def test_midi_dialects(exporter: Any, song: Planned, tmp_path: Path) -> None:
    path = write(exporter(), song, tmp_path)
    file = mido.MidiFile(str(path), charset="utf-8")
    singers = list(dict.fromkeys(line.singer for line in song.plan.lines))
    assert len(file.tracks) == 1 + len(singers)
    for number, singer in enumerate(singers, 1):
        lines = [line for line in song.plan.lines if line.singer == singer]
        syllables = [one for line in lines for word in line.words for one in word.syllables]
        alone = mido.MidiFile(type=1, ticks_per_beat=file.ticks_per_beat, charset="utf-8")
        alone.tracks += [file.tracks[0], file.tracks[number]]
        now, texts, starts, pitches = 0.0, [], [], []
        for message in alone:
            now += message.time
            if message.type == ("lyrics" if exporter is LyricsMidi else "text") and not message.text.startswith("@"):
                texts.append((now, message.text))
            elif message.type == "note_on" and message.velocity:
                starts.append(now)
                pitches.append(message.note)
        joined = "".join(text for _, text in texts)
        shown = joined.split("\r")[:-1] if exporter is LyricsMidi else re.split(r"[/\\]", joined)[1:]
        assert shown == [line.text for line in lines]
        assert [at for at, _ in texts] == pytest.approx([one.notes[0].start_s for one in syllables], abs=0.0012)
        notes = [note for one in syllables for note in one.notes]
        assert starts == pytest.approx([note.start_s for note in notes], abs=0.0012)
        assert pitches == [round(note.pitch) for note in notes]


def test_midi_lyrics_by_another_reader(song: Planned, tmp_path: Path) -> None:
    read = pretty_midi.PrettyMIDI(str(write(LyricsMidi(), song, tmp_path)))
    starts = sorted(one.notes[0].start_s for one in song.plan.syllables())
    assert sorted(lyric.time for lyric in read.lyrics) == pytest.approx(starts, abs=0.0012)
