"""The frames themselves, by their pixels, without any encoder."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import songwright.video.encoder
from exporters.sung_plan import DUET, STEADY, plans
from songwright.arrangement.plan import TimingPlan
from songwright.errors import OutputError
from songwright.project.model import KaraokeVideo
from songwright.video.encoder import encoder
from songwright.video.lettering import FONT
from songwright.video.look import SUNG, TOGETHER
from songwright.video.picture import planes
from songwright.video.score import COUNT
from songwright.video.screen import Screen
from video.look_at import fingerprint, overlaps, words_of
from video.songs import screen, song, sung, verse

OWN_FONT = Path(songwright.video.encoder.__file__).parent / FONT


def frame(video: Screen, seconds: float) -> np.ndarray:
    """The luma of the frame at a moment, drawn from scratch."""
    return video.painter(seconds).frame(0).y.copy()


def colours(video: Screen, seconds: float, box: tuple[int, int, int, int]) -> np.ndarray:
    """RGB of a box of the frame at a moment, by the inverse of BT.709."""
    drawn = video.painter(seconds).frame(0)
    left, top, right, bottom = box
    y = (drawn.y[top:bottom:2, left:right:2].astype(float) - 16) / 219
    u, v = (
        (plane[top // 2 : bottom // 2, left // 2 : right // 2].astype(float) - 128) / 224
        for plane in (drawn.u, drawn.v)
    )
    rgb = np.stack([y + 1.5748 * v, y - 0.1873 * u - 0.4681 * v, y + 1.8556 * u], axis=-1)
    return np.clip(255 * rgb, 0, 255)


def has(found: np.ndarray, colour: tuple[int, int, int], near: float = 24.0) -> bool:
    return bool((np.abs(found - np.array(colour)).max(axis=-1) < near).any())


def test_each_word_lights_up_in_the_frame_in_which_it_begins() -> None:
    video = screen(verse(6), fps=25)
    for line in video.lines:
        (thing,) = (one for one in video.things if one.text == line.text and one.show_s == line.show_s)
        left, top, _, bottom = thing.box
        plain = frame(video, line.start_s - 0.01)[top:bottom]
        for start, end, at_s in words_of(line):
            pieces = [k for k, piece in enumerate(line.pieces) if start <= piece.start < end]
            across = slice(left + int(thing.columns[3 * pieces[0]]), left + int(thing.columns[3 * pieces[-1] + 2]))
            first = int(np.ceil(at_s * 25 - 1e-9))
            changed = [
                bool((frame(video, k / 25)[top:bottom, across] != plain[:, across]).any()) for k in (first - 1, first)
            ]
            assert changed == [False, True], (line.text[start:end], at_s)


def test_what_is_sung_is_filled_up_to_the_plans_place_and_not_beyond() -> None:
    video = screen(verse(1), size="640x360")
    (line,), (thing,) = video.lines, [one for one in video.things if one.lit and one.text]
    left, top, _, bottom = thing.box
    plain, filled = (frame(video, at)[top:bottom] for at in (line.start_s - 0.05, line.end_s + 0.05))
    different = (plain != filled).any(axis=0)
    for at_s in np.linspace(line.start_s, line.end_s, 37):
        now, column = frame(video, float(at_s))[top:bottom], left + thing.column(float(at_s))
        np.testing.assert_array_equal(now[:, :column], filled[:, :column])
        np.testing.assert_array_equal(now[:, column:], plain[:, column:])
    assert different[left : left + thing.plain.width].mean() > 0.7
    for piece in line.pieces:
        assert thing.column(piece.end_s) - thing.column(piece.start_s - 1e-5) > 4


@pytest.mark.parametrize("size", ["320x180", "1280x720", "180x320", "122x120", "1000x124"])
@pytest.mark.parametrize("plan", ["solo", "duet"])
def test_nothing_leaves_the_frame_or_covers_another_in_any_size(size: str, plan: str) -> None:
    lines = verse(9) if plan == "solo" else [*DUET.lines, *verse(9, 9.0, singer="anna"), *verse(9, 9.1, singer="ben")]
    video = screen([*lines, sung("Do-nau-dampf-schiff-fahrts-ge-sell-schafts-ka-pi-tän", 60.0)], size=size)
    width, height = map(int, size.split("x"))
    for thing in video.things:
        left, top, right, bottom = thing.box
        assert 0 <= left < right <= width, thing
        assert 0 <= top < bottom <= height, thing
        assert {side % 2 for side in thing.box} == {0}
    assert overlaps(video.things) == []


@settings(max_examples=15, deadline=None)
@given(plan=plans(), other=plans())
def test_any_song_stays_in_the_frame_without_overlaps(plan: TimingPlan, other: TimingPlan) -> None:
    video = screen([*plan.lines, *other.lines])
    assert all(one.box[0] >= 0 and one.box[2] <= 320 and one.box[1] >= 0 and one.box[3] <= 180 for one in video.things)
    assert overlaps(video.things) == []


def test_frames_that_are_drawn_one_after_the_other_are_those_drawn_from_scratch() -> None:
    video = screen([*verse(6), *verse(2, 30.0)], energies=(0.2, 0.9), fps=10)
    for number, drawn in enumerate(video.frames(0.0, 400)):
        if number % 7 == 0 or number in (199, 200, 201):
            np.testing.assert_array_equal(drawn.buffer, video.painter(number / 10).frame(0).buffer, err_msg=str(number))


def test_the_same_song_gives_the_same_frames() -> None:
    first, again = (screen(verse(3), energies=(0.3, 0.8), fps=10) for _ in range(2))
    hashes = [fingerprint(video.frames(0.0, 120)) for video in (first, first, again)]
    assert len(set(hashes)) == 1
    assert fingerprint(screen(verse(3), text="#fffffe").frames(0.0, 120)) != hashes[0]
    assert fingerprint(first.frames(0.1, 120)) != hashes[0]


def test_dots_count_in_beat_by_beat_before_a_page() -> None:
    video = screen([*verse(2), *verse(2, 40.0)])
    dots = [thing for thing in video.things if thing.lit and not thing.text]
    assert len(dots) == 2
    for thing, line in zip(dots, (line for line in video.lines if line.opens_page), strict=True):
        beat = float(STEADY.beats(line.vowel_s))
        left, top, right, bottom = thing.box
        step = (right - left) // COUNT
        for gone in range(COUNT + 1):
            at_s = float(STEADY.seconds(beat - COUNT + 1 + gone - 0.5))
            if gone == COUNT:
                at_s = line.vowel_s + 0.01
            row = frame(video, at_s)[(top + bottom) // 2]
            bright = [int(row[left + k * step + step // 4]) > 150 for k in range(COUNT)]
            assert bright == [k >= gone for k in range(COUNT)], (gone, at_s)


def test_there_is_no_count_in_without_the_time_for_it() -> None:
    video = screen(verse(2, start_s=1.0))
    assert all(thing.text for thing in video.things)
    assert all(thing.show_s >= 0 for thing in video.things)


def test_title_and_artist_are_shown_until_the_words_come() -> None:
    video = screen(verse(2, start_s=9.0))
    titles = [thing.text for thing in video.things if thing.lit is None]
    assert titles == ["Harbour & Light", "The Examples"]
    assert max(thing.hide_s for thing in video.things if thing.lit is None) < video.lines[0].show_s
    assert not np.array_equal(frame(video, 2.0), frame(video, 4.95))
    assert all(thing.lit for thing in screen(verse(2, start_s=9.0), title_card=False).things)
    assert all(thing.lit for thing in screen(verse(2, start_s=1.0)).things), "no time for a title"


def test_singers_have_colours_and_sides() -> None:
    video = screen([*DUET.lines], size="640x360", colours={"ben": "#ff0000"})
    at = {line.text: next(one for one in video.things if one.text == line.text) for line in video.lines}
    ends = {line.text: line.end_s for line in video.lines}
    chosen = {"One alone": SUNG[0], "Two reply": (255, 0, 0), "All together": TOGETHER}
    for text, colour in chosen.items():
        found = colours(video, ends[text] + 0.1, at[text].box)
        assert [other for other in chosen if has(found, chosen[other])] == [text], text
        assert not has(colours(video, 0.9, at[text].box), colour)
    lefts, rights = ([at[text].box[side] for text in chosen] for side in (0, 2))
    assert lefts[0] == video.look.margin
    assert rights[1] >= 640 - video.look.margin - 2
    assert lefts[0] < lefts[2] < lefts[1]
    # A duet's words show who is to sing them before they are sung.
    waiting = [video.look.coming(voice) for voice in (0, 1, 2)]
    assert len(set(waiting)) == 3


def test_colours_and_pictures_behind_the_words(tmp_path: Path) -> None:
    corner = (0, 0, 8, 8)
    plain = screen(verse(1), background=["#204060"], energies=(1.0,))
    assert has(colours(plain, 0.0, corner), (0x20, 0x40, 0x60), 3.0)
    quiet = screen(verse(1), background=["#204060"], energies=(0.0,))
    assert colours(quiet, 0.0, corner).mean() < 0.8 * colours(plain, 0.0, corner).mean()
    falling = screen(verse(1), background=["#ff0000", "#0000ff"], energies=(1.0,))
    assert has(colours(falling, 0.0, corner), (255, 0, 0), 12.0)
    assert has(colours(falling, 0.0, (0, 172, 8, 180)), (0, 0, 255), 12.0)
    Image.new("RGB", (50, 200), (0, 200, 0)).save(tmp_path / "a.png")
    picture = screen(verse(1), image=tmp_path / "a.png", energies=(1.0,))
    assert has(colours(picture, 0.0, corner), (0, 200, 0), 4.0)


def test_the_background_follows_the_energy_of_the_sections() -> None:
    video = screen(verse(1), energies=(0.1, 0.9), background=["#808080"])
    change_s = float(STEADY.seconds(32.0))
    levels = [float(frame(video, at)[0].mean()) for at in (1.0, change_s - 0.6, change_s, change_s + 0.6, change_s + 5)]
    assert levels[0] == levels[1] < levels[2] < levels[3] == levels[4]


def test_words_in_other_letters_are_drawn_or_their_lack_is_told() -> None:
    assert screen([sung("Größ-te Ça-va Łódź mañ-a-na Привет Ελ-λά-δα", 6.0)]).warnings == ()
    (warning,) = screen([sung("Home 港口", 6.0)]).warnings
    assert "shows boxes for 港口: the video's own font has no such letters; name one under `font`" in warning


def test_another_font_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(OWN_FONT.read_bytes())
    own, other = screen(verse(1)), screen(verse(1), font=tmp_path / "a.ttf")
    assert fingerprint(own.frames(5.0, 10)) == fingerprint(other.frames(5.0, 10))
    (tmp_path / "b.ttf").write_bytes(b"\0\1\0\0 no font")
    with pytest.raises(OutputError, match=r"b\.ttf.* cannot be used"):
        screen(verse(1), font=tmp_path / "b.ttf")


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG no picture")
    with pytest.raises(OutputError, match=r"a\.png.* cannot be read"):
        screen(verse(1), image=tmp_path / "a.png").painter(0.0)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_colours_become_those_of_bt_709(rgb: tuple[int, int, int]) -> None:
    drawn = planes(np.full((2, 2, 3), rgb, np.uint8))
    red, green, blue = (value / 255 for value in rgb)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    wanted = (16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748)
    assert [int(plane[0, 0]) for plane in drawn.all()] == pytest.approx(wanted, abs=0.51)


def test_without_an_encoder_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(
        OutputError, match=r"needs an encoder: python -m pip install 'songwright\[video\]', or install ff"
    ):
        encoder()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"size": "1281x720"}, "even numbers of pixels from 120 to 4096"),
        ({"size": "big"}, "'big' is not a frame's size; write one like 1280x720"),
        ({"background": ["#12"]}, "'#12' is not a colour; write one like"),
        ({"text": "bleu"}, "or one of black, white"),
    ],
)
def test_wishes_that_cannot_be_are_refused(wish: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match="is not a") as caught:
        KaraokeVideo.model_validate(wish)
    assert words in str(caught.value)
    assert KaraokeVideo(text="Navy", background=("#abc", "102030")).background == ("#aabbcc", "#102030")


def test_a_song_without_sections_or_lines_is_drawn() -> None:
    assert len(list(itertools.islice(screen([], energies=()).frames(0.0, 3), 3))) == 3
    assert song(()).sections == []


def test_a_videos_identity_tells_all_that_it_depends_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("songwright.video.screen.tool", lambda: "an encoder")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    first = screen(verse(2)).identity("sound", 0.0)
    assert screen(verse(2)).identity("sound", 0.0) == first
    with_picture = screen(verse(2), image=tmp_path / "a.png").identity("sound", 0.0)
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    others = [
        screen(verse(2)).identity("other sound", 0.0),
        screen(verse(2)).identity("sound", 1.0),
        screen(verse(2, gap_s=0.41)).identity("sound", 0.0),
        screen(verse(2), energies=(0.6,)).identity("sound", 0.0),
        screen(verse(2), text="yellow").identity("sound", 0.0),
        screen(verse(2), format="webm").identity("sound", 0.0),
        screen(verse(2), image=tmp_path / "a.png").identity("sound", 0.0),
        with_picture,
    ]
    monkeypatch.setattr("songwright.video.screen.tool", lambda: "another encoder")
    others.append(screen(verse(2)).identity("sound", 0.0))
    assert len({first, *others}) == 1 + len(others)
