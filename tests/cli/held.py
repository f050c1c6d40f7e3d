"""A request that a sandbox of this process answers only when it is let go: what happens meanwhile happens at that point."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.serve import Server


@contextmanager
def held(server: Server, route: str, when: Callable[[Call, int], bool]) -> Iterator[threading.Event]:
    """Hold the answer to the request of a route for which `when` holds, given its number; yield what tells that it came.

    What it asks for is done; who asked does not know yet. It is let go when the block ends.
    """
    handlers = server.sandbox.front.handlers
    handler, seen = handlers[route], 0
    came, go = threading.Event(), threading.Event()

    def answer(call: Call) -> Reply:
        nonlocal seen
        seen += 1
        reply = handler(call)
        if when(call, seen) and not came.is_set():
            came.set()
            go.wait()
        return reply

    handlers[route] = answer
    try:
        yield came
    finally:
        go.set()
        handlers[route] = handler
