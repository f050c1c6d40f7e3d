"""One HTTP request and its response, as a value: no file, no thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal


class NotJson(Enum):
    """The data of a body that holds none."""

    NOT_JSON = "NOT_JSON"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON: Final = NotJson.NOT_JSON


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and its response, as recorded.

    `n` counts from 1. `at` is when it was sent, ISO 8601 in UTC. `phase` is why: `probe`, `setup`, `act`, `look` or
    `cleanup`. `headers` have lower-cased names. `data` is the parsed body or `NOT_JSON`. `error` is None or a named
    kind with what was seen (`fulfillspec.wire.limits.Trouble`); without any answer `status` is None. `ms` are
    milliseconds until the last byte. `truncated`: the body goes on, or broke off. `notes` are oddities that are no
    error. `follows` is the number of the exchange whose throttling, redirect, lost connection or fault this one answers.
    """

    n: int
    at: str
    case: str
    actor: str
    transport: str
    operation: str
    phase: str
    method: str
    url: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    data: Any = NOT_JSON
    error: str | None = None
    ms: float = 0.0
    truncated: bool = False
    notes: tuple[str, ...] = ()
    follows: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def client_error(self) -> bool:
        """Whether the status is 4xx."""
        return self.status is not None and 400 <= self.status < 500

    @property
    def server_error(self) -> bool:
        """Whether the status is 5xx."""
        return self.status is not None and self.status >= 500
