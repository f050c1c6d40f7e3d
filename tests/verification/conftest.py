"""One small run with everything that a run leaves, for all tests of this room that change copies of it."""

import shutil
from pathlib import Path

import pytest
from small_run import run

STATEMENT = 'vendor = "Acme"\nproduct = "Acme Fulfilment"\nversion = "1.2"\ntransports = ["rest"]\n'


@pytest.fixture(scope="session")
def whole_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a statement, and one deviation that only the steps show, not a single answer."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "target.toml").write_text("", "utf-8")
    (folder / "statement.toml").write_text(STATEMENT, "utf-8")
    target = f"--target={folder / 'target.toml'}"
    return run(folder / "run", "--only=FO-CLOSE-STATE", "--sandbox-mutant=close-completes", target)


@pytest.fixture
def forged(whole_small: Path, tmp_path: Path) -> Path:
    """A copy to forge."""
    return Path(shutil.copytree(whole_small, tmp_path / "forged"))
