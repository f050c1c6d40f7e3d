"""API versions in their order, and ranges of them. No other module of the engine names a version.

A version is a quarter, `YYYY-MM`, or `unstable`, which is newer than all of them. Known are those whose GraphQL schema
is packaged: a newer one is judged by the newest that is known, and `judged_by` says so.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from fulfillspec.documents import paths

_DATED = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_BOUND = re.compile(r"(>=|>|<=|<|==)(\S+)")
_SIGNS = MappingProxyType(
    {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq},
)


class NotAVersion(ValueError):
    """A text that names neither a quarter nor `unstable`."""


class NotARange(ValueError):
    """A text that is no range of versions such as `>=2023-04,<2026-01`."""


@dataclass(frozen=True, slots=True, order=True)
class ApiVersion:
    """An API version. `is_unstable` comes first in the order: it is newer than every quarter."""

    is_unstable: bool
    name: str

    def __str__(self) -> str:
        """Return the version as requests name it."""
        return self.name

    @classmethod
    def parse(cls, text: str) -> ApiVersion:
        """Return the version that a text names; raise `NotAVersion` if it names none."""
        if text == UNSTABLE.name:
            return UNSTABLE
        if not _DATED.fullmatch(text):
            raise NotAVersion(f"{text!r} is not an API version: expected YYYY-MM, such as {DEFAULT}, or {UNSTABLE}")
        return cls(is_unstable=False, name=text)

    @classmethod
    def read(cls, text: str) -> ApiVersion:
        """Return the version that a stored text names; what names none is taken for `unstable`."""
        return cls.parse(text) if is_version(text) else UNSTABLE

    @property
    def stands_for(self) -> ApiVersion:
        """The known version by whose documents this one is judged: itself, or the newest before it, or the oldest."""
        return max((one for one in known() if one <= self), default=known()[0])

    @property
    def judged_by(self) -> str:
        """A sentence on the documents that this version is judged by, empty unless it is newer than all known ones."""
        if self.is_unstable or self <= latest():
            return ""
        return f"{self} is newer than this suite knows; judged by {latest()}"


UNSTABLE = ApiVersion(is_unstable=True, name="unstable")
DEFAULT = ApiVersion(is_unstable=False, name="2025-10")
"""The version that is asked for where nothing else is said."""


@dataclass(frozen=True, slots=True)
class VersionRange:
    """The versions between bounds that all have to hold, as `>=2023-04,<2026-01`; without a bound every version."""

    bounds: tuple[tuple[str, ApiVersion], ...] = ()

    def __str__(self) -> str:
        """Return the range as it is written in the files of the schemas."""
        return ",".join(f"{sign}{version}" for sign, version in self.bounds)

    def __contains__(self, version: object) -> bool:
        """Return whether a version lies within all bounds."""
        return isinstance(version, ApiVersion) and all(_sign(sign)(version, bound) for sign, bound in self.bounds)

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Return the range that a text names, an empty one every version; raise `NotARange`."""
        bounds = []
        for part in text.split(",") if text else ():
            match = _BOUND.fullmatch(part.strip())
            if match is None or not is_version(match[2]):
                raise NotARange(f"expected a range such as '>={DEFAULT},<{UNSTABLE}', found {text!r}")
            bounds.append((match[1], ApiVersion.parse(match[2])))
        return cls(tuple(bounds))

    def admits(self, text: str) -> bool:
        """Return whether the version that a text names lies within all bounds."""
        return ApiVersion.read(text) in self


def _sign(sign: str) -> Callable[[ApiVersion, ApiVersion], bool]:
    return _SIGNS[sign]


@lru_cache(maxsize=256)
def range_of(text: str) -> VersionRange:
    """Return `VersionRange.parse` of a text, each read once."""
    return VersionRange.parse(text)


def is_version(text: str) -> bool:
    """Return whether a text names an API version."""
    return text == UNSTABLE.name or _DATED.fullmatch(text) is not None


@lru_cache(maxsize=1)
def known() -> tuple[ApiVersion, ...]:
    """Return the versions whose documents are packaged, oldest first."""
    return tuple(sorted(ApiVersion.parse(file.stem) for file in (paths.schemas() / "graphql").glob("*.graphql")))


def latest() -> ApiVersion:
    """Return the newest version that is known."""
    return known()[-1]


EVERY_VERSION = VersionRange()
"""The range without a bound."""

BRIEF_REST_LISTS = VersionRange.parse("<2023-01")
"""Versions whose REST lists show neither holds nor times: the samples show them in the answers of actions only."""

BEFORE_TIMES = VersionRange.parse("<2023-01")
"""Versions of which no sample shows when a fulfillment order was made or changed."""

BEFORE_ORDER_REFERENCES = VersionRange.parse("<2024-01")
"""Versions that have neither order reference fields nor financial summaries."""

HOLDS_WITH_HANDLES = VersionRange.parse(">=2025-01")
"""Versions in which a fulfillment order takes several holds of an app, told apart by their handles."""
