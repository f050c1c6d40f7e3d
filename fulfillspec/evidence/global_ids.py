"""Global ids of GraphQL are opaque: one travels as the target told it, whatever stands behind its number."""

from __future__ import annotations

import re
from typing import Any, Final

_GID: Final = re.compile(r"gid://[^/\s?]+/(\w+)/([0-9]+)(?:\?\S*)?", re.ASCII)


class GlobalIds:
    """The global ids that a target told, by type and number.

    The rest of the suite knows things by their number, which is what REST and GraphQL share. Where the target told
    more than type and number, that goes back to it with the number.
    """

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], str] = {}

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
            if found is not None and (value != f"gid://shopify/{found[1]}/{found[2]}" or found.groups() in self._told):
                self._told[found[1], found[2]] = value

    def as_told(self, value: Any) -> Any:
        """Return what is to be sent with each global id as the target told it; one it never told stays as it is."""
        if isinstance(value, dict):
            return {key: self.as_told(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.as_told(part) for part in value]
        found = _GID.fullmatch(value) if isinstance(value, str) and value.startswith("gid://") else None
        return value if found is None else self._told.get((found[1], found[2]), value)
