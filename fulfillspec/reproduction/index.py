"""What a run did, in short: which exchanges changed which orders, and which exchange first showed each id.

Walking it back from the exchanges that show a deviation gives the exchanges that are needed to see it again.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from fulfillspec.evidence.log import Exchange
from fulfillspec.reproduction.ids import Path, Thing, in_answer, in_text, in_url, read_json
from fulfillspec.reproduction.rows import rows
from fulfillspec.reproduction.ways import Ways

_ENDED = frozenset({"closed", "cancelled"})

MOST_ORDERS = 6
"""Orders that one chain makes at most: a bulk action on more of them is repeated as far as they go."""

_OF_AN_ORDER = frozenset(
    {"order", "line_item", "fulfillment_order", "fulfillment_order_line_item", "fulfillment", "fulfillment_hold"}
)
_NUMBER = re.compile(r"(?<![0-9])[0-9]{5,}(?![0-9])")
_LISTED = re.compile(r"(\w+)\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One exchange in short: what its request names, of which orders that is, and what its answer showed first."""

    n: int
    changes: bool
    removes: bool
    asked: tuple[Thing, ...]
    orders: tuple[str, ...]
    made: tuple[Thing, ...]
    listed: tuple[tuple[Path, Thing, str], ...] = ()
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A deviation as far as it leads to exchanges: their numbers, and the texts that may name what it is about."""

    exchanges: tuple[int, ...]
    texts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """The numbers of the exchanges that bring a situation about, and of those that remove what they made."""

    steps: tuple[int, ...]
    deciding: tuple[int, ...]
    removing: tuple[int, ...]


@dataclass
class Index:
    """The exchanges of a run in short; feed them in their order with `add`.

    `wanted` are the numbers of exchanges that are kept whatever they did. `where` tells of each thing that the run
    made the exchange that showed it first, and where in the answer.
    """

    wanted: Collection[int]
    entries: dict[int, IndexEntry] = field(default_factory=dict)
    where: dict[Thing, tuple[int, Path]] = field(default_factory=dict)
    ways: Ways = field(default_factory=Ways)
    _found: set[Thing] = field(default_factory=set)
    _order_of: dict[Thing, str] = field(default_factory=dict)
    _item_of: dict[Thing, Thing] = field(default_factory=dict)
    _acts_on: dict[str, list[int]] = field(default_factory=dict)
    _lists_of: dict[str, list[int]] = field(default_factory=dict)

    def add(self, exchange: Exchange) -> None:
        """Take in the next exchange, its body parsed or not."""
        data = read_json(exchange.body) if exchange.ok and exchange.error is None else None
        fine = exchange.ok and not (exchange.transport == "graphql" and _objects(data))
        changes = fine and _changes(exchange)
        kept = exchange.n in self.wanted
        if not fine and not kept:
            return
        asked = tuple(dict.fromkeys(spot.thing for spot in (*in_url(exchange.url), *in_text(exchange.request_body))))
        all_shown = list(in_answer(data))
        self._link(all_shown, asked)
        shown: dict[Thing, Path] = {}
        for path, thing in all_shown:
            shown.setdefault(thing, path)
        made = self._made(exchange, asked, shown, changes=changes) if fine else ()
        if fine:
            act = exchange if changes and exchange.phase != "cleanup" else None
            self.ways.add(exchange.n, rows(data), asked, tuple(shown), act)
            if exchange.operation == "list" and not changes:
                for thing in asked:
                    self._lists_of.setdefault(thing.digits, []).append(exchange.n)
        if not (changes or made or kept):
            return
        orders = dict.fromkeys(self._orders(asked))
        if changes:
            orders |= dict.fromkeys(thing.digits for thing in made if thing.kind == "order")
        listed = tuple((path, thing, self._order_of[thing]) for path, thing in all_shown if thing in self._order_of)
        self.entries[exchange.n] = IndexEntry(
            exchange.n,
            changes,
            exchange.phase == "cleanup",
            asked,
            tuple(orders),
            made,
            listed if kept else (),
            reads=not _changes(exchange),
        )
        for order in orders if changes and exchange.phase != "cleanup" else ():
            self._acts_on.setdefault(order, []).append(exchange.n)

    def chain(self, seen: Seen) -> Chain:
        """Return what is needed to see a deviation again: the exchanges that decide, and those that they rest on."""
        deciding = tuple(sorted(n for n in set(seen.exchanges) if n in self.entries))
        last = max(deciding, default=0)
        concerned = dict.fromkeys(order for n in deciding for order in self.entries[n].orders)
        concerned |= dict.fromkeys(self._named(seen.texts))
        if not concerned:
            concerned = dict.fromkeys(self._order_of_a_row(deciding, seen.places))
        steps = set(deciding)
        orders: set[str] = set()
        while len(orders) < MOST_ORDERS and (further := [order for order in concerned if order not in orders]):
            orders.add(further[0])
            acting = self._acting(further[0], last) - steps
            steps |= acting
            concerned |= dict.fromkeys(order for n in sorted(acting) for order in self.entries[n].orders)
        if deciding and not self.entries[deciding[0]].reads:
            listed = {self.list_before(order, deciding[0]) for order in concerned}
            deciding = tuple(sorted({*deciding, *(n for n in listed if n is not None)}))
        steps = self.supplied(steps) | {*deciding}
        made = {thing for n in steps if n in self.entries for thing in self.entries[n].made}
        return Chain(tuple(sorted(steps)), deciding, self.removing(made))

    def removing(self, made: Collection[Thing]) -> tuple[int, ...]:
        """Return the exchanges that removed these things and nothing else."""
        return tuple(entry.n for entry in self.entries.values() if entry.removes and self._removes(entry, made))

    def about(self, seen: Seen) -> list[str]:
        """Return the fulfillment order that a deviation is about, none where it is about several.

        A list that is to show or to hide several of them is about each.
        """
        deciding = [self.entries[n] for n in sorted(set(seen.exchanges)) if n in self.entries]
        numbers = dict.fromkeys(number for text in seen.texts for number in _NUMBER.findall(text))
        told = [Thing(kind, number) for number in numbers for kind in ("fulfillment_order", "fulfillment")]
        asked = self.ways.named(thing for entry in deciding for thing in entry.asked)
        found = [*asked, *(one for one in self.ways.named(told) if self.ways.first(one))]
        if not found:
            places = [(match[1], int(match[2])) for place in seen.places if (match := _LISTED.search(place))]
            rows = [(path, thing) for entry in deciding for path, thing, _ in entry.listed]
            found = [
                thing.digits for at in places for path, thing in rows if path[-3:-1] == at and _is_row(path, thing)
            ]
        found = list(dict.fromkeys(found))
        lists = all(entry.reads and not entry.orders for entry in deciding)
        return found if len(found) == 1 or lists else []

    def home(self, fulfillment_order: str) -> str:
        """Return the order of a fulfillment order, whoever made it; empty where no answer told."""
        return self._order_of.get(Thing("fulfillment_order", fulfillment_order), "")

    def order_of(self, fulfillment_order: str) -> str | None:
        """Return the order of a fulfillment order, None where the run did not make it."""
        order = self._order_of.get(Thing("fulfillment_order", fulfillment_order))
        return order if self._is_created_here(order) else None

    def list_before(self, order: str, n: int) -> int | None:
        """Return the exchange that listed an order's fulfillment orders as they stood when another one was sent."""
        acts, lists = self._acts_on.get(order, []), self._lists_of.get(order, [])
        at, done = bisect_left(lists, n), bisect_left(acts, n)
        listed = lists[at - 1] if at else None
        return listed if listed is not None and (not done or acts[done - 1] < listed) else None

    def list_itself(self, about: str, n: int, new: Collection[str]) -> bool:
        """Tell whether an answer shows other fulfillment orders than it is to, or one of them not once."""
        entry = self.entries[n]
        found = [(path, thing.digits) for path, thing, _ in entry.listed if _is_row(path, thing)]
        listed = [identity for path, identity in found if any(isinstance(key, int) for key in path)]
        alone = {identity for path, identity in found if not any(isinstance(key, int) for key in path)}
        return bool(listed and entry.reads and listed.count(about) != 1) or not alone <= {about, *new}

    def caused_by(self, order: str, acts: Collection[int]) -> set[str]:
        """Return the fulfillment orders of an order that were shown first after one of these acts, before the next."""
        done = self._acts_on.get(order, [])
        found = set()
        for identity in self.ways.all():
            first = self.ways.first(identity)
            at = bisect_right(done, first[0]) if first and self.home(identity) == order else 0
            if at and done[at - 1] in acts:
                found.add(identity)
        return found

    def beside(self, about: str, acts: Collection[int], before: int) -> bool:
        """Tell whether acts name a location where another fulfillment order of the same order stood."""
        locations = {thing.digits for n in acts for thing in self.entries[n].asked if thing.kind == "location"}
        order = self.order_of(about)
        others = [self.ways.row(one, before) for one in self.ways.all() if one != about and self.order_of(one) == order]
        return any(row and row.state.location in locations and row.state.status not in _ENDED for row in others)

    def item_of(self, variant: Thing) -> Thing | None:
        """Return the inventory item of a variant."""
        return self._item_of.get(variant)

    def is_given(self, thing: Thing) -> bool:
        """Tell whether a thing of a known order was there before the run."""
        return thing not in self.where and thing in self._order_of

    def _removes(self, entry: IndexEntry, made: Collection[Thing]) -> bool:
        own = [thing for thing in entry.asked if thing in self.where]
        return entry.changes and bool(own) and all(thing in made for thing in own)

    def _acting(self, order: str, last: int) -> set[int]:
        """Return what made the order and what changed it, up to an exchange."""
        begun = self.where.get(Thing("order", order), (last, ()))[0]
        return {n for n in (begun, *self._acts_on.get(order, ())) if n <= last and n in self.entries}

    def supplied(self, steps: set[int]) -> set[int]:
        """Add the exchanges that give what these name: creations, looks that show ids, stock of what is ordered."""
        steps = set(steps)
        heap = sorted(steps)
        items: set[Thing] = set()
        while heap:
            entry = self.entries[heap.pop()]
            found = {self.where[thing][0] for thing in entry.asked if thing in self.where}
            fresh = {item for thing in entry.asked if (item := self._item_of.get(thing))} - items
            items |= fresh
            if fresh:
                found |= {
                    n
                    for n, other in self.entries.items()
                    if other.changes and not other.removes and not fresh.isdisjoint(other.asked)
                }
            heap += found - steps
            steps |= found
        return steps

    def _named(self, texts: Sequence[str]) -> list[str]:
        """Return the orders of the fulfillment orders and orders that texts name by id."""
        numbers = dict.fromkeys(number for text in texts for number in _NUMBER.findall(text))
        things = [Thing(kind, number) for number in numbers for kind in ("order", "fulfillment_order")]
        return self._orders(things)

    def _order_of_a_row(self, deciding: Sequence[int], places: Sequence[str]) -> list[str]:
        """Return the order of the row that a place names, else the one of those shown that was acted on last."""
        for n in deciding:
            rows = self.entries[n].listed
            for place in places:
                match = _LISTED.search(place)
                if match:
                    at = (match[1], int(match[2]))
                    found = [order for path, _, order in rows if at in pairwise(path)]
                    if found:
                        return found[:1]
            orders = {order for _, _, order in rows}
            acted = [entry for entry in self.entries.values() if entry.changes and entry.n < n]
            for entry in reversed(acted):
                found = [order for order in entry.orders if order in orders]
                if found:
                    return found[:1]
        return []

    def _orders(self, things: Iterable[Thing]) -> list[str]:
        found = (thing.digits if thing.kind == "order" else self._order_of.get(thing) for thing in things)
        return [order for order in dict.fromkeys(found) if order is not None and self._known(order)]

    def _known(self, order: str) -> bool:
        return Thing("order", order) in self.where or Thing("order", order) in self._found

    def _made(
        self, exchange: Exchange, asked: Sequence[Thing], shown: dict[Thing, Path], *, changes: bool
    ) -> tuple[Thing, ...]:
        """Tell which of the things that an answer shows the run made, as far as they were not known before."""
        made = []
        looks_at_own = any(self._is_created_here(order) for order in self._orders(asked))
        for thing, path in shown.items():
            if thing in self.where or thing in self._found or thing in asked:
                continue
            if changes:
                new = thing.kind != "location" or any("service" in str(key).lower() for key in path)
            elif self._is_created_here(self._order_of.get(thing)):
                if not looks_at_own:
                    continue  # a later look at the order itself shows it at a place that stays
                new = thing.kind in _OF_AN_ORDER
            else:
                new = False
            if new:
                self.where[thing] = (exchange.n, path)
                made.append(thing)
            else:
                self._found.add(thing)
        self._found.update(thing for thing in asked if thing not in self.where)
        return tuple(made)

    def _is_created_here(self, order: str | None) -> bool:
        return order is not None and Thing("order", order) in self.where

    def _link(self, shown: Sequence[tuple[Path, Thing]], asked: Sequence[Thing]) -> None:
        """Learn whose the things of an answer are: the order that stands beside or above them, or the one asked for."""
        homes: dict[Path, str] = {}
        items: dict[Path, Thing] = {}
        for path, thing in shown:
            if thing.kind == "order":
                inner = len(path) > 1 and path[-1] == "id" and isinstance(path[-2], str)
                homes.setdefault(path[:-2] if inner else path[:-1], thing.digits)
            elif thing.kind == "inventory_item":
                items[path[:-2] if path[-1] == "id" else path[:-1]] = thing
        known = {thing.digits if thing.kind == "order" else self._order_of.get(thing) for thing in asked} - {None}
        default = known.pop() if len(known) == 1 else None
        for path, thing in shown:
            if thing.kind == "variant" and path[:-1] in items:
                self._item_of.setdefault(thing, items[path[:-1]])
            if thing.kind in _OF_AN_ORDER and thing.kind != "order" and thing not in self._order_of:
                above = (homes.get(path[:length]) for length in range(len(path), -1, -1))
                order = next((order for order in above if order), default)
                if order is not None:
                    self._order_of[thing] = order


def _is_row(path: Path, thing: Thing) -> bool:
    return path[-1] == "id" and thing.kind == "fulfillment_order"


def _changes(exchange: Exchange) -> bool:
    """Tell whether a request asks for a change."""
    if exchange.transport != "graphql":
        return exchange.method != "GET"
    sent = read_json(exchange.request_body or "")
    query = sent.get("query") if isinstance(sent, dict) else None
    return isinstance(query, str) and query.lstrip().startswith("mutation")


def _objects(data: Any) -> bool:
    """Tell whether a GraphQL answer says that what was asked for was not done."""
    inner = data.get("data") if isinstance(data, dict) else None
    if not isinstance(inner, dict) or data.get("errors"):
        return True
    payloads = (payload.items() for payload in inner.values() if isinstance(payload, dict))
    return any(value for pairs in payloads for key, value in pairs if key.endswith(("userErrors", "UserErrors")))
