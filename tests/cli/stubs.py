"""Targets that are no conforming store: each answers every request with the same bytes, or not at all."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Play = Callable[[socket.socket, threading.Event], None]
"""Answers one request on a connection; the event is set when the stub ends."""


def fixed(body: bytes, content_type: str, status: str = "200 OK") -> Play:
    """Answer with a body."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def play(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(head + body)

    return play


def hanging(connection: socket.socket, ending: threading.Event) -> None:
    """Take the request and say nothing."""
    with connection:
        ending.wait()


def endless(connection: socket.socket, ending: threading.Event) -> None:
    """Answer with a body that goes on as long as somebody reads."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while not ending.is_set():
        connection.sendall(b"1," * 50_000)


@contextmanager
def listening(play: Play) -> Iterator[int]:
    """Listen on a free loopback port; yields the port."""
    ending = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            received = b""
            while piece := connection.recv(65536):
                received += piece
                while b"\r\n\r\n" in received:
                    received = received.partition(b"\r\n\r\n")[2]
                    play(connection, ending)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            ending.set()
