"""What the suite was seen to find of defects made for it, as long as these are the defects of this build.

`scripts/kill_matrix.py` writes how many planted mutants were killed, `scripts/refute_sandbox.py --page` how many source
mutants were found, each with a digest of the code that the figures are of. Where that is other code by now, the figures
say nothing about this build and are not quoted.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from fulfillspec.documents import paths

FILE = "kill_matrix.json"
SOURCES = "source_mutants.json"
SANDBOX = Path(__file__).resolve().parents[1] / "sandbox"


def _digest(files: Iterable[Path], folder: Path) -> str:
    found = hashlib.sha256()
    for file in files:
        found.update(file.relative_to(folder).as_posix().encode() + b"\0")
        found.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()[:16]


@lru_cache(maxsize=1)
def digest(folder: Path = SANDBOX / "mutants") -> str:
    """Return what names the mutants of this build: a digest of their names and their code."""
    return _digest(sorted(folder.rglob("*.py")), folder)


def figures(folder: Path | None = None) -> dict[str, int] | None:
    """Return how many mutants there are and how many were killed; None where that was not recorded for this build."""
    stored = _stored(FILE, folder)
    if stored.get("digest") != digest():
        return None
    return {name: int(stored[name]) for name in ("mutants", "killed")}


def source_figures(folder: Path | None = None, sandbox: Path = SANDBOX) -> dict[str, int] | None:
    """Return how many source mutants were found, of those that some document forbids (`judged`).

    None where that was not recorded for the modules of this build.
    """
    stored = _stored(SOURCES, folder)
    files = [sandbox / name for name in stored.get("modules", ())]
    if not files or not all(file.is_file() for file in files) or stored["digest"] != _digest(files, sandbox):
        return None
    return {name: int(stored[name]) for name in ("judged", "found")}


def record(mutants: int, killed: int, folder: Path | None = None) -> None:
    """Write the figures of this build's mutants down."""
    _store(FILE, folder, {"mutants": mutants, "killed": killed, "digest": digest()})


def record_sources(
    judged: int, found: int, modules: Iterable[Path], folder: Path | None = None, sandbox: Path = SANDBOX
) -> None:
    """Write down the figures of source mutants of these modules of the sandbox."""
    files = sorted(modules)
    names = [file.relative_to(sandbox).as_posix() for file in files]
    _store(SOURCES, folder, {"judged": judged, "found": found, "digest": _digest(files, sandbox), "modules": names})


def statement() -> str:
    """Return the line by which a page says which mutants its figures are of."""
    return f"- digest of the mutants: {digest()}"


def _stored(name: str, folder: Path | None) -> dict[str, Any]:
    file = (folder or paths.schemas()) / name
    found: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return found


def _store(name: str, folder: Path | None, stored: dict[str, Any]) -> None:
    ((folder or paths.schemas()) / name).write_text(json.dumps(stored) + "\n", "utf-8")
