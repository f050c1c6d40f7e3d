"""Makes what the pages show of a report: `reports/sample/` and `docs/images/report.png`.

    python scripts/sample_report.py            # needs chromium for the picture
    python scripts/sample_report.py --no-picture

The run is of the sandbox with one mutant, over REST and GraphQL, so that the page has a deviation to show.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTANT = "move-what-is-accepted"
SIZE = "1180,1500"


def main() -> None:
    """Run, copy results and page, take the picture."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        command = [sys.executable, "-m", "fulfillspec", "run", "--mutant", MUTANT, "--out", str(out)]
        ended = subprocess.run(command, cwd=ROOT, check=False)
        if ended.returncode != 1:
            sys.exit(f"expected exit status 1 (nonconformant), got {ended.returncode}")
        for name in ("results.json", "report.html"):
            shutil.copyfile(out / name, ROOT / "reports" / "sample" / name)
    if "--no-picture" not in sys.argv[1:]:
        picture(ROOT / "reports" / "sample" / "report.html", ROOT / "docs" / "images" / "report.png")


def picture(page: Path, path: Path, size: str = SIZE) -> None:
    """Take the picture of the top of a page. Exits where there is no chromium."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("chromium was not found: install it, or pass --no-picture")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={size}"]
    subprocess.run([browser, *options, f"--screenshot={path}", page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()
