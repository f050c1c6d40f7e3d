"""What a script is to send: requests in their order, and what of their answers later ones need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fulfillspec.evidence.log import NOT_JSON, Exchange
from fulfillspec.reproduction.ids import Path, Thing, in_text, in_url
from fulfillspec.reproduction.index import Chain, Index, Seen


@dataclass(frozen=True, slots=True)
class Send:
    """A request that a script sends. `shows`: where its answer shows the ids of what it makes."""

    exchange: Exchange
    shows: Mapping[Thing, Path]
    deciding: bool = False

    @property
    def asked(self) -> tuple[Thing, ...]:
        """The things that the request names."""
        return asked(self.exchange)


@dataclass(frozen=True, slots=True)
class Rows:
    """The fulfillment orders by which recorded answers are compared with those of a shorter way.

    `about` is the one that the deviation is about, `order` its order, `new` are those that the requests at the end made.
    `siblings` is how many others the acts on the shorter way make.
    """

    about: str
    order: str
    new: frozenset[str]
    siblings: int = 0


@dataclass(frozen=True, slots=True)
class ScriptPlan:
    """A script's requests, and those that remove what they made.

    Without `rows` answers are compared as a whole. `absent` are locations of the run that the script does not make.
    """

    sends: tuple[Send, ...]
    removing: tuple[Exchange, ...]
    given: tuple[str, ...] = ()
    rows: Rows | None = None
    absent: frozenset[str] = frozenset()

    @property
    def before(self) -> int:
        """Requests before those that decide."""
        return sum(not send.deciding for send in self.sends)


def asked(exchange: Exchange) -> tuple[Thing, ...]:
    """Return the things that a request names, in its URL and in its body."""
    return tuple(dict.fromkeys(spot.thing for spot in (*in_url(exchange.url), *in_text(exchange.request_body))))


def request_alone(exchange: Exchange) -> Exchange:
    """Return an exchange without its answer."""
    return replace(exchange, body="", data=NOT_JSON, headers={})


def given(index: Index, seen: Seen) -> Rows | None:
    """Return what a deviation is compared by that is about a fulfillment order from before the run, None for any other."""
    found = [about for about in index.about(seen) if index.is_given(Thing("fulfillment_order", about))]
    if not found:
        return None
    order = index.home(found[0])
    return Rows(found[0], order, frozenset(index.caused_by(order, seen.exchanges)))


def whole_history(index: Index, chain: Chain, sent: Mapping[int, Exchange], rows: Rows | None = None) -> ScriptPlan:
    """Plan to repeat all that was done to the orders of a deviation."""
    sends = tuple(Send(sent[n], shows(index, n), n in chain.deciding) for n in chain.steps if n in sent)
    return ScriptPlan(sends, removing(chain.removing, sent), _given(index, sends), rows, absent(index, sends))


def shows(index: Index, n: int) -> dict[Thing, Path]:
    """Tell where the answer of an exchange shows the ids of what it made."""
    return {thing: index.where[thing][1] for thing in index.entries[n].made} if n in index.entries else {}


def absent(index: Index, sends: Iterable[Send]) -> frozenset[str]:
    """Return the locations that the run made, and these requests do not."""
    made = {thing for send in sends for thing in send.shows}
    return frozenset(thing.digits for thing in index.where if thing.kind == "location" and thing not in made)


def removing(numbers: Sequence[int], sent: Mapping[int, Exchange]) -> tuple[Exchange, ...]:
    """Return the requests that remove things again, of the exchanges that are at hand."""
    return tuple(sent[n] for n in numbers if n in sent)


def _given(index: Index, sends: Sequence[Send]) -> tuple[str, ...]:
    things = {thing for send in sends for thing in send.asked}
    return tuple(sorted(t.digits for t in things if t.kind == "fulfillment_order" and index.is_given(t)))
