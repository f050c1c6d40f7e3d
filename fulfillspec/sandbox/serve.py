"""The sandbox behind a real HTTP server: in a thread for tests, or until it is stopped for the command line."""

import asyncio
import contextlib
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from types import FrameType, TracebackType
from typing import Any, Self

import uvicorn

from fulfillspec.sandbox.announcing import announcement
from fulfillspec.sandbox.app import Sandbox
from fulfillspec.sandbox.changes import UnknownChangeError
from fulfillspec.sandbox.errors import Refusal

HOST = "127.0.0.1"
_STARTS_WITHIN = 60.0
_STOPS_WITHIN = 5.0


class PortInUseError(OSError):
    """Another process listens on the port."""


class NotStartedError(RuntimeError):
    """The server did not come up."""


class _Quick(uvicorn.Server):
    """A server whose main loop notices at once that it is to stop."""

    async def main_loop(self) -> None:
        """Wait for the end; uvicorn's own loop looks every tenth of a second."""
        tick = 0
        while not await self.on_tick(tick):
            tick = (tick + 5) % 864000
            await asyncio.sleep(0.02)


class Server:
    """Runs a sandbox in a thread on an address of this machine; a context manager.

    Takes the options of `Sandbox`, or a sandbox. `port` 0 takes a free one.
    """

    def __init__(self, sandbox: Sandbox | None = None, *, host: str = HOST, port: int = 0, **options: Any) -> None:
        self.sandbox = sandbox or Sandbox(**options)
        self._host, self._port = host, port
        self._server: _Quick | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None
        self.url = ""

    @property
    def tokens(self) -> dict[str, str]:
        """The token of each actor."""
        return self.sandbox.tokens

    @property
    def app_secret(self) -> str:
        """The secret that signs callbacks."""
        return self.sandbox.app_secret

    @property
    def seeded(self) -> dict[str, list[int]]:
        """Ids of the seeded fulfillment orders by `place:status/request_status`."""
        return self.sandbox.seeded

    def start(self) -> Self:
        """Listen and serve; returns when requests are taken. Raises PortInUseError or NotStartedError."""
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio: no delay only so
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self._host, self._port))
        except (OSError, OverflowError) as error:
            listening.close()
            why = getattr(error, "strerror", None) or str(error).rstrip(".")
            raise PortInUseError(
                f"Port {self._port} on {self._host} cannot be used: {why}. Choose another one, or 0."
            ) from error
        listening.listen(128)
        self._socket = listening
        self.url = f"http://{self._host}:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            self.sandbox,
            log_level="error",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=1,
        )
        self._server = _Quick(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="fulfillspec-sandbox", daemon=True
        )
        self._thread.start()
        self._await(lambda: self._server is not None and self._server.started)
        return self

    def _await(self, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + _STARTS_WITHIN
        while not ready():
            if self._thread is None or not self._thread.is_alive() or time.monotonic() > until:
                self.stop()
                raise NotStartedError("The sandbox's server did not start.")
            time.sleep(0.002)

    def stop(self) -> None:
        """Stop serving and free the port."""
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOPS_WITHIN)
        if self._socket is not None:
            self._socket.close()
        self.sandbox.close()
        self._server = self._thread = self._socket = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def run(
    port: int = 0,
    mutants: Iterable[str] = (),
    variants: Iterable[str] = (),
    rate: str = "none",
    *,
    host: str = HOST,
    form: str = "plain",
    states: Iterable[Mapping[str, Any]] = (),
    combined: bool = False,
    tokens: Mapping[str, str] | None = None,
    oldest: str | None = None,
    without: Iterable[str] = (),
) -> int:
    """Serve until SIGINT or SIGTERM; `form` is that of what it says first, `states` are made before that.

    Returns the exit status: 0, or 4 when it could not start, with one sentence on stderr.
    """
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    try:
        server = Server(
            host=host,
            port=port,
            states=list(states),
            mutants=list(mutants),
            variants=list(variants),
            rate=rate,
            combined=combined,
            tokens=tokens,
            oldest=oldest,
            without=list(without),
        )
        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        server.start()
    except (PortInUseError, NotStartedError, UnknownChangeError, Refusal, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 4
    try:
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.write(announcement(server.sandbox, server.url, form))
            sys.stdout.flush()
        while not stopped.wait(0.5):
            pass
    finally:
        server.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0
