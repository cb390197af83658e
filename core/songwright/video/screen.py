"""A song's mix and words as a video file."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from songwright.arrangement.model import Arrangement
from songwright.arrangement.plan import TimingPlan
from songwright.errors import OutputError
from songwright.files.karaoke import Sheet, sheet
from songwright.project.model import KaraokeVideo
from songwright.video.encoder import MEND, Film, Sound, encoder, tool
from songwright.video.lettering import Lettering
from songwright.video.look import Look, look
from songwright.video.painter import Painter
from songwright.video.picture import Planes
from songwright.video.score import Light, Thing, compose, light, set_lines
from songwright.video.staging import ROWS, ShownLine

DIM, DIM_PICTURE = 0.7, 0.4  # of the background's brightness where the song is quietest


@dataclass(frozen=True)
class Screen:
    """A video before its first frame: what is drawn, and by whom."""

    song: Sheet
    settings: KaraokeVideo
    look: Look
    lines: tuple[ShownLine, ...]
    things: tuple[Thing, ...]
    light: Light
    warnings: tuple[str, ...]
    painter: Callable[[float], Painter]  # from the moment of its first frame, in seconds of the song

    def identity(self, sound: str, start_s: float) -> bytes:
        """A hash of all that the video's bytes depend on.

        Args:
            sound: a hash of the mix's audio.
            start_s: the moment of the song at which it begins.
        """
        song, look = self.song, self.look
        drawn = [(one.text, one.box, one.show_s, one.hide_s, *one.times_s, *one.columns) for one in self.things]
        words = (self.settings.model_dump_json(), look, self.lines, drawn, song.title, song.artist, song.singers)
        lighting = (self.light.times_s.tolist(), self.light.shares.tolist())
        made_by = (tool(), version("pillow"), version("songwright"))
        digest = hashlib.blake2b(repr((words, lighting, made_by, sound, start_s)).encode(), digest_size=32)
        sources = (path for path in Path(__file__).parent.iterdir() if path.is_file())
        for path in (look.font, look.image, *sorted(sources)):
            digest.update(path.read_bytes() if path else b"")
        return digest.digest()

    def frames(self, start_s: float, count: int) -> Iterator[Planes]:
        """So many frames. Each is drawn over the one before."""
        painter = self.painter(start_s)
        return (painter.frame(number) for number in range(count))


def lay_out(arrangement: Arrangement, plan: TimingPlan, settings: KaraokeVideo) -> Screen:
    """Lay out all lines of a song.

    Raises:
        OutputError: Pillow is not installed; the font or the picture cannot be used.
    """
    if not importlib.util.find_spec("PIL"):
        raise OutputError(f"a karaoke video needs Pillow: {MEND}")
    song = sheet(arrangement, plan)
    rows = ROWS
    while True:  # more rows than usual make smaller letters, which may need fewer lines
        wanted = look(settings, song.singers, rows)
        lettering = Lettering(wanted)
        lines = set_lines(song, wanted, lettering)
        if not lines or lines[0].rows <= rows:
            break
        rows = lines[0].rows
    things = tuple(compose(song, wanted, lettering, lines, title=settings.title_card))
    lighting = light(arrangement, DIM_PICTURE if settings.image else DIM)
    return Screen(
        song,
        settings,
        wanted,
        lines,
        things,
        lighting,
        tuple(_warnings(song, lettering)),
        lambda start_s: Painter(wanted, things, lighting, start_s),
    )


def write_video(screen: Screen, sound: Path, path: Path, start_s: float, watch: Callable[[float], None]) -> None:
    """Write a video.

    Args:
        screen: what is drawn.
        sound: the mix, an audio file.
        path: the video.
        start_s: the moment of the song at which the mix begins.
        watch: told of each share of the video that is done.

    Raises:
        OutputError: there is no encoder, or it failed.
    """
    with Sound(sound) as mix:
        count = max(round(mix.seconds * screen.look.fps), 1)
        look, title = screen.look, screen.song.title
        film = Film(look.width, look.height, look.fps, count, screen.settings.format, title, mix)
        encoder()(film, path, screen.frames(start_s, count), watch)


def _warnings(song: Sheet, lettering: Lettering) -> Iterator[str]:
    text = " ".join([song.title, song.artist, *(line.text for line in song.lines)])
    if missing := lettering.missing(text):
        letters = missing if len(missing) <= 12 else f"{missing[:12]}…"
        font = repr(str(lettering.look.font)) if lettering.look.font else "the video's own font"
        yield f"the karaoke video shows boxes for {letters}: {font} has no such letters; name one under `font`"
