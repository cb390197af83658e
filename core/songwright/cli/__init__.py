"""The command line: parse, call, print.

One module a command, imported when it is asked for. Results go to standard output, everything
else to standard error. ``songwright --help`` imports neither numpy nor pydantic nor numba.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line with the process's arguments and exit with its code."""
    # One BLAS thread: the engine brings its own threads, and numpy starts a third faster.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A polite kill ends a render as Ctrl-C does: earlier results stay whole, staging is swept away.
    signal.signal(signal.SIGTERM, _terminate)
    from songwright.cli.run import run

    sys.exit(run(sys.argv[1:]))


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
