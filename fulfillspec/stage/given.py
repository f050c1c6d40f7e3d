"""Fulfillment orders that somebody else puts into a state: ids in the target file, and the hook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fulfillspec.evidence.observation import digits
from fulfillspec.stage.source import CannotStage
from fulfillspec.wire.http import Client


class Ids:
    """Ids of fulfillment orders that already stand in a state; each is handed out once."""

    def __init__(self, ids: Mapping[str, Sequence[str]]) -> None:
        self._left = {state: list(found) for state, found in ids.items()}

    def offers(self, state: str) -> bool:
        """Tell whether an id for the state is left."""
        return bool(self._left.get(state))

    def take(self, state: str) -> str:
        """Hand out the next id for the state; raise `CannotStage` if none is left."""
        if not self._left.get(state):
            raise CannotStage(f"no id for {state} is left among the target's [stage.ids]")
        return self._left[state].pop(0)


class Hook:
    """A server beside the target that makes a fulfillment order in a wanted state.

    It is sent `{"at", "state", "lines": [{"quantity"}]}` and answers `{"order_id", "fulfillment_order_id"}`.
    `requested`: it has made a state that a request leads to, which it may have sent.
    """

    def __init__(self, http: Client, path: str) -> None:
        self._http, self._path = http, path
        self._cannot: set[str] = set()
        self.requested = False

    def offers(self, state: str) -> bool:
        """Tell whether the hook may still make the state (it is asked once for one that it cannot make)."""
        return state not in self._cannot

    def take(self, state: str, quantities: Sequence[int]) -> tuple[str, str | None]:
        """Have a fulfillment order made; return its id and that of its order, raise `CannotStage` with the hook's own words otherwise."""
        place, _, pair = state.partition(":")
        body = {"at": place, "state": pair, "lines": [{"quantity": units} for units in quantities]}
        exchange = self._http.send("POST", self._path, transport="hook", operation="hook_state", json=body)
        made = exchange.data if isinstance(exchange.data, dict) else {}
        identity = digits(made.get("fulfillment_order_id"))
        if not exchange.ok or identity is None:
            self._cannot.add(state)
            raise CannotStage(
                f"the hook made no {state}: HTTP {exchange.status} {exchange.error or exchange.body[:160]}"
            )
        self.requested |= not pair.endswith("/unsubmitted")
        return identity, digits(made.get("order_id"))
