"""What a verification says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two things of a stored run that do not agree: in which file or at which place, and what."""

    where: str
    what: str
