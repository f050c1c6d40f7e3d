"""Commands of ours, each in a process of its own that is forked from one which has read the package before.

A process that starts afresh spends a second on reading modules and templates, and the tests start hundreds. What such a
command sees is what it would see otherwise: its own arguments, environment, folder, signals and streams. That it starts
from nothing as well is shown by `tests/house/test_wheel.py` and `tests/cli/test_profiles.py`.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Self

from fulfillspec.documents import paths

READ = ("fulfillspec.suite.plugin", "pytest_html.plugin", "pytest_metadata.plugin", "fulfillspec.sandbox.serve")
"""Modules that nearly every command comes to, with all that they need."""
ANEW = READ[:3]
"""Those that pytest wants to load itself."""
COMMAND = "from fulfillspec.cli import main; main()"
SUITES = "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "PYTHONPATH")
"""What a command has of our environment."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ended: its exit status and all that it said."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def sentences(self) -> list[str]:
        """The lines that say what was wrong, without those that name usage and help."""
        return [line for line in self.said.splitlines() if line.strip() and not line.startswith(("Usage:", "Try "))]


class Process:
    """A command that runs; as a context it does not outlive the block."""

    def __init__(self, answers: IO[str], out: IO[str], err: IO[str]) -> None:
        self._answers, self.stdout, self.stderr = answers, out, err
        self.pid = int(answers.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._answers.closed:
            self.send_signal(signal.SIGKILL)
            self.ended()

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait_for(self, event: threading.Event) -> None:
        """Wait until something has come about that this process is to bring about."""
        while not event.wait(0.05):
            assert not select.select([self._answers], [], [], 0)[0], f"it ended before: {self.ended().said}"

    def ended(self) -> Ended:
        """Wait until it has ended; return what it said that nobody has read yet."""
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.append(self.stderr.read()))
        reader.start()
        out = self.stdout.read()
        reader.join()
        status = int(self._answers.readline())
        for stream in (self._answers, self.stdout, self.stderr):
            stream.close()
        return Ended(status, out, *said)


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, **(given or {})}


def start(*arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, code: str = COMMAND) -> Process:
    """Start a command with these arguments, in a folder; `env` is what its environment has beside ours."""
    ours, theirs = socket.socketpair()
    (out, out_end), (err, err_end) = os.pipe(), os.pipe()
    with theirs:
        socket.send_fds(_forks(), [b"."], [theirs.fileno(), out_end, err_end])
    os.close(out_end)
    os.close(err_end)
    with ours:
        asked = {"code": code, "arguments": [*map(str, arguments)], "cwd": str(cwd), "env": environment(env)}
        ours.sendall(json.dumps(asked).encode() + b"\n")
        return Process(ours.makefile("r"), os.fdopen(out, encoding="utf-8"), os.fdopen(err, encoding="utf-8"))


def suites(*options: str, cwd: Path, env: Mapping[str, str] | None = None, code: str = SUITES) -> Ended:
    """Run the suites as pytest does that is called by itself, with these options."""
    bare = [str(paths.suites()), f"--rootdir={paths.home()}", "-c", os.devnull]
    bare += ["-p", "no:terminal", "-p", "no:cacheprovider"]
    only_ours = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **(env or {})}
    return start(*bare, *options, cwd=cwd, env=only_ours, code=code).ended()


@cache
def _forks() -> socket.socket:
    """Return the end that commands are asked for at. The process behind it ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        handed = theirs.fileno()
        behind = subprocess.Popen(
            [sys.executable, __file__, str(handed)],
            pass_fds=[handed],
            env=environment(),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end() -> None:
        ours.close()
        behind.wait()

    atexit.register(end)
    return ours


def serve(asked: socket.socket) -> str:
    """Fork for each command that is asked for; return in a fork its code, and here nothing once nobody asks any more."""
    for name in READ:
        import_module(name)
    for name in ANEW:
        del sys.modules[name]
    _fill()
    gc.collect()
    gc.freeze()
    while True:
        message, handed, _, _ = socket.recv_fds(asked, 1, 3)
        with contextlib.suppress(ChildProcessError):  # there is none
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            if not message:  # who asked has gone, and what it began runs still
                os.killpg(os.getpgrp(), signal.SIGKILL)
        if not message:
            return ""
        if os.fork() == 0:
            asked.close()
            return _attended(socket.socket(fileno=handed[0]), handed[1:])
        for one in handed:
            os.close(one)


def _fill() -> None:
    """Read what every run reads: register, suites, templates, schemas."""
    from fulfillspec.documents import graphql_documents, lifecycle, register, versions
    from fulfillspec.judge.naming import module
    from fulfillspec.reporting.environment import environment

    register.load()
    lifecycle.load()
    graphql_documents.schema(versions.DEFAULT.name)
    for suite in paths.suites().glob("test_*.py"):
        module(suite)
    for template in environment().list_templates():
        environment().get_template(template)


def _attended(asking: socket.socket, streams: Sequence[int]) -> str:
    """Fork once more, tell the number and then the status of the fork, and end; return in the fork its code."""
    given = json.loads(asking.makefile("r").readline())
    child = os.fork()
    if child == 0:
        asking.close()
        return _become(given, streams)
    for one in streams:
        os.close(one)
    with contextlib.suppress(BrokenPipeError):  # who asked may have ended
        asking.sendall(f"{child}\n".encode())
        asking.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n".encode())
    os._exit(0)


def _become(given: Mapping[str, Any], streams: Sequence[int]) -> str:
    for number, one in enumerate(streams, start=1):
        os.dup2(one, number)
        os.close(one)
    os.chdir(given["cwd"])
    os.environ.clear()
    os.environ.update(given["env"])
    sys.argv = ["fulfillspec", *given["arguments"]]
    return str(given["code"])


if __name__ == "__main__":
    del sys.path[0]
    exec(serve(socket.socket(fileno=int(sys.argv[1]))), {"sys": sys, "__name__": "__main__"})
