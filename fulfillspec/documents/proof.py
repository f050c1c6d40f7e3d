"""How many mutants the suite was seen to kill, as long as they are the mutants of this build.

`scripts/kill_matrix.py` writes the figures with a digest of the mutants that it ran. Where these are others by now, the
figures say nothing about this build and are not quoted.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from fulfillspec.documents import paths

FILE = "kill_matrix.json"
_MUTANTS = Path(__file__).resolve().parents[1] / "sandbox" / "mutants"


@lru_cache(maxsize=1)
def digest(folder: Path = _MUTANTS) -> str:
    """Return what names the mutants of this build: a digest of their names and their code."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        found.update(file.relative_to(folder).as_posix().encode() + b"\0")
        found.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()[:16]


def figures(folder: Path | None = None) -> dict[str, int] | None:
    """Return how many mutants there are and how many were killed; None where that was not recorded for this build."""
    file = (folder or paths.schemas()) / FILE
    if not file.is_file():
        return None
    stored = json.loads(file.read_text("utf-8"))
    if stored.get("digest") != digest():
        return None
    return {name: int(stored[name]) for name in ("mutants", "killed")}


def record(mutants: int, killed: int, folder: Path | None = None) -> None:
    """Write the figures of this build down."""
    stored = {"mutants": mutants, "killed": killed, "digest": digest()}
    ((folder or paths.schemas()) / FILE).write_text(json.dumps(stored) + "\n", "utf-8")


def statement() -> str:
    """Return the line by which a page says which mutants its figures are of."""
    return f"- digest of the mutants: {digest()}"
