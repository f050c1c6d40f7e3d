"""What was done with one order, free of ids, so that it can be done again with another: the plan and the trail of a walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from fulfillspec.lifecycle import Cell
from fulfillspec.model import FulfillmentOrder


@dataclass(frozen=True)
class Subject:
    """A fulfillment order by its origin: the step that made it (0: the order itself), which one, and whose part it is."""

    born: int
    rank: int
    parent: Subject | None = None

    def line(self) -> Iterator[Subject]:
        """Yield it and those it came from."""
        yield self
        if self.parent is not None:
            yield from self.parent.line()


@dataclass(frozen=True)
class Choice:
    """A step as planned: who does what with which, to what part (units by line item) and to which location."""

    number: int
    subject: Subject
    action: str
    actor: str
    part: tuple[tuple[int, int], ...] | None = None
    place: int | None = None

    @property
    def worded(self) -> str:
        """The action in words."""
        return self.action.replace("_", " ") + (" of a part" if self.part is not None else "")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the order of a walk is made: kinds of items, and the units of the line items of each."""

    kinds: tuple[str, ...]
    quantities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was taken: as it was chosen, the state it met, the exchange that took it."""

    choice: Choice
    state: str
    exchange: int


@dataclass
class Trail:
    """A walk as far as it came.

    `id` is the order's, `made` the first exchange that went into it, `looked` the last look. `names` has the
    fulfillment orders by origin, `items` the order's line items as `Choice.part` counts them, `pasts` what was done
    with each fulfillment order and those it was split from.
    """

    recipe: Recipe
    id: str
    movable: frozenset[str] | None
    made: int
    names: dict[Subject, str] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    pasts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    goal: tuple[Subject, Cell] | None = None
    done: list[Done] = field(default_factory=list)
    looked: int = 0

    def id_of(self, subject: Subject) -> str | None:
        """Return the id of a fulfillment order; of the one that it came from where it was not made here."""
        return next((self.names[origin] for origin in subject.line() if origin in self.names), None)

    def name(self, born: int, orders: Sequence[FulfillmentOrder], parent: Subject | None) -> None:
        """Name fulfillment orders that a step has made, in an order that does not depend on their ids."""
        ranked = sorted(orders, key=lambda one: (one.pair, sorted(one.left.values()), len(one.id), one.id))
        for rank, one in enumerate(ranked):
            self.names[Subject(born, rank, parent)] = one.id

    def past(self, identity: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return what was ever done with a fulfillment order and those it was split from, and what last."""
        past = self.pasts.get(identity, ())
        return frozenset(past), past[-1:]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The steps as they could be taken again."""
        return tuple(one.choice for one in self.done)


def shorter(choices: tuple[Choice, ...]) -> Iterator[tuple[Choice, ...]]:
    """Yield parts of a history: what was done with the last one only, the later half, each step less, no parts."""
    *earlier, last = choices
    line = set(last.subject.line())
    yield (*(choice for choice in earlier if choice.subject in line), last)
    if len(earlier) > 3:
        yield (*earlier[len(earlier) // 2 :], last)
    for index in range(len(choices)):
        yield (*choices[:index], *choices[index + 1 :])
    for index, choice in enumerate(choices):
        if choice.part is not None:
            yield (*choices[:index], replace(choice, part=None), *choices[index + 1 :])
