"""What every test starts from."""

from __future__ import annotations

import os
import signal
from pathlib import Path

# A shell that starts the run in the background has it ignore Ctrl-C, and so would every process that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A render that another one was read from proves nothing: only the tests of the cache turn it on.
os.environ["SONGWRIGHT_CACHE_LIMIT"] = "0"

# The profiles of whoever runs the tests are nobody's business: there is one made-up singer, Anna.
os.environ["SONGWRIGHT_PROFILES"] = str(Path(__file__).parent / "profiles" / "library")
