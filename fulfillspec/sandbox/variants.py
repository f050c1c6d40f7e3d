"""Legal freedoms."""

from fulfillspec.sandbox.changes import Variant, leaves


def variants() -> dict[str, type[Variant]]:
    """Return every variant by name."""
    return leaves(Variant)
