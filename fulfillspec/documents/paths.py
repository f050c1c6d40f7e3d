"""Where the data of the suite lies: inside the installed package, or at the root of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def home() -> Path:
    """Return the folder that holds `suites/`, `schemas/` and `fixtures/`: the package in a wheel, else the checkout."""
    return _PACKAGE if (_PACKAGE / "schemas").is_dir() else _PACKAGE.parent


def schemas() -> Path:
    """Return the folder of the machine-readable documents."""
    return home() / "schemas"


def fixtures() -> Path:
    """Return the folder of the documented payloads."""
    return home() / "fixtures"


def suites() -> Path:
    """Return the folder of the cases."""
    return home() / "suites"
