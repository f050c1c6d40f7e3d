"""Which scope an app lacks for an operation, by the documents' pages."""

import pytest

from fulfillspec.documents.scopes import expected, missing

MERCHANT = {"write_merchant_managed_fulfillment_orders", "write_third_party_fulfillment_orders"}
SERVICE = {"write_assigned_fulfillment_orders"}


@pytest.mark.parametrize(
    ("held", "actor", "operation", "place", "scope"),
    [
        (SERVICE, "service", "accept", "service", None),
        (SERVICE, "service", "create_fulfillment", "service", None),
        (MERCHANT, "merchant", "hold", "service", None),
        (MERCHANT, "merchant", "hold", "merchant", None),
        (MERCHANT, "service", "accept", "service", "write_assigned_fulfillment_orders"),
        (SERVICE, "merchant", "submit", "service", "write_third_party_fulfillment_orders"),
        (SERVICE, "merchant", "hold", "merchant", "write_merchant_managed_fulfillment_orders"),
        (SERVICE, "merchant", "move", "service", "write_third_party_fulfillment_orders"),
        (SERVICE, "merchant", "list", "service", None),
        (SERVICE, "merchant", "list", "merchant", "read_merchant_managed_fulfillment_orders"),
        (set(), "service", "assigned", None, "read_assigned_fulfillment_orders"),
        (set(), "outsider", "hold", None, "write_merchant_managed_fulfillment_orders"),
        ({"read_assigned_fulfillment_orders"}, "service", "get", "service", None),
        ({"read_assigned_fulfillment_orders"}, "service", "close", "service", "write_assigned_fulfillment_orders"),
        ({"assigned_fulfillment_orders"}, "service", "close", "service", None),
        (None, "service", "close", "service", None),
    ],
)
def test_scope_that_is_missing_is_named(
    held: set[str] | None, actor: str, operation: str, place: str | None, scope: str | None
) -> None:
    assert missing(held, actor, operation, place) == scope


def test_what_an_actor_lacks_for_its_part_is_known_before_the_run() -> None:
    assert expected(MERCHANT, "merchant", makes=False) == ()
    assert expected(MERCHANT, "merchant", makes=True) == (
        "write_orders",
        "write_products",
        "write_inventory",
        "read_locations",
    )
    assert expected({*SERVICE, "write_fulfillments"}, "service", makes=True) == ()
    assert expected(set(), "service", makes=False) == ("write_assigned_fulfillment_orders",)
    assert expected({"write_locations"}, "merchant", makes=True)[-1] == "write_inventory"
    assert expected(None, "merchant", makes=True) == ()
    assert expected(set(), "outsider", makes=True) == ()
