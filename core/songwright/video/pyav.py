"""Encoding by PyAV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from songwright.video.encoder import AUDIO, AUDIO_BPS, KEY_S, THREADS, VIDEO, Film, failed
from songwright.video.picture import Planes

_BT709 = 1  # FFmpeg's number of it, for primaries, transfer and matrix
_LIMITED = 1


def encode(film: Film, path: Path, frames: Iterator[Planes], watch: Callable[[float], None]) -> None:
    """Encode a film: pictures and sound side by side, as players like to find them."""
    import av

    options = {"fflags": "+bitexact"} | ({"movflags": "+faststart"} if film.format == "mp4" else {})
    try:
        with av.open(str(path), "w", format=film.format, options=options) as file:
            file.metadata["title"] = film.title
            video, audio = _video(file, film, av), _audio(file, film, av)
            sent = 0
            for number, frame in enumerate(frames):
                picture = av.VideoFrame.from_ndarray(frame.buffer.reshape(-1, film.width), format="yuv420p")
                picture.pts, picture.time_base = number, Fraction(1, film.fps)
                file.mux(video.encode(picture))
                until = round((number + 1) * film.sound.rate / film.fps)
                sent += _send(film, until - sent, sent, file, audio, av)
                if (number + 1) % film.fps == 0:
                    watch(film.fps / film.frames)
            file.mux(video.encode(None))
            _send(film, -1, sent, file, audio, av)
            file.mux(audio.encode(None))
    except (av.FFmpegError, ValueError) as error:
        raise failed(film, error) from error


def _video(file: Any, film: Film, av: Any) -> Any:
    name, options = next((one for one in VIDEO[film.format] if one[0] in av.codecs_available), VIDEO[film.format][0])
    stream = file.add_stream(name, rate=film.fps, options=dict(options))
    stream.width, stream.height, stream.pix_fmt = film.width, film.height, "yuv420p"
    stream.time_base = Fraction(1, film.fps)
    context = stream.codec_context
    context.gop_size = KEY_S * film.fps
    context.thread_count = THREADS
    context.flags |= av.codec.context.Flags.bitexact
    context.color_range = _LIMITED
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    return stream


def _audio(file: Any, film: Film, av: Any) -> Any:
    name = next((one for one in AUDIO[film.format] if one in av.codecs_available), AUDIO[film.format][0])
    rate = film.sound.rate if name == "aac" else 48_000
    stream = file.add_stream(name, rate=rate, layout="stereo")
    stream.bit_rate = AUDIO_BPS
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    return stream


def _send(film: Film, frames: int, at: int, file: Any, audio: Any, av: Any) -> int:
    """Encode the sound's next frames, the first of which is frame ``at``; a negative number is all that is left."""
    block = film.sound.read(frames) if frames else None
    if block is None or not len(block):
        return 0
    sound = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout="stereo")
    sound.sample_rate, sound.pts, sound.time_base = film.sound.rate, at, Fraction(1, film.sound.rate)
    file.mux(audio.encode(sound))
    return len(block)
