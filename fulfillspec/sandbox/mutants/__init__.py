"""The mutants: the sandbox with one defect each, by area.

Each breaks one requirement of the register and must be killed by the check of that requirement.
"""

from fulfillspec.sandbox.changes import Mutant, named
from fulfillspec.sandbox.mutants import (
    actor_scopes,
    answers,
    cancellations,
    cancelling,
    cells,
    closing,
    connections,
    connector,
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
    lists,
    memory,
    messages,
    moves,
    notifications,
    paths,
    properties,
    reading,
    request_records,
    requests,
    scopes,
    shapes,
    timing,
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
    equivalence,
    connector,
    notifications,
    memory,
    request_records,
    fulfilment_records,
    cells,
)
"""The modules that hold mutants."""


def mutants() -> dict[str, type[Mutant]]:
    """Return every mutant by name."""
    return named(Mutant)
