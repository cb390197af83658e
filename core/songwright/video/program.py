"""Encoding by the program ffmpeg: frames go in through a pipe."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from songwright.video.encoder import AUDIO, AUDIO_BPS, KEY_S, THREADS, VIDEO, Film, failed
from songwright.video.picture import Planes

_LAST_WORDS = 300  # characters of what a failing ffmpeg says


def encode(film: Film, path: Path, frames: Iterator[Planes], watch: Callable[[float], None]) -> None:
    """Encode a film."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(_command(film, path), stdin=subprocess.PIPE, stdout=said, stderr=said)
        assert process.stdin is not None
        try:
            for number, frame in enumerate(frames):
                process.stdin.write(frame.buffer.data)
                if (number + 1) % film.fps == 0:
                    watch(film.fps / film.frames)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it gave up; what it says is read below
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        if code:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise failed(film, f"ffmpeg says: {words[-_LAST_WORDS:]}")


def _command(film: Film, path: Path) -> list[str]:
    name, options = VIDEO[film.format][0]
    pictures = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{film.width}x{film.height}", "-r", str(film.fps)]
    colours = ["-color_range", "tv", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]
    encoding = [word for key, value in options.items() for word in (f"-{'b:v' if key == 'b' else key}", value)]
    return [
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y"),
        *(*pictures, "-i", "pipe:0", "-i", str(film.sound.path), "-map", "0:v", "-map", "1:a"),
        *("-c:v", name, *encoding, "-g", str(KEY_S * film.fps), "-threads", str(THREADS), *colours),
        *("-c:a", AUDIO[film.format][0], "-b:a", str(AUDIO_BPS)),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
        *("-map_metadata", "-1", "-metadata", f"title={film.title}"),
        # Opus begins 6.5 ms early, which FFmpeg before 6 counts otherwise; at least the pictures stay where they are.
        *(("-movflags", "+faststart") if film.format == "mp4" else ("-avoid_negative_ts", "disabled")),
        *("-f", film.format, str(path)),
    ]
