"""One HTTP call as an interface of the sandbox receives it, and what the interface gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from fulfillspec.sandbox.errors import Forbidden
from fulfillspec.sandbox.model import App
from fulfillspec.sandbox.views import Views

NOBODY = App(0, "nobody", frozenset())
"""The client of the routes that ask for no token."""


@dataclass(slots=True)
class Call:
    """A request that has passed the door: its client is known and its body is an object."""

    client: App
    version: str
    ids: tuple[int, ...]
    query: Mapping[str, list[str]]
    body: dict[str, Any]
    views: Views

    def need(self, *scopes: str) -> None:
        """Raise Forbidden unless the client has one of the scopes."""
        if not self.client.has(*scopes):
            raise Forbidden(scopes[0])

    def parameter(self, name: str) -> str | None:
        """Return the last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else None

    def asks(self, name: str) -> bool:
        """Say whether a boolean query parameter is set."""
        return self.parameter(name) in {"true", "1"}


@dataclass(slots=True)
class Reply:
    """An answer: JSON, or text when `media_type` says so."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json; charset=utf-8"


Handler = Callable[[Call], Reply]


class Interface(Protocol):
    """A set of routes over the store.

    A route is `METHOD path`. Below /admin/api/{version}/ the path has no leading slash and no `.json`, and `#`
    stands for an id: `POST fulfillment_orders/#/close`. Elsewhere it is the whole path: `GET /sandbox/seeded`.
    Paths that begin with /sandbox, and the page at `/`, ask for no token.
    """

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by route."""
        ...
