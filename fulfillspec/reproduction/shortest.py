"""The shortest way to a deviation: an order made for it, the fewest acts to the state that it needs, what decides.

A run uses its fulfillment orders again and again, so the one that showed a deviation may have a long history. What counts
is how it stood. The order is made with the units that it had, and taken to that state by the fewest acts that did so
anywhere in the run. Where that is not known (several fulfillment orders, a list of the whole store) nothing is cut.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fulfillspec.evidence.log import Exchange
from fulfillspec.reproduction.ids import IdSpot, Path, Thing, digits_of, in_text, in_url
from fulfillspec.reproduction.index import Index, Seen
from fulfillspec.reproduction.plan import Rows, ScriptPlan, Send, absent, asked, removing, shows
from fulfillspec.reproduction.rows import OrderRow
from fulfillspec.reproduction.ways import WayStep

MOST_TRIED = 8
"""Fulfillment orders that a list shows, of which the one with the shortest way is taken."""
_OF_OTHERS = re.compile("(?i)merge|sort|newest|oldest|reverse|page")
_MADE_BY_ACTS = frozenset({"fulfillment", "fulfillment_hold"})


@dataclass(frozen=True, slots=True)
class ShortWay:
    """Exchanges by number: what makes the order, what lists it first, the acts to the state needed, and those after it.

    `source` is the fulfillment order that the order begins with: `about`, or the one that `about` is parted from.
    """

    about: str
    source: str
    create: int
    listing: int
    root: OrderRow
    goal: OrderRow
    steps: tuple[WayStep, ...]
    tail: tuple[int, ...]
    deciding: tuple[int, ...]

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of all of them."""
        return frozenset({self.create, self.listing, *(step.n for step in self.steps), *self.tail})


def short_way(index: Index, seen: Seen) -> ShortWay | None:
    """Return the shortest way to a deviation, None where there is none but the whole history."""
    deciding = tuple(sorted(n for n in set(seen.exchanges) if n in index.entries))
    if not deciding or any(_OF_OTHERS.search(text) for text in (*seen.texts, *seen.places)):
        return None
    ways = (_way_of(index, about, deciding) for about in index.about(seen)[:MOST_TRIED])
    return min((way for way in ways if way is not None), key=lambda way: len(way.numbers), default=None)


def _way_of(index: Index, about: str, deciding: tuple[int, ...]) -> ShortWay | None:
    """Return the shortest way for one fulfillment order: it alone, or the act that parted it from another one."""
    alone = _way(index, (about, about), _begin(index, about, deciding), deciding)
    n, source = index.ways.parted_from(about) or (0, "")
    if alone is not None or not source or n > deciding[0] or index.where.get(_order(about), (0,))[0] != n:
        return alone
    return _way(index, (about, source), n, deciding)


def _way(index: Index, of: tuple[str, str], begin: int, deciding: tuple[int, ...]) -> ShortWay | None:
    about, source = of
    order = index.order_of(source)
    goal = index.ways.row(source, begin) or index.ways.row(source, begin + 1)
    first = _root(index, source, goal) if goal and order else None
    if order is None or goal is None or first is None:
        return None
    listing, root = first
    steps = index.ways.shortest(root.state, goal.state, source, begin)
    if steps is None or listing not in index.entries:
        return None
    acts = {n for one in of for n in index.ways.acts(one, begin, deciding[-1])}
    tail = tuple(sorted(acts | {*deciding}))
    create = index.where[Thing("order", order)][0]
    new = index.caused_by(order, tail) | {source}
    others = any(index.list_itself(about, n, new) for n in deciding)
    if create in tail or others or index.beside(source, tail, begin):
        return None
    before = None if index.entries[deciding[0]].reads else index.list_before(order, deciding[0])
    if before is not None:
        tail, deciding = tuple(sorted({*tail, before})), (before, *deciding)
    return ShortWay(about, source, create, listing, root, goal, steps, tail, deciding)


def _order(identity: str) -> Thing:
    return Thing("fulfillment_order", identity)


def _begin(index: Index, about: str, deciding: Sequence[int]) -> int:
    """Return the first exchange of which nothing can be left out.

    Where the first that decides shows first what an act did, that is that act; where a request names what an act made, that
    act.
    """
    begin = deciding[0]
    if index.entries[begin].reads and index.list_before(index.home(about), begin) is None:
        begin = max(index.ways.acts(about, 0, begin), default=begin)
    things = (thing for n in deciding for thing in index.entries[n].asked)
    return min([begin, *(index.where[one][0] for one in things if one.kind in _MADE_BY_ACTS and one in index.where)])


def _root(index: Index, about: str, goal: OrderRow) -> tuple[int, OrderRow] | None:
    """Return the exchange that first listed the order, and its fulfillment order that the units of `about` came from."""
    order = index.order_of(about)
    found = [index.ways.first(one) for one in index.ways.all() if index.order_of(one) == order]
    begun = min((one for one in found if one), key=lambda one: one[0], default=None)
    roots = [one for one in found if one and begun and one[0] == begun[0] and goal.units.keys() <= one[1].units.keys()]
    return roots[0] if len(roots) == 1 and goal.units else None


def planned(index: Index, way: ShortWay, sent: Mapping[int, Exchange]) -> ScriptPlan | None:
    """Return the requests of a short way, None where one of them needs what is not made on it."""
    made = _made_for_it(index, way, sent[way.create])
    if made is None:
        return None
    order = next(thing for thing in index.entries[way.create].made if thing.kind == "order")
    listing = Send(sent[way.listing], _listed(way), way.listing in way.deciding)
    sends = [Send(made, {order: index.where[order][1]}), listing]
    sends += [Send(_sent_to_it(index, way, step, sent[step.n]), {}) for step in way.steps]
    sends += [Send(sent[n], shows(index, n), n in way.deciding) for n in way.tail if n != way.listing]
    sends = [*_provisions(index, way, sends, sent), *sends]
    if not _complete(index, sends):
        return None
    shown = {thing for send in sends for thing in send.shows}
    new = index.caused_by(order.digits, way.tail)
    siblings = sum(_made_beside(index, step, sent[step.n]) for step in way.steps) + (way.source != way.about)
    rows = Rows(way.about, order.digits, frozenset(new), siblings)
    return ScriptPlan(tuple(sends), removing(index.removing(shown), sent), (), rows, absent(index, sends))


def _made_beside(index: Index, step: WayStep, exchange: Exchange) -> int:
    """Return how many further fulfillment orders an act makes; where it names line items, all that there are are named."""
    if any(thing.kind == "fulfillment_order_line_item" for thing in asked(exchange)):
        return 0
    return len(index.caused_by(index.home(step.sent_to), (step.n,)))


def _made_for_it(index: Index, way: ShortWay, exchange: Exchange) -> Exchange | None:
    """Return the request for an order with the units that the fulfillment order had, no more."""
    places = {}
    for line_item in way.goal.units:
        n, path = index.where.get(Thing("line_item", line_item), (0, ()))
        place = next((key for key in reversed(path) if isinstance(key, int)), None)
        if n != way.create or place is None:
            return None
        places[place] = way.goal.units[line_item]
    body = json.loads(exchange.request_body or "null")
    items = next(_items(body), None)
    if items is None or max(places) >= len(items) or min(places.values()) < 1:
        return None
    items[:] = [{**item, "quantity": places[place]} for place, item in enumerate(items) if place in places]
    return replace(exchange, request_body=json.dumps(body, separators=(",", ":"), ensure_ascii=False))


def _items(value: Any) -> Iterator[list[dict[str, Any]]]:
    """Give the line items of a request for an order."""
    if isinstance(value, list) and value and all(isinstance(one, dict) and "quantity" in one for one in value):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from _items(part)


def _listed(way: ShortWay) -> dict[Thing, Path]:
    """Tell where the first list of the new order shows the ids: it has one fulfillment order, with these line items."""
    top = (*way.root.path[:-1], 0)
    shows: dict[Thing, Path] = {_order(way.source): (*top, "id")}
    things = {line.line_item: line.thing for line in way.goal.lines}
    kept = [line for line in way.root.lines if line.line_item in things]
    for place, line in enumerate(kept):
        below = line.path[len(way.root.path) :]
        shows[things[line.line_item]] = (*top, *(place if isinstance(key, int) else key for key in below))
    return shows


def _sent_to_it(index: Index, way: ShortWay, step: WayStep, exchange: Exchange) -> Exchange:
    """Return a request to the fulfillment order that the order begins with, whichever it was sent to."""
    then = index.ways.row(step.sent_to, step.n)
    now = {line.line_item: line.thing for line in way.goal.lines}
    things = {thing: now[line] for line, thing in _by_line(then) if line in now}
    things[_order(step.sent_to)] = _order(way.source)
    body = exchange.request_body
    if body is not None and step.parts:
        units = {thing.digits: way.goal.units[line] for line, thing in _by_line(then) if line in now}
        body = json.dumps(_all_of(json.loads(body), units), separators=(",", ":"), ensure_ascii=False)
    return replace(
        exchange,
        url=_renamed(exchange.url, in_url(exchange.url), things),
        request_body=None if body is None else _renamed(body, in_text(body), things),
    )


def _by_line(row: OrderRow | None) -> Iterator[tuple[str, Thing]]:
    """Give the line items of the order, and those of its fulfillment order."""
    return ((line.line_item, line.thing) for line in (row.lines if row else ()))


def _all_of(value: Any, units: Mapping[str, int]) -> Any:
    """Return a request that names line items with these and all of their units."""
    if isinstance(value, dict):
        return {key: _all_of(part, units) for key, part in value.items()}
    if not isinstance(value, list):
        return value
    named = [(part, str(digits_of(part.get("id")))) for part in value if isinstance(part, dict) and "quantity" in part]
    if named:
        return [{**part, "quantity": units[one]} for part, one in named if one in units]
    return [_all_of(part, units) for part in value]


def _renamed(text: str, spots: Sequence[IdSpot], things: Mapping[Thing, Thing]) -> str:
    for spot in sorted(spots, reverse=True):
        if spot.thing in things:
            text = f"{text[: spot.start]}{things[spot.thing].digits}{text[spot.end :]}"
    return text


def _provisions(index: Index, way: ShortWay, sends: Sequence[Send], sent: Mapping[int, Exchange]) -> list[Send]:
    """Return the requests that make what the others name, and stock it where it is to be."""
    things = {thing for send in sends for thing in send.asked}
    items = {index.item_of(thing) for thing in things} - {None}
    locations = {thing.digits for thing in things if thing.kind == "location"} | {way.root.state.location}
    needed: list[Send] = []
    for n in sorted(index.supplied({way.create}) - way.numbers, reverse=True):
        entry = index.entries[n]
        stocks = not items.isdisjoint(entry.asked)
        there = {thing.digits for thing in entry.asked if thing.kind == "location"}
        if n in sent and (
            not things.isdisjoint(entry.made) or (stocks and (not there or not there.isdisjoint(locations)))
        ):
            needed.append(Send(sent[n], shows(index, n)))
            things |= set(entry.asked)
    return needed[::-1]


def _complete(index: Index, sends: Iterable[Send]) -> bool:
    """Tell whether each request names only what earlier ones made, or what stood before the run."""
    there: set[Thing] = set()
    for send in sends:
        if any(thing in index.where and thing not in there for thing in send.asked):
            return False
        there |= set(send.shows)
    return True
