"""The command line: parse, call, print.

One module a command, imported when it is asked for. Results go to standard output, everything
else to standard error. ``songwright --help`` imports neither numpy nor pydantic nor numba.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line with the process's arguments and exit with its code."""
    # One BLAS thread: the engine brings its own threads, and numpy starts a third faster.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # pydantic would look through all distributions for plugins of its own, which watch validation.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # A polite kill ends a render as Ctrl-C does: earlier results stay whole, staging is swept away.
    signal.signal(signal.SIGTERM, _terminate)
    # What a song is made of stays to the end and holds few cycles: to look for some every 700 objects is time lost.
    gc.set_threshold(200_000)
    from songwright.cli.run import run

    code = run(sys.argv[1:])
    gc.freeze()  # else the interpreter, while it ends, takes 0.1 s to look for cycles in memory that goes back anyway
    sys.exit(code)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
