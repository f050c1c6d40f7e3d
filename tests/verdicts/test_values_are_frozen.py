"""What goes from room to room is a value: nobody changes it behind the back of who holds it too."""

import importlib
from pathlib import Path
from typing import Any

import pytest

import fulfillspec

PACKAGE = Path(fulfillspec.__file__).parent
ROOMS = ("judge", "verdicts", "acting", "stage", "wire", "target")
VALUES = frozenset(
    [
        "ActorSettings",
        "Answer",
        "Ask",
        "AskedField",
        "Callbacks",
        "Change",
        "Compared",
        "ConnectorSettings",
        "Delivery",
        "Deviation",
        "Difference",
        "Due",
        "Event",
        "Explored",
        "Finding",
        "Found",
        "Heard",
        "JournalEntry",
        "KnownDeviation",
        "Limits",
        "MadeItem",
        "MadeOrder",
        "MadeProduct",
        "MadeService",
        "Missing",
        "NewOrder",
        "Notifications",
        "Option",
        "Page",
        "Pages",
        "Passage",
        "Read",
        "Received",
        "Record",
        "Reply",
        "Rule",
        "SchemaFinding",
        "Scope",
        "SeenCell",
        "StageSettings",
        "Stored",
        "Target",
        "Told",
        "Topic",
        "Turn",
        "Value",
        "Verdict",
        "Walked",
        "Wanted",
        "WantedItem",
        "Way",
    ]
)
"""What is made once and handed on."""


def classes(room: str) -> list[type[Any]]:
    """Return the data classes of a room."""
    found: list[type[Any]] = []
    for file in sorted((PACKAGE / room).glob("*.py")):
        module = importlib.import_module(f"fulfillspec.{room}.{file.stem}")
        found += [
            each
            for each in vars(module).values()
            if "__dataclass_params__" in getattr(each, "__dict__", {}) and each.__module__ == module.__name__
        ]
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_values_cannot_be_changed(room: str) -> None:
    found = [each for each in classes(room) if each.__qualname__ in VALUES or each.__qualname__.startswith("_")]
    grown = {each.__qualname__ for each in found if not each.__dataclass_params__.frozen}
    assert grown <= {"_Row", "_Case", "_Watch"}
