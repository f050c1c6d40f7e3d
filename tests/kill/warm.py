"""A process in which the suites are collected once; each trial is a fork of it.

What does not depend on a trial is paid once for a setting: imports, collection, the caches that a first run fills. A
fork begins where a run begins, and tells what it found without reports or redaction.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["fulfillspec.suite.plugin", "schemathesis", "pytest"])


@dataclass(frozen=True, slots=True)
class Setting:
    """What a collection depends on: depth, the transports asked for (none: all), API version ("": the default)."""

    depth: str = "core"
    transport: str | None = None
    api_version: str = ""


_OF_SERVING = {signal.SIGCHLD: signal.SIG_IGN, signal.SIGTERM: signal.SIG_DFL, signal.SIGINT: signal.SIG_DFL}
"""Forks are not waited for, and who ends this process finds nothing to clean up."""
Work = Callable[[pytest.Session, list[pytest.Item]], Any]
"""What is done in a fork: given the session and all cases that were collected, in order."""


class BrokenWork(Exception):
    """What was done in a fork raised an error."""


class Warm:
    """A warmed process of a setting: it does the work `first` itself, which fills its caches, then each in a fork."""

    def __init__(self, setting: Setting, first: Work) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._address = str(Path(self._folder.name) / "door")
        self._told, theirs = _CONTEXT.Pipe(duplex=False)
        self._process: BaseProcess = _CONTEXT.Process(
            target=_serve, args=(setting, first, self._address, theirs), daemon=True
        )
        self._process.start()
        theirs.close()
        self._setting, self._ready, self._waiting = setting, False, threading.Lock()

    def _wait(self) -> None:
        """Wait until it serves."""
        with self._waiting:
            try:
                self._ready = self._ready or bool(self._told.recv())
            except EOFError:
                raise RuntimeError(f"the suites could not be collected: {self._setting}") from None

    def ask(self, work: Work, within: float) -> Any:
        """Do some work in a fork and return what it returns; None where it is late or dies. Raises BrokenWork."""
        self._wait()
        with Client(self._address, family="AF_UNIX") as fork:
            fork.send(work)
            number = fork.recv()
            try:
                found = fork.recv() if fork.poll(within) else None
            except EOFError:
                return None
            if found is None:
                os.kill(number, signal.SIGKILL)
            if isinstance(found, BrokenWork):
                raise found
            return found


def _serve(setting: Setting, first: Work, address: str, ready: Any) -> None:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    from fulfillspec.documents import paths

    with tempfile.TemporaryDirectory() as folder:
        arguments = [str(paths.suites()), f"--rootdir={paths.home()}", "-c", os.devnull, "--bare", f"--out={folder}"]
        # a target that is never asked: none is started for the collection
        arguments += ["--base-url=http://127.0.0.1:1", f"--depth={setting.depth}"]
        arguments += [f"--transport={setting.transport}"] if setting.transport else []
        arguments += [f"--api-version={setting.api_version}"] if setting.api_version else []
        for plugin in ("terminal", "cacheprovider", "unraisableexception", "threadexception"):
            arguments += ["-p", f"no:{plugin}"]
        pytest.main(arguments, plugins=[_Forking(setting, first, address, ready)])


class _Forking:
    """Collects for a run of the setting without beginning one, and forks for whoever knocks."""

    def __init__(self, setting: Setting, first: Work, address: str, ready: Any) -> None:
        self._setting, self._first, self._address, self._ready = setting, first, address, ready
        self._items: list[pytest.Item] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Let the cases be made for the transports and the version of the setting."""
        from fulfillspec.documents.versions import DEFAULT
        from fulfillspec.runs.plan import Plan
        from fulfillspec.runs.run import Run

        config = session.config
        del config.stash[Plan.KEY]
        config.option.base_url = None
        transports = (self._setting.transport,) if self._setting.transport else ("rest", "graphql", "connector")
        version = self._setting.api_version or DEFAULT.name
        run: Any = SimpleNamespace(version=version, scope=SimpleNamespace(transports=transports), tracks=transports)
        config.stash[Run.KEY] = run

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
        """Keep all cases in their order: each trial chooses its own."""
        from fulfillspec.runs.run import Run

        del config.stash[Run.KEY]
        yield
        self._items = [*items]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Fork for each that asks, until the process that started this one ends."""
        from fulfillspec.runs.run import Run
        from fulfillspec.suite.coverage import registered_judges

        registered_judges()
        self._first(session, [*self._items])
        del session.config.stash[Run.KEY]
        starter = multiprocessing.parent_process()
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(self._address)
            door.listen(64)
            self._ready.send("ready")
            gc.collect()
            gc.freeze()
            for number, handler in _OF_SERVING.items():
                signal.signal(number, handler)
            while starter is not None and door in wait([door, starter.sentinel]):
                with Connection(door.accept()[0].detach()) as client:
                    work = client.recv()
                    if os.fork() == 0:
                        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                        _do(work, client, session, self._items)
        return True


def _do(work: Work, client: Any, session: pytest.Session, items: list[pytest.Item]) -> None:
    client.send(os.getpid())
    try:
        with _silenced():
            found = work(session, [*items])
    except BaseException as error:  # noqa: BLE001 - whatever ends the work is told to whoever asked for it
        found = BrokenWork("".join(traceback.format_exception(error)))
    client.send(found)
    os._exit(0)


@contextmanager
def _silenced() -> Iterator[None]:
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        before = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = nowhere
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before
