"""A small run of the suites against the embedded sandbox, in this process."""

import os
from pathlib import Path

import pytest

from fulfillspec.documents import paths

CASE = "test_closing.py::test_service_closes_an_accepted_order"


def run(out: Path, *words: str) -> Path:
    """Run one case over REST, results into a folder."""
    unused = ("terminal", "cacheprovider", "unraisableexception", "threadexception")
    plain = ["-c", os.devnull, f"--rootdir={paths.home()}", *(f"-pno:{name}" for name in unused)]
    pytest.main([f"{paths.suites() / CASE}", *plain, "--transport=rest", f"--out={out}", *words])
    return out
