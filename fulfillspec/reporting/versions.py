"""The versions of a run over several, and how they differ, in named form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fulfillspec.verdicts.by_version import folder_of
from fulfillspec.verdicts.text import words


@dataclass(frozen=True, slots=True)
class Version:
    """An API version of the run: what was found of it, and the folder of its own report (empty: it was not walked)."""

    asked: str
    served: str
    verdict: str
    summary: str
    counts: Mapping[str, int]
    exchanges: int
    orders_created: int
    seconds: float
    folder: str


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """A requirement, a reading or a cell that is not the same at every version; by the version asked for.

    `documented`: the requirement applies to some of the versions only, `documented_for` says to which.
    """

    kind: str
    id: str
    level: str
    statement: str
    documented_for: str
    documented: bool
    verdicts: Mapping[str, str]
    observed: Mapping[str, str]


def versions(results: Mapping[str, Any]) -> tuple[Version, ...]:
    """Return the versions that were asked for, in order; none of a run over one."""
    return tuple(_version(row) for row in results.get("versions") or ())


def differences(results: Mapping[str, Any]) -> tuple[VersionDifference, ...]:
    """Return what differs between the versions."""
    return tuple(
        VersionDifference(
            kind=words(row.get("kind")),
            id=words(row.get("id")),
            level=words(row.get("level")),
            statement=words(row.get("statement")),
            documented_for=words(row.get("documented_for")),
            documented=bool(row.get("documented")),
            verdicts=_texts(row.get("verdicts")),
            observed=_texts(row.get("observed")),
        )
        for row in results.get("differences") or ()
    )


def _version(row: Mapping[str, Any]) -> Version:
    return Version(
        asked=words(row.get("asked")),
        served=words(row.get("served")),
        verdict=words(row.get("verdict")),
        summary=words(row.get("summary")),
        counts={str(word): int(number) for word, number in (row.get("counts") or {}).items()},
        exchanges=int(row.get("exchanges") or 0),
        orders_created=int(row.get("orders_created") or 0),
        seconds=float(row.get("seconds") or 0),
        folder=folder_of(words(row.get("results"))) or "",
    )


def _texts(row: Any) -> dict[str, str]:
    return {str(key): words(value) for key, value in (row or {}).items()}
