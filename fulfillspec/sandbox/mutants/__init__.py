"""The mutants: the sandbox with one defect each, by area."""

from fulfillspec.sandbox.changes import Mutant, leaves


def mutants() -> dict[str, type[Mutant]]:
    """Return every mutant by name."""
    return leaves(Mutant)
