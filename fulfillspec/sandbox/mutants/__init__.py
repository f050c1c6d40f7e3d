"""The mutants: the sandbox with one defect each, by area.

Each breaks one requirement of the register and must be killed by the check of that requirement.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from fulfillspec.sandbox.changes import Mutant, named
from fulfillspec.sandbox.mutants import (
    actor_scopes,
    alike,
    answers,
    cancellations,
    cancelling,
    cells,
    closing,
    connections,
    connector,
    connector_view,
    empty_lists,
    equivalence,
    errors,
    fulfilling,
    fulfilment_records,
    further,
    generated,
    generated_queries,
    graphql,
    graphql_access,
    graphql_actions,
    graphql_payloads,
    graphql_shapes,
    holds,
    invariants,
    line_arguments,
    lists,
    lost_values,
    memory,
    messages,
    moves,
    notifications,
    paths,
    properties,
    reading,
    refusal_forms,
    request_records,
    requests,
    scopes,
    several_objects,
    shapes,
    sources,
    timing,
    unasked,
    version_shapes,
    webhooks,
)

AREAS = (
    reading,
    shapes,
    requests,
    answers,
    cancellations,
    closing,
    cancelling,
    holds,
    messages,
    moves,
    timing,
    fulfilling,
    scopes,
    actor_scopes,
    errors,
    invariants,
    line_arguments,
    several_objects,
    alike,
    paths,
    further,
    generated,
    generated_queries,
    properties,
    graphql,
    graphql_shapes,
    graphql_actions,
    graphql_payloads,
    graphql_access,
    connections,
    lists,
    lost_values,
    unasked,
    empty_lists,
    equivalence,
    connector,
    notifications,
    webhooks,
    version_shapes,
    refusal_forms,
    memory,
    request_records,
    fulfilment_records,
    sources,
    connector_view,
    cells,
)
"""The modules that hold mutants."""


@cache
def mutants() -> Mapping[str, type[Mutant]]:
    """Return every mutant by name."""
    return MappingProxyType(named(Mutant))
