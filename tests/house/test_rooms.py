"""Who may import whom: the table in ARCHITECTURE.md, held to the imports."""

import re
from pathlib import Path

import pytest
from tree import PACKAGE, ROOT, imports, modules, within

_ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
AT_THE_TOP = {"__init__.py", "__main__.py", "cli.py"}


def table(text: str) -> dict[str, frozenset[str]]:
    """Return each room of the table with the rooms that it may import, in the order of the table."""
    section = text.partition("## Rooms")[2].partition("\n## ")[0]
    return {room: frozenset(re.findall(r"\w+", may)) - {"nothing"} for room, may in _ROW.findall(section)}


ROOMS = table((ROOT / "ARCHITECTURE.md").read_text("utf-8"))


def entered(room: str) -> dict[str, Path]:
    """Return the other rooms that the modules of a room import, each with a module that does."""
    found = {}
    for file in modules(f"fulfillspec/{room}"):
        for name in imports(file):
            other = name.split(".")[1] if within(name, "fulfillspec") and "." in name else room
            if other != room and (PACKAGE / other).is_dir():
                found[other] = file
    return found


def test_every_room_stands_in_the_table() -> None:
    rooms = {file.parent.name for file in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(ROOMS)


def test_only_what_a_user_starts_lies_at_the_top() -> None:
    assert {file.name for file in PACKAGE.glob("*.py")} == AT_THE_TOP


def test_rooms_import_only_rooms_that_stand_above_them() -> None:
    order = list(ROOMS)
    assert {
        (room, other) for room, may in ROOMS.items() for other in may if order.index(other) > order.index(room)
    } == set()


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_what_the_table_allows(room: str) -> None:
    assert {other: file.name for other, file in entered(room).items() if other not in ROOMS[room]} == {}


def test_table_allows_nothing_that_no_module_needs() -> None:
    assert {(room, other) for room, may in ROOMS.items() for other in may if other not in entered(room)} == set()
