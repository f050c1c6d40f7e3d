"""Fixtures of the suites that try what callers have no access to, and what operations take as arguments."""

from __future__ import annotations

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.exploration.barred import Barred
from fulfillspec.exploration.table import Table
from fulfillspec.stage.per_transport import Theatre
from fulfillspec.suite.fixtures import caller


@pytest.fixture
def reader(theatre: Theatre) -> Actor:
    """Return an app that has read scopes alone."""
    return caller(theatre, "reader")


@pytest.fixture
def combined(theatre: Theatre) -> Actor:
    """Return an app with every scope for fulfillment orders, which answers for no service of its own."""
    return caller(theatre, "combined")


@pytest.fixture
def barred(theatre: Theatre, table: Table) -> Barred:
    """Return what has callers try that they have no access to."""
    return Barred(table, theatre.target, theatre.scopes)
