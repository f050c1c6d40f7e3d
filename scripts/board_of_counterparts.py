"""Makes a board of implementations that nobody here wrote, beside our sandbox: a fleet of Prism, Mockoon and WireMock.

    python scripts/board_of_counterparts.py                 # below reports/counterparts
    python scripts/board_of_counterparts.py --picture       # and docs/images/board.png of it; needs chromium

What cannot be started here, for want of node or java, is a row of the board that says what is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from counterparts import AREAS, COUNTERPARTS, ORDERS, ROOT, Counterpart, NotThere, install, serving
from sample_report import picture

MUTANTS: Final = ("move-what-is-accepted", "close-completes", "hold-leaves-open")
TOKENS: Final = {"COUNTERPART_MERCHANT_TOKEN": "any-word", "COUNTERPART_SERVICE_TOKEN": "another-word"}
SIZE: Final = "1500,1240"


def main() -> int:
    """Start what can be started, run the fleet, and say where the board is."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=ROOT / "reports" / "counterparts", help="the folder of the board")
    asked.add_argument("--picture", action="store_true", help="take the picture of the README")
    asked.add_argument("--transport", action="append", default=[], help="test over this transport only; repeatable")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        given.out.mkdir(parents=True, exist_ok=True)
        rows = [counterpart(part, Path(name), given.out, running) for part in COUNTERPARTS]
        file = given.out / "fleet.toml"
        file.write_text(fleet([*rows, *sandboxes()], given.transport), "utf-8")
        command = [sys.executable, "-m", "fulfillspec", "fleet", str(file), "--out", str(given.out), "--fresh"]
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, **TOKENS}, check=False)
    if ended.returncode in {2, 3}:
        return ended.returncode
    if given.picture:
        picture(given.out / "index.html", ROOT / "docs" / "images" / "board.png", SIZE)
    return 0


def fleet(rows: list[dict[str, object]], transports: list[str]) -> str:
    """Return the fleet file."""
    head = 'title = "Counterparts"\n'
    if transports:
        head += f"\n[defaults]\ntransports = {json.dumps(transports)}\n"
    return head + "".join(
        "\n[[target]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in row.items()) for row in rows
    )


def sandboxes() -> list[dict[str, object]]:
    """Return our sandbox, and our sandbox with defects."""
    rows: list[dict[str, object]] = [{"name": "sandbox", "title": "our sandbox", "sandbox": True}]
    rows += [
        {"name": name, "title": "our sandbox with a defect", "sandbox": True, "mutants": [name]} for name in MUTANTS
    ]
    return rows


def counterpart(part: Counterpart, folder: Path, out: Path, running: ExitStack) -> dict[str, object]:
    """Start a counterpart and return its row of the fleet file; one that cannot be started is a row that says why."""
    row: dict[str, object] = {"name": part.name, "title": part.title}
    here = folder / part.name
    here.mkdir()
    try:
        install(part, here)
        url = running.enter_context(serving(part, here))
    except NotThere as reason:
        return {**row, "unavailable": str(reason)}
    (out / f"{part.name}.toml").write_text(target(url, stateful=part.stateful), "utf-8")
    return {**row, "file": f"{part.name}.toml"}


def target(url: str, *, stateful: bool) -> str:
    """Return the target file of a counterpart; one with state offers fulfillment orders by their ids."""
    actors = "".join(
        f'[actors.{actor}]\ntoken_env = "COUNTERPART_{actor.upper()}_TOKEN"\n' for actor in ("merchant", "service")
    )
    if not stateful:
        return f'base_url = "{url}"\n{actors}'
    ids = [order + 10_000 for order in ORDERS]
    claims = f'transports = ["rest"]\nareas = {json.dumps(AREAS)}\n'
    return f'base_url = "{url}"\n{claims}{actors}[stage]\nmethod = "ids"\n[stage.ids]\n"service:open/unsubmitted" = {ids}\n'


if __name__ == "__main__":
    sys.exit(main())
