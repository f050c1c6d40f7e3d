"""A store whose changes show late shows what was before the last change, and nothing older."""

from types import SimpleNamespace

import pytest
from starlette.requests import Request

from fulfillspec.sandbox.call import Reply
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.variants import wire

READ, CHANGE = "GET", "POST"


class Late(wire.ChangesShowLate):
    """The variant alone, on a clock of its own, over a store whose only property is how often it was changed."""

    def __init__(self) -> None:
        self.now, self.changes = 10.0, 0

    def ask(self, method: str, path: str = "/fulfillment_orders/1.json") -> int:
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [],
            "server": ("store.example", 80),
            "scheme": "http",
        }
        return int(self.answer(Request(scope), None).body)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Late:
    def answer(self: Late, request: Request, _body: bytes | None) -> Reply:
        self.changes += request.method == CHANGE
        return Reply(self.changes)

    store = Late()
    monkeypatch.setattr(Front, "answer", answer)
    monkeypatch.setattr(wire, "time", SimpleNamespace(monotonic=lambda: store.now))
    return store


def test_change_shows_a_moment_later(late: Late) -> None:
    assert late.ask(READ) == 0
    late.ask(CHANGE)
    assert late.ask(READ) == 0
    late.now += 0.3
    assert late.ask(READ) == 1


def test_what_was_read_before_an_earlier_change_is_not_shown_again(late: Late) -> None:
    assert late.ask(READ) == 0
    late.ask(CHANGE)
    late.now += 5
    late.ask(CHANGE)
    assert late.ask(READ) == 2


def test_what_was_read_since_the_earlier_change_is_shown_for_a_moment(late: Late) -> None:
    late.ask(CHANGE)
    late.now += 5
    assert late.ask(READ) == 1
    late.ask(CHANGE)
    assert late.ask(READ) == 1
