"""Judging how a connection of GraphQL is cut into pages: forwards, backwards, reversed, and what each page says of itself.

A list may be longer than what was read of it, and may grow at its end while it is read: so pages are compared with the
beginning and the end of the list that the same answer shows, and nothing is said of what lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

WINDOW = 10
"""How many elements the beginning and the end of a list are read to."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as shown: the elements by id, those of its edges, the cursors, and what `pageInfo` says."""

    ids: tuple[str, ...]
    edges: tuple[str, ...]
    cursors: tuple[str, ...]
    has_next: bool | None
    has_previous: bool | None
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of one connection by name (`ASKED` and `FOLLOWING`); one that was not shown is absent, and `said` why."""

    by_name: Mapping[str, Page]
    said: str = ""

    def __getitem__(self, name: str) -> Page:
        """Return a page; raise KeyError for one that was not shown."""
        return self.by_name[name]

    @property
    def length(self) -> int:
        """How many elements the list is known to have, at least."""
        return max((len(page.ids) for page in self.by_name.values()), default=0)


ASKED = {
    "front": f"first: {WINDOW}",
    "back": f"last: {WINDOW}",
    "reversed": f"first: {WINDOW}, reverse: true",
    "head": "first: 1",
    "tail": "last: 1",
}
"""The pages that need no cursor, with their arguments."""
FOLLOWING = {
    "rest": f"first: {WINDOW}, after: $head",
    "second": "first: 1, after: $head",
    "beyond": "first: 1, after: $tail",
    "final": "first: 1, after: $eve",
    "lead": f"last: {WINDOW}, before: $tail",
    "last_but_one": "last: 1, before: $tail",
    "opening": "last: 1, before: $next",
}
"""The pages beside a cursor: that of the first element (head), the second (next), the last but one (eve), the last."""


def cursors_of(shown: Mapping[str, Page]) -> dict[str, str]:
    """Return the cursors that the pages of `FOLLOWING` are asked for by, as far as pages showed them."""
    front, back = shown.get("front"), shown.get("back")
    found: dict[str, str] = {}
    if front is not None and len(front.cursors) > 1:
        found |= {"head": front.cursors[0], "next": front.cursors[1]}
    if back is not None and len(back.cursors) > 1:
        found |= {"tail": back.cursors[-1], "eve": back.cursors[-2]}
    return found


def _first(seen: Pages) -> Iterator[str]:
    front, head = seen["front"], seen["head"]
    if len(front.ids) > WINDOW:
        yield f"first: {WINDOW} shows {len(front.ids)} elements"
    if head.ids != front.ids[:1]:
        yield f"first: 1 shows {_listed(head.ids)}, the list begins {_listed(front.ids)}"
    if len(set(front.ids)) < len(front.ids):
        yield f"an element twice: {_listed(front.ids)}"


def _last(seen: Pages) -> Iterator[str]:
    front, back, tail = seen["front"], seen["back"], seen["tail"]
    if len(back.ids) > WINDOW:
        yield f"last: {WINDOW} shows {len(back.ids)} elements"
    if tail.ids != back.ids[-1:]:
        yield f"last: 1 shows {_listed(tail.ids)}, the list ends {_listed(back.ids)}"
    if len(front.ids) < WINDOW and front.has_next is not True and back.ids != front.ids:
        yield f"last: {WINDOW} shows {_listed(back.ids)}, first: {WINDOW} shows {_listed(front.ids)}"


def _after(seen: Pages) -> Iterator[str]:
    wanted = seen["front"].ids[1:]
    for name, expected in (("rest", wanted), ("second", wanted[:1])):
        if seen[name].ids[: len(expected)] != expected or (name == "second" and len(seen[name].ids) > 1):
            yield f"after {seen['front'].ids[0]}: {_listed(seen[name].ids)}, expected {_listed(expected)}"
    if seen["front"].ids[0] in seen["rest"].ids:
        yield f"after {seen['front'].ids[0]}: that element again"
    if set(seen["beyond"].ids) & {*seen["front"].ids, *seen["back"].ids}:  # what is new may have come in between
        yield f"after the last element: {_listed(seen['beyond'].ids)}"
    if seen["final"].ids != seen["back"].ids[-1:]:
        yield f"after the last but one: {_listed(seen['final'].ids)}, expected {_listed(seen['back'].ids[-1:])}"


def _before(seen: Pages) -> Iterator[str]:
    wanted = seen["back"].ids[:-1]
    for name, expected in (("lead", wanted), ("last_but_one", wanted[-1:])):
        if seen[name].ids[-len(expected) :] != expected or (name == "last_but_one" and len(seen[name].ids) > 1):
            yield f"before {seen['back'].ids[-1]}: {_listed(seen[name].ids)}, expected {_listed(expected)}"
    if seen["back"].ids[-1] in seen["lead"].ids:
        yield f"before {seen['back'].ids[-1]}: that element again"
    if seen["opening"].ids != seen["front"].ids[:1]:
        yield f"before the second: {_listed(seen['opening'].ids)}, expected {_listed(seen['front'].ids[:1])}"


def _has_next(seen: Pages) -> Iterator[str]:
    count = len(seen["front"].ids)
    told = {"head": count > 1, "second": count > 2, "final": bool(seen["beyond"].ids)}
    if count < WINDOW:
        told["front"] = False
    yield from _flags(seen, "hasNextPage", {name: (seen[name].has_next, wanted) for name, wanted in told.items()})


def _has_previous(seen: Pages) -> Iterator[str]:
    count = len(seen["back"].ids)
    told = {"head": False, "front": False, "tail": count > 1, "last_but_one": count > 2, "opening": False}
    if count < WINDOW:
        told["back"] = False
    yield from _flags(
        seen, "hasPreviousPage", {name: (seen[name].has_previous, wanted) for name, wanted in told.items()}
    )


def _flags(seen: Pages, flag: str, told: Mapping[str, tuple[bool | None, bool]]) -> Iterator[str]:
    for name, (shown, wanted) in told.items():
        if shown is not wanted:
            arguments = {**ASKED, **FOLLOWING}[name]
            yield f"({arguments}) shows {_listed(seen[name].ids)} of at least {seen.length}, and {flag} {shown}"


def _cursors(seen: Pages) -> Iterator[str]:
    for name, page in seen.by_name.items():
        arguments = {**ASKED, **FOLLOWING}[name]
        if page.edges != page.ids:
            yield f"({arguments}): nodes {_listed(page.ids)}, edges {_listed(page.edges)}"
        ends = (page.cursors[0], page.cursors[-1]) if page.cursors else (None, None)
        if page.ids and (page.start, page.end) != ends:
            yield f"({arguments}): startCursor and endCursor are not those of its first and last edge"
        if len(set(page.cursors)) < len(page.ids):
            yield f"({arguments}): {len(page.ids)} elements, {len(set(page.cursors))} cursors"


def _reverse(seen: Pages) -> Iterator[str]:
    wanted = seen["back"].ids[::-1]
    if seen["reversed"].ids != wanted:
        yield f"reverse: true shows {_listed(seen['reversed'].ids)}, expected {_listed(wanted)}"


RULES: dict[str, Callable[[Pages], Iterator[str]]] = {
    "first": _first,
    "last": _last,
    "after": _after,
    "before": _before,
    "hasNextPage": _has_next,
    "hasPreviousPage": _has_previous,
    "cursors": _cursors,
    "reverse": _reverse,
}
"""The rules by the name of what they are about."""


def complaints(rule: str, seen: Pages) -> list[str]:
    """Return what is wrong with the pages by a rule of `RULES`, in words; nothing where they keep it."""
    try:
        return list(RULES[rule](seen))
    except KeyError as page:
        arguments = {**ASKED, **FOLLOWING}[page.args[0]]
        return [f"({arguments}) shows no page{': ' if seen.said else ''}{seen.said}"]


def _listed(ids: tuple[str, ...]) -> str:
    return f"[{', '.join(ids)}]"
