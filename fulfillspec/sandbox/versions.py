"""The API versions that the sandbox serves, and what becomes of a request for another one."""

import re

from fulfillspec.sandbox.errors import Unknown

UNSTABLE = "unstable"
FIRST = "2019-04"
"""The first version that there ever was; an older one is no version."""
NEWEST = "2026-10"
OLDEST = {"rest": "2022-04", "graphql": "2024-10"}
"""The oldest version of each transport of which there are documents."""

_DATED = re.compile(r"20[0-9]{2}-(01|04|07|10)")


class Versions:
    """What is served to whom asks for a version.

    `oldest` is the oldest version that is supported; None supports all that there are documents of. A request for an
    older one falls forward. Raises ValueError for an `oldest` that is not served.
    """

    def __init__(self, oldest: str | None = None) -> None:
        if oldest is not None and not (_DATED.fullmatch(oldest) and OLDEST["rest"] <= oldest <= NEWEST):
            raise ValueError(f"There is no version {oldest!r}; the oldest can be {OLDEST['rest']} to {NEWEST}.")
        self._oldest = oldest or ""

    def served(self, asked: str, transport: str) -> str:
        """Return the version that serves a request; raises Unknown for what is no version, or not yet one."""
        if asked == UNSTABLE:
            return asked
        if not _DATED.fullmatch(asked) or not FIRST <= asked <= NEWEST:
            raise Unknown
        return max(asked, self._oldest, OLDEST[transport])
