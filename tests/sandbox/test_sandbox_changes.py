"""Mutants and variants: what each says of itself, and that they compose."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

from fulfillspec.sandbox import Sandbox
from fulfillspec.sandbox.changes import Change, Mutant, UnknownChangeError, Variant, composed
from fulfillspec.sandbox.connector import Connector
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.mutants import AREAS, mutants
from fulfillspec.sandbox.notifications import Notifier
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.variants import variants
from fulfillspec.sandbox.views import Views
from fulfillspec.sandbox.webhooks import WebhookRoutes, Webhooks

BASES = (Store, Views, Rest, Front, GraphQL, Nodes, Connector, Notifier, Webhooks, WebhookRoutes)
MUTANTS = "fulfillspec.sandbox.mutants."
MEMBERS = {name for base in BASES for name in dir(base)}
TRIED_BY = {"depth", "cases", "together", "api_version"}
"""What a mutant says of how it is tried."""


@cache
def used_in(module: str) -> frozenset[str]:
    """Return the attributes that a module asks an object for."""
    nodes = ast.walk(ast.parse(Path(sys.modules[module].__file__ or "").read_text("utf-8")))
    return frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute))


def own_members(change: type) -> set[str]:
    return {name for name in vars(change) if not name.startswith("__")} - {"requirement", "transports", "source"}


@pytest.mark.parametrize("mutant", mutants().values(), ids=mutants().keys())
def test_mutant_says_its_sin_and_its_requirement(mutant: type[Mutant]) -> None:
    assert re.fullmatch(r"[A-Za-z_].{12,}\.", mutant.sense())
    assert re.fullmatch(r"FO-[A-Z0-9]+(-[A-Z0-9]+)+", mutant.requirement)
    assert mutant.transports
    ours = [each for each in mutant.__mro__ if each.__module__.startswith(MUTANTS)]
    changed = {name for each in ours for name in own_members(each)}
    assert changed & MEMBERS, "it changes nothing of the sandbox"
    used = {name for each in ours for name in used_in(each.__module__)}
    assert changed - MEMBERS - TRIED_BY <= used, "nothing asks for this: it is no member of the sandbox"
    assert mutant.__module__ in {area.__name__ for area in AREAS}


@pytest.mark.parametrize("variant", variants().values(), ids=variants().keys())
def test_variant_says_its_freedom_and_where_it_comes_from(variant: type[Variant]) -> None:
    assert re.fullmatch(r".{15,}\.", variant.sense())
    assert len(variant.source) > 10
    assert own_members(variant)


def test_there_are_mutants_for_every_area_and_enough_variants() -> None:
    assert len(mutants()) >= 36
    assert len(variants()) >= 14
    assert all(any(each.__module__ == area.__name__ for each in mutants().values()) for area in AREAS)


def test_names_are_kebab_case_and_stay_the_same_after_use() -> None:
    before = {**mutants(), **variants()}
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in before)
    Sandbox(mutants=["accept-leaves-open"], variants=["huge-ids"])
    assert {**mutants(), **variants()} == before


@pytest.mark.parametrize("name", [*mutants(), *variants()])
def test_every_change_makes_a_sandbox(name: str) -> None:
    known = {**mutants(), **variants()}
    sandbox = Sandbox([name]) if name in mutants() else Sandbox(variants=[name])
    used = (
        type(sandbox.store),
        type(sandbox.rest),
        type(sandbox.front),
        type(sandbox.views("2025-10")),
        type(sandbox.graphql),
        type(sandbox.graphql.nodes),
        type(sandbox.connector),
        type(sandbox.notifier),
        type(sandbox.webhooks),
    )
    assert any(issubclass(base, known[name]) for base in used)


def test_changes_of_several_faces_compose() -> None:
    class Loud(Change, Views):
        """Shows states in capitals."""

        def status(self, fo: FulfillmentOrder, operation: str) -> str:
            return super().status(fo, operation).upper()

    class Odd(Change, Views):
        """Shows states backwards."""

        def status(self, fo: FulfillmentOrder, operation: str) -> str:
            return super().status(fo, operation)[::-1]

    sandbox = Sandbox()
    fo = next(iter(sandbox.store.fulfillment_orders.values()))
    both = composed(Views, [Loud, Odd])(sandbox.store, "2025-10")
    assert both.status(fo, "get") == "DELUDEHCS"
    assert composed(Store, [Loud, Odd]) is Store


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnknownChangeError, match="There is no mutant named 'huge-ids'"):
        Sandbox(mutants=["huge-ids"])
