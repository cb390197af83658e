"""The master's end: one static gain, a limiter, and the loudness that was asked for.

Loudness is a property of the whole song, so it is reached in passes over the finished master, which waits
in a scratch file: measure; set one gain; limit; measure again. Where the limiter takes more loudness away than was
foreseen, the gain is corrected by what is missing and the pass repeated. Nothing rides the level inside the song.

What the limiter will take away is foreseen, so that the first pass is nearly always the last. Whoever wants the
finished mix hears every pass; what an earlier one gave is void.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from songwright.errors import RenderError
from songwright.graph.latency import align
from songwright.graph.nodes import MASTER, AudioSource, Fader, Feed, Insert, Kind, RenderGraph, Strip, Tap
from songwright.project.model import MixOutput
from songwright.render.engine import Engine
from songwright.render.meters import FLOOR_DB, LevelMeter, Levels
from songwright.render.strip import Port

#: How near the loudness must come, in LU, and how often it may be tried.
CLOSE_ENOUGH_LU = 0.08
PASSES = 6
#: A gain that differs by less is the same.
LEAST_CHANGE_DB = 0.02
#: The limiter's ceiling lies this much under the true peak that was asked for: meters differ a little.
CEILING_MARGIN_DB = 0.1
#: No gain beyond this: it would only raise noise.
MOST_GAIN_DB = 80.0
#: Where a dB of gain makes the mix louder by less than this, in LU, the limiter only squashes: no more is asked of it.
LEAST_STEEPNESS = 0.25
#: How far above the plain gain the one that makes up for the limiter is looked for, and by how many halvings.
_ABOVE_DB, _HALVINGS = 20.0, 12
#: The strip whose output is the finished mix.
LIMITED = "limited"

#: Has others listen to the finished mix, which the engine will give at the port. Called before each pass: what was
#: heard of an earlier one is void then.
Listen = Callable[[Engine, Port], None]


@dataclass(frozen=True)
class Limiting:
    """What a pass is made with.

    ``target`` is what the mix should measure; without a loudness its level is left alone.
    """

    graph: RenderGraph
    target: MixOutput
    jobs: int
    block_frames: int


@dataclass(frozen=True)
class Mastered:
    """What the finished mix measures, and the static gain it took."""

    levels: Levels
    gain_db: float
    warnings: tuple[str, ...] = ()


def master(
    audio: AudioSource,
    meter: LevelMeter,
    limiting: Limiting,
    listen: Listen | None = None,
    watch: Callable[[float], None] = lambda _share: None,
) -> Mastered:
    """Bring a master to its loudness under its ceiling.

    Args:
        audio: the master before the limiter.
        meter: what heard it.
        limiting: how.
        listen: has others listen to the result.
        watch: is told the share done of each pass.
    """
    target = limiting.target
    aim_lufs = target.loudness_lufs or 0.0
    gain_db, tries = foreseen_gain(meter, target, aim_lufs), list[Mastered]()
    while True:
        tries.append(_limit(audio, gain_db, limiting, watch, listen))
        missing = _missing(tries[-1].levels, target)
        if abs(missing) <= CLOSE_ENOUGH_LU or len(tries) == PASSES:
            break
        aim_lufs += missing  # by so much the foresight was wrong
        more_db = foreseen_gain(meter, target, aim_lufs) - gain_db
        if abs(more_db) < LEAST_CHANGE_DB or more_db * missing < 0.0:  # the limiter gives no more
            break
        gain_db += more_db
    best = min(tries, key=lambda one: abs(_missing(one.levels, target)))
    if best is not tries[-1]:
        best = _limit(audio, best.gain_db, limiting, watch, listen)
    return replace(best, warnings=tuple(_warnings(best.levels, target)))


def foreseen_gain(meter: LevelMeter, target: MixOutput, aim_lufs: float) -> float:
    """The gain, in dB, that should bring the mix to ``aim_lufs``: what is missing, and what the limiter will take away.

    It is looked for by halving a range; it ends where the limiter gives no more.
    """
    levels = meter.levels()
    if target.loudness_lufs is None or levels.peak_dbfs <= FLOOR_DB:
        return 0.0
    ceiling_db, low_db, high_db = target.true_peak_dbtp - CEILING_MARGIN_DB, 0.0, MOST_GAIN_DB
    if levels.lufs_integrated > FLOOR_DB:  # else it is below the gate of loudness: any gain may be the one
        low_db = min(MOST_GAIN_DB, aim_lufs - levels.lufs_integrated)
        high_db = min(MOST_GAIN_DB, low_db + _ABOVE_DB)
    for _ in range(_HALVINGS):
        middle_db = 0.5 * (low_db + high_db)
        lufs, louder = (meter.limited_lufs(middle_db + more_db, ceiling_db) for more_db in (0.0, 0.2))
        if lufs >= aim_lufs or (lufs > FLOOR_DB and louder - lufs < 0.2 * LEAST_STEEPNESS):
            high_db = middle_db
        else:
            low_db = middle_db
    return low_db


def _missing(levels: Levels, target: MixOutput) -> float:
    """Loudness that is still wanting, in LU; nothing can be wanting in silence."""
    if target.loudness_lufs is None or levels.lufs_integrated <= FLOOR_DB:
        return 0.0
    return target.loudness_lufs - levels.lufs_integrated


def _limit(
    audio: AudioSource,
    gain_db: float,
    limiting: Limiting,
    watch: Callable[[float], None],
    listen: Listen | None = None,
) -> Mastered:
    """One pass: gain, limiter, meter."""
    engine = ending(audio, limiting.graph, limiting.target, gain_db, limiting.block_frames)
    port, meter = engine.tap(LIMITED, Tap.POST), LevelMeter(limiting.graph.sample_rate)
    engine.listen([port], lambda ports: meter.take(ports[0]))
    if listen:
        listen(engine, port)
    engine.run(limiting.jobs, watch)
    return Mastered(meter.levels(), gain_db)


def ending(audio: AudioSource, graph: RenderGraph, target: MixOutput, gain_db: float, block_frames: int) -> Engine:
    """The master's end: an engine that turns ``audio`` by a gain and limits it, in the strip :data:`LIMITED`."""
    inserts = (_under(graph.limiter, target.true_peak_dbtp - CEILING_MARGIN_DB),) if graph.limiter else ()
    strips = {
        MASTER: Strip(MASTER, Kind.MASTER, source=audio, fader=Fader(gain_db=gain_db)),
        LIMITED: Strip(LIMITED, Kind.MASTER, feeds=(Feed(MASTER, Tap.POST),), inserts=inserts),
    }
    return Engine(replace(graph, strips=strips, delays=align(strips)), [(LIMITED, Tap.POST)], block_frames)


def _under(limiter: Insert, ceiling_db: float) -> Insert:
    """The limiter with its ceiling no higher than asked."""
    own = limiter.knobs.get("ceiling_db")
    if own is None:
        raise RenderError(f"the limiter {limiter.entry.name!r} has no knob 'ceiling'; the mix needs one to end in")
    ceiling = min(own, ceiling_db) if isinstance(own, float) else ceiling_db
    return replace(limiter, knobs={**limiter.knobs, "ceiling_db": ceiling})


def _warnings(levels: Levels, target: MixOutput) -> list[str]:
    found = []
    if levels.lufs_integrated <= FLOOR_DB:
        found.append("the mix is silent, or nearly: it has no loudness that could be set")
    elif abs(_missing(levels, target)) > CLOSE_ENOUGH_LU:
        found.append(
            f"the mix is at {levels.lufs_integrated:.1f} LUFS, not at the {target.loudness_lufs:g} LUFS asked for: "
            f"under a true peak of {target.true_peak_dbtp:g} dBTP the limiter gives no more; "
            "ask for less, or make the song denser"
        )
    return found
