"""Make an environment with torch beside the one that runs this: ``python tests/neural/environment.py .venv-neural``.

It sees all packages of the other and adds torch with what voices from local models need. Torch's version is pinned,
so that a change of it is a change of this file.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

REQUIREMENTS = ("torch==2.13.0", "transformers==5.23.0", "sentencepiece==0.2.3")


def main(folder: Path) -> None:
    """Fill ``folder`` unless it is filled already."""
    stamp = folder / "songwright-requirements.txt"
    wanted = "\n".join((*REQUIREMENTS, sysconfig.get_path("purelib")))
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    venv.create(folder, with_pip=True, clear=True)
    python = folder / "bin" / "python"
    packages = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    link = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    Path(packages, "songwright-dev.pth").write_text(link)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
    stamp.write_text(wanted)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
