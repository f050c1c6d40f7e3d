"""What was done with one order, free of ids, so that it can be done again with another: the plan and the trail of a walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from fulfillspec.documents.lifecycle import Cell
from fulfillspec.evidence.observation import FulfillmentOrder

_PASSAGE = 4
"""Steps of a passage that leads back to where it began: up to so many are left out together, wherever they stand."""


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
    """A step that was taken: as it was chosen, the state it met, the exchange that took it, whether it was carried out."""

    choice: Choice
    state: str
    exchange: int
    accepted: bool


@dataclass
class Trail:
    """A walk as far as it came.

    `id` is the order's, `made` the first exchange that went into it, `looked` the last look. `names` has the
    fulfillment orders by origin, `first` those that routing made as they were then, `items` the order's line items as
    `Choice.part` counts them, `pasts` what was done with each fulfillment order and those it was split from.
    """

    recipe: Recipe
    id: str
    movable: frozenset[str] | None
    made: int
    names: dict[Subject, str] = field(default_factory=dict)
    first: dict[Subject, FulfillmentOrder] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    pasts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    goal: tuple[Subject, Cell] | None = None
    done: list[Done] = field(default_factory=list)
    looked: int = 0

    def id_of(self, subject: Subject) -> str | None:
        """Return the id of a fulfillment order; of the one that it came from where it was not made here."""
        return next((self.names[origin] for origin in subject.line() if origin in self.names), None)

    def name(self, born: int, orders: Sequence[FulfillmentOrder], parent: Subject | None) -> None:
        """Name fulfillment orders that a step has made, by their rank."""
        for rank, one in enumerate(orders):
            self.names[Subject(born, rank, parent)] = one.id

    def past(self, identity: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return what was ever done with a fulfillment order and those it was split from, and what last."""
        past = self.pasts.get(identity, ())
        return frozenset(past), past[-1:]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The steps as they could be taken again."""
        return tuple(one.choice for one in self.done)


def shorter(trail: Trail) -> Iterator[tuple[Choice, ...]]:
    """Yield shorter histories that may show what the last step of a trail showed, the likeliest first.

    What was carried out on the same line of work; all that was carried out; what was asked on the line; then the trail
    without any of its passages, long ones first; and without parts.
    """
    *earlier, last = trail.done
    line = set(last.choice.subject.line())
    carried_out = [one.choice for one in earlier if one.accepted]
    yield (*(choice for choice in carried_out if choice.subject in line), last.choice)
    yield (*carried_out, last.choice)
    yield (*(one.choice for one in earlier if one.choice.subject in line), last.choice)
    choices = trail.choices
    half = len(choices) // 2
    for length in sorted({half, half // 2, half // 4, *range(1, min(half, _PASSAGE) + 1)}, reverse=True):
        for begin in range(len(choices) - length) if length else ():
            yield (*choices[:begin], *choices[begin + length :])
    for index, choice in enumerate(choices):
        if choice.part is not None:
            yield (*choices[:index], replace(choice, part=None), *choices[index + 1 :])


def elsewhere(trail: Trail, start: Trail) -> Iterator[tuple[Choice, ...]]:
    """Yield what was carried out on the line of work of a trail's last step, without moves, on each first one of another."""
    *earlier, last = trail.done
    line = [*last.choice.subject.line()]
    still = [one.choice for one in earlier if one.accepted and one.choice.subject in line]
    chosen = [*(choice for choice in still if choice.action != "move"), last.choice]
    for subject, order in start.first.items():
        own = [start.items.index(item) for item in order.left if item in start.items]
        if subject != line[-1] or start.recipe != trail.recipe:
            yield tuple(_on(choice, line[-1], subject, own) for choice in chosen)


def _on(choice: Choice, root: Subject, other: Subject, items: Sequence[int]) -> Choice:
    """Return a choice as it would be on another first one: as many units of its own line items."""

    def moved(subject: Subject) -> Subject:
        if subject.parent is None:
            return other if subject == root else subject
        return replace(subject, parent=moved(subject.parent))

    units = [count for _, count in choice.part or ()]
    part = tuple(zip(items, units, strict=False)) if choice.part is not None else None
    return replace(choice, subject=moved(choice.subject), part=part)
