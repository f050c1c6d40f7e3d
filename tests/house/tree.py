"""The repository as the house tests see it: which files it has, what its modules import."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "fulfillspec"


def modules(folder: str) -> list[Path]:
    """Return the modules of a room, or of a folder of the repository."""
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, folder
    return found


def imports(file: Path) -> Iterator[str]:
    """Yield the full name of each module that a module imports, wherever in it; names imported from it count as one more."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def within(name: str, *packages: str) -> bool:
    """Tell whether a module is one of these or inside one of these."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def tracked() -> list[Path]:
    """Return the files that git tracks or would track; without git, none."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return []
    listed = subprocess.run(
        [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
