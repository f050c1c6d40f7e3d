"""What a fulfillment shows of the work that it stands for, and whether that is what was sent. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fulfillspec.evidence.observation import digits, moment

_GONE = frozenset({"cancelled", "error", "failure"})


@dataclass(frozen=True, slots=True)
class Record:
    """A fulfillment as an answer shows it.

    `units` are all of its units, `items` those of each line item of the order where it shows them.
    """

    id: str
    status: str | None
    number: str | None
    company: str | None
    url: str | None
    units: int | None
    items: Mapping[str, int] = field(default_factory=dict)
    created_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether its status says that the work was done or is being done."""
        return self.status not in _GONE

    def misses(self, sent: Mapping[str, str]) -> list[str]:
        """Return what it shows otherwise than it was sent; letter case and white space are a store's own affair."""
        shown = {"number": self.number, "company": self.company, "url": self.url}
        return [f"{name}: {shown.get(name)}" for name, text in sent.items() if _plain(shown.get(name)) != _plain(text)]


def read(row: object) -> Record | None:
    """Read a fulfillment, under the names that REST has; None for anything else."""
    identity = digits(row.get("id")) if isinstance(row, dict) else None
    if not isinstance(row, dict) or identity is None:
        return None
    items = dict(_items(row.get("line_items")))
    total = row.get("total_quantity")
    return Record(
        identity,
        _lower(row.get("status")),
        _text(row.get("tracking_number")),
        _text(row.get("tracking_company")),
        _text(row.get("tracking_url")),
        sum(items.values()) if items else total if isinstance(total, int) else None,
        items,
        moment(row.get("created_at")),
    )


def read_all(rows: Iterable[object]) -> list[Record]:
    """Read the fulfillments of a list; anything else in it is left out."""
    return [record for record in map(read, rows) if record is not None]


def _items(rows: object) -> Iterator[tuple[str, int]]:
    for row in rows if isinstance(rows, list) else ():
        identity = digits(row.get("id")) if isinstance(row, dict) else None
        if identity is not None and isinstance(row.get("quantity"), int):
            yield identity, row["quantity"]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _lower(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) else None


def _plain(text: str | None) -> str:
    return "".join((text or "").split()).casefold()
