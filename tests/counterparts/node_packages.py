"""Packages of npm for a test: installed into a temporary folder, or the test is skipped with the reason."""

import shutil
import subprocess
from pathlib import Path

import pytest

PATIENCE = 150
OPTIONS = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefer-offline", "--fetch-retries=0")


def installed(folder: Path, *packages: str, what_for: str) -> Path:
    """Install packages, each `name@version`, into a folder; return it."""
    if not shutil.which("node") or not (npm := shutil.which("npm")):
        pytest.skip(f"node and npm are not installed, so {what_for}")
    named = " ".join(packages)
    try:
        done = subprocess.run(
            [npm, "install", "--prefix", str(folder), *OPTIONS, *packages],
            cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install {named} within {PATIENCE} s")
    if done.returncode:
        pytest.skip(f"npm cannot install {named}: {done.stderr.strip()[:200]}")
    return folder
