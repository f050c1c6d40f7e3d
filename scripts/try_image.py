"""Go through the Dockerfile by hand, for where there is no builder of images, and start what comes out.

    python scripts/try_image.py [words of the command, else those of CMD]

What it copies is copied into a folder of its own, its `pip install` runs in a new environment there, and its entry point
is started in an empty folder. Ends with the status of that.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, each with what follows its name."""
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line and line[0] != "#")]


def main() -> int:
    """Build and start; return the exit status."""
    found = instructions()
    said = {name: json.loads(rest) for name, rest in found if name in {"ENTRYPOINT", "CMD"}}
    with tempfile.TemporaryDirectory() as folder:
        suite, reports, environment = (Path(folder) / name for name in ("suite", "reports", "venv"))
        suite.mkdir()
        reports.mkdir()
        for source, target in (
            (one, rest.split()[-1]) for name, rest in found if name == "COPY" for one in rest.split()[:-1]
        ):
            where = ROOT / source
            copy = shutil.copytree if where.is_dir() else shutil.copy2
            copy(where, suite / (source if target == "./" else target))
        venv.create(environment, with_pip=True)
        install = next(re.match(r"pip install [^&]+", rest) for name, rest in found if name == "RUN")
        assert install, "RUN begins with pip install"
        subprocess.run([environment / "bin" / "python", "-m", *install[0].split()], cwd=suite, check=True)
        program, *words = said["ENTRYPOINT"]
        started = [environment / "bin" / program, *words, *(sys.argv[1:] or said["CMD"])]
        return subprocess.run(started, cwd=reports, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
