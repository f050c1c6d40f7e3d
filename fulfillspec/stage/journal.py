"""The clean-up journal: what a run is about to create is written down before it is created."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

_APART: Final = 1_000_000
"""Numbers that each process of a run has for what it makes, until all are put in order."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A thing that the run meant to create. `id` is None where the answer never told it; `gone` once it was removed.

    `note` is what the thing bears, so that it can be found without its id: an order's tag, a product's title, the
    name of a fulfillment service, which ends with the actor whose app it belongs to.
    """

    number: int
    kind: str
    note: str
    id: str | None = None
    gone: bool = False

    @property
    def actor(self) -> str:
        """The actor whose app made it."""
        return self.note.partition(" ")[2].replace(" ", "_") or "merchant"


class Journal:
    """An append-only file of intentions, creations and removals; without a path it is kept in memory only."""

    def __init__(self, path: Path | None, *, again: bool = False) -> None:
        self._entries: dict[int, JournalEntry] = {}
        self._file = path.open("a" if again else "w", encoding="utf-8") if path is not None else None
        self._next = 1

    def share(self, part: int) -> None:
        """Give what is made from now on numbers apart: processes with other parts write to the same file."""
        self._next = _APART * part + 1

    def put_in_order(self, path: Path) -> None:
        """Learn what other processes of the run wrote, part by part, as if one had been written after the other."""
        rows = sorted(_rows(path), key=lambda row: int(row["number"]) // _APART)
        numbers: dict[int, int] = {}
        for row in rows:
            row["number"] = numbers.setdefault(int(row["number"]), len(numbers) + 1)
        whole = path.with_suffix(".new")
        whole.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        whole.replace(path)
        self.close()
        self._file = path.open("a", encoding="utf-8")
        self._entries.clear()
        self._read(rows)

    def intend(self, kind: str, note: str) -> int:
        """Write down that a thing is about to be created; return the entry's number."""
        number, self._next = self._next, self._next + 1
        self._entries[number] = JournalEntry(number, kind, note)
        self._write(number=number, kind=kind, note=note)
        return number

    def created(self, number: int, identity: str) -> None:
        """Write down the id that the thing got."""
        old = self._entries[number]
        self._entries[number] = JournalEntry(number, old.kind, old.note, identity)
        self._write(number=number, id=identity)

    def gone(self, number: int) -> None:
        """Write down that the thing is removed, or was never made."""
        old = self._entries[number]
        self._entries[number] = JournalEntry(number, old.kind, old.note, old.id, gone=True)
        self._write(number=number, gone=True)

    def left(self) -> list[JournalEntry]:
        """Return what is not removed, the newest first."""
        newest = sorted(self._entries.values(), key=lambda entry: -entry.number)
        return [entry for entry in newest if not entry.gone]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, **row: Any) -> None:
        if self._file is not None:
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()

    @classmethod
    def reopen(cls, path: Path) -> Journal:
        """Read the journal of an earlier run to go on removing; a cut last line is passed over."""
        rows = list(_rows(path))
        journal = cls(path, again=True)
        journal._read(rows)
        return journal

    @classmethod
    def left_in(cls, path: Path) -> list[JournalEntry]:
        """Return what the journal of an earlier run says is not removed; nothing where there is none."""
        journal = cls(None)
        journal._read(_rows(path) if path.is_file() else ())
        return journal.left()

    def _read(self, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            number = int(row["number"])
            old = self._entries.get(number) or JournalEntry(number, str(row.get("kind", "")), str(row.get("note", "")))
            self._entries[number] = JournalEntry(
                number, old.kind, old.note, row.get("id", old.id), gone=bool(row.get("gone", old.gone))
            )
            self._next = max(self._entries) + 1


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and "number" in row:
            yield row


class Remover(Protocol):
    """Who removes what a run created."""

    def remove(self, entry: JournalEntry) -> str | None:
        """Remove a thing; return why it is still there, None if it is gone."""
        ...


def sweep(journal: Journal, remover: Remover | None) -> list[dict[str, str]]:
    """Remove what a journal says is left; return what stays, with the reason. An interrupt leaves the rest."""
    left = []
    stopped = ""
    for entry in journal.left():
        try:
            reason = stopped or (remover.remove(entry) if remover is not None else "nothing here can remove it")
        except KeyboardInterrupt:
            reason = stopped = "the clean-up was interrupted"
        except Exception as error:  # noqa: BLE001 - whatever one removal ends in, the others are tried
            reason = f"its removal broke off: {type(error).__name__}: {error}"
        if reason is None:
            journal.gone(entry.number)
        else:
            left.append({"kind": entry.kind, "id": entry.id or "unknown", "why": reason})
    return left
