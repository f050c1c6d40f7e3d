"""What goes from room to room is a value: nobody changes it behind the back of who holds it too."""

import importlib
from pathlib import Path
from typing import Any

import pytest

import fulfillspec

PACKAGE = Path(fulfillspec.__file__).parent
ROOMS = ("judge", "verdicts", "acting", "stage", "wire", "target")
GROWING = {
    "Answered",
    "Known",
    "Standing",
    "Sight",
    "Ledger",
    "_Row",
    "Deliveries",
    "Scene",
    "Asked",
    "Theatre",
    "Stage",
    "Routes",
    "World",
    "Subscriptions",
    "Supply",
    "_Case",
    "_Watch",
    "Probe",
}
"""What a run learns or adds to while it goes."""


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
def test_only_what_grows_can_be_changed(room: str) -> None:
    open_ = {each.__qualname__ for each in classes(room) if not each.__dataclass_params__.frozen}
    assert open_ == GROWING & {each.__qualname__ for each in classes(room)}
