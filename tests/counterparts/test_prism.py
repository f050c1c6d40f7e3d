"""A mock that nobody here wrote, Prism, serves our OpenAPI document, and the suite calls it what it is."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from node_packages import installed
from started import start

ROOT = Path(__file__).resolve().parents[2]
PRISM = "@stoplight/prism-cli@5.14.2"


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install Prism into a temporary folder; return its command."""
    folder = tmp_path_factory.mktemp("prism")
    installed(folder, PRISM, what_for="Prism cannot serve our OpenAPI document")
    return folder / "node_modules" / ".bin" / "prism"


@contextmanager
def mock(prism: Path) -> Iterator[str]:
    """Serve the document until the block ends; yields the base URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [prism, "mock", "-h", "127.0.0.1", "-p", str(port), str(ROOT / "schemas" / "openapi.json")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "is listening" in line:
                break
        else:
            raise AssertionError("".join(said))
        reader = threading.Thread(target=process.stdout.read, daemon=True)
        reader.start()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        reader.join()
        process.stdout.close()


def test_prism_is_called_a_stateless_mock(prism: Path, tmp_path: Path) -> None:
    with mock(prism) as url:
        given = {"FULFILLSPEC_MERCHANT_TOKEN": "any"}
        ended = start("run", "--base-url", url, "--out", "run", cwd=tmp_path, env=given).ended()
    assert ended.status == 4, ended.said
    assert "stateless mock" in ended.said
    assert "Traceback" not in ended.said
