"""Ways in which a sandbox may differ: mutants, which are wrong, and variants, which the documents leave open.

Either is a small class that derives from what it changes (`Store`, `Views`, `Rest`, `Front`) and overrides one or
two of its small methods. Its name in lists and on the command line is the class name in kebab case. Several can be
combined.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, ClassVar, TypeVar

from fulfillspec.sandbox.store.state import State


class UnknownChangeError(Exception):
    """Nobody knows a mutant or variant of this name."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        near = get_close_matches(name, list(known), n=3)
        hint = f"; near: {', '.join(near)}" if near else ""
        super().__init__(f"There is no {kind} named {name!r}{hint}. `fulfillspec sandbox --list` names them all.")


class Change:
    """Marks a class that changes the sandbox."""

    @classmethod
    def label(cls) -> str:
        """Return the name: `AcceptLeavesOpen` is `accept-leaves-open`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()

    @classmethod
    def sense(cls) -> str:
        """Return what it does, in one sentence."""
        return (cls.__doc__ or "").strip().partition("\n")[0]


class Mutant(Change):
    """A defect. The docstring says the sin, `requirement` what it breaks, `transports` where it shows.

    What is wrong with the store itself shows over REST and GraphQL, unless the mutant says otherwise.
    """

    requirement: ClassVar[str]
    transports: ClassVar[tuple[str, ...]] = ("rest",)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "transports" not in vars(cls) and issubclass(cls, State):
            cls.transports = ("rest", "graphql")


class Variant(Change):
    """A legal freedom. The docstring says which; `source` where the documents leave it open."""

    source: ClassVar[str]


C = TypeVar("C", bound=Change)
B = TypeVar("B")


def named(kind: type[C]) -> dict[str, type[C]]:
    """Return the classes that derive from a kind directly, by name: not those that `composed` has made of them."""
    return {child.label(): child for child in kind.__subclasses__()}


def choose(kind: str, known: Mapping[str, type[C]], names: Iterable[str]) -> list[type[C]]:
    """Find classes by name; raises UnknownChangeError."""
    chosen = []
    for name in names:
        if name not in known:
            raise UnknownChangeError(kind, name, known)
        chosen.append(known[name])
    return chosen


def composed(base: type[B], changes: Sequence[type[Change]], kind: type | None = None) -> type[B]:
    """Return the base with those changes that derive from it, the first one outermost.

    `kind` is the class that they derive from instead, where the base itself is derived from it.
    """
    over = tuple(change for change in changes if issubclass(change, kind or base))
    return type(base.__name__, (*over, base), {}) if over else base
