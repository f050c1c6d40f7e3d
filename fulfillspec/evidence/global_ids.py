"""Global ids of GraphQL are opaque: one travels as the target told it, whatever stands behind its number."""

from __future__ import annotations

import re
from typing import Any, Final

_GID: Final = re.compile(r"gid://[^/\s?]+/(\w+)/([\w.-]+)(\?\S*)?", re.ASCII)


class GlobalIds:
    """The global ids that a target told, by type and number.

    The rest of the suite knows things by their number, which is what REST and GraphQL share. Where the target told
    more than type and number, that goes back to it with the number; and one that it never told, because its thing is
    known from REST, takes the form in which it tells the others of its type.
    """

    def __init__(self) -> None:
        self._as_it_came: dict[tuple[str, str], str] = {}
        self._ends: dict[str, str | None] = {}

    def again(self) -> GlobalIds:
        """Return what goes on from here by itself."""
        other = GlobalIds()
        other._as_it_came, other._ends = dict(self._as_it_came), dict(self._ends)
        return other

    def learn(self, value: Any) -> None:
        """Remember the global ids of an answer."""
        if isinstance(value, dict):
            for part in value.values():
                self.learn(part)
        elif isinstance(value, list):
            for part in value:
                self.learn(part)
        elif isinstance(value, str) and value.startswith("gid://"):
            found = _GID.fullmatch(value)
            if found is None:
                return
            kind, number, end = found[1], found[2], found[3] or ""
            if self._ends.setdefault(kind, end) != end:
                self._ends[kind] = None  # each has an end of its own
            if value != f"gid://shopify/{kind}/{number}" or (kind, number) in self._as_it_came:
                self._as_it_came[kind, number] = value

    def as_told(self, value: Any) -> Any:
        """Return what is to be sent with each global id as the target told it; one it never told stays as it is."""
        if isinstance(value, dict):
            return {key: self.as_told(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.as_told(part) for part in value]
        found = _GID.fullmatch(value) if isinstance(value, str) and value.startswith("gid://") else None
        if found is None:
            return value
        return self._as_it_came.get(
            (found[1], found[2]), value if found[3] else f"{value}{self._ends.get(found[1]) or ''}"
        )
