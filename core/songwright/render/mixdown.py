"""The mix's files: written in every format asked for, side by side, as the limiter gives the mix."""

from __future__ import annotations

from pathlib import Path

from songwright.dsp.truepeak import TruePeakMeter
from songwright.files.audio import AudioFile
from songwright.project.model import MixOutput
from songwright.render.engine import Engine, Take
from songwright.render.master import Mastered
from songwright.render.meters import FLOOR_DB
from songwright.render.result import Mix, RenderedFile
from songwright.render.strip import Port
from songwright.render.wanted import Wanted


class Mixdown:
    """Writes the mix's files and takes its true peak.

    Args:
        target: which files, and the true peak that was asked for.
        wanted: the span that is written, and how.
        folder: where the files go.
        sample_rate: Hz.
    """

    def __init__(self, target: MixOutput, wanted: Wanted, folder: Path, sample_rate: int) -> None:
        self._target, self._wanted, self._folder, self._rate = target, wanted, folder, sample_rate
        self._files: dict[str, AudioFile] = {}
        self._peak = TruePeakMeter()

    def listen(self, engine: Engine, port: Port) -> None:
        """Have the engine feed the files. What an earlier engine fed them is written over."""
        self.abandon()
        wanted, self._peak = self._wanted, TruePeakMeter()
        for kind in dict.fromkeys(self._target.formats):
            path = self._folder / f"mix.{kind}"
            path.unlink(missing_ok=True)  # it may be a link, as a stem's may
            file = AudioFile(path, kind, self._rate, wanted.depth, wanted.tags(""), wanted.jobs)
            self._files[path.name] = file
            engine.listen([port], _writing(file), wanted.span)
        engine.listen([port], lambda ports: self._peak.add(ports[0]))

    def finish(self, mastered: Mastered) -> Mix:
        """Close the files."""
        for file in self._files.values():
            file.close()
        written = tuple(RenderedFile(name, file.sha256, file.clipped) for name, file in self._files.items())
        true_peak_dbtp, warnings = max(FLOOR_DB, self._peak.dbtp), list(mastered.warnings)
        if true_peak_dbtp > self._target.true_peak_dbtp:
            asked = f"{self._target.true_peak_dbtp:g} dBTP asked for"
            warnings.append(f"the mix peaks at {true_peak_dbtp:.2f} dBTP, over the {asked}")
        return Mix(written, mastered.levels, true_peak_dbtp, mastered.gain_db, tuple(warnings))

    def abandon(self) -> None:
        """Let go of unfinished files; nothing happens to finished ones."""
        for file in self._files.values():
            file.abandon()


def _writing(file: AudioFile) -> Take:
    return lambda ports: file.write(ports[0])
