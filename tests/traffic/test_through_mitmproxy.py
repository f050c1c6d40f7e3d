"""The recorder that docs/traffic.md names, mitmproxy, in an environment of its own, between an application and a store."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from application import Application

from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.serve import Server
from fulfillspec.traffic import run as judging

PACKAGE = "mitmproxy==11.0.2"
PATIENCE = 180
"""Seconds for its installation, after which the tests are skipped; and for it to listen and to end, after which they fail."""


@pytest.fixture(scope="module")
def mitmdump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install mitmproxy, whose requirements are not ours; skip with the reason where that cannot be done."""
    folder = tmp_path_factory.mktemp("mitmproxy")
    install = [str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", "--retries", "0", PACKAGE]
    for command in ([sys.executable, "-m", "venv", str(folder)], install):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip(f"{PACKAGE} was not installed within {PATIENCE} s")
        if done.returncode:
            pytest.skip(f"{PACKAGE} cannot be installed: {done.stderr.strip()[:200]}")
    return folder / "bin" / "mitmdump"


@contextmanager
def recording(mitmdump: Path, store: str, har: Path) -> Iterator[str]:
    """Record what passes a proxy before a store; give the address to ask."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = ("--listen-host", "127.0.0.1", "--listen-port", str(port), "--mode", f"reverse:{store}")
    settings = ("--set", f"hardump={har}", "--set", f"confdir={har.parent / 'mitmproxy'}")
    proxy = subprocess.Popen([mitmdump, "-q", *where, *settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, proxy)
        yield f"http://127.0.0.1:{port}"
    finally:
        proxy.send_signal(signal.SIGINT)
        proxy.wait(PATIENCE)


def _wait_for(port: int, proxy: "subprocess.Popen[bytes]") -> None:
    for _ in range(PATIENCE * 10):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert proxy.poll() is None, "mitmdump ended before it listened"
            time.sleep(0.1)
        else:
            return
    pytest.fail("mitmdump does not listen")


@pytest.mark.parametrize("name", ["", "close-completes"], ids=["plain", "defect"])
def test_what_mitmproxy_records_is_judged(name: str, mitmdump: Path, tmp_path: Path) -> None:
    har = tmp_path / "recorded.har"
    with Server(mutants=[name] if name else []) as server, recording(mitmdump, server.url, har) as url:
        Application(url, server.tokens).work()
    found, traffic = judging.judge([har], tmp_path / "judged")
    broken = {row["requirement"] for row in found["deviations"]}
    assert traffic.steps
    assert mutants()[name].requirement in broken if name else not broken
