"""Tampers with the folder of a stored run, as somebody would who wants another verdict, or whose disk is bad."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Tamper = Callable[[Path], None]


def results(change: Callable[[dict[str, Any]], None]) -> Tamper:
    """Change `results.json`."""

    def tamper(folder: Path) -> None:
        path = folder / "results.json"
        found = json.loads(path.read_text("utf-8"))
        change(found)
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")

    return tamper


def exchange(number: int, change: Callable[[dict[str, Any]], None]) -> Tamper:
    """Change one exchange of the log (-1: its last line)."""

    def change_line(lines: list[str]) -> None:
        row = json.loads(lines[number])
        change(row)
        lines[number] = json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"

    return log(change_line)


def log(change: Callable[[list[str]], object]) -> Tamper:
    """Change the lines of the log; that of an exchange has its number."""

    def tamper(folder: Path) -> None:
        path = folder / "evidence.ndjson"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        change(lines)
        path.write_text("".join(lines), "utf-8")

    return tamper


def file(name: str, change: Callable[[str], str]) -> Tamper:
    """Change a text file."""

    def tamper(folder: Path) -> None:
        path = folder / name
        path.write_text(change(path.read_text("utf-8")), "utf-8")

    return tamper


def row_of(found: dict[str, Any], identity: str) -> dict[str, Any]:
    row: dict[str, Any] = next(row for row in found["requirements"] if row["id"] == identity)
    return row
