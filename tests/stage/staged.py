"""A stage without a server: a store in memory that takes steps along the lifecycle, and what the stage sees of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from fulfillspec.acting.session import Unobservable
from fulfillspec.documents import lifecycle
from fulfillspec.evidence.observation import FulfillmentOrder, Line, Picture
from fulfillspec.judge.sources import Known
from fulfillspec.stage.budget import Budget
from fulfillspec.stage.given import Ids
from fulfillspec.stage.pool import Stage
from fulfillspec.stage.source import CannotStage, NewOrder, World
from fulfillspec.stage.supply import Supply

PLACES = {"1": "merchant", "2": "merchant", "70": "service"}
LIFE = lifecycle.load()


def fulfillment_order(
    identity: str, order_id: str, location: str, quantities: Sequence[int], pair: str = "open/unsubmitted"
) -> FulfillmentOrder:
    """Make a fulfillment order with a line item for each quantity."""
    status, _, request_status = pair.partition("/")
    lines = tuple(Line(f"{identity}-{n}", f"of-{identity}-{n}", units, units) for n, units in enumerate(quantities))
    return FulfillmentOrder(identity, order_id, status, request_status, location, location, (), lines)


@dataclass
class Session:
    """What was seen of the store. `blind` makes every look fail with its reason."""

    name: str = "rest"
    places: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    tainted: set[str] = field(default_factory=set)
    phase: str = "act"
    observer: str = "merchant"
    latest: Any = None
    blind: str = ""
    lacks: str = ""
    recorded: list[str] = field(default_factory=list)
    looks: int = 0
    offered: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.ledger = SimpleNamespace(notes=[])
        self.known = Known()
        self.transport = SimpleNamespace(offers=lambda operation: operation in self.offered)
        self.stored: dict[str, dict[str, FulfillmentOrder]] = {}

    def look(self, order_id: str) -> Picture:
        self.looks += 1
        if self.blind:
            raise Unobservable(f"order {order_id}: {self.blind}")
        picture = self.pictures[order_id] = Picture(order_id, dict(self.stored[order_id]), 1)
        return picture

    def ask(self, _actor: str, _operation: str, identity: str) -> Any:
        order = next((orders[identity] for orders in self.stored.values() if identity in orders), None)
        return SimpleNamespace(order=order, described=lambda: "accepted" if order else "refused, HTTP 404")

    def state(self, order: FulfillmentOrder | None) -> str | None:
        return None if order is None else f"{self.places.get(order.location_id or '', 'unknown')}:{order.pair}"

    def place(self, order: FulfillmentOrder) -> str | None:
        return self.places.get(order.location_id or "")

    def hindered(self, _answer: Any) -> str | None:
        return self.lacks or None

    def record(self, finding: Any, _answer: Any) -> None:
        self.recorded.append(finding.requirement)


@dataclass
class Step:
    """What came of an action."""

    order: FulfillmentOrder
    accepted: bool = True
    created: tuple[FulfillmentOrder, ...] = ()

    @property
    def target(self) -> FulfillmentOrder:
        return self.order

    @property
    def answer(self) -> Any:
        return SimpleNamespace(described=lambda: "accepted" if self.accepted else "refused")

    def needs(self, found: Any) -> Any:
        if not self.accepted:
            raise Unobservable("it was refused")
        return found

    def expect(self, _requirement: str, pairs: str, **_how: Any) -> bool:
        return self.order.pair in pairs.split(" or ")


@dataclass
class Actor:
    """Takes documented steps; `broken` are actions that leave everything as it is."""

    session: Session
    broken: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)

    def act(self, action: str, order: FulfillmentOrder, **arguments: Any) -> Step:
        if action == "hold" and "part" in arguments:
            return self.hold(order, **arguments)
        self.taken.append(action)
        if action == "split" and action not in self.broken:
            return replace(self._now(order), created=(self._now(self._piece(order, arguments["part"])).order,))
        edge = LIFE.edge(self.session.state(order) or "", action)
        if action in self.broken or edge is None or (arguments.get("part") and f"{action} a part" in self.broken):
            return Step(order, accepted=False)
        pair = edge.target.partition(":")[2]
        status, _, request_status = pair.partition("/")
        taken = self._piece(order, arguments.get("part") if action == "submit" else ())
        return self._now(replace(taken, status=status, request_status=request_status))

    def move(self, order: FulfillmentOrder, location: str, part: Sequence[tuple[str, int]] = ()) -> Step:
        self.taken.append("move")
        if "move" in self.broken:
            return Step(order, accepted=False)
        return self._now(replace(self._piece(order, part), location_id=location))

    def hold(self, order: FulfillmentOrder, part: Sequence[tuple[str, int]], **_said: Any) -> Step:
        """Hold a part: it becomes a fulfillment order of its own."""
        self.taken.append("hold")
        if "hold" in self.broken:
            return Step(order, accepted=False)
        return self._now(replace(self._piece(order, part), status="on_hold"))

    def _piece(self, order: FulfillmentOrder, part: Sequence[tuple[str, int]] | None) -> FulfillmentOrder:
        """Part a fulfillment order in two, and return the part; all of it where no part is named."""
        if not part:
            return order
        wanted = dict(part)
        lines = [(line, wanted.get(line.id, 0)) for line in order.lines]
        rest = tuple(
            replace(line, quantity=(line.quantity or 0) - units, remaining=(line.remaining or 0) - units)
            for line, units in lines
        )
        piece = tuple(replace(line, quantity=units, remaining=units) for line, units in lines if units)
        self._now(replace(order, lines=rest))
        return replace(order, id=f"{order.id}-{len(self.taken)}", lines=piece)

    def release_hold(self, order: FulfillmentOrder) -> Step:
        self.taken.append("release_hold")
        if "release_hold" in self.broken:
            return Step(order, accepted=False)
        return self._now(replace(order, status="open"))

    def _now(self, order: FulfillmentOrder) -> Step:
        self.session.stored[order.order_id or ""][order.id] = order
        self.session.look(order.order_id or "")
        return Step(order)


class Source:
    """Makes orders: `routed` tells where fulfillment orders of a kind of items go, `apart` gives each line its own."""

    apart = False

    def __init__(self, session: Session, *, service: str | None = "70", fails: Sequence[str] = ()) -> None:
        self.world = World(merchant=["1", "2"], service=service)
        self.routed = {"service": service or "1", "movable": "1"}
        self.made = 0
        self.tries = 0
        self._session, self._fails = session, list(fails)

    def prepare(self) -> World:
        return self.world

    def create(self, kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        self.tries += 1
        if self._fails:
            raise CannotStage(self._fails.pop(0))
        self.made += 1
        order_id = str(100 * self.made)
        pieces = [
            (kind, part)
            for kind in kinds
            for part in ([[units] for units in quantities] if self.apart else [quantities])
        ]
        orders = {
            f"{order_id}{n}": fulfillment_order(f"{order_id}{n}", order_id, self.routed[kind], part)
            for n, (kind, part) in enumerate(pieces)
        }
        self._session.stored[order_id] = orders
        movable = {
            line.line_item_id or ""
            for n, (kind, _) in enumerate(pieces)
            if kind == "movable"
            for line in orders[f"{order_id}{n}"].lines
        }
        return NewOrder(order_id, f"#{order_id}", frozenset(movable))


class Staged:
    """A stage with all that it stands on."""

    def __init__(
        self,
        *,
        actors: Sequence[str] = ("merchant", "service"),
        most: int = 40,
        broken: Sequence[str] = (),
        ids: dict[str, list[str]] | None = None,
        blind: dict[str, str] | None = None,
        source: Callable[[Session], Source] = Source,
        hook: Any = None,
    ) -> None:
        self.session = Session()
        self.source = source(self.session)
        self.actor = Actor(self.session, set(broken))
        self.slept: list[float] = []
        self.budget = Budget(most, ["rest"])
        self.supply = Supply(self.session, self.source, self.budget, self.slept.append)  # type: ignore[arg-type]
        self.stage = Stage(
            self.session,  # type: ignore[arg-type]
            LIFE,
            dict.fromkeys(actors, self.actor),  # type: ignore[arg-type]
            self.supply,
            Ids(ids or {}),
            hook,
            blind or {},
        )
        self.session.places.update(PLACES)
