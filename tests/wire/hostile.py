"""Targets that misbehave: a socket server on loopback that plays a script for each connection."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[socket.socket, int], None]
"""Gets a connection and its number (from 0)."""


class Target:
    """A listening script. `requests` are the heads received, `bodies` what came after them."""

    def __init__(self, script: Script) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                number = self.connections
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            self._script(connection, number)

    def head(self, connection: socket.socket) -> str:
        """Read one request with its body; empty when the client has gone."""
        received = b""
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                return ""
            received += piece
        head, _, rest = received.decode("latin-1").partition("\r\n\r\n")
        for line in head.split("\r\n"):
            name, _, value = line.partition(":")
            if name.lower() == "content-length":
                while len(rest) < int(value):
                    rest += connection.recv(65536).decode("latin-1")
        self.requests.append(f"{head}\r\n\r\n{rest}")
        return head

    def stop(self) -> None:
        self.stopping.set()
        self._listener.close()


@contextmanager
def target(script: Callable[[Target, socket.socket, int], None]) -> Iterator[Target]:
    made: list[Target] = []
    server = Target(lambda connection, number: script(made[0], connection, number))
    made.append(server)
    try:
        yield server
    finally:
        server.stop()


def answer(body: bytes = b"{}", *, status: str = "200 OK", headers: str = "", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    kind = "" if "content-type" in headers.lower() else "Content-Type: application/json\r\n"
    return f"HTTP/1.1 {status}\r\n{kind}{headers}Content-Length: {size}\r\n\r\n".encode() + body


@contextmanager
def answering(*answers: bytes) -> Iterator[Target]:
    """Give each request its answer, the last one for ever, over kept connections."""
    remaining = list(answers)

    def script(server: Target, connection: socket.socket, _: int) -> None:
        while server.head(connection):
            connection.sendall(remaining.pop(0) if len(remaining) > 1 else remaining[0])

    with target(script) as server:
        yield server
