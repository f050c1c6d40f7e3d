"""The clients of a sandbox: apps, their access scopes and their tokens."""

from collections.abc import Mapping
from secrets import token_hex

from fulfillspec.sandbox.model import App

ACTORS = ("merchant", "service", "other_service", "reader", "combined", "outsider")

_MERCHANT = (
    "write_merchant_managed_fulfillment_orders",
    "write_third_party_fulfillment_orders",
    "write_orders",
    "write_products",
    "write_inventory",
    "write_fulfillments",
    "read_locations",
)
_SERVICE = (
    "write_assigned_fulfillment_orders",
    "write_fulfillments",
    "write_inventory",
    "read_products",
    "read_locations",
)

_READER = (
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_fulfillments",
    "read_orders",
    "read_products",
    "read_locations",
)


def with_reading(scopes: tuple[str, ...]) -> frozenset[str]:
    """Return the scopes with the read scopes that write scopes include."""
    return frozenset(scopes) | {scope.replace("write_", "read_", 1) for scope in scopes}


def apps(*, combined: bool = False) -> dict[str, App]:
    """Make the app of each actor; `combined` makes merchant and service one app that has every scope."""
    merchant = App(1, "Order management", with_reading((*_MERCHANT, *_SERVICE) if combined else _MERCHANT))
    return {
        "merchant": merchant,
        "service": merchant if combined else App(2, "Fulfillment service", with_reading(_SERVICE)),
        "other_service": App(3, "Other fulfillment service", with_reading(_SERVICE)),
        "reader": App(5, "Reader", frozenset(_READER)),
        "combined": App(6, "Combined", with_reading((*_MERCHANT, *_SERVICE))),
        "outsider": App(4, "Outsider", frozenset({"read_products", "read_orders"})),
    }


def tokens_for(known: Mapping[str, App], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a token for each actor: those given, random ones beside. Actors of one app share its token.

    Raises ValueError when two apps would have the same token.
    """
    tokens: dict[str, str] = {}
    of_app: dict[int, str] = {}
    for actor, app in known.items():
        token = of_app.get(app.id) or (given or {}).get(actor) or f"sandbox-{actor.replace('_', '-')}-{token_hex(12)}"
        if token in of_app.values() and app.id not in of_app:
            raise ValueError(f"The token of {actor} belongs to another app; each app needs its own.")
        tokens[actor] = of_app[app.id] = token
    return tokens
