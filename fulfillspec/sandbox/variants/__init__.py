"""The variants: legal freedoms of an implementation. Nothing that a suite asks may go against one of them."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from fulfillspec.sandbox.changes import Variant, named
from fulfillspec.sandbox.variants import (
    behaviour,
    choices,
    forms,
    graphql,
    graphql_forms,
    readings,
    rendering,
    shapes,
    wire,
)

KINDS = (forms, wire, rendering, shapes, behaviour, choices, readings, graphql, graphql_forms)
"""The modules that hold variants."""


@cache
def variants() -> Mapping[str, type[Variant]]:
    """Return every variant by name."""
    return MappingProxyType(named(Variant))
