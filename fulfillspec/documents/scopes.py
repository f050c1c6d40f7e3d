"""The access scopes that operations need, as the documents' pages name them, and which of them an app lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from fulfillspec.documents.operations import FULFILLING, NAMED, READS

_OWN: Final = "assigned"
_SERVICES: Final = "third_party"
_MERCHANTS: Final = "merchant_managed"
_KINDS: Final = (_MERCHANTS, _SERVICES, _OWN)
_AT: Final[Mapping[str, tuple[str, ...]]] = {
    "merchant": (_MERCHANTS,),
    "service": (_SERVICES,),
    "other_service": (_SERVICES,),
}
_READS: Final = READS | {"line_items"}
_OWN_TOO: Final = _READS | FULFILLING
"""Operations that a service's app carries out at its own location with the assigned scopes."""
_MAKES: Final = {
    "merchant": ("write_orders", "write_products", "write_inventory", "read_locations"),
    "service": ("write_fulfillments",),
    "other_service": ("write_fulfillments",),
}
"""What an app needs to make orders, products and stock, or its own fulfillment service."""
_ACTS: Final = {
    "merchant": (_MERCHANTS, _SERVICES),
    "service": (_OWN,),
    "other_service": (_OWN,),
}


def missing(held: Collection[str] | None, actor: str, operation: str, place: str | None) -> str | None:
    """Return the scope that an app lacks for an operation at a kind of location; None where nothing is known to lack.

    `held` are the app's scopes, None where they are not known. Any of several scopes that may do is enough.
    """
    if held is None:
        return None
    named = NAMED[operation].scope if operation in NAMED else ""
    kinds = (named,) if named else _AT.get(place or "", _KINDS)
    if operation in _OWN_TOO and kinds == (_SERVICES,):
        kinds = (_SERVICES, _OWN)
    if actor in _ACTS:  # the one that the actor is expected to have is the one to name
        kinds = tuple(sorted(kinds, key=lambda kind: kind not in _ACTS[actor]))
    mode = "read" if operation in _READS else "write"
    if any(_has(held, mode, kind) for kind in kinds) or "marketplace_fulfillment_orders" in " ".join(held):
        return None
    return f"{mode}_{kinds[0]}_fulfillment_orders"


def expected(held: Collection[str] | None, actor: str, *, makes: bool) -> tuple[str, ...]:
    """Return the scopes that an actor's app lacks of those that its part in a run needs; `makes`: it creates orders."""
    if held is None:
        return ()
    acts = [f"write_{kind}_fulfillment_orders" for kind in _ACTS.get(actor, ()) if not _has(held, "write", kind)]
    wanted = _MAKES.get(actor, ()) if makes else ()
    return (*acts, *(scope for scope in wanted if not {scope, scope.replace("read_", "write_", 1)} & {*held}))


def _has(held: Collection[str], mode: str, kind: str) -> bool:
    name = f"{kind}_fulfillment_orders"
    return name in held or f"write_{name}" in held or (mode == "read" and f"read_{name}" in held)
