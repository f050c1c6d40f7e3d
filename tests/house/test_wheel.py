"""The wheel alone is enough: it has suites, schemas and fixtures, and runs outside any checkout."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import pytest
from tree import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel; with the backend that is installed, else with one that pip fetches."""
    folder = tmp_path_factory.mktemp("wheel")
    isolation = ["--no-build-isolation"] if find_spec("hatchling") else []
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", *isolation, "-w", str(folder), str(ROOT)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("fulfillspec-*.whl"))


def test_wheel_has_all_that_a_run_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    needed = (
        "suites/test_closing.py",
        "schemas/requirements/closing.toml",
        "schemas/lifecycle.toml",
        "fixtures/S2/close-1.json",
        "conftest.py",
    )
    assert [name for name in needed if f"fulfillspec/{name}" not in names] == []
    templates = {path.name for path in (ROOT / "fulfillspec" / "reporting" / "templates").iterdir()}
    assert templates <= {Path(name).name for name in names if "/templates/" in name}


@pytest.mark.slow
def test_installed_wheel_runs_outside_any_checkout(wheel: Path, tmp_path: Path) -> None:
    # its dependencies are borrowed from this environment: what they are is another test's
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run(install, cwd=tmp_path, check=True, capture_output=True)
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    (Path(site.stdout.strip()) / "borrowed.pth").write_text(str(distribution("click").locate_file("")) + "\n", "utf-8")
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    command = [str(python.with_name("fulfillspec")), "run", "--transport", "rest", "--area", "deadlines"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✔ conformant" in done.stdout
    found = json.loads((tmp_path / "reports" / "latest" / "results.json").read_text("utf-8"))
    assert found["verdict"] == "conformant"
    asked = [str(python), "-c", "import fulfillspec; print(fulfillspec.__file__)"]
    assert str(home) in subprocess.run(asked, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
