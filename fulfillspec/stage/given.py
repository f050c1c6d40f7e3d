"""Fulfillment orders that somebody else puts into a state: ids in the target file, and the hook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fulfillspec.acting.session import Inapplicable, Session, Unobservable
from fulfillspec.documents.lifecycle import Lifecycle
from fulfillspec.evidence.observation import FulfillmentOrder, digits
from fulfillspec.stage.source import CannotStage
from fulfillspec.stage.supply import QUANTITIES, Supply, setting_up
from fulfillspec.stage.wanted import Wanted
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


@dataclass(frozen=True)
class Given:
    """What is given to one transport's stage, by the ids and by the hook."""

    session: Session
    lifecycle: Lifecycle
    supply: Supply
    ids: Ids
    hook: Hook | None

    def take(self, wanted: Wanted, fits: Callable[[FulfillmentOrder, Wanted], bool]) -> FulfillmentOrder | None:
        """Take one that `fits` the wanted state from the ids or the hook, where they are the way to it; None where not."""
        state = self.lifecycle.states.get(wanted.state)
        first = self.supply.only_given or state is None or state.given or self.supply.source is None
        while first and self.ids.offers(wanted.state):
            order = self.look_up(self.ids.take(wanted.state), expected=wanted.state)
            if self._is_right(order, wanted) and fits(order, wanted):
                return order
        if first and self.hook is not None and self.hook.offers(wanted.state):
            quantities = QUANTITIES[: max(wanted.lines, 3)]
            try:
                order = self.look_up(*self.hook.take(wanted.state, quantities), expected=wanted.state)
            except CannotStage as reason:
                if state is None or state.given:
                    raise Unobservable(str(reason)) from None
                return None
            if self._is_right(order, wanted) and fits(order, wanted):
                return order
        if state is not None and state.given:
            raise Inapplicable(f"no fulfillment order in {wanted.state} was given ([stage.ids] or a hook make it)")
        return None

    def _is_right(self, order: FulfillmentOrder, wanted: Wanted) -> bool:
        seen = self.session.state(order) or ""
        known = self.lifecycle.states.get(wanted.state)
        if not (seen == wanted.state or (known and known.matches(seen))):
            self.session.ledger.notes.append(f"fulfillment order {order.id} was given as {wanted.state} and is {seen}")
            return False
        return True

    def look_up(self, identity: str, order_id: str | None = None, *, expected: str) -> FulfillmentOrder:
        """Look up a fulfillment order that was given by id and learn its place from the state it stands for.

        `order_id` is its order's, where whoever gave it told that too: its own answer may not show it.
        """
        with setting_up(self.session):
            answer = self.session.ask(self.session.observer, "get", identity)
            order = answer.order
            order_id = order.order_id or order_id if order is not None else None
            if order is None or order_id is None:
                raise Unobservable(
                    f"the given fulfillment order {identity} could not be read, or shows no order: {answer.described()}"
                )
            if order.location_id is not None:
                self.session.places.setdefault(order.location_id, expected.partition(":")[0])
            return self.session.look(order_id).orders.get(order.id, order)
